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
    frame is waited for. silence_ns: the RTP step that counts as a hole although no number is missing.
    """

    clock_rate: int
    order_bits: int
    wait_ns: int
    silence_ns: int


RECEIVED_VIDEO = OrderRules(90_000, 0, 300_000_000, 1_500_000_000)
RECEIVED_AUDIO = OrderRules(48_000, 16, 120_000_000, 200_000_000)
SENT_VIDEO = OrderRules(90_000, 0, 0, 1_500_000_000)
SENT_AUDIO = OrderRules(48_000, 0, 0, 200_000_000)
UNNUMBERED_VIDEO_SILENCE_NS = 400_000_000


def unwrapped(value: int, previous: int, bits: int) -> int:
    """The wrapping counter `value` as the number nearest to `previous` (which may be any size)."""
    span = 1 << bits
    delta = (value - previous) % span
    return previous + (delta - span if delta >= span // 2 else delta)


class TrackOrder:
    """Frames in as they come, frames and holes out in order."""

    def __init__(self, rules: OrderRules) -> None:
        self._rules = rules
        self._waiting: dict[int, TapFrame] = {}
        self._last: TapFrame | None = None
        self._last_order: int | None = None
        self._last_rtp = 0
        self._off_cause: Cause | None = None
        self.repeats = 0

    def restart(self) -> None:
        """Forget what went before: after a pause, which is stated by other means."""
        self._waiting.clear()
        self._last = None
        self._last_order = None
        self._off_cause = None

    def expect_silence(self, cause: Cause) -> None:
        """The track was switched off on our side: the next hole has this cause."""
        self._off_cause = cause

    def push(self, frame: TapFrame) -> list[TapFrame | HoleFound]:
        """Take a frame; returns what can be handed on now."""
        if self._last is None:
            return self._first(frame)
        if frame.order is None or self._last_order is None:
            return self._unnumbered(frame)
        bits = self._rules.order_bits
        order = unwrapped(frame.order, self._last_order, bits) if bits else frame.order
        if order <= self._last_order:
            if not (
                frame.key and bits == 0 and self._rtp(frame) > self._last_rtp and order not in self._waiting
            ):
                self.repeats += 1
                return []
            # a new encoder starts its ids again with a key frame
            out = self.flush()
            self._last_order = order - 1
            return out + self._emit(order, frame)
        if order in self._waiting:
            self.repeats += 1
            return []
        self._waiting[order] = frame
        return self._release(frame.received_ns)

    def flush(self) -> list[TapFrame | HoleFound]:
        """Hand on everything that still waits, with the holes between."""
        return self._release(None)

    def _first(self, frame: TapFrame) -> list[TapFrame | HoleFound]:
        self._last, self._last_order, self._last_rtp = frame, frame.order, frame.rtp_timestamp
        return [frame]

    def _rtp(self, frame: TapFrame) -> int:
        return unwrapped(frame.rtp_timestamp, self._last_rtp, 32)

    def _release(self, now_ns: int | None) -> list[TapFrame | HoleFound]:
        out: list[TapFrame | HoleFound] = []
        while self._waiting and self._last_order is not None:
            order = min(self._waiting)
            frame = self._waiting[order]
            patient = now_ns is not None and now_ns - frame.received_ns < self._rules.wait_ns
            if order != self._last_order + 1 and patient and len(self._waiting) < MAX_WAITING:
                break
            del self._waiting[order]
            out += self._emit(order, frame)
        return out

    def _emit(self, order: int | None, frame: TapFrame) -> list[TapFrame | HoleFound]:
        out: list[TapFrame | HoleFound] = []
        last, rtp = self._last, self._rtp(frame)
        if last is not None:
            missing = (
                order - self._last_order - 1 if order is not None and self._last_order is not None else 0
            )
            step_ns = (rtp - self._last_rtp) * 1_000_000_000 // self._rules.clock_rate
            limit = self._rules.silence_ns
            if order is None and self._rules.clock_rate == RECEIVED_VIDEO.clock_rate:
                limit = UNNUMBERED_VIDEO_SILENCE_NS
            if self._off_cause is not None and missing == 0:
                out.append(self._hole(last, frame, self._off_cause, 0))
            elif missing > 0:
                out.append(self._hole(last, frame, "network_loss", missing))
            elif step_ns > limit:
                out.append(self._hole(last, frame, "unknown", 0))
        self._off_cause = None
        self._last, self._last_order, self._last_rtp = frame, order, rtp
        out.append(frame)
        return out

    @staticmethod
    def _hole(last: TapFrame, frame: TapFrame, cause: Cause, frames: int) -> HoleFound:
        return HoleFound(last.received_ns, max(last.received_ns, frame.received_ns), cause, frames)

    def _unnumbered(self, frame: TapFrame) -> list[TapFrame | HoleFound]:
        rtp = self._rtp(frame)
        if rtp == self._last_rtp:
            self.repeats += 1
            return []
        if rtp < self._last_rtp:
            # too late to be put in order: the bits are left out, so say so
            last = self._last
            start = min(last.received_ns, frame.received_ns) if last is not None else frame.received_ns
            return [HoleFound(start, frame.received_ns, "network_loss", 1)]
        return self.flush() + self._emit(frame.order, frame)
