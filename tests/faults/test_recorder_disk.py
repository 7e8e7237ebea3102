"""The recorder's thread against a disk that stalls, is full, or fails at the close; and against a flood."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))

from clip_frames import Take, Viewer, audio_frames, video_frames
from recorder_rig import MS, T0, HandClock, MemoryStore, S

from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    Gap,
    GapCause,
    Party,
    RecorderState,
    RecorderStatus,
    TrackHole,
    TrackKind,
)
from rvr_console.video.recorder import Recorder
from rvr_console.video.recorder_commands import RecorderTiming
from rvr_console.video.recorder_queue import QueueLimits, RecorderQueue

KEYS = frozenset(range(0, 400, 30))


class Watched:
    """A real recorder thread, its reports, and a way to wait for one."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = HandClock()
        self.changed = threading.Condition()
        self.statuses: list[RecorderStatus] = []
        self.gaps: list[tuple[int, Gap]] = []
        self.threads: set[str] = set()
        self.recorder = Recorder(
            self.store,
            self.clock,
            self._status,
            lambda number, gap: self.gaps.append((number, gap)),
            lambda _head: None,
            timing=RecorderTiming(poll_s=0.01, status_ns=100 * MS),
        )

    def _status(self, status: RecorderStatus) -> None:
        with self.changed:
            self.threads.add(threading.current_thread().name)
            self.statuses.append(status)
            self.changed.notify_all()

    def until(self, true: Callable[[RecorderStatus], bool]) -> RecorderStatus:
        with self.changed:
            for _ in range(2000):
                if true(status := self.recorder.status()):
                    return status
                self.changed.wait(0.01)
        raise AssertionError(self.recorder.status())

    def feed(self, frames: list[EncodedFrame]) -> None:
        for frame in frames:
            self.clock.ns = max(self.clock.ns, frame.received_ns)
            self.recorder.submit(frame)

    def settle(self) -> RecorderStatus:
        """Let the hold pass, and wait until everything that was handed over is written."""
        self.clock.ns += 700 * MS
        return self.until(lambda status: status.last_sealed_ns >= self.clock.ns - 100 * MS)


@pytest.fixture
def watched() -> Iterator[Watched]:
    made = Watched()
    made.recorder.start()
    yield made
    made.store.disk.gate.set()
    made.recorder.stop(20)


@pytest.fixture(scope="module")
def call() -> list[EncodedFrame]:
    take = Take(start_ns=T0 + 20 * MS, seconds=12, keys=KEYS)
    return sorted(video_frames(take) + audio_frames(take), key=lambda frame: frame.received_ns)


def between(frames: list[EncodedFrame], start_s: float, end_s: float) -> list[EncodedFrame]:
    return [frame for frame in frames if start_s * S <= frame.received_ns - T0 < end_s * S]


def test_stalled_disk_loses_only_what_is_stated(watched: Watched, call: list[EncodedFrame]) -> None:
    watched.feed(between(call, 0, 2))
    watched.settle()
    watched.store.disk.gate.clear()
    watched.feed(between(call, 2, 3.5))
    assert watched.store.disk.stalled.wait(20)
    before = len(watched.statuses)
    watched.feed(between(call, 3.5, 9))
    told = watched.statuses[before:]
    assert told, "the officer is told while the disk still stalls"
    assert "could not be recorded" in told[-1].fault
    assert told[-1].last_sealed_ns < watched.clock.ns - 5 * S
    watched.store.disk.gate.set()
    watched.until(lambda status: status.frames_recorded >= len(between(call, 0, 7.1)))
    watched.feed(between(call, 9, 12))
    watched.settle()
    assert watched.recorder.stop(20)
    seen = Viewer().look(watched.store.segments[0].stream)
    gap = next(g for _, g in watched.gaps if g.party is Party.VICTIM and g.kind is TrackKind.VIDEO)
    assert gap.cause is GapCause.RECORDER_OVERFLOW
    missing = sorted(set(range(360)) - set(seen.numbers))
    assert missing == list(range(missing[0], missing[-1] + 1))
    at = dict.fromkeys(seen.numbers, 0.0) | {n: t for t, n, _, _ in seen.pictures if n is not None}
    assert gap.start_us / 1e6 == pytest.approx(at[missing[0] - 1] + 1 / 30, abs=0.1)
    assert gap.end_us / 1e6 == pytest.approx(at[missing[-1] + 1], abs=0.1)
    tally = watched.recorder.tallies()[Party.VICTIM, TrackKind.VIDEO]
    assert tally.recorded == 360 - len(missing)


def test_short_stall_loses_nothing_and_states_no_gap(watched: Watched, call: list[EncodedFrame]) -> None:
    watched.feed(between(call, 0, 2))
    watched.settle()
    watched.store.disk.gate.clear()
    watched.feed(between(call, 2, 2.7))
    watched.clock.ns += 500 * MS
    assert watched.store.disk.stalled.wait(20)
    watched.feed(between(call, 2.7, 6))
    watched.store.disk.gate.set()
    watched.until(lambda status: status.frames_recorded >= len(between(call, 0, 5.7)))
    watched.feed(between(call, 6, 7))
    watched.settle()
    assert watched.recorder.stop(20)
    seen = Viewer().look(watched.store.segments[0].stream)
    assert seen.numbers == list(range(len(seen.numbers)))
    assert len(seen.numbers) >= 209
    assert not [gap for _, gap in watched.gaps if gap.party is Party.VICTIM and gap.end_us < 6_900_000]


def test_full_disk_closes_cleanly_and_says_so(watched: Watched, call: list[EncodedFrame]) -> None:
    watched.feed(between(call, 0, 3))
    watched.settle()
    watched.store.disk.full = True
    watched.feed(between(call, 3, 5))
    status = watched.until(lambda status: status.state is RecorderState.FAULT)
    assert "disk is full" in status.fault
    assert watched.recorder.stop(20) is False
    (segment,) = watched.store.segments
    assert segment.finished
    kept = Viewer().look(segment.stream[: segment.durable]).numbers
    assert kept[:80] == list(range(80))
    assert segment.of(EventKind.CLOSED)[0].detail["reason"] == "fault"
    assert any(gap.cause is GapCause.DISK_FULL for _, gap in watched.gaps)


def test_disk_full_at_the_start_is_told() -> None:
    watched = Watched()
    watched.store.disk.full = True
    watched.recorder.start()
    status = watched.until(lambda status: status.state is RecorderState.FAULT)
    assert status.fault
    assert watched.recorder.stop(20) is False


def test_thread_has_a_name_and_ends(watched: Watched) -> None:
    watched.until(lambda status: status.state is RecorderState.RECORDING)
    assert watched.threads == {"recorder"}
    assert watched.recorder.stop(20)
    assert watched.recorder.status().state is RecorderState.CLOSED
    assert not [thread for thread in threading.enumerate() if thread.name == "recorder"]


def test_mistake_in_the_thread_is_told_not_hidden(watched: Watched, caplog: pytest.LogCaptureFixture) -> None:
    watched.until(lambda status: status.state is RecorderState.RECORDING)
    watched.recorder._queue.put_command("no command")
    status = watched.until(lambda status: status.state is RecorderState.FAULT)
    assert "mistake in the program" in status.fault
    assert "the recorder failed" in caplog.text


def _frame(n: int, at_ns: int, size: int = 100) -> EncodedFrame:
    return EncodedFrame(Party.VICTIM, TrackKind.AUDIO, n, n * 960, at_ns, True, bytes(size))


def test_queue_holds_four_seconds_of_media() -> None:
    queue = RecorderQueue()
    taken = [queue.put_frame(_frame(n, n * 20 * MS)) for n in range(300)]
    assert taken.count(True) == 201
    (*frames, hole), _ = queue.take(0)
    assert len(frames) == 201
    assert isinstance(hole, TrackHole)
    assert (hole.start_ns, hole.end_ns) == (201 * 20 * MS, 299 * 20 * MS)
    assert hole.cause is GapCause.RECORDER_OVERFLOW
    assert queue.lost_frames == 99
    assert queue.put_frame(_frame(300, 300 * 20 * MS))


def test_queue_is_bounded_in_bytes_and_in_holes() -> None:
    queue = RecorderQueue(QueueLimits(media_bytes=1000))
    assert [queue.put_frame(_frame(n, n, 400)) for n in range(4)] == [True, True, False, False]
    assert queue.put_frame(_frame(9, 9, 1)) is False, "what follows a lost frame is lost with it"
    queue.take(0)
    hole = TrackHole(Party.VICTIM, TrackKind.VIDEO, 0, 5, GapCause.NETWORK_LOSS)
    for n in range(5000):
        queue.put_hole(replace(hole, end_ns=n))
    items, _ = queue.take(0)
    assert len(items) == 1025
    assert items[-1].end_ns == 4999  # type: ignore[attr-defined]
