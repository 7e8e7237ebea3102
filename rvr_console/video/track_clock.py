"""Puts each track on the desk's one clock.

RTP times count from a random number, per track, and wrap at 32 bits (RFC 3550, section 5.1). What ties two tracks together
is when their packets arrive: the median of (received - RTP time) is steady within a few milliseconds, while the first
packets of a track are often late by 200 ms. A `ClockLine` holds that median and moves slowly, so that times stay
continuous; a jump of the sender's own count (new source, new connection) starts a new line.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

WRAP = 1 << 32
_MS = 1_000_000
JUMP_NS = 5_000 * _MS  # further from the line than this is another count, not a late packet
SETTLE_SAMPLES = 60  # a young line may still move quickly
FAST_STEP_NS = 10 * _MS
SLOW_STEP_NS = _MS // 4  # per frame; a phone's clock drifts far less
MEDIAN_EVERY = 8


class ClockLine:
    """time_ns = ticks * 1e9 / rate + offset; the offset follows the median of what was seen."""

    def __init__(self, number: int, rate: int, window: int) -> None:
        self.number = number
        self._rate = rate
        self._samples: deque[int] = deque(maxlen=window)
        self._seen = 0
        self._target: int | None = None
        self._offset: int | None = None

    def observe(self, ticks: int, received_ns: int) -> None:
        self._samples.append(received_ns - self.ticks_ns(ticks))
        self._seen += 1
        if self._seen <= SETTLE_SAMPLES or self._seen % MEDIAN_EVERY == 0:
            self._target = int(median(self._samples))

    def ticks_ns(self, ticks: int) -> int:
        return ticks * 1_000_000_000 // self._rate

    def strays(self, ticks: int, received_ns: int) -> bool:
        """True if this packet cannot belong to the same count."""
        if self._target is None:
            return False
        return abs(received_ns - self.ticks_ns(ticks) - self._target) > JUMP_NS

    def time_ns(self, ticks: int) -> int:
        """Where the frame stands on CLOCK_MONOTONIC; each call lets the line move one step towards the median."""
        target = self._target if self._target is not None else 0
        if self._offset is None:
            self._offset = target
        else:
            step = FAST_STEP_NS if self._seen <= SETTLE_SAMPLES else SLOW_STEP_NS
            self._offset += max(-step, min(step, target - self._offset))
        return self.ticks_ns(ticks) + self._offset


@dataclass(frozen=True, slots=True)
class Stamp:
    """A frame's place on its line; sorts in the sender's order."""

    line: ClockLine
    ticks: int

    @property
    def order(self) -> tuple[int, int]:
        return self.line.number, self.ticks

    def time_ns(self) -> int:
        return self.line.time_ns(self.ticks)


class TrackClock:
    """Unwraps one track's RTP times and keeps its line.

    rate: ticks per second (90,000 video, 48,000 sound). window: packets the median is taken over.
    """

    def __init__(self, rate: int, window: int = 151) -> None:
        self._rate = rate
        self._window = window
        self._ticks: int | None = None
        self._line = ClockLine(0, rate, window)

    def observe(self, rtp_timestamp: int, received_ns: int) -> Stamp:
        """Take note of a packet; out-of-order packets are welcome."""
        raw = rtp_timestamp % WRAP
        if self._ticks is None:
            ticks = raw
        else:
            step = (raw - self._ticks) % WRAP
            ticks = self._ticks + (step if step < WRAP // 2 else step - WRAP)
        if self._line.strays(ticks, received_ns):
            self._line = ClockLine(self._line.number + 1, self._rate, self._window)
        self._ticks = ticks
        self._line.observe(ticks, received_ns)
        return Stamp(self._line, ticks)
