"""Sealed signalling between the desk and the victim's page, end to end past the gateway.

X25519 (RFC 7748) mixed with a key from the link's secret, HKDF-SHA256 (RFC 5869), AES-256-GCM with a counter for
each direction, four words to compare by voice, and the HMACs that confirm the DTLS certificates both ways.
Byte tables and test vectors: docs/signalling.md.
"""

import hashlib
import hmac
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from importlib import resources

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire.encoding import b64u, from_b64u, hkdf

HAIL, KNOCK, SEALED = 1, 2, 3
MAX_BODY = 48_000
"""Bytes of one sealed body, so that its base64url text and the frame round it stay under 64 KiB."""
MAX_PLAIN = 47_000
MAX_EPOCH = 2**53 - 1
"""The largest integer that JavaScript's numbers hold exactly."""


class Side(IntEnum):
    """Who sends: the page (the victim's device) or the desk (the officer's console)."""

    PAGE = 1
    DESK = 2


def _refused() -> UntrustedInputError:
    return UntrustedInputError("A sealed message was changed, repeated or out of order, and was refused.")


def load_words() -> tuple[str, ...]:
    """The 256 neutral words, in the order both sides use."""
    text = resources.files("rvr_console.wire").joinpath("words.json").read_text("utf-8")
    words = json.loads(text)
    if not isinstance(words, list) or len(words) != 256 or len(set(words)) != 256:
        raise BugError("words.json must hold 256 distinct words")
    return tuple(words)


_WORDS = load_words()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What both sides must agree on: everything that made the session's keys."""

    room: bytes
    epoch: int
    desk_key: bytes
    challenge: bytes
    commitment: bytes
    page_key: bytes

    def digest(self) -> bytes:
        """SHA-256 over label, room(16), epoch u64, desk key, challenge, commitment, page key (32 each)."""
        parts = (
            b"rvr/sig1/transcript\0",
            self.room,
            struct.pack(">Q", self.epoch),
            self.desk_key,
            self.challenge,
            self.commitment,
            self.page_key,
        )
        return hashlib.sha256(b"".join(parts)).digest()


class Session:
    """The keys of one handshake, seen from one side. Not thread-safe: belongs to one loop.

    seal() counts up from 0. open() takes only the next counter; what fails leaves the state as it was, and the
    caller ends the connection.
    """

    def __init__(self, side: Side, psk: bytes, shared: bytes, digest: bytes) -> None:
        self._side = side
        self.digest = digest
        self._root = psk + shared
        key = {Side.PAGE: self._key(b"rvr/sig1/page"), Side.DESK: self._key(b"rvr/sig1/desk")}
        self._out = AESGCM(key[side])
        self._in = AESGCM(key[Side.DESK if side is Side.PAGE else Side.PAGE])
        self._sent = 0
        self._received = 0

    def _key(self, info: bytes, length: int = 32) -> bytes:
        return hkdf(self._root, salt=self.digest, info=info, length=length)

    @property
    def id(self) -> str:
        """16 hexadecimal digits that name this session in the confirmation on the data channel."""
        return self.digest[:8].hex()

    def _aad(self, sender: Side, counter: int) -> bytes:
        return b"rvr/sig1/msg\0" + struct.pack(">B", sender) + self.digest + struct.pack(">Q", counter)

    def seal_next(self, plain: bytes) -> tuple[int, bytes]:
        """(counter, ciphertext and tag) of the next message out."""
        if len(plain) > MAX_PLAIN:
            raise BugError("a signalling message is larger than the envelope allows")
        counter = self._sent
        sealed = self._out.encrypt(struct.pack(">IQ", 0, counter), plain, self._aad(self._side, counter))
        self._sent += 1
        return counter, sealed

    def open_next(self, counter: int, untrusted_sealed: bytes) -> bytes:
        """The plain message, if it is exactly the next one. Raises UntrustedInputError."""
        if counter != self._received or len(untrusted_sealed) > MAX_BODY:
            raise _refused()
        sender = Side.DESK if self._side is Side.PAGE else Side.PAGE
        try:
            plain = self._in.decrypt(
                struct.pack(">IQ", 0, counter), untrusted_sealed, self._aad(sender, counter)
            )
        except (InvalidTag, ValueError):
            raise _refused() from None
        self._received += 1
        return plain

    def seal(self, plain: bytes) -> bytes:
        """Body 0x03 || counter u64 || ciphertext and tag."""
        counter, sealed = self.seal_next(plain)
        return struct.pack(">BQ", SEALED, counter) + sealed

    def open(self, untrusted_body: bytes) -> bytes:
        """The plain message of a sealed body. Raises UntrustedInputError."""
        if not 25 <= len(untrusted_body) <= MAX_BODY or untrusted_body[0] != SEALED:
            raise _refused()
        return self.open_next(struct.unpack(">Q", untrusted_body[1:9])[0], untrusted_body[9:])

    def words(self, word_nonce: bytes) -> tuple[str, str, str, str]:
        """Four words for officer and victim to compare by voice, once the desk has shown its word nonce."""
        a, b, c, d = self._key(b"rvr/sig1/words" + word_nonce, 4)
        return _WORDS[a], _WORDS[b], _WORDS[c], _WORDS[d]

    def confirmation(self) -> "Confirmation":
        return Confirmation(
            self.id, self._side, self._key(b"rvr/sig1/confirm-page"), self._key(b"rvr/sig1/confirm-desk")
        )


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Two-way confirmation of a peer connection: HMAC-SHA256 over both DTLS certificate fingerprints.

    Fingerprints are SHA-256 of the certificate's DER, 32 bytes. Each side has its own key and label, so neither
    can send the other's message back.
    """

    session: str
    side: Side
    _page_key: bytes = field(repr=False)
    _desk_key: bytes = field(repr=False)

    def mac(self, sender: Side, desk_fingerprint: bytes, page_fingerprint: bytes) -> bytes:
        if len(desk_fingerprint) != 32 or len(page_fingerprint) != 32:
            raise BugError("a fingerprint is the 32 bytes of a SHA-256")
        key, label = {
            Side.PAGE: (self._page_key, b"rvr/sig1/confirm-page\0"),
            Side.DESK: (self._desk_key, b"rvr/sig1/confirm-desk\0"),
        }[sender]
        return hmac.new(key, label + desk_fingerprint + page_fingerprint, hashlib.sha256).digest()

    def message(self, desk_fingerprint: bytes, page_fingerprint: bytes) -> str:
        """The first text message of this side on the data channel."""
        mac = self.mac(self.side, desk_fingerprint, page_fingerprint)
        role = self.side.name.lower()
        fields = {"kind": "confirm", "v": 1, "role": role, "session": self.session, "mac": b64u(mac)}
        return json.dumps(fields, separators=(",", ":"))

    def check(self, untrusted_message: str, desk_fingerprint: bytes, page_fingerprint: bytes) -> None:
        """Return if the other side's first message confirms these two certificates. Raises UntrustedInputError."""
        sender = Side.DESK if self.side is Side.PAGE else Side.PAGE
        wrong = UntrustedInputError("The other side did not confirm this connection; it is not secure.")
        if len(untrusted_message) > 512:
            raise wrong
        try:
            fields = json.loads(untrusted_message)
        except ValueError:
            raise wrong from None
        expected = {"kind": "confirm", "v": 1, "role": sender.name.lower(), "session": self.session}
        if not isinstance(fields, dict) or set(fields) != {*expected, "mac"}:
            raise wrong
        untrusted_mac = fields.pop("mac")
        if fields != expected or not isinstance(untrusted_mac, str):
            raise wrong
        mac = from_b64u(untrusted_mac, length=32)
        if not hmac.compare_digest(mac, self.mac(sender, desk_fingerprint, page_fingerprint)):
            raise wrong


def _hail_cipher(psk: bytes, room: bytes, epoch: int) -> tuple[AESGCM, bytes]:
    key = hkdf(psk, salt=room, info=b"rvr/sig1/hail", length=32)
    return AESGCM(key), b"rvr/sig1/hail\0" + room + struct.pack(">Q", epoch)


def _commit(word_nonce: bytes) -> bytes:
    return hashlib.sha256(b"rvr/sig1/words\0" + word_nonce).digest()


def _exchange(own: X25519PrivateKey, untrusted_other: bytes) -> bytes:
    try:
        return own.exchange(X25519PublicKey.from_public_bytes(untrusted_other))
    except ValueError:  # a point of small order gives the all-zero secret
        raise _refused() from None


class DeskHandshake:
    """The desk's half for one connection: hail out, one knock in."""

    def __init__(self, psk: bytes, room: bytes, epoch: int, token_bytes: Callable[[int], bytes]) -> None:
        if not 0 < epoch <= MAX_EPOCH:
            raise BugError("an epoch is a whole number from 1")
        self._psk, self._room, self._epoch = psk, room, epoch
        self._private = X25519PrivateKey.from_private_bytes(token_bytes(32))
        self._challenge = token_bytes(32)
        self.word_nonce = token_bytes(32)
        self._nonce = token_bytes(12)
        self._answered = False

    def hail(self) -> bytes:
        """Body 0x01 || epoch u64 || nonce(12) || sealed JSON."""
        fields = {
            "v": 1,
            "epoch": self._epoch,
            "desk_key": b64u(self._private.public_key().public_bytes_raw()),
            "challenge": b64u(self._challenge),
            "commitment": b64u(_commit(self.word_nonce)),
        }
        plain = json.dumps(fields, separators=(",", ":")).encode()
        cipher, aad = _hail_cipher(self._psk, self._room, self._epoch)
        return struct.pack(">BQ", HAIL, self._epoch) + self._nonce + cipher.encrypt(self._nonce, plain, aad)

    def answer(self, untrusted_body: bytes) -> tuple[Session, bytes]:
        """The session and the plain knock. Once only. Raises UntrustedInputError."""
        if self._answered or not 49 <= len(untrusted_body) <= MAX_BODY or untrusted_body[0] != KNOCK:
            raise _refused()
        self._answered = True
        page_key = untrusted_body[1:33]
        transcript = Transcript(
            self._room,
            self._epoch,
            self._private.public_key().public_bytes_raw(),
            self._challenge,
            _commit(self.word_nonce),
            page_key,
        )
        session = Session(Side.DESK, self._psk, _exchange(self._private, page_key), transcript.digest())
        return session, session.open_next(0, untrusted_body[33:])


@dataclass(frozen=True, slots=True)
class Hail:
    """What an opened hail says."""

    epoch: int
    desk_key: bytes
    challenge: bytes
    commitment: bytes


def open_hail(psk: bytes, room: bytes, untrusted_body: bytes) -> Hail:
    """Raises UntrustedInputError."""
    if not 37 < len(untrusted_body) <= 4096 or untrusted_body[0] != HAIL:
        raise _refused()
    epoch = struct.unpack(">Q", untrusted_body[1:9])[0]
    cipher, aad = _hail_cipher(psk, room, epoch)
    try:
        fields = json.loads(cipher.decrypt(untrusted_body[9:21], untrusted_body[21:], aad))
        keys = [from_b64u(fields[name], length=32) for name in ("desk_key", "challenge", "commitment")]
    except (InvalidTag, ValueError, KeyError, TypeError):
        raise _refused() from None
    if fields.get("v") != 1 or fields.get("epoch") != epoch:
        raise _refused()
    return Hail(epoch, *keys)


class PageHandshake:
    """The page's half, as the reference for the JavaScript and for tests."""

    def __init__(self, psk: bytes, room: bytes, hail: Hail, token_bytes: Callable[[int], bytes]) -> None:
        private = X25519PrivateKey.from_private_bytes(token_bytes(32))
        self._page_key = private.public_key().public_bytes_raw()
        transcript = Transcript(
            room, hail.epoch, hail.desk_key, hail.challenge, hail.commitment, self._page_key
        )
        self.session = Session(Side.PAGE, psk, _exchange(private, hail.desk_key), transcript.digest())
        self._commitment = hail.commitment

    def knock(self, plain: bytes) -> bytes:
        """Body 0x02 || page key(32) || sealed knock."""
        return struct.pack(">B", KNOCK) + self._page_key + self.session.seal_next(plain)[1]

    def words(self, untrusted_word_nonce: bytes) -> tuple[str, str, str, str]:
        """The four words. Raises UntrustedInputError unless the desk had committed to this nonce."""
        if not hmac.compare_digest(_commit(untrusted_word_nonce), self._commitment):
            raise _refused()
        return self.session.words(untrusted_word_nonce)


def device_challenge(digest: bytes) -> bytes:
    """What the device key signs in a knock: label and the session's transcript digest."""
    return b"rvr/sig1/device\0" + digest


def check_device_signature(untrusted_key: bytes, untrusted_signature: bytes, digest: bytes) -> str:
    """Check an ECDSA P-256 SHA-256 signature (r || s, 64 bytes) by an uncompressed point (65 bytes).

    Returns the device key's id: 32 hexadecimal digits. Raises UntrustedInputError.
    """
    if len(untrusted_key) != 65 or len(untrusted_signature) != 64:
        raise _refused()
    r, s = int.from_bytes(untrusted_signature[:32], "big"), int.from_bytes(untrusted_signature[32:], "big")
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), untrusted_key)
        key.verify(encode_dss_signature(r, s), device_challenge(digest), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        raise _refused() from None
    return device_key_id(untrusted_key)


def device_key_id(key: bytes) -> str:
    return hashlib.sha256(key).digest()[:16].hex()
