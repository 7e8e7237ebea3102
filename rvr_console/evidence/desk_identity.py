"""The desk's signing identity: an Ed25519 key with an X.509 certificate from the force's authority (RFC 8410, 5280).

The private key lies sealed under the device's key-encryption key. The TEST authority is for demonstrations and
tests: TEST stands in its name, in every certificate that it issues and in the header of every file signed with one.
"""

import datetime as dt
import itertools
import json
from dataclasses import dataclass

import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from rvr_console.domain.ports import Randomness
from rvr_console.errors import EvidenceError, KeyStoreError
from rvr_console.evidence.certificates import certificate_builder, name_of
from rvr_console.evidence.keys import open_private_key, seal_private_key

_MAX_CHAIN = 4
_MAX_PEM = 64 * 1024
_TEST_PREFIX = "TEST"
_DESK_DAYS, _AUTHORITY_DAYS = 366 * 2, 366 * 10


@dataclass(frozen=True, slots=True)
class DeskCertificate:
    """A desk as its certificate describes it. public_key: Ed25519, 32 bytes raw."""

    desk_id: str
    force: str
    public_key: bytes
    is_test: bool

    @property
    def label(self) -> str:
        """The name that stands in everything the desk signs; begins with TEST for a desk of a test authority."""
        marked = self.desk_id.startswith(_TEST_PREFIX) or not self.is_test
        return self.desk_id if marked else f"{_TEST_PREFIX} {self.desk_id}"


def _text(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _raw_key(certificate: x509.Certificate) -> bytes:
    key = certificate.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceError("The desk's certificate is not for an Ed25519 key.")
    return key.public_bytes_raw()


def _load_chain(untrusted_pem: bytes) -> list[x509.Certificate]:
    if len(untrusted_pem) > _MAX_PEM:
        raise EvidenceError("The certificate chain is too long.")
    try:
        chain = x509.load_pem_x509_certificates(untrusted_pem)
    except ValueError as error:
        raise EvidenceError("The certificate chain cannot be read.") from error
    if not 1 <= len(chain) <= _MAX_CHAIN:
        raise EvidenceError("The certificate chain has a wrong length.")
    return chain


def describe_certificate(untrusted_pem: bytes) -> DeskCertificate:
    """What a desk's certificate says, without checking who issued it. Raises EvidenceError."""
    leaf = _load_chain(untrusted_pem)[0]
    name = _text(leaf.subject, NameOID.COMMON_NAME)
    is_test = _TEST_PREFIX in name or _TEST_PREFIX in _text(leaf.issuer, NameOID.COMMON_NAME)
    return DeskCertificate(name, _text(leaf.subject, NameOID.ORGANIZATION_NAME), _raw_key(leaf), is_test)


def check_chain(untrusted_pem: bytes, trusted_pem: bytes, at: dt.datetime) -> DeskCertificate:
    """The desk, once its chain (leaf first) ends at one of the trusted authorities at that time.

    RFC 5280 checks that matter here: signatures, validity, basicConstraints. Raises EvidenceError.
    """
    chain = _load_chain(untrusted_pem)
    trusted = x509.load_pem_x509_certificates(trusted_pem)
    for place, certificate in enumerate(chain):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise EvidenceError("A certificate in the desk's chain is not valid at this time.")
        if place > 0 and not _may_issue(certificate):
            raise EvidenceError("A certificate in the desk's chain may not issue certificates.")
    for certificate, issuer in itertools.pairwise(chain):
        if not _issued_by(certificate, issuer):
            raise EvidenceError("The desk's certificate chain is broken.")
    last = chain[-1]
    anchored = any(
        _may_issue(root)
        and root.not_valid_before_utc <= at <= root.not_valid_after_utc
        and (root == last or _issued_by(last, root))
        for root in trusted
    )
    if not anchored or (len(chain) == 1 and chain[0] in trusted):
        raise EvidenceError("The desk's certificate does not come from the force's authority.")
    return describe_certificate(untrusted_pem)


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


class DeskIdentity:
    """Signs for one desk. Implements the evidence package's Signer."""

    def __init__(self, private_key: Ed25519PrivateKey, chain_pem: bytes) -> None:
        """chain_pem: leaf first. Raises EvidenceError when the certificate is for another key."""
        self._private_key = private_key
        self._chain_pem = chain_pem
        self._certificate = describe_certificate(chain_pem)
        if self._certificate.public_key != private_key.public_key().public_bytes_raw():
            raise EvidenceError("The desk's certificate belongs to another key.")

    def __repr__(self) -> str:
        return f"DeskIdentity({self.label!r})"

    @property
    def public_key(self) -> bytes:
        return self._certificate.public_key

    @property
    def certificate(self) -> DeskCertificate:
        return self._certificate

    @property
    def chain_pem(self) -> bytes:
        """Certificate chain, leaf first, PEM."""
        return self._chain_pem

    @property
    def label(self) -> str:
        return self._certificate.label

    def sign(self, message: bytes) -> bytes:
        """64 bytes, Ed25519."""
        return self._private_key.sign(message)

    def to_sealed(self, device_kek: bytes, randomness: Randomness) -> bytes:
        """For a file: canonical JSON with the chain in clear and the private key under the device's 32-byte key."""
        desk = self._certificate.desk_id
        sealed = seal_private_key(
            self._private_key.private_bytes_raw(), device_kek, f"desk:{desk}", randomness
        )
        return rfc8785.dumps(
            {"chain": self._chain_pem.decode(), "desk": desk, "form": "rvr/desk1", "sealed": sealed.hex()}
        )

    @classmethod
    def from_sealed(cls, untrusted: bytes, device_kek: bytes) -> "DeskIdentity":
        """Raises KeyStoreError when it does not open, EvidenceError when key and certificate do not fit."""
        chain, desk, sealed = _parse_sealed(untrusted)
        raw = open_private_key(sealed, device_kek, f"desk:{desk}")
        return cls(Ed25519PrivateKey.from_private_bytes(raw), chain)


def _parse_sealed(untrusted: bytes) -> tuple[bytes, str, bytes]:
    try:
        value = json.loads(untrusted[: 2 * _MAX_PEM])
        return str(value["chain"]).encode(), str(value["desk"]), bytes.fromhex(value["sealed"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise KeyStoreError(
            "The desk's stored identity is damaged.",
            kept="The recordings are safe.",
            todo="Ask IT to enrol this desk again.",
        ) from error


def make_request(desk_id: str, force: str, private_key: Ed25519PrivateKey) -> bytes:
    """A certificate request (PKCS #10, PEM) for the force's own authority."""
    name = name_of(desk_id, force)
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(name)
        .sign(private_key, None)
        .public_bytes(Encoding.PEM)
    )


class TestAuthority:
    """A local authority for demonstrations. Never for live use: everything that it issues says TEST."""

    __test__ = False  # the name is for people; pytest must not collect it

    def __init__(self, force: str, private_key: Ed25519PrivateKey, certificate_pem: bytes) -> None:
        self._force = force
        self._private_key = private_key
        self._certificate = x509.load_pem_x509_certificate(certificate_pem)

    @classmethod
    def create(cls, force: str, now: dt.datetime) -> "TestAuthority":
        private_key = Ed25519PrivateKey.generate()
        name = name_of("TEST AUTHORITY - NOT FOR LIVE USE", force)
        builder = certificate_builder(name, name, private_key.public_key(), now, _AUTHORITY_DAYS, ca=True)
        certificate = builder.sign(private_key, None)
        return cls(force, private_key, certificate.public_bytes(Encoding.PEM))

    @property
    def certificate_pem(self) -> bytes:
        return self._certificate.public_bytes(Encoding.PEM)

    def enrol_desk(self, desk_id: str, now: dt.datetime) -> DeskIdentity:
        """A new desk key with a certificate named "TEST <desk id>"."""
        private_key = Ed25519PrivateKey.generate()
        name = name_of(f"TEST {desk_id}", self._force)
        builder = certificate_builder(
            name, self._certificate.subject, private_key.public_key(), now, _DESK_DAYS, ca=False
        )
        certificate = builder.sign(self._private_key, None)
        return DeskIdentity(private_key, certificate.public_bytes(Encoding.PEM) + self.certificate_pem)

    def to_sealed(self, device_kek: bytes, randomness: Randomness) -> bytes:
        """For a file of the demonstration's own: a second start keeps the authority."""
        sealed = seal_private_key(
            self._private_key.private_bytes_raw(), device_kek, f"desk:{self._force}", randomness
        )
        return rfc8785.dumps(
            {
                "chain": self.certificate_pem.decode(),
                "desk": self._force,
                "form": "rvr/desk1",
                "sealed": sealed.hex(),
            }
        )

    @classmethod
    def from_sealed(cls, untrusted: bytes, device_kek: bytes) -> "TestAuthority":
        """Raises KeyStoreError."""
        chain, force, sealed = _parse_sealed(untrusted)
        raw = open_private_key(sealed, device_kek, f"desk:{force}")
        return cls(force, Ed25519PrivateKey.from_private_bytes(raw), chain)
