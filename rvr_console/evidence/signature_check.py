"""Ed25519 signatures (RFC 8032) of desks, checked for the domain's own forms."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def desk_signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Implements domain.checkpoint.SignatureCheck. public_key: 32 bytes raw; a malformed one signs nothing."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
