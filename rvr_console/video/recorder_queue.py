"""The recorder's door: bounded, never blocks the media side, never loses anything silently."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rvr_console.domain.recording import EncodedFrame, GapCause, TrackHole

Item = object  # EncodedFrame, TrackHole or a command
MAX_HOLES = 1024


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How much may wait: 4 s of media is the specification's figure; the others stop a flood of odd frames."""

    media_ns: int = 4_000_000_000
    media_bytes: int = 32 * 1024 * 1024
    frames: int = 8192


class RecorderQueue:
    """Frames, holes and commands in the order they came. Any thread puts, one takes."""

    def __init__(self, limits: QueueLimits | None = None) -> None:
        self._limits = limits or QueueLimits()
        self._changed = threading.Condition()
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._frames = 0
        self._holes = 0
        self._commands = 0
        self._oldest_ns: int | None = None
        self._lost: dict[tuple[str, str], TrackHole] = {}
        self._lost_frames = 0

    def put_frame(self, frame: EncodedFrame) -> bool:
        """False if there was no room: the frame is lost and will be stated as a gap."""
        with self._changed:
            oldest = self._oldest_ns if self._oldest_ns is not None else frame.received_ns
            if (
                self._lost  # what follows a lost frame waits for the next key frame anyway
                or frame.received_ns - oldest > self._limits.media_ns
                or self._bytes + len(frame.data) > self._limits.media_bytes
                or self._frames >= self._limits.frames
            ):
                self._lose(frame)
                return False
            self._oldest_ns = oldest
            self._bytes += len(frame.data)
            self._frames += 1
            self._items.append(frame)
            return True

    def put_hole(self, hole: TrackHole) -> None:
        """Always taken; when very many wait they are joined, track by track, never dropped."""
        with self._changed:
            if self._lost or self._holes >= MAX_HOLES:
                self._join(hole)
            else:
                self._holes += 1
                self._items.append(hole)

    def put_command(self, command: object) -> None:
        """From our own program only, so few; the recorder wakes for it."""
        with self._changed:
            self._items.append(command)
            self._commands += 1
            self._changed.notify()

    def take(self, timeout: float, now: Callable[[], int] = lambda: 0) -> tuple[list[Item], int]:
        """Everything that waits, oldest first, then the holes made by overflow, after timeout (s) or on a command.

        And the time at which it was all: read under the lock, so that no frame handed over before it is missing.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._commands > 0, timeout)
            taken: list[Item] = [*self._items, *self._lost.values()]
            self._items.clear()
            self._lost.clear()
            self._bytes = self._frames = self._holes = self._commands = 0
            self._oldest_ns = None
            return taken, now()

    @property
    def lost_frames(self) -> int:
        """Frames refused since the beginning."""
        with self._changed:
            return self._lost_frames

    def _lose(self, frame: EncodedFrame) -> None:
        at = frame.received_ns
        self._join(TrackHole(frame.party, frame.kind, at, at, GapCause.RECORDER_OVERFLOW))
        self._lost_frames += 1

    def _join(self, hole: TrackHole) -> None:
        track = (hole.party.value, hole.kind.value)
        known = self._lost.get(track, hole)
        self._lost[track] = TrackHole(
            hole.party,
            hole.kind,
            min(known.start_ns, hole.start_ns),
            max(known.end_ns, hole.end_ns),
            known.cause,
        )
