"""Writes the recording's Matroska stream (RFC 9559): VP8 and Opus as they came, one whole cluster at a time.

Our own writer, because the one in FFmpeg holds *everything* in memory, without limit, while a VP8 track is silent (its
interleaver exempts VP8 from `max_interleave_delta`): with a camera off nothing would reach the disk. This one has no
state but the open cluster, so a flush is a flush. The stream grows only; the index (Cues) comes at the end, and what was
cut off in mid-recording is still a valid stream.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rvr_console.domain.recording import Party, TrackKind

_EPOCH_2001 = datetime(2001, 1, 1, tzinfo=UTC)
UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"
EBML, SEGMENT, INFO, TRACKS = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B
CLUSTER, CUES, TIMESTAMP, SIMPLE_BLOCK = 0x1F43B675, 0x1C53BB6B, 0xE7, 0xA3
TRACK_ENTRY, CODEC_ID, CODEC_PRIVATE, TRACK_NUMBER, TRACK_NAME = 0xAE, 0x86, 0x63A2, 0xD7, 0x536E
VIDEO, PIXEL_WIDTH, PIXEL_HEIGHT = 0xE0, 0xB0, 0xBA
CUE_POINT, CUE_TIME, CUE_TRACK_POSITIONS, CUE_TRACK, CUE_CLUSTER_POSITION = 0xBB, 0xB3, 0xB7, 0xF7, 0xF1
MAX_CLUSTER_MS = 30_000  # block times are 16 bit, signed, from the cluster's


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """One track as the header names it. width, height: pixels, pictures only (later sizes are in the VP8 stream itself)."""

    party: Party
    kind: TrackKind
    width: int = 0
    height: int = 0

    @property
    def name(self) -> str:
        return f"{self.party.value}.{self.kind.value}"


def vint(value: int) -> bytes:
    """An EBML size (RFC 8794, section 4), as short as it goes."""
    length = 1
    while value >= (1 << (7 * length)) - 1:
        length += 1
    return (value | (1 << (7 * length))).to_bytes(length, "big")


def element(identity: int, body: bytes) -> bytes:
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big") + vint(len(body)) + body


def uint(identity: int, value: int) -> bytes:
    return element(identity, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def text(identity: int, value: str) -> bytes:
    return element(identity, value.encode())


def opus_head(channels: int = 2) -> bytes:
    """Identification header (RFC 7845, section 5.1); no pre-skip: the first packet is heard in full."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, 48_000, 0, 0)


def _track_entry(number: int, plan: TrackPlan) -> bytes:
    body = uint(TRACK_NUMBER, number) + uint(0x73C5, number) + uint(0x9C, 0)  # TrackUID, no lacing
    body += text(TRACK_NAME, plan.name) + text(0x22B59C, "und")
    if plan.kind.is_picture:
        size = uint(PIXEL_WIDTH, plan.width) + uint(PIXEL_HEIGHT, plan.height)
        body += uint(0x83, 1) + text(CODEC_ID, "V_VP8") + element(VIDEO, size)
    else:
        sound = element(0xB5, struct.pack(">d", 48_000.0)) + uint(0x9F, 2)
        body += uint(0x83, 2) + text(CODEC_ID, "A_OPUS") + element(CODEC_PRIVATE, opus_head())
        body += uint(0x56AA, 0) + uint(0x56BB, 80_000_000) + element(0xE1, sound)  # CodecDelay, SeekPreRoll
    return element(TRACK_ENTRY, body)


class MatroskaWriter:
    """Makes the bytes; where they go is the caller's business. Times in ms from the segment's start.

    `header()` once, then `add()` blocks and `take_cluster()` whenever bytes are wanted, `cues()` last. The concatenation is
    a playable file. Positions in the index count from the start of the Segment's content, as RFC 9559 section 16 says.
    """

    def __init__(self, tracks: Sequence[TrackPlan], started: datetime) -> None:
        self._tracks = tuple(tracks)
        self._started = started
        self._written = 0  # bytes of Segment content handed out
        self._blocks: list[bytes] = []
        self._start_ms = 0
        self._size = 0
        self._open_cues: list[tuple[int, int]] = []  # time, track: in the open cluster
        self._cues: list[tuple[int, int, int]] = []  # time, track, position of the cluster

    def header(self) -> bytes:
        ebml = uint(0x4286, 1) + uint(0x42F7, 1) + uint(0x42F2, 4) + uint(0x42F3, 8)
        ebml += text(0x4282, "matroska") + uint(0x4287, 4) + uint(0x4285, 2)
        since = int((self._started - _EPOCH_2001).total_seconds() * 1_000_000) * 1000
        info = uint(0x2AD7B1, 1_000_000) + element(0x4461, struct.pack(">q", since))
        info += text(0x4D80, "rvr_console") + text(0x5741, "rvr_console")
        entries = b"".join(_track_entry(i + 1, plan) for i, plan in enumerate(self._tracks))
        content = element(INFO, info) + element(TRACKS, entries)
        self._written = len(content)
        return element(EBML, ebml) + SEGMENT.to_bytes(4, "big") + UNKNOWN_SIZE + content

    @property
    def pending(self) -> int:
        """Bytes in the open cluster."""
        return self._size

    @property
    def start_ms(self) -> int:
        """Time of the open cluster's first block; only meaningful while `pending`."""
        return self._start_ms

    def fits(self, time_ms: int) -> bool:
        return not self._blocks or -MAX_CLUSTER_MS < time_ms - self._start_ms < MAX_CLUSTER_MS

    def add(self, track: int, time_ms: int, data: bytes, *, key: bool) -> None:
        """Put one frame of track (index from 0) into the open cluster. ValueError if its time does not fit."""
        if not self.fits(time_ms):
            raise ValueError("block time too far from its cluster")
        if not self._blocks:
            self._start_ms = time_ms
        if key and self._tracks[track].kind.is_picture:
            self._open_cues.append((time_ms, track))
        head = bytes((0x80 | (track + 1),)) + struct.pack(">hB", time_ms - self._start_ms, 0x80 if key else 0)
        block = b"\xa3" + vint(len(head) + len(data)) + head + data
        self._blocks.append(block)
        self._size += len(block)

    def take_cluster(self) -> bytes:
        """The open cluster, closed; b"" if it has no block."""
        if not self._blocks:
            return b""
        cluster = element(CLUSTER, uint(TIMESTAMP, self._start_ms) + b"".join(self._blocks))
        self._cues += [(time_ms, track, self._written) for time_ms, track in self._open_cues]
        self._open_cues = []
        self._blocks = []
        self._size = 0
        self._written += len(cluster)
        return cluster

    def cues(self) -> bytes:
        """Index of the video key frames, for the end of the stream; b"" if there is none."""
        points = b"".join(
            element(
                CUE_POINT,
                uint(CUE_TIME, time_ms)
                + element(
                    CUE_TRACK_POSITIONS, uint(CUE_TRACK, track + 1) + uint(CUE_CLUSTER_POSITION, position)
                ),
            )
            for time_ms, track, position in self._cues
        )
        return element(CUES, points) if points else b""
