"""Files on their way from the page to the desk: sealed in the browser, opened at the desk, ciphertext in between.

A file key for each upload, wrapped to the desk by HPKE (RFC 9180); HKDF-SHA256 (RFC 5869); AES-256-GCM in chunks with
the STREAM nonce layout (Hoang, Reyhanitabar, Rogaway, Vizar: "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", CRYPTO 2015). Byte tables and frozen vector: docs/evidence-format.md.
"""

import hashlib
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire.encoding import hkdf

CHUNK = 1024 * 1024
TAG = 16
SEALED_CHUNK = CHUNK + TAG
TRAILER = 32
"""Bytes after the file's own in the sealed stream: the SHA-256 that the page computed."""
FILE_LIMIT = 5_000_000_000
TOTAL_LIMIT = 20_000_000_000
WRAPPED_KEY = 32 + 32 + TAG
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def _refused() -> UntrustedInputError:
    return UntrustedInputError(
        "A file that was being sent was changed or cut on the way.",
        kept="Nothing of the changed part was kept.",
        todo="Ask for the file again.",
    )


def sealed_size(content: int) -> int:
    """Bytes of the sealed stream that carries `content` bytes of a file."""
    plain = content + TRAILER
    return plain + TAG * (-(-plain // CHUNK))


def content_size(sealed: int) -> int:
    """The inverse of sealed_size(). Raises UntrustedInputError for a size that no sealed stream has."""
    chunks = -(-sealed // SEALED_CHUNK)
    content = sealed - TAG * chunks - TRAILER
    if content < 0 or sealed_size(content) != sealed:
        raise _refused()
    return content


LARGEST_SEALED = sealed_size(FILE_LIMIT)


class DeskFileKey:
    """The desk's X25519 key pair to which pages wrap their file keys; lives in memory, one for each console run and call."""

    def __init__(self, private: X25519PrivateKey | None = None) -> None:
        self._private = private or X25519PrivateKey.generate()

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def unwrap(self, untrusted_wrapped: bytes, room: bytes, upload_id: bytes) -> bytes:
        """The 32 bytes of a file key. Raises UntrustedInputError."""
        if len(untrusted_wrapped) != WRAPPED_KEY:
            raise _refused()
        try:
            key = _SUITE.decrypt(untrusted_wrapped, self._private, wrap_info(room, upload_id))
        except (InvalidTag, ValueError):
            raise _refused() from None
        if len(key) != 32:
            raise _refused()
        return key


def wrap_info(room: bytes, upload_id: bytes) -> bytes:
    """HPKE's info: label, room(16), upload id(16)."""
    return b"rvr/up1/key\0" + room + upload_id


def wrap_file_key(desk_public: bytes, file_key: bytes, room: bytes, upload_id: bytes) -> bytes:
    """What the page does: encapsulated key(32) || ciphertext(32) || tag(16)."""
    public = X25519PublicKey.from_public_bytes(desk_public)
    return _SUITE.encrypt(file_key, public, wrap_info(room, upload_id))


class _Stream:
    """Keys and nonces of one sealed stream. size: the whole file's; start: where in the file this stream begins."""

    def __init__(self, file_key: bytes, upload_id: bytes, size: int, start: int) -> None:
        if len(file_key) != 32 or len(upload_id) != 16 or not 0 <= start <= size:
            raise BugError("a sealed stream needs a 32-byte key, a 16-byte id and a start within the file")
        info = b"rvr/up1/payload\0" + struct.pack(">QQ", size, start)
        derived = hkdf(file_key, salt=upload_id, info=info, length=39)
        self._cipher, self._prefix = AESGCM(derived[:32]), derived[32:]
        self._left = size - start + TRAILER
        """Plain bytes (with the trailer) that are still to come."""
        self._counter = 0

    def _next(self) -> tuple[bytes, int]:
        """(nonce, plain length) of the next chunk: prefix(7) || counter u32 || final u8."""
        length = min(self._left, CHUNK)
        final = length == self._left
        nonce = self._prefix + struct.pack(">IB", self._counter, final)
        return nonce, length

    def _passed(self, length: int) -> None:
        self._left -= length
        self._counter += 1

    @property
    def done(self) -> bool:
        return self._left == 0


class StreamSealer(_Stream):
    """The page's half, as the reference for the JavaScript and for tests."""

    def seal_next(self, plain: bytes) -> bytes:
        """plain: the next CHUNK bytes of file || SHA-256(file), or what is left of them."""
        nonce, length = self._next()
        if len(plain) != length or not length:
            raise BugError("chunks are sealed whole and in order")
        self._passed(length)
        return self._cipher.encrypt(nonce, plain, b"")


def seal_file(
    file_key: bytes, upload_id: bytes, data: bytes, start: int = 0, *, sha256: bytes | None = None
) -> bytes:
    """A whole sealed stream at once. sha256: what to claim instead of the true one."""
    sealer = StreamSealer(file_key, upload_id, len(data), start)
    plain = data[start:] + (sha256 or hashlib.sha256(data).digest())
    return b"".join(sealer.seal_next(plain[at : at + CHUNK]) for at in range(0, len(plain), CHUNK))


class StreamOpener(_Stream):
    """The desk's half: chunks in, file bytes out, in order and only once. Not thread-safe."""

    def __init__(self, file_key: bytes, upload_id: bytes, size: int, start: int = 0) -> None:
        super().__init__(file_key, upload_id, size, start)
        self._trailer = b""

    @property
    def needed(self) -> int:
        """Bytes of the next sealed chunk; 0 when the stream is done."""
        return 0 if self.done else min(self._left, CHUNK) + TAG

    @property
    def sealed_offset(self) -> int:
        """Where the next sealed chunk begins."""
        return self._counter * SEALED_CHUNK

    @property
    def claimed_sha256(self) -> bytes:
        """What the page computed over the whole file; empty until the stream is done."""
        return self._trailer if self.done else b""

    def open_next(self, untrusted_sealed: bytes | memoryview) -> bytes:
        """The file's bytes in this chunk. Raises UntrustedInputError; the state is then as before."""
        nonce, length = self._next()
        if len(untrusted_sealed) != length + TAG or not length:
            raise _refused()
        try:
            plain = self._cipher.decrypt(nonce, untrusted_sealed, b"")
        except InvalidTag:
            raise _refused() from None
        content = min(max(self._left - TRAILER, 0), length)
        self._passed(length)
        self._trailer += plain[content:]
        return plain[:content]
