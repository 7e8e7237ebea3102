"""Time stamps by an authority outside (RFC 3161): asked for over a small port, believed only after they are verified."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from cryptography import x509
from cryptography.x509.oid import NameOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from rvr_console.errors import KnownError, ServiceDownError

_SHA256: Final = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_MOST_CERTIFICATES = 16


class TimestampTransport(Protocol):
    """One question to the authority."""

    def post(self, request: bytes) -> bytes:
        """Blocking. request: TimeStampReq, DER; the answer is untrusted, but limited in size. Raises ServiceDownError."""
        ...


@dataclass(frozen=True, slots=True)
class Stamped:
    """A verified time stamp. at: the authority's time, UTC. authority: its common name. response: TimeStampResp, DER."""

    at: datetime
    authority: str
    response: bytes


def refused(why: str) -> ServiceDownError:
    return ServiceDownError(
        f"The time-stamp authority's answer was not accepted: {why}.",
        kept="What was to be stamped is kept and asked for again.",
        todo="If it goes on, tell IT: the authority or its certificate may have changed.",
    )


class TimestampAuthority:
    """The configured authority. Safe to use from several threads if the transport is."""

    def __init__(self, transport: TimestampTransport, trusted_pem: bytes) -> None:
        """trusted_pem: the authority's root certificate, with intermediate ones if there are any. Raises KnownError."""
        self._transport = transport
        self.trusted_pem = trusted_pem
        try:
            certificates = x509.load_pem_x509_certificates(trusted_pem)
        except ValueError as error:
            raise _bad_certificates() from error
        self._roots = [one for one in certificates if one.subject == one.issuer]
        self._intermediates = [one for one in certificates if one.subject != one.issuer]
        if not self._roots or len(certificates) > _MOST_CERTIFICATES:
            raise _bad_certificates()

    def stamp(self, data: bytes) -> Stamped:
        """Have SHA-256 of the data stamped now. Blocking. Raises ServiceDownError: no answer, or not a good one."""
        request = (
            TimestampRequestBuilder()
            .data(data)
            .hash_algorithm(HashAlgorithm.SHA256)
            .cert_request(cert_request=True)
            .build()
        )
        untrusted_response = self._transport.post(request.as_bytes())
        return self._verified(hashlib.sha256(data).digest(), untrusted_response, request.nonce)

    def answer(self, request: bytes, digest: bytes, nonce: int) -> bytes:
        """The answer to a request that was made elsewhere, for this SHA-256 and with this nonce; both DER. Raises ServiceDownError."""
        return self._verified(digest, self._transport.post(request), nonce).response

    def check(self, data: bytes, untrusted_response: bytes) -> Stamped:
        """A stamp from the store, verified once more. Raises ServiceDownError when it is not for this data."""
        return self._verified(hashlib.sha256(data).digest(), untrusted_response, None)

    @staticmethod
    def time_of(data: bytes, untrusted_response: bytes) -> datetime:
        """The time that a kept answer gives for this data, UTC. Raises ServiceDownError when it is over anything else.

        Who made it was verified when it came, and is verified again by whoever relies on it: the authority's certificate may
        have run out or been replaced since.
        """
        try:
            info = decode_timestamp_response(untrusted_response).tst_info
            imprint = info.message_imprint
            same = imprint.hash_algorithm == _SHA256 and imprint.message == hashlib.sha256(data).digest()
        except (ValueError, AssertionError) as error:
            raise refused("it cannot be read") from error
        if not same:
            raise refused("it is over something else")
        return info.gen_time.astimezone(UTC)

    def _verified(self, digest: bytes, untrusted_response: bytes, nonce: int | None) -> Stamped:
        try:
            response = decode_timestamp_response(untrusted_response)
        except ValueError as error:
            raise refused("it cannot be read") from error
        if response.status != 0:
            raise refused(f"it says no (status {int(response.status)})")
        verifier = VerifierBuilder(
            roots=list(self._roots), intermediates=list(self._intermediates), nonce=nonce
        ).build()
        try:
            imprint = response.tst_info.message_imprint
            if imprint.hash_algorithm != _SHA256:
                raise refused("it is over another kind of hash")
            verifier.verify(response, digest)
            return Stamped(response.tst_info.gen_time.astimezone(UTC), _name(response), untrusted_response)
        except VerificationError as error:
            raise refused("it is not signed by the configured authority for what was asked") from error
        except (ValueError, AssertionError) as error:
            raise refused("it cannot be read") from error


def _bad_certificates() -> KnownError:
    return KnownError(
        "The certificates of the time-stamp authority cannot be used.",
        kept="Nothing was started.",
        todo="The file must hold the authority's root certificate in PEM form.",
    )


def _name(response: TimeStampResponse) -> str:
    """Common name of the certificate that signed; "" when it names none."""
    (signer,) = response.signed_data.signer_infos
    for der in response.signed_data.certificates:
        certificate = x509.load_der_x509_certificate(der)
        if certificate.issuer == signer.issuer and certificate.serial_number == signer.serial_number:
            found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
            return str(found[0].value) if found else ""
    return ""
