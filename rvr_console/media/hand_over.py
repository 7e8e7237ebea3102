"""From the taps to the console: order, the pause gate, numbering, holes. Runs on the event loop, never waits."""

import time
from collections.abc import Callable
from typing import Protocol

from pydantic import BaseModel

from rvr_console.media import track_order
from rvr_console.media.track_order import Cause, HoleFound, TapFrame, TrackOrder
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire

# after a pause sound waits for the first key frame of its party, but no longer than this (there may be no picture)
SOUND_WAITS_NS = 500_000_000

_RULES = {
    ("victim", "video"): track_order.RECEIVED_VIDEO,
    ("victim", "audio"): track_order.RECEIVED_AUDIO,
    ("victim", "screen"): track_order.RECEIVED_SCREEN,
    ("officer", "video"): track_order.SENT_VIDEO,
    ("officer", "audio"): track_order.SENT_AUDIO,
}
Track = tuple[wire.PartyName, wire.TrackName]


class FrameLink(Protocol):
    def send(self, message: BaseModel) -> None: ...
    def send_frame(self, frame: media_frames.WireFrame) -> bool: ...


class HandOver:
    """Takes what the taps copied and gives the console what belongs into a recording.

    Nothing is handed on before the peer's certificate is known to be the described one, nor during a pause. After either, a
    picture track starts with a key frame: what was encoded before or during a pause stays out.
    """

    def __init__(self, link: FrameLink, ask_key_frame: Callable[[wire.PictureOf], None]) -> None:
        self._link = link
        self._ask_key_frame = ask_key_frame
        self._epoch = 0
        self._verified = False
        self._paused = False
        self._resumed_ns = 0
        self._orders: dict[Track, TrackOrder] = {}
        self._awaiting_key: set[wire.PictureOf] = set()
        self._sequences: dict[Track, int] = {}
        self._overflowing: set[Track] = set()
        self.received = 0
        self.handed_on = 0

    @property
    def paused(self) -> bool:
        return self._paused

    def begin(self, epoch: int) -> None:
        """A new session: nothing passes until `trust`."""
        self.finish()
        self._epoch = epoch
        self._orders = {track: TrackOrder(rules) for track, rules in _RULES.items()}  # type: ignore[misc]  # literal keys
        self._awaiting_key = set(wire.PICTURES)
        self._resumed_ns = 0

    def trust(self) -> None:
        """The peer's certificate is the described one."""
        self._verified = True

    def finish(self) -> None:
        """The session ends: hand on what still waits for order."""
        self._flush()
        self._verified = False
        self._orders = {}

    def set_paused(self, on: bool) -> None:
        """Close or open the gate at once and say so in the stream."""
        if on == self._paused:
            return
        if on:
            self._flush()
        self._paused = on
        now_ns = time.monotonic_ns()
        self._link.send(wire.PauseState(on=on, at_ns=now_ns))
        for order in self._orders.values():
            order.restart()
        if not on:
            self._resumed_ns = now_ns
            self._awaiting_key = set(wire.PICTURES)

    def track_off(self, track: Track, cause: Cause) -> None:
        """We switched a track of our own off: the hole that follows has this cause."""
        if track in self._orders:
            self._orders[track].expect_silence(cause)

    def take(self, track: Track, frame: TapFrame) -> None:
        """A frame from a tap."""
        self.received += track == ("victim", "video")
        order = self._orders.get(track)
        if order is None or self._paused or not self._verified:
            return
        if not self._open_after_pause(track, frame):
            return
        if len(frame.data) > wire.MAX_FRAME_BYTES:
            self._link.send(wire.SessionFault(epoch=self._epoch, reason="frame_too_large"))
            return
        self._hand_on(track, order.push(frame))

    def _open_after_pause(self, track: Track, frame: TapFrame) -> bool:
        party, kind = track
        if kind == "audio":
            if (party, "video") not in self._awaiting_key or self._resumed_ns == 0:
                return True
            return frame.received_ns - self._resumed_ns > SOUND_WAITS_NS
        if frame.key:
            self._awaiting_key.discard((party, kind))
        return (party, kind) not in self._awaiting_key

    def _flush(self) -> None:
        if self._verified and not self._paused:
            for track, order in self._orders.items():
                self._hand_on(track, order.flush())

    def _hand_on(self, track: Track, items: list[TapFrame | HoleFound]) -> None:
        party, kind = track
        for item in items:
            if isinstance(item, HoleFound):
                self._link.send(
                    wire.Hole(
                        epoch=self._epoch,
                        party=party,
                        track=kind,
                        start_ns=item.start_ns,
                        end_ns=item.end_ns,
                        cause=item.cause,
                        frames=item.frames,
                    )
                )
                if kind != "audio" and item.cause != "camera_off":
                    self._ask_key_frame((party, kind))
                continue
            sequence = self._sequences.get(track, 0)
            self._sequences[track] = sequence + 1
            if self._link.send_frame(self._packed(track, sequence, item)):
                self.handed_on += 1
                if track in self._overflowing:
                    self._overflowing.discard(track)
                    if kind != "audio":
                        self._ask_key_frame((party, kind))
            else:
                self._overflowing.add(track)

    def _packed(self, track: Track, sequence: int, frame: TapFrame) -> media_frames.WireFrame:
        return media_frames.WireFrame(
            epoch=self._epoch,
            party=track[0],
            track=track[1],
            tap_sequence=sequence,
            rtp_timestamp=frame.rtp_timestamp,
            received_ns=frame.received_ns,
            key=frame.key,
            width=frame.width,
            height=frame.height,
            data=frame.data,
        )
