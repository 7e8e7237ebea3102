"""Keys, chain and signatures of one sealed segment: published constructions, arranged as the specification says.

STREAM nonces (Hoang, Reyhanitabar, Rogaway, Vizár 2015, as in Tink) with AES-256-GCM, HKDF (RFC 5869), a key
commitment, a SHA-256 chain over the sealed bytes and an Ed25519 signature (RFC 8032) at every record.
"""

import hashlib
import hmac
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rvr_console.domain.recording import RecordHead
from rvr_console.errors import BugError, EvidenceError
from rvr_console.evidence.record_format import (
    MAX_PAYLOAD,
    MAX_SEQUENCE,
    NO_RECORD,
    SALT_BYTES,
    SIGNATURE_BYTES,
    TAG_BYTES,
    RecordHeader,
    RecordType,
    SegmentHeader,
    pack_record_header,
)

DATA_KEY_BYTES = 32
_PREFIX_BYTES = 7


class Signer(Protocol):
    """A desk's signing key. label stands in everything it signs (and says TEST when it is a test desk)."""

    @property
    def public_key(self) -> bytes:
        """Ed25519, 32 bytes raw."""
        ...

    @property
    def label(self) -> str: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        ...


def _expand(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def key_commitment(data_key: bytes, salt: bytes) -> bytes:
    """32 bytes that fit one data key only: AES-GCM alone would let two keys open the same bytes."""
    return _expand(data_key, salt, b"rvr/ec1/commit", 32)


def header_hash(header_bytes: bytes) -> bytes:
    return hashlib.sha256(header_bytes).digest()


def header_message(header_bytes: bytes) -> bytes:
    """What the desk signs under the file header."""
    return b"rvr/ec1/hd" + header_hash(header_bytes)


def first_chain(header_bytes: bytes, signature: bytes) -> bytes:
    return hashlib.sha256(header_bytes + signature).digest()


def next_chain(chain: bytes, record_header: bytes, body: bytes, last_signature: bytes) -> bytes:
    step = hashlib.sha256(chain)
    step.update(record_header)
    step.update(body)
    step.update(last_signature)
    return step.digest()


def record_message(file_hash: bytes, sequence: int, chain: bytes) -> bytes:
    """What the desk signs after each record."""
    return b"rvr/ec1/ck" + file_hash + sequence.to_bytes(4, "big") + chain


def signature_holds(desk_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(desk_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class SegmentCipher:
    """Seals and opens record bodies of one segment. Holds the payload key in memory only."""

    def __init__(self, data_key: bytes, header: SegmentHeader, file_hash: bytes) -> None:
        """Raises EvidenceError when the key is not the one that the header commits to."""
        if len(data_key) != DATA_KEY_BYTES:
            raise BugError("data key must be 32 bytes")
        if not hmac.compare_digest(key_commitment(data_key, header.salt), header.key_commitment):
            raise EvidenceError(
                "The key does not belong to this recording.", kept="The recording is left as it is."
            )
        self._data_key = data_key
        self._file_hash = file_hash
        self._main = self._keys(header.salt, b"rvr/ec1/payload")
        self._after_recovery: dict[bytes, tuple[AESGCM, bytes]] = {}

    def _keys(self, salt: bytes, purpose: bytes) -> tuple[AESGCM, bytes]:
        made = _expand(self._data_key, salt, purpose + self._file_hash, 32 + _PREFIX_BYTES)
        return AESGCM(made[:32]), made[32:]

    def _for(self, recovery_salt: bytes) -> tuple[AESGCM, bytes]:
        """After a crash a sequence number is used again, so recovery needs a key of its own: a nonce never repeats."""
        if not recovery_salt:
            return self._main
        if recovery_salt not in self._after_recovery:
            self._after_recovery[recovery_salt] = self._keys(recovery_salt, b"rvr/ec1/recovered")
        return self._after_recovery[recovery_salt]

    @staticmethod
    def _nonce(prefix: bytes, header: RecordHeader) -> bytes:
        return prefix + header.sequence.to_bytes(4, "big") + bytes([header.kind == RecordType.FINAL])

    def seal(
        self, header: RecordHeader, packed: bytes, chain: bytes, plaintext: bytes, recovery_salt: bytes
    ) -> bytes:
        """The body: ciphertext and tag; in RECOVERED the salt of the keys from there on stands before them."""
        aead, prefix = self._for(recovery_salt)
        sealed = aead.encrypt(self._nonce(prefix, header), plaintext, self._file_hash + packed + chain)
        return recovery_salt + sealed if header.kind == RecordType.RECOVERED else sealed

    def open(self, header: RecordHeader, body: bytes, chain: bytes, recovery_salt: bytes) -> bytes:
        """Plaintext. chain: the value before this record. Raises EvidenceError when the tag does not fit."""
        aead, prefix = self._for(recovery_salt)
        sealed = body[SALT_BYTES:] if header.kind == RecordType.RECOVERED else body
        aad = self._file_hash + pack_record_header(header) + chain
        try:
            return aead.decrypt(self._nonce(prefix, header), sealed, aad)
        except InvalidTag as error:
            raise EvidenceError(
                "The record does not open with the recording's key: its content was changed.",
                kept="The file is left as it is.",
            ) from error


class RecordSealer:
    """Turns payloads into finished record bytes and carries the chain from one to the next. Touches no file."""

    def __init__(
        self, cipher: SegmentCipher, signer: Signer, file_hash: bytes, head: RecordHead, last_signature: bytes
    ) -> None:
        """head: where the file stands (sequence -1 right after the header); last_signature: the 64 bytes before."""
        self._cipher = cipher
        self._signer = signer
        self._file_hash = file_hash
        self._head = head
        self._last_signature = last_signature
        self._recovery_salt = b""

    @property
    def head(self) -> RecordHead:
        return self._head

    def start_recovered(self, salt: bytes) -> None:
        """From here on seal with keys of their own; the next record must be RECOVERED and carries the salt."""
        if len(salt) != SALT_BYTES:
            raise BugError("recovery salt must be 32 bytes")
        self._recovery_salt = salt

    def seal(self, kind: RecordType, plaintext: bytes, pts_us: int) -> bytes:
        """Record header, body and signature. Raises BugError, EvidenceError when the numbers are used up."""
        sequence = self._head.sequence + 1
        if len(plaintext) > MAX_PAYLOAD:
            raise BugError("record payload too long")
        if sequence > MAX_SEQUENCE:
            raise EvidenceError(
                "The segment has no record numbers left.", kept="Everything before is sealed."
            )
        extra = SALT_BYTES if kind == RecordType.RECOVERED else 0
        header = RecordHeader(kind, len(plaintext) + TAG_BYTES + extra, sequence, pts_us)
        packed = pack_record_header(header)
        body = self._cipher.seal(header, packed, self._head.chain, plaintext, self._recovery_salt)
        chain = next_chain(self._head.chain, packed, body, self._last_signature)
        signature = self._signer.sign(record_message(self._file_hash, sequence, chain))
        self._head = RecordHead(self._head.evidence_id, self._head.segment, sequence, chain)
        self._last_signature = signature
        return b"".join((packed, body, signature))


def header_head(header: SegmentHeader, header_bytes: bytes, signature: bytes) -> RecordHead:
    """The head of a segment that has no record yet."""
    if len(signature) != SIGNATURE_BYTES:
        raise BugError("a signature has 64 bytes")
    return RecordHead(header.evidence_id, header.segment, NO_RECORD, first_chain(header_bytes, signature))
