"""Proof that certificates are not revoked: asked for where they say that it is kept, and believed only after pyHanko verified it.

OCSP (RFC 6960) first, for it is small and new; then the list (CRL, RFC 5280, section 5). The addresses come from certificates that lead to a configured
authority, never from an answer.
"""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ExtensionNotFound, OCSPNonce, load_der_x509_crl
from cryptography.x509 import load_der_x509_certificate as load_der
from cryptography.x509.ocsp import OCSPRequestBuilder, OCSPResponseStatus, load_der_ocsp_response
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from rvr_console.errors import ServiceDownError

ONE_SECONDS: Final = 4.0
"""For one answer. All answers of one seal together: `RevocationDesk.seconds`."""
_MOST_ADDRESSES = 3
_OF_THE_FIRST = RevocationCheckingPolicy(
    RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK
)
_DOES_NOT_HOLD = (
    PathError, ValidationError, CRLValidationError, OCSPValidationError, ValueError, TypeError, KeyError, IndexError, RecursionError,
)  # fmt: skip


class RevocationSource(Protocol):
    """One question to an authority. Blocking, limited in size and time; what comes is untrusted. Raises ServiceDownError."""

    def crl(self, url: str, seconds: float) -> bytes: ...

    def ocsp(self, url: str, request: bytes, seconds: float) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Proofs:
    """Verified answers, DER. revoked: which certificate is, by name and time, "" when none is known to be."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    revoked: str = ""

    def __add__(self, other: "Proofs") -> "Proofs":
        crls = tuple(dict.fromkeys(self.crls + other.crls))
        return Proofs(crls, self.ocsps + other.ocsps, self.revoked or other.revoked)


class RevocationDesk:
    """The questions of one seal: together they take no longer than `seconds`, whoever does not answer."""

    def __init__(self, source: RevocationSource | None, seconds: float) -> None:
        """source: None where nothing may be asked; then nothing is proved."""
        self._source, self._end = source, time.monotonic() + seconds
        self._lists: dict[str, bytes] = {}

    def proofs(self, path: Sequence[x509.Certificate]) -> Proofs:
        """path: leaf first, up to the authority that is trusted as it is. What nobody proves is left out."""
        found = Proofs()
        for place in range(len(path) - 1):
            found += self._of_one(path[place:])
            if found.revoked:
                break
        return found

    def _of_one(self, path: Sequence[x509.Certificate]) -> Proofs:
        """The first answer about the first of them that holds."""
        certificate = path[0]
        for untrusted in self._answers(certificate, path[1]):
            try:
                if _not_revoked(path, untrusted):
                    return untrusted
            except RevokedError as error:
                name = certificate.subject.human_friendly
                return Proofs(revoked=f"{name}, {error.revocation_dt:%d/%m/%Y %H:%M} UTC")
        return Proofs()

    def _answers(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[Proofs]:
        """Each a single answer, whole and readable, not verified yet."""
        source = self._source
        if source is None:
            return
        for url in certificate.ocsp_urls[:_MOST_ADDRESSES]:
            request, nonce = _question(certificate, issuer)
            try:
                untrusted = source.ocsp(url, request, self._left())
                if _answers_question(untrusted, nonce):
                    yield Proofs(ocsps=(untrusted,))
            except (ServiceDownError, ValueError):
                continue
        for point in certificate.crl_distribution_points[:_MOST_ADDRESSES]:
            try:
                untrusted = self._list(source, point.url or "")
            except (ServiceDownError, ValueError):
                continue
            yield Proofs(crls=(untrusted,))

    def _list(self, source: RevocationSource, url: str) -> bytes:
        """Desk and time-stamp authority may share one. Raises ServiceDownError, ValueError when it cannot be read."""
        if url not in self._lists:
            untrusted = source.crl(url, self._left())
            load_der_x509_crl(untrusted)
            self._lists[url] = untrusted
        return self._lists[url]

    def _left(self) -> float:
        """Raises ServiceDownError when there is no time left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise ServiceDownError("There is no time left to ask.", kept="What was signed is kept.")
        return min(left, ONE_SECONDS)


def _question(certificate: x509.Certificate, issuer: x509.Certificate) -> tuple[bytes, bytes]:
    """SHA-1 names the certificate here and protects nothing: the one way that every responder knows (RFC 5019, 2.1.1)."""
    nonce = os.urandom(16)
    ours, theirs = load_der(certificate.dump()), load_der(issuer.dump())
    asked = OCSPRequestBuilder().add_certificate(ours, theirs, SHA1())  # noqa: S303  # see above
    return asked.add_extension(OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER), nonce


def _answers_question(untrusted: bytes, nonce: bytes) -> bool:
    """Responders may answer without the nonce (RFC 5019), none with another. Raises ValueError when it cannot be read."""
    answer = load_der_ocsp_response(untrusted)
    if answer.response_status is not OCSPResponseStatus.SUCCESSFUL:
        return False
    try:
        said = answer.extensions.get_extension_for_class(OCSPNonce).value.nonce
    except ExtensionNotFound:
        return True
    return said == nonce


def _not_revoked(path: Sequence[x509.Certificate], untrusted: Proofs) -> bool:
    """Whether this answer alone proves it of the first, now, signed by its issuer or whom that appointed. Raises RevokedError when it proves the contrary."""
    context = ValidationContext(
        trust_roots=[path[-1]],
        other_certs=path[1:],
        crls=untrusted.crls,
        ocsps=untrusted.ocsps,
        revinfo_policy=CertRevTrustPolicy(_OF_THE_FIRST),
        allow_fetching=False,
    )
    try:
        asyncio.run(CertificateValidator(path[0], validation_context=context).async_validate_path())
    except RevokedError:
        raise
    except _DOES_NOT_HOLD:
        return False
    return True
