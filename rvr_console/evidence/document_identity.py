"""The desk's identity for documents: an ECDSA P-256 key with a certificate for signing PDFs.

A second identity beside the desk's Ed25519 one, because the programs with which courts and solicitors check a PDF know ECDSA and
RSA, and mostly not Ed25519. The TEST authority for it is for demonstrations and tests; TEST stands in every certificate.
"""

import datetime as dt
import json
from dataclasses import dataclass, field

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from rvr_console.domain.ports import Randomness
from rvr_console.errors import KeyStoreError
from rvr_console.evidence.certificates import certificate_builder, name_of
from rvr_console.evidence.keys import open_private_key, seal_private_key

_MAX = 128 * 1024
_DESK_DAYS, _AUTHORITY_DAYS = 366 * 2, 366 * 10
_LONGEST = 64  # of a name in a certificate (X.520, upper bounds)
_AUTHORITY = "TEST DOCUMENT AUTHORITY - NOT FOR LIVE USE"


@dataclass(frozen=True, slots=True)
class DocumentIdentity:
    """private_key: PKCS #8, DER. chain_pem: leaf first, then up to the authority."""

    label: str
    private_key: bytes = field(repr=False)
    chain_pem: bytes = field(repr=False)

    @property
    def authority_pem(self) -> bytes:
        """The last certificate of the chain."""
        return x509.load_pem_x509_certificates(self.chain_pem)[-1].public_bytes(Encoding.PEM)

    def to_sealed(self, device_kek: bytes, randomness: Randomness) -> bytes:
        """For a file: canonical JSON with the chain in clear and the private key under the device's 32-byte key."""
        sealed = seal_private_key(self.private_key, device_kek, f"documents:{self.label}", randomness)
        return rfc8785.dumps(
            {
                "chain": self.chain_pem.decode(),
                "form": "rvr/documents1",
                "label": self.label,
                "sealed": sealed.hex(),
            }
        )

    @classmethod
    def from_sealed(cls, untrusted: bytes, device_kek: bytes) -> "DocumentIdentity":
        """Raises KeyStoreError."""
        try:
            value = json.loads(untrusted[:_MAX])
            label, chain, sealed = (
                str(value["label"]),
                str(value["chain"]).encode(),
                bytes.fromhex(value["sealed"]),
            )
            x509.load_pem_x509_certificates(chain)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise KeyStoreError(
                "The desk's identity for documents is damaged.",
                kept="Statements are kept and can be sealed later.",
                todo="Ask IT to enrol this desk for documents again.",
            ) from error
        return cls(label, open_private_key(sealed, device_kek, f"documents:{label}"), chain)


def make_test_identity(force: str, desk_id: str, now: dt.datetime) -> DocumentIdentity:
    """A key with a certificate of a TEST authority made for it alone; the authority's own key is forgotten at once."""
    authority, desk = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    label = desk_id if desk_id.startswith("TEST") else f"TEST {desk_id}"
    root_name, leaf_name = name_of(_AUTHORITY, force[:_LONGEST]), name_of(label[:_LONGEST], force[:_LONGEST])
    of_root = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    root = (
        certificate_builder(root_name, root_name, authority.public_key(), now, _AUTHORITY_DAYS, ca=True)
        .add_extension(of_root, critical=False)
        .sign(authority, hashes.SHA256())
    )
    leaf = (
        certificate_builder(leaf_name, root_name, desk.public_key(), now, _DESK_DAYS, ca=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(desk.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(of_root), critical=False
        )
        .sign(authority, hashes.SHA256())
    )
    return DocumentIdentity(
        label,
        desk.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM),
    )
