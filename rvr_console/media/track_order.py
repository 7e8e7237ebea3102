"""Puts the frames of one track back into order at the tap, drops repeats and finds holes. Pure: time comes with the frames.

What wrtc tells about a frame (measured with Chromium as the peer):
- received sound: RTP sequence number, always;
- received picture: frame id only if the page enabled the dependency descriptor (``setHeaderExtensionsToNegotiate``), otherwise
  nothing but the RTP timestamp; sent picture: frame id always; sent sound: RTP timestamp only.
- The tap lies before the engine's own ordering: a frame completed by a retransmission comes after its successors, and
  retransmissions sent as bandwidth probes come as exact repeats. Both must not reach a recording as they are.
A sender that skips captured pictures makes RTP steps but no step of frame ids, so with ids real loss and skipping can be
told apart; without ids a long RTP step is reported with cause ``unknown``.
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal

Cause = Literal["network_loss", "recorder_overflow", "camera_off", "microphone_off", "unknown"]
MAX_WAITING = 120


@dataclass(frozen=True, slots=True)
class TapFrame:
    """One encoded frame at the tap. order: frame id or RTP sequence number, None if the engine does not tell."""

    order: int | None
    rtp_timestamp: int
    received_ns: int
    key: bool
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class HoleFound:
    """Missing frames between two CLOCK_MONOTONIC times. frames: how many, 0 if not known."""

    start_ns: int
    end_ns: int
    cause: Cause
    frames: int


@dataclass(frozen=True, slots=True)
class OrderRules:
    """clock_rate: RTP ticks a second. order_bits: width of the order number, 0 if it does not wrap. wait_ns: how long a missing
    frame is waited for. silence_ns: the RTP step that counts as a hole although no number is missing; unnumbered_ns: the same for
    frames without numbers.
    """

    clock_rate: int
    order_bits: int
    wait_ns: int
    silence_ns: int
    unnumbered_ns: int = 200_000_000


NEVER_NS = 1 << 62
RECEIVED_VIDEO = OrderRules(90_000, 0, 300_000_000, 1_500_000_000)
RECEIVED_AUDIO = OrderRules(48_000, 16, 120_000_000, 200_000_000)
# a screen on which nothing moves sends next to nothing: only a missing number is a loss here, silence is the recorder's to judge
RECEIVED_SCREEN = OrderRules(90_000, 0, 300_000_000, NEVER_NS, NEVER_NS)
SENT_VIDEO = OrderRules(90_000, 0, 0, 1_500_000_000)
SENT_AUDIO = OrderRules(48_000, 0, 0, 200_000_000)
_MEMORY = 61


def unwrapped(value: int, previous: int, bits: int) -> int:
    """The wrapping counter `value` as the number nearest to `previous` (which may be any size)."""
    span = 1 << bits
    delta = (value - previous) % span
    return previous + (delta - span if delta >= span // 2 else delta)


@dataclass(slots=True)
class _Last:
    """The frame handed on last: its number (order, or RTP time if the frames have none) and its unwrapped RTP time."""

    numbered: bool
    number: int
    rtp: int


class TrackOrder:
    """Frames in as they come, frames and holes out in order.

    The edges of a hole are given where the frames belong by their RTP times, not by when they happened to arrive: after an
    outage what was sent meanwhile comes in one burst.
    """

    def __init__(self, rules: OrderRules) -> None:
        self._rules = rules
        self._waiting: dict[int, TapFrame] = {}
        self._last: _Last | None = None
        self._off_cause: Cause | None = None
        self._offsets: deque[int] = deque(maxlen=_MEMORY)  # ns between RTP time and arrival
        self._steps: deque[int] = deque(maxlen=_MEMORY)  # RTP ticks between neighbours
        self.repeats = 0

    def restart(self) -> None:
        """Forget what went before: after a pause, which is stated by other means."""
        self._waiting.clear()
        self._last = None
        self._off_cause = None
        self._offsets.clear()

    def expect_silence(self, cause: Cause) -> None:
        """The track was switched off on our side: the next hole has this cause."""
        self._off_cause = cause

    def push(self, frame: TapFrame) -> list[TapFrame | HoleFound]:
        """Take a frame; returns what can be handed on now."""
        last, numbered = self._last, frame.order is not None
        if last is None or last.numbered != numbered:
            return self.flush() + self._emit(self._number(frame), frame)
        number = self._number(frame)
        if number in self._waiting or number == last.number:
            self.repeats += 1
            return []
        if number < last.number:
            return self._behind(frame, number, last)
        self._waiting[number] = frame
        return self._release(frame.received_ns)

    def flush(self) -> list[TapFrame | HoleFound]:
        """Hand on everything that still waits, with the holes between."""
        return self._release(None)

    def _number(self, frame: TapFrame) -> int:
        if frame.order is None:
            return self._rtp(frame)
        bits, last = self._rules.order_bits, self._last
        return unwrapped(frame.order, last.number, bits) if bits and last and last.numbered else frame.order

    def _rtp(self, frame: TapFrame) -> int:
        return unwrapped(frame.rtp_timestamp, self._last.rtp, 32) if self._last else frame.rtp_timestamp

    def _step(self) -> int:
        """RTP ticks from one frame to the next, usually; 0 while unknown."""
        return sorted(self._steps)[len(self._steps) // 2] if self._steps else 0

    def _follows(self, number: int, last: _Last) -> bool:
        if last.numbered:
            return number == last.number + 1
        step = self._step()
        return step == 0 or number - last.number <= step * 3 // 2

    def _behind(self, frame: TapFrame, number: int, last: _Last) -> list[TapFrame | HoleFound]:
        rtp = self._rtp(frame)
        if last.numbered and rtp <= last.rtp:
            self.repeats += 1  # a repeat, or so late that its hole is stated already
            return []
        if last.numbered and frame.key and self._rules.order_bits == 0:
            # a new encoder starts its ids again with a key frame
            return self.flush() + self._emit(number, frame)
        if last.numbered:
            self.repeats += 1
            return []
        # too late to be put in order: the bits are left out, so say so
        at = self._time(rtp, frame)
        return [HoleFound(at, at + self._ns(self._step()), "network_loss", 1)]

    def _release(self, now_ns: int | None) -> list[TapFrame | HoleFound]:
        out: list[TapFrame | HoleFound] = []
        while self._waiting and self._last is not None:
            number = min(self._waiting)
            frame = self._waiting[number]
            patient = now_ns is not None and now_ns - frame.received_ns < self._rules.wait_ns
            if patient and len(self._waiting) < MAX_WAITING and not self._follows(number, self._last):
                break
            del self._waiting[number]
            out += self._emit(number, frame)
        return out

    def _emit(self, number: int, frame: TapFrame) -> list[TapFrame | HoleFound]:
        out: list[TapFrame | HoleFound] = []
        last, rtp = self._last, self._rtp(frame)
        numbered = frame.order is not None
        if last is not None:
            found = self._hole_before(number if numbered and last.numbered else None, rtp, last, frame)
            if found is not None:
                out.append(found)
            elif rtp > last.rtp:
                self._steps.append(rtp - last.rtp)
        self._offsets.append(frame.received_ns - self._ns(rtp))
        self._off_cause = None
        self._last = _Last(numbered, number, rtp)
        out.append(frame)
        return out

    def _hole_before(self, number: int | None, rtp: int, last: _Last, frame: TapFrame) -> HoleFound | None:
        missing = max(0, number - last.number - 1) if number is not None else 0
        silence_ns = self._ns(rtp - last.rtp)
        limit = (
            self._rules.silence_ns
            if number is not None
            else min(self._rules.silence_ns, self._rules.unnumbered_ns)
        )
        if missing > 0:
            cause: Cause = "network_loss"
        elif self._off_cause is not None:
            cause = self._off_cause
        elif silence_ns > limit:
            cause = "unknown"
        else:
            return None
        start = self._time(last.rtp + self._step(), frame)
        return HoleFound(start, max(start, self._time(rtp, frame)), cause, missing)

    def _ns(self, ticks: int) -> int:
        return ticks * 1_000_000_000 // self._rules.clock_rate

    def _time(self, rtp: int, frame: TapFrame) -> int:
        """CLOCK_MONOTONIC time of an RTP time: by the median of what arrived lately."""
        if not self._offsets:
            return frame.received_ns
        return max(0, sorted(self._offsets)[len(self._offsets) // 2] + self._ns(rtp))
