"""The desk's identity for documents, held against itself: key, certificate, authority and clock must fit together before anything is sealed."""

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509 import load_der_x509_certificate as load_der

from rvr_console.errors import EvidenceError

_KEPT = "The signed statement is kept, not yet sealed."
_ROUNDING = timedelta(minutes=2)
_APART = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """The desk's identity for documents. private_key: PKCS #8, DER. chain_pem: leaf first, up to the authority."""

    label: str
    private_key: bytes = field(repr=False)
    chain_pem: bytes = field(repr=False)


def not_now(what: str) -> EvidenceError:
    return EvidenceError(what, kept=_KEPT, todo="Tell IT; the console seals it as soon as it can.")


def certificates(chain_pem: bytes) -> list[x509.Certificate]:
    try:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(chain_pem, multiple=True)]
    except (ValueError, TypeError) as error:
        raise not_now("The desk's certificate for documents cannot be read.") from error


def chain_of(key: DocumentKey) -> list[x509.Certificate]:
    chain = certificates(key.chain_pem)
    if not chain:
        raise not_now("This desk has no certificate for sealing documents.")
    try:
        mine = load_der_private_key(key.private_key, None).public_key()
        named = load_der(chain[0].dump()).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise not_now("The desk's key for documents cannot be read.") from error
    if mine != named:
        raise not_now("The desk's certificate for documents is not that of its key.")
    try:
        for one, issuer in itertools.pairwise(chain):
            load_der(one.dump()).verify_directly_issued_by(load_der(issuer.dump()))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise not_now("The desk's certificate for documents does not lead to its authority.") from error
    return chain


def is_behind(now: datetime, not_before: datetime) -> bool:
    """Either the clock is behind now, or it was ahead then: only somebody else's clock can tell."""
    return now < not_before - _ROUNDING


def check_against(now: datetime, stamped: datetime) -> None:
    """stamped: by the time-stamp authority, a moment ago. Raises EvidenceError: a signature with a wrong time is worse than a later one."""
    if abs(now - stamped) > _APART:
        at = f"{stamped.astimezone(UTC):%d/%m/%Y %H:%M:%S} UTC"
        raise not_now(f"This computer's clock is wrong: the time-stamp authority says that it is {at}.")


def check_times(chain: list[x509.Certificate], now: datetime) -> None:
    """A signature by a certificate that is not valid is worse than one that comes later."""
    for certificate in chain:
        if now > certificate.not_valid_after:
            raise not_now("The desk's certificate for documents has expired, or the clock is wrong.")
        if now < certificate.not_valid_before:
            raise not_now("The desk's certificate for documents is not valid yet, or the clock is wrong.")
