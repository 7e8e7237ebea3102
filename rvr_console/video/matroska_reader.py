"""Reads back what matroska.py writes (RFC 9559), cluster by cluster, from a seekable stream of decrypted bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.errors import EvidenceError
from rvr_console.video import matroska as mkv

_MAX_HEADER = 1 << 20
_MAX_CLUSTER = 64 << 20


class ByteStream(Protocol):
    """What a decrypted segment offers: io.RawIOBase does."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def read(self, size: int = -1, /) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Block:
    """One frame. time_us: from the segment's start."""

    track: int
    time_us: int
    key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Cue:
    """A video key frame and the offset, in the stream, of the cluster that holds it."""

    track: int
    time_us: int
    offset: int


def _broken(what: str) -> EvidenceError:
    return EvidenceError(
        f"The recording's media cannot be read: {what}.", kept="The sealed file is as it was."
    )


def _vint(data: bytes, at: int, *, keep_marker: bool = False) -> tuple[int, int]:
    """Value and the position after it. Raises EvidenceError."""
    if at >= len(data) or not data[at]:
        raise _broken("a length is malformed")
    length = 9 - data[at].bit_length()
    raw = int.from_bytes(data[at : at + length], "big")
    if at + length > len(data):
        raise _broken("it ends in the middle of a length")
    return (raw if keep_marker else raw & ((1 << (7 * length)) - 1)), at + length


def _children(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        identity, at = _vint(data, at, keep_marker=True)
        size, at = _vint(data, at)
        if at + size > len(data):
            raise _broken("an element is longer than what holds it")
        yield identity, data[at : at + size]
        at += size


def _read(stream: ByteStream, offset: int, size: int) -> bytes:
    stream.seek(offset)
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class MatroskaReader:
    """One segment's stream. Raises EvidenceError for what is malformed; a stream that breaks off simply ends."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self.tracks: list[tuple[Party, TrackKind]] = []
        self._content = 0
        self.first_cluster = 0
        self._read_header()

    def _read_header(self) -> None:
        head = _read(self._stream, 0, _MAX_HEADER)
        if not head:
            return  # broke off before any media
        identity, at = _vint(head, 0, keep_marker=True)
        size, at = _vint(head, at)
        at += size
        segment, at = _vint(head, at, keep_marker=True)
        if identity != mkv.EBML or segment != mkv.SEGMENT:
            raise _broken("it does not begin as a recording does")
        _, at = _vint(head, at)
        self._content = at
        while at + 4 <= len(head):
            identity, body = _vint(head, at, keep_marker=True)
            if identity not in {mkv.INFO, mkv.TRACKS}:
                break
            size, body = _vint(head, body)
            if identity == mkv.TRACKS:
                self.tracks = [_track(entry) for _, entry in _children(head[body : body + size])]
            at = body + size
        self.first_cluster = at

    def clusters(self, offset: int) -> Iterator[tuple[int, list[Block]]]:
        """(offset, blocks) of each cluster from the one at offset on."""
        offset = max(offset, self.first_cluster)
        while True:
            head = _read(self._stream, offset, 12)
            if len(head) < 12:
                return
            identity, at = _vint(head, 0, keep_marker=True)
            size, at = _vint(head, at)
            if identity == mkv.CLUSTER:
                if size > _MAX_CLUSTER:
                    raise _broken("a piece is impossibly large")
                body = _read(self._stream, offset + at, size)
                if len(body) < size:
                    return  # broke off here
                yield offset, _blocks(body)
            offset += at + size

    def cues(self, offset: int) -> list[Cue]:
        """The key frames, if the index lies at this offset; [] if something else does (the recording broke off)."""
        head = _read(self._stream, offset, 12)
        if len(head) < 5:
            return []
        identity, at = _vint(head, 0, keep_marker=True)
        if identity != mkv.CUES:
            return []
        size, at = _vint(head, at)
        found = []
        for _, point in _children(_read(self._stream, offset + at, min(size, _MAX_CLUSTER))):
            parts = dict(_children(point))
            place = dict(_children(parts[mkv.CUE_TRACK_POSITIONS]))
            time_ms = int.from_bytes(parts[mkv.CUE_TIME], "big")
            position = int.from_bytes(place[mkv.CUE_CLUSTER_POSITION], "big")
            track = int.from_bytes(place[mkv.CUE_TRACK], "big") - 1
            found.append(Cue(track, time_ms * 1000, self._content + position))
        return found


def _track(entry: bytes) -> tuple[Party, TrackKind]:
    name = dict(_children(entry)).get(mkv.TRACK_NAME, b"").decode("ascii", "replace")
    party, _, kind = name.partition(".")
    try:
        return Party(party), TrackKind(kind)
    except ValueError:
        raise _broken("it has a track of an unknown kind") from None


def _blocks(body: bytes) -> list[Block]:
    start_ms = 0
    blocks = []
    for identity, data in _children(body):
        if identity == mkv.TIMESTAMP:
            start_ms = int.from_bytes(data, "big")
        elif identity == mkv.SIMPLE_BLOCK:
            track, at = _vint(data, 0)
            offset_ms = int.from_bytes(data[at : at + 2], "big", signed=True)
            key = bool(data[at + 2] & 0x80)
            blocks.append(Block(track - 1, (start_ms + offset_ms) * 1000, key, data[at + 3 :]))
    return blocks
