"""One track on its way into the recording: put in the sender's order, timed, and checked for what is missing."""

import bisect
from dataclasses import dataclass

from rvr_console.domain.recording import EncodedFrame, GapCause, Party, TrackKind
from rvr_console.video.track_clock import Stamp, TrackClock

_VP8_START = b"\x9d\x01\x2a"
_DEFAULT_VIDEO_US = 33_333
_LONGEST_VIDEO_US = 100_000
_OPUS_FRAME_US = ((10_000, 20_000, 40_000, 60_000), (10_000, 20_000), (2_500, 5_000, 10_000, 20_000))


def vp8_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a VP8 key frame (RFC 6386, section 9.1); None for any other frame."""
    if len(data) < 10 or data[0] & 1 or data[3:6] != _VP8_START:
        return None
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return width & 0x3FFF, height & 0x3FFF


def opus_duration_us(packet: bytes) -> int:
    """Length of an Opus packet from its first bytes (RFC 6716, section 3.1); 20 ms if there is nothing to read."""
    if not packet:
        return 20_000
    config, code = packet[0] >> 3, packet[0] & 3
    kind = 0 if config < 12 else 1 if config < 16 else 2
    frame_us = _OPUS_FRAME_US[kind][config & (1 if kind == 1 else 3)]
    count = (1, 2, 2, packet[1] & 0x3F if len(packet) > 1 else 1)[code]
    return min(frame_us * max(count, 1), 120_000)


@dataclass(slots=True)
class TrackTally:
    """Frames of one track since the recorder started. waiting: could not be decoded before the next key frame."""

    received: int = 0
    recorded: int = 0
    recorded_us: int = 0
    waiting: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class TimedFrame:
    """A frame with its place in time. hole: why frames before it are missing, if they are."""

    time_ns: int
    duration_us: int
    frame: EncodedFrame
    hole: GapCause | None


@dataclass(slots=True)
class _Waiting:
    stamp: Stamp
    frame: EncodedFrame
    hole: GapCause | None

    @property
    def order(self) -> tuple[int, int]:
        return self.stamp.order


class Lane:
    """Holds the last moment of one track, so that packets sent again find their place before they are written."""

    def __init__(self, party: Party, kind: TrackKind) -> None:
        self.party = party
        self.kind = kind
        self.tally = TrackTally()
        self.size: tuple[int, int] | None = None
        self._clock = TrackClock(90_000 if kind.is_picture else 48_000)
        self._waiting: list[_Waiting] = []
        self._next_tap: int | None = None
        self._hole: GapCause | None = None
        self._written: tuple[int, int] = (-1, 0)
        self._last_ns: int | None = None
        self._video_us = _DEFAULT_VIDEO_US

    def renew(self) -> None:
        """A new connection: its counts start anew."""
        self._clock = TrackClock(90_000 if self.kind.is_picture else 48_000)
        self._waiting.clear()
        self._next_tap = None
        self._hole = None
        self._written = (-1, 0)
        self._last_ns = None

    def hole(self, cause: GapCause | None) -> None:
        """Frames before the next one are missing; None: forget what was said (a pause lay between)."""
        self._hole = cause

    @property
    def silent_because(self) -> GapCause | None:
        """Why nothing more has come, if that was said and every frame before it has been handed on."""
        return None if self._waiting else self._hole

    def observe(self, frame: EncodedFrame) -> Stamp:
        """Keep the clock and the tap's count going, whether the frame will be kept or not."""
        if self._next_tap is not None and frame.tap_sequence != self._next_tap and self._hole is None:
            restarted = frame.tap_sequence < self._next_tap
            self._hole = GapCause.MEDIA_RESTARTED if restarted else GapCause.RECORDER_OVERFLOW
        self._next_tap = frame.tap_sequence + 1
        return self._clock.observe(frame.rtp_timestamp, frame.received_ns)

    def add(self, frame: EncodedFrame) -> None:
        stamp = self.observe(frame)
        hole, self._hole = self._hole, None
        self.tally.received += 1
        if frame.key and self.kind.is_picture:
            self.size = (
                (frame.width, frame.height)
                if frame.width and frame.height
                else vp8_size(frame.data) or self.size
            )
        bisect.insort(self._waiting, _Waiting(stamp, frame, hole), key=lambda item: item.order)

    def due(self, horizon_ns: int) -> list[TimedFrame]:
        """Frames received up to horizon_ns and those that belong before them, in order."""
        count = 0
        for index, item in enumerate(self._waiting):
            if item.frame.received_ns <= horizon_ns:
                count = index + 1
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return [timed for item in taken if (timed := self._timed(item)) is not None]

    def discard(self) -> None:
        self._waiting.clear()

    def _timed(self, item: _Waiting) -> TimedFrame | None:
        if item.order <= self._written:
            self.tally.late += 1  # its place has been written over; the decoder needs a fresh start
            self._hole = GapCause.NETWORK_LOSS
            return None
        self._written = item.order
        time_ns = item.stamp.time_ns()
        if self.kind is TrackKind.AUDIO:
            duration = opus_duration_us(item.frame.data)
        else:
            duration = self._video_duration(time_ns)
        return TimedFrame(time_ns, duration, item.frame, item.hole)

    def _video_duration(self, time_ns: int) -> int:
        if self._last_ns is not None:
            step = (time_ns - self._last_ns) // 1000
            if 0 < step <= _LONGEST_VIDEO_US:
                self._video_us += (step - self._video_us) // 8
        self._last_ns = time_ns
        return self._video_us
