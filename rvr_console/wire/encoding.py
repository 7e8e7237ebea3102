"""Unpadded base64url and the two HKDF shapes used on the wire (RFC 4648 section 5, RFC 5869)."""

import base64
import binascii
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rvr_console.errors import UntrustedInputError

_B64U = re.compile(r"[A-Za-z0-9_-]*\Z")


def b64u(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_b64u(untrusted_text: str, *, length: int | None = None) -> bytes:
    """The bytes of unpadded base64url; only the one canonical spelling is taken.

    length: the exact number of bytes expected. Raises UntrustedInputError.
    """
    if _B64U.match(untrusted_text) is None:
        raise UntrustedInputError("A value from outside is not base64url.")
    try:
        data = base64.urlsafe_b64decode(untrusted_text + "=" * (-len(untrusted_text) % 4))
    except (binascii.Error, ValueError):
        raise UntrustedInputError("A value from outside is not base64url.") from None
    if b64u(data) != untrusted_text:
        raise UntrustedInputError("A value from outside is not canonical base64url.")
    if length is not None and len(data) != length:
        raise UntrustedInputError("A value from outside has the wrong length.")
    return data


def hkdf(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869). An empty salt means 32 zero bytes, as the RFC says."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(key)
