"""A checkpoint of the custody log as a signed note: how many entries, which root, when, after which checkpoint.

Bytes: docs/evidence-format.md section 9, after C2SP signed-note, tlog-checkpoint and tlog-cosignature. Signing and checking
signatures are ports: this module only says what is signed.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Protocol

from rvr_console.domain.merkle import HASH_BYTES
from rvr_console.errors import EvidenceError

ORIGIN: Final = "rvr/custody/"
SIGNATURE_BYTES: Final = 64
_NOTE_LIMIT: Final = 16 * 1024
_PLAIN, _COSIGNED = b"\x01", b"\x04"
_TEXT = re.compile(
    r"rvr/custody/(?P<log>[0-9a-f]{32})\n(?P<size>[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>[0-9T:.+-]{1,40})\nprevious (?P<previous>[0-9a-f]{64}|none)\n"
    r"desk (?P<desk>[^\n]{1,128})\nkey (?P<key>[0-9a-f]{64})\n"
)
_LINE = re.compile(r"\u2014 (?P<name>[^\s+]{1,160}) (?P<data>[A-Za-z0-9+/]{1,400}={0,2})")


class Signer(Protocol):
    """A desk's signing key. label stands in everything it signs, and says TEST for a test desk."""

    @property
    def public_key(self) -> bytes: ...

    @property
    def label(self) -> str: ...

    def sign(self, message: bytes) -> bytes:
        """Ed25519, 64 bytes."""
        ...


class SignatureCheck(Protocol):
    def __call__(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether this is the key's Ed25519 signature over the message. public_key: 32 bytes raw."""
        ...


@dataclass(frozen=True)
class Checkpoint:
    """What is signed. log_id: 32 hexadecimal digits. previous: digest of the checkpoint before. key: the desk's, 32 bytes."""

    log_id: str
    size: int
    root: bytes
    at: datetime
    previous: bytes | None
    desk: str
    key: bytes

    @cached_property
    def text(self) -> str:
        """The signed text, to its last line feed."""
        previous = self.previous.hex() if self.previous else "none"
        return (
            f"{ORIGIN}{self.log_id}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
            f"time {self.at.isoformat()}\nprevious {previous}\ndesk {self.desk}\nkey {self.key.hex()}\n"
        )

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint with the desk's signature; cosignatures are lines of others."""

    checkpoint: Checkpoint
    signature: bytes
    cosignatures: tuple[str, ...] = ()

    def holds(self, check: SignatureCheck) -> bool:
        """Whether the key that it names really signed it. Whose key that is, is another question."""
        return check(self.checkpoint.key, self.checkpoint.text.encode(), self.signature)


def key_name(desk: str) -> str:
    """A desk's name as signature lines allow it."""
    return re.sub(r"[\s+]", "-", desk)


def _key_id(name: str, kind: bytes, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + key).digest()[:4]


def sign_note(checkpoint: Checkpoint, signer: Signer) -> str:
    """The whole note with the desk's signature line."""
    name = key_name(checkpoint.desk)
    signature = signer.sign(checkpoint.text.encode())
    data = base64.b64encode(_key_id(name, _PLAIN, checkpoint.key) + signature).decode()
    return f"{checkpoint.text}\n\u2014 {name} {data}\n"


def parse_note(untrusted_note: str) -> Note:
    """Raises EvidenceError when it is not a note of this form. No signature is checked here."""
    text, mark, lines = untrusted_note.partition("\n\n")
    found = _TEXT.fullmatch(text + "\n")
    if len(untrusted_note) > _NOTE_LIMIT or not mark or found is None or not lines.endswith("\n"):
        raise EvidenceError("A checkpoint of the custody log cannot be read.")
    try:
        at = datetime.fromisoformat(found["at"])
    except ValueError as error:
        raise EvidenceError("A checkpoint of the custody log has no time.") from error
    previous = None if found["previous"] == "none" else bytes.fromhex(found["previous"])
    checkpoint = Checkpoint(
        found["log"],
        int(found["size"]),
        base64.b64decode(found["root"]),
        at,
        previous,
        found["desk"],
        bytes.fromhex(found["key"]),
    )
    first, *others = lines[:-1].split("\n")
    name, data = _signature_line(first)
    if (
        checkpoint.text != text + "\n"
        or name != key_name(checkpoint.desk)
        or len(data) != 4 + SIGNATURE_BYTES
        or data[:4] != _key_id(name, _PLAIN, checkpoint.key)
        or len(checkpoint.root) != HASH_BYTES
    ):
        raise EvidenceError("A checkpoint of the custody log does not name the desk that signed it.")
    return Note(checkpoint, data[4:], tuple(others))


def cosigned_message(text: str, seconds: int) -> bytes:
    """What a cosigner signs (C2SP tlog-cosignature). seconds: POSIX time."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosignature_line(text: str, signer: Signer, at: datetime) -> str:
    """Another desk's line under a note."""
    name, seconds = key_name(signer.label), int(at.timestamp())
    signature = signer.sign(cosigned_message(text, seconds))
    data = _key_id(name, _COSIGNED, signer.public_key) + seconds.to_bytes(8, "big") + signature
    return f"\u2014 {name} {base64.b64encode(data).decode()}"


def cosigned_at(line: str, text: str, label: str, key: bytes, check: SignatureCheck) -> int | None:
    """POSIX time of a cosignature by this desk over this text; None when it is not one."""
    try:
        name, data = _signature_line(line)
    except EvidenceError:
        return None
    if (
        name != key_name(label)
        or len(data) != 12 + SIGNATURE_BYTES
        or data[:4] != _key_id(name, _COSIGNED, key)
    ):
        return None
    seconds = int.from_bytes(data[4:12], "big")
    return seconds if check(key, cosigned_message(text, seconds), data[12:]) else None


def _signature_line(line: str) -> tuple[str, bytes]:
    found = _LINE.fullmatch(line)
    try:
        return (found["name"], base64.b64decode(found["data"], validate=True)) if found else ("", b"")
    except binascii.Error as error:
        raise EvidenceError("A signature line of a checkpoint cannot be read.") from error


def by_size(checkpoints: Iterable[Checkpoint]) -> dict[int, tuple[bytes, ...]]:
    """The roots that were signed for each size; more than one for a size cannot both hold."""
    roots: dict[int, tuple[bytes, ...]] = {}
    for one in checkpoints:
        known = roots.get(one.size, ())
        if one.root not in known:
            roots[one.size] = (*known, one.root)
    return roots
