"""The bytes of a sealed recording, and nothing but the bytes: no keys, no files. docs/evidence-format.md has the tables.

All integers are big-endian. JSON is RFC 8785 (canonical), so that equal values are equal bytes. Everything that is
parsed here came from a file that somebody may have altered: lengths are limited before use.
"""

import json
import re
import struct
from dataclasses import dataclass
from dataclasses import fields as fields_of
from enum import IntEnum

import rfc8785

from rvr_console.domain.recording import EventKind, RecordHead, RecordingEvent
from rvr_console.errors import BugError, EvidenceError

FILE_MAGIC = b"\x89RVR-EC1\r\n\x1a\n\x00\x00\x00\x01"
SUITE = "rvr/ec1 AES-256-GCM HKDF-SHA256 SHA-256 Ed25519"
CONTENT_TYPE = "video/x-matroska"
RECORD_MAGIC = b"RVRr"
HEADER_PREFIX_BYTES = 20  # magic, then u32 length of the JSON
RECORD_HEADER_BYTES = 24
SIGNATURE_BYTES = 64
TAG_BYTES = 16
SALT_BYTES = 32
CHAIN_BYTES = 32
MAX_HEADER_JSON = 16 * 1024
MAX_PAYLOAD = 1024 * 1024  # one record's plaintext; the writer splits longer pieces
MAX_BODY = MAX_PAYLOAD + SALT_BYTES + TAG_BYTES
MAX_SEQUENCE = 2**32 - 1
MAX_PTS_US = 2**53 - 1  # stays exact in JSON
NO_RECORD = -1  # the sequence of a head that stands at the file header

_RECORD_HEADER = struct.Struct(">4sBBHIIQ")
_INDEX_ENTRY = struct.Struct(">BIQQI")
INDEX_ENTRIES_PER_RECORD = MAX_PAYLOAD // _INDEX_ENTRY.size
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


class RecordType(IntEnum):
    INIT = 1
    MEDIA = 2
    EVENT = 3
    INDEX = 4
    RECOVERED = 5
    FINAL = 6


@dataclass(frozen=True, slots=True)
class SegmentHeader:
    """The signed head of a segment file. salt, key_commitment, desk_key: 32 bytes each; wall_time: ISO 8601, UTC."""

    evidence_id: str
    session_id: str
    segment: int
    previous: RecordHead | None
    salt: bytes
    key_commitment: bytes
    desk_key: bytes
    signer: str
    wall_time: str
    monotonic_ns: int
    app_version: str
    content_type: str = CONTENT_TYPE


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """The 24 clear bytes before each record. length: bytes of the sealed body, tag included."""

    kind: RecordType
    length: int
    sequence: int
    pts_us: int


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Where a record lies. offset: of its header in the file; length: of its sealed body."""

    kind: RecordType
    sequence: int
    pts_us: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class FinalNote:
    """Content of FINAL. records: how many stand before it; media_bytes: plaintext of INIT and MEDIA together."""

    records: int
    media_bytes: int
    duration_us: int
    how: str  # "closed" by the recorder, or "recovered" after a crash


@dataclass(frozen=True, slots=True)
class TornTail:
    """Bytes that recovery set aside in a file of their own."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RecoveredNote:
    """Content of RECOVERED: where the good part ended, what was set aside, and when. wall_time: ISO 8601, UTC."""

    good_sequence: int
    good_chain: bytes
    torn: tuple[TornTail, ...]
    wall_time: str
    app_version: str


def _damaged(reason: str) -> EvidenceError:
    return EvidenceError(reason, kept="The file is left as it is.")


def check_name(text: str) -> str:
    """An id that may stand in a file name: letters, digits, dot, dash, underscore, at most 64. Raises EvidenceError."""
    if not _NAME.fullmatch(text):
        raise _damaged("An identifier contains characters that are not allowed.")
    return text


class _Fields:
    """Checked access to untrusted canonical JSON."""

    def __init__(self, untrusted: bytes, what: str, names: set[str]) -> None:
        self._what = what
        try:
            value = json.loads(untrusted)
            same = rfc8785.dumps(value) == untrusted
        except (ValueError, RecursionError) as error:
            raise _damaged(f"The {what} is not canonical JSON.") from error
        if not isinstance(value, dict) or not same:
            raise _damaged(f"The {what} is not canonical JSON.")
        if set(value) != names:
            raise _damaged(f"The {what} has missing or unknown fields.")
        self._value: dict[str, object] = value

    def text(self, name: str, limit: int = 256) -> str:
        value = self._value[name]
        if not isinstance(value, str) or len(value) > limit:
            raise _damaged(f"The {self._what} has a wrong {name}.")
        return value

    def number(self, name: str, low: int, high: int) -> int:
        value = self._value[name]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _damaged(f"The {self._what} has a wrong {name}.")
        return value

    def octets(self, name: str, count: int) -> bytes:
        value = self.text(name, 2 * count)
        if len(value) != 2 * count or not _HEX.fullmatch(value):
            raise _damaged(f"The {self._what} has a wrong {name}.")
        return bytes.fromhex(value)

    def item(self, name: str) -> object:
        return self._value[name]


def pack_header(header: SegmentHeader) -> bytes:
    """magic(16), u32 length, canonical JSON."""
    previous = header.previous
    body = rfc8785.dumps(
        {
            "app_version": header.app_version,
            "content_type": header.content_type,
            "desk_key": header.desk_key.hex(),
            "evidence_id": header.evidence_id,
            "key_commitment": header.key_commitment.hex(),
            # as text: nanoseconds pass 2^53, the largest exact JSON number, after 104 days of uptime
            "monotonic_ns": str(header.monotonic_ns),
            "previous": None
            if previous is None
            else {"chain": previous.chain.hex(), "segment": previous.segment, "sequence": previous.sequence},
            "salt": header.salt.hex(),
            "segment": header.segment,
            "session_id": header.session_id,
            "signer": header.signer,
            "suite": SUITE,
            "wall_time": header.wall_time,
        }
    )
    if len(body) > MAX_HEADER_JSON:
        raise BugError("segment header too long")
    return FILE_MAGIC + len(body).to_bytes(4, "big") + body


_HEADER_FIELDS = {field.name for field in fields_of(SegmentHeader)} | {"suite"}


def header_json_length(untrusted_prefix: bytes) -> int:
    """Length of the JSON that follows the first 20 bytes. Raises EvidenceError."""
    if len(untrusted_prefix) < HEADER_PREFIX_BYTES or untrusted_prefix[:16] != FILE_MAGIC:
        raise _damaged("This is not a sealed recording, or its first bytes were changed.")
    length = int.from_bytes(untrusted_prefix[16:20], "big")
    if not 0 < length <= MAX_HEADER_JSON:
        raise _damaged("The file header has a wrong length.")
    return length


def parse_header(untrusted: bytes) -> SegmentHeader:
    """The whole header (without its signature) from bytes. Raises EvidenceError."""
    length = header_json_length(untrusted[:HEADER_PREFIX_BYTES])
    if len(untrusted) != HEADER_PREFIX_BYTES + length:
        raise _damaged("The file header is cut short.")
    fields = _Fields(untrusted[HEADER_PREFIX_BYTES:], "file header", _HEADER_FIELDS)
    if fields.text("suite") != SUITE:
        raise _damaged("The recording uses a format that this program does not know.")
    evidence_id = check_name(fields.text("evidence_id"))
    monotonic = fields.text("monotonic_ns", 20)
    if not monotonic.isascii() or not monotonic.isdigit():
        raise _damaged("The file header has a wrong monotonic_ns.")
    return SegmentHeader(
        evidence_id=evidence_id,
        session_id=check_name(fields.text("session_id")),
        segment=fields.number("segment", 1, 9999),
        previous=_parse_previous(fields.item("previous"), evidence_id),
        salt=fields.octets("salt", 32),
        key_commitment=fields.octets("key_commitment", 32),
        desk_key=fields.octets("desk_key", 32),
        signer=fields.text("signer"),
        wall_time=fields.text("wall_time", 40),
        monotonic_ns=int(monotonic),
        app_version=fields.text("app_version", 64),
        content_type=fields.text("content_type", 64),
    )


def _parse_previous(untrusted: object, evidence_id: str) -> RecordHead | None:
    if untrusted is None:
        return None
    fields = _Fields(rfc8785.dumps(untrusted), "previous segment head", {"chain", "segment", "sequence"})  # type: ignore[arg-type] # it came out of json.loads
    return RecordHead(
        evidence_id,
        fields.number("segment", 1, 9999),
        fields.number("sequence", NO_RECORD, MAX_SEQUENCE),
        fields.octets("chain", CHAIN_BYTES),
    )


def pack_record_header(header: RecordHeader) -> bytes:
    return _RECORD_HEADER.pack(RECORD_MAGIC, header.kind, 0, 0, header.length, header.sequence, header.pts_us)


def parse_record_header(untrusted: bytes) -> RecordHeader:
    """24 bytes to values. Raises EvidenceError when a field cannot be right."""
    magic, kind, flags, reserved, length, sequence, pts_us = _RECORD_HEADER.unpack(untrusted)
    if magic != RECORD_MAGIC or flags or reserved or not RecordType.INIT <= kind <= RecordType.FINAL:
        raise _damaged("The record's header was changed.")
    least = TAG_BYTES + (SALT_BYTES if kind == RecordType.RECOVERED else 0)
    if not least <= length <= MAX_BODY or pts_us > MAX_PTS_US:
        raise _damaged("The record's header has an impossible length or time.")
    return RecordHeader(RecordType(kind), length, sequence, pts_us)


def pack_event(event: RecordingEvent) -> bytes:
    body = rfc8785.dumps({"detail": dict(event.detail), "kind": event.kind.value, "pts_us": event.pts_us})
    if len(body) > MAX_PAYLOAD:
        raise BugError("event too long for one record")
    return body


def parse_event(untrusted: bytes) -> RecordingEvent:
    """Raises EvidenceError."""
    fields = _Fields(untrusted, "event", {"detail", "kind", "pts_us"})
    detail = fields.item("detail")
    if not isinstance(detail, dict) or not all(isinstance(value, str) for value in detail.values()):
        raise _damaged("An event has a wrong detail.")
    try:
        kind = EventKind(fields.text("kind", 64))
    except ValueError as error:
        raise _damaged("An event is of a kind that this program does not know.") from error
    return RecordingEvent(kind, fields.number("pts_us", 0, MAX_PTS_US), detail)


def pack_index(entries: list[IndexEntry]) -> list[bytes]:
    """INDEX payloads: 25 bytes an entry, as many payloads as the size of a record demands (at least one)."""
    packed = [_INDEX_ENTRY.pack(e.kind, e.sequence, e.pts_us, e.offset, e.length) for e in entries]
    step = INDEX_ENTRIES_PER_RECORD
    return [b"".join(packed[start : start + step]) for start in range(0, max(len(packed), 1), step)]


def parse_index(untrusted: bytes) -> list[IndexEntry]:
    """Raises EvidenceError."""
    if len(untrusted) % _INDEX_ENTRY.size:
        raise _damaged("The index has a wrong length.")
    try:
        return [IndexEntry(RecordType(kind), *rest) for kind, *rest in _INDEX_ENTRY.iter_unpack(untrusted)]
    except ValueError as error:
        raise _damaged("The index names an unknown type of record.") from error


def pack_final(note: FinalNote) -> bytes:
    return rfc8785.dumps(
        {
            "duration_us": note.duration_us,
            "how": note.how,
            "media_bytes": note.media_bytes,
            "records": note.records,
        }
    )


def parse_final(untrusted: bytes) -> FinalNote:
    """Raises EvidenceError."""
    fields = _Fields(untrusted, "closing record", {"duration_us", "how", "media_bytes", "records"})
    return FinalNote(
        fields.number("records", 0, MAX_SEQUENCE),
        fields.number("media_bytes", 0, MAX_PTS_US),
        fields.number("duration_us", 0, MAX_PTS_US),
        fields.text("how", 16),
    )


def pack_recovered(note: RecoveredNote) -> bytes:
    return rfc8785.dumps(
        {
            "app_version": note.app_version,
            "good_chain": note.good_chain.hex(),
            "good_sequence": note.good_sequence,
            "torn": [{"name": t.name, "sha256": t.sha256, "size": t.size} for t in note.torn],
            "wall_time": note.wall_time,
        }
    )


def parse_recovered(untrusted: bytes) -> RecoveredNote:
    """Raises EvidenceError."""
    fields = _Fields(
        untrusted, "recovery record", {"app_version", "good_chain", "good_sequence", "torn", "wall_time"}
    )
    tails = fields.item("torn")
    if not isinstance(tails, list):
        raise _damaged("The recovery record has a wrong torn.")
    return RecoveredNote(
        fields.number("good_sequence", NO_RECORD, MAX_SEQUENCE),
        fields.octets("good_chain", CHAIN_BYTES),
        tuple(_parse_torn(tail) for tail in tails),
        fields.text("wall_time", 40),
        fields.text("app_version", 64),
    )


def _parse_torn(untrusted: object) -> TornTail:
    fields = _Fields(rfc8785.dumps(untrusted), "note of a torn tail", {"name", "sha256", "size"})  # type: ignore[arg-type] # it came out of json.loads
    return TornTail(
        fields.text("name"), fields.number("size", 0, MAX_PTS_US), fields.octets("sha256", 32).hex()
    )
