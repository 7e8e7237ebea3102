"""HPKE (RFC 9180) with the hybrid KEM MLKEM768-X25519, HKDF-SHA256 and AES-256-GCM, and the raw form of its keys."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from rvr_console.errors import EvidenceError

PRIVATE_KEY_BYTES = 64 + 32  # ML-KEM-768 seed (FIPS 203), then the X25519 scalar
PUBLIC_KEY_BYTES = 1184 + 32
SEALED_OVERHEAD = 1120 + 16  # encapsulated key, then the tag
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def make_private_key() -> bytes:
    """96 bytes from the system's randomness."""
    return MLKEM768PrivateKey.generate().private_bytes_raw() + X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    """1216 bytes."""
    lattice, curve = _load_private(private_key)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def _load_private(private_key: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private_key) != PRIVATE_KEY_BYTES:
        raise EvidenceError("A private key has a wrong length.")
    return (
        MLKEM768PrivateKey.from_seed_bytes(private_key[:64]),
        X25519PrivateKey.from_private_bytes(private_key[64:]),
    )


def seal_to(public_key: bytes, plaintext: bytes, info: bytes) -> bytes:
    """HPKE base mode, single shot: encapsulated key, ciphertext, tag. Raises EvidenceError for a malformed key."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise EvidenceError("A public key has a wrong length.")
    try:
        whole = hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public_key[:1184]),
            X25519PublicKey.from_public_bytes(public_key[1184:]),
        )
        return _SUITE.encrypt(plaintext, whole, info)
    except ValueError as error:
        raise EvidenceError("A public key is malformed.") from error


def open_with(private_key: bytes, untrusted_sealed: bytes, info: bytes) -> bytes:
    """Raises EvidenceError when the key, the context or the bytes are not the right ones."""
    lattice, curve = _load_private(private_key)
    try:
        return _SUITE.decrypt(untrusted_sealed, hpke.MLKEM768X25519PrivateKey(lattice, curve), info)
    except (InvalidTag, ValueError) as error:
        raise EvidenceError(
            "An envelope does not open with this key.", kept="The recording is left as it is."
        ) from error


def length_prefixed(text: str) -> bytes:
    """u16 length and UTF-8, so that neighbouring texts cannot run into one another."""
    data = text.encode()
    return len(data).to_bytes(2, "big") + data
