"""A recorder on a bench: a store in memory whose disk can be told to fail or stall, and a clock that is moved by hand."""

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "scripts"))

from clip_frames import Viewer

from rvr_console.domain.recording import EncodedFrame, EventKind, Gap, Party, RecordHead, RecordingEvent
from rvr_console.errors import StorageError
from rvr_console.video.recorder_commands import RecorderTiming, Start, Stop
from rvr_console.video.recorder_core import RecorderCore
from rvr_console.video.recorder_segment import SegmentReports

S = 1_000_000_000
MS = 1_000_000
T0 = 5_000 * S


class HandClock:
    """Monotonic and wall time, moved by hand."""

    def __init__(self) -> None:
        self.ns = T0
        self.wall = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)

    def monotonic_ns(self) -> int:
        return self.ns

    def now(self) -> datetime:
        return self.wall + timedelta(microseconds=(self.ns - T0) // 1000)


class MemoryDisk:
    """full: every write fails. gate: when cleared, sync waits until it is set again; `stalled` tells that one waits."""

    def __init__(self) -> None:
        self.full = False
        self.gate = threading.Event()
        self.gate.set()
        self.stalled = threading.Event()

    def check(self) -> None:
        if self.full:
            raise StorageError(
                "The disk is full.", kept="What was recorded is kept.", todo="Make room and rejoin."
            )

    def sync(self) -> None:
        self.check()
        if not self.gate.is_set():
            self.stalled.set()
            assert self.gate.wait(30)


class MemorySegment:
    """SealedSegment in memory. durable: bytes of the stream that would survive a power loss."""

    def __init__(self, number: int, disk: MemoryDisk) -> None:
        self._number = number
        self._disk = disk
        self.stream = b""
        self.durable = 0
        self.events: list[RecordingEvent] = []
        self.media: list[tuple[int, int]] = []
        self.records = 0
        self.finished = False

    @property
    def number(self) -> int:
        return self._number

    @property
    def head(self) -> RecordHead:
        return RecordHead("evidence", self._number, self.records, bytes(32))

    def append_init(self, data: bytes) -> None:
        assert not self.media
        self.stream += data
        self.records += 1

    def append_media(self, data: bytes, pts_us: int) -> None:
        assert not self.finished
        self._disk.check()
        self.media.append((pts_us, len(self.stream)))
        self.stream += data
        self.records += 1

    def append_event(self, event: RecordingEvent) -> None:
        assert not self.finished
        self.events.append(event)
        self.records += 1

    def sync(self) -> None:
        self._disk.sync()
        self.durable = len(self.stream)

    def finish(self) -> None:
        self.finished = True

    def of(self, kind: EventKind) -> list[RecordingEvent]:
        return [event for event in self.events if event.kind is kind]


class MemoryStore:
    """SegmentStore in memory."""

    evidence_id = "evidence"

    def __init__(self) -> None:
        self.disk = MemoryDisk()
        self.segments: list[MemorySegment] = []

    def open_segment(self) -> MemorySegment:
        self.disk.check()
        assert all(segment.finished for segment in self.segments), "one segment at a time"
        self.segments.append(MemorySegment(len(self.segments) + 1, self.disk))
        return self.segments[-1]


class Bench:
    """A RecorderCore run by hand in steps of 100 ms, with everything it reports."""

    def __init__(self, timing: RecorderTiming | None = None) -> None:
        self.store = MemoryStore()
        self.clock = HandClock()
        self.gaps: list[tuple[int, Gap]] = []
        self.heads: list[RecordHead] = []
        self.wanted: list[tuple[int, Party]] = []
        reports = SegmentReports(
            lambda number, gap: self.gaps.append((number, gap)),
            self.heads.append,
            lambda party, _kind: self.wanted.append((self.clock.ns - T0, party)),
        )
        self.core = RecorderCore(self.store, self.clock, reports, timing or RecorderTiming())

    def run(self, items: list[tuple[int, object]], until_s: float) -> None:
        """Start at T0, hand over (time ns, item) when due, stop at until_s."""
        self.core.handle(Start(T0))
        self.go(items, until_s)
        self.core.handle(Stop(self.clock.ns))

    def go(self, items: list[tuple[int, object]], until_s: float) -> None:
        waiting = sorted(items, key=lambda item: item[0])
        end = T0 + round(until_s * S)
        while self.clock.ns < end:
            self.clock.ns += 100 * MS
            while waiting and waiting[0][0] <= self.clock.ns:
                self.core.handle(waiting.pop(0)[1])
            self.core.step(self.clock.ns)

    def gaps_of(self, party: Party, kind: object) -> list[Gap]:
        return [gap for _, gap in self.gaps if gap.party is party and gap.kind is kind]

    def numbers(self, party: Party) -> list[int]:
        """The numbers of the pictures that the segments show of this party."""
        viewer = Viewer(party)
        return [number for segment in self.store.segments for number in viewer.look(segment.stream).numbers]


def arriving(frames: list[EncodedFrame]) -> list[tuple[int, object]]:
    return [(frame.received_ns, frame) for frame in frames]
