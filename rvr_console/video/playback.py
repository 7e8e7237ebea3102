"""Plays a sealed recording: both pictures and the sound, by session time, from memory only."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party
from rvr_console.errors import KnownError
from rvr_console.video.playback_picture import picture_of, what
from rvr_console.video.playback_reel import PlaybackReel
from rvr_console.video.playback_segment import SealedSource
from rvr_console.video.playback_sound import RATE, Samples, Tempo, to_pcm
from rvr_console.video.playback_timeline import SegmentFacts, Timeline, build_timeline

_log = logging.getLogger(__name__)
SPEEDS = (1.0, 1.5, 2.0)
CARD_US = (
    1_500_000  # of a pause or of time between segments, this much is shown; the card tells the true length
)
_SOUND_LEAD_US = 120_000
_TURN_S = 0.01
_POSITION_EVERY_US = 100_000


@dataclass(frozen=True, slots=True)
class PlayerReports:
    """Where the player tells; on its own thread, so they must not block.

    picture: the party's newest, or None when it has none at this time. sound: 20 ms blocks, mono s16 at 48 kHz, about 0.1 s
    ahead. position: session time in µs, and whether it is playing. card: words to show while nothing was recorded, "" when
    that is over. fault: the recording cannot be read on; what happened, in plain words.
    """

    picture: Callable[[Party, Picture | None], None]
    sound: Callable[[bytes], None]
    position: Callable[[int, bool], None]
    card: Callable[[str], None] = lambda _words: None
    fault: Callable[[str], None] = lambda _words: None


class Player:
    """Sources in order of their segments. Every method may be called from any thread; only `close` waits.

    Times are session time in µs: zero is the start of the first segment, time between segments and pauses count in full
    (`timeline`), but while playing only their last 1.5 s are shown, with a card that states their length.
    """

    def __init__(
        self,
        sources: Sequence[SealedSource],
        reports: PlayerReports,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Reads the sources' events. Raises EvidenceError."""
        facts = [SegmentFacts(tuple(source.events), source.duration_us) for source in sources]
        self.timeline: Timeline = build_timeline(facts)
        self._reports = reports
        self._now = monotonic
        self._reel = PlaybackReel(sources, self.timeline)
        self._changed = threading.Condition()
        self._orders: deque[Callable[[], None]] = deque()
        self._closing = False
        self._thread = threading.Thread(target=self._main, name="playback")
        self._sizes = dict.fromkeys(Party, (640, 480))
        self._sequence = 0
        self._playing = False
        self._speed = 1.0
        self._volume = 1.0
        self._tempo: Tempo | None = None
        self._position = 0
        self._since: tuple[float, int] = (0.0, 0)
        self._told_position = -1
        self._card = ""
        self._shown: dict[Party, str] = dict.fromkeys(Party, "")

    def start(self) -> None:
        """Open the recording at its beginning, paused."""
        self._thread.start()
        self.seek(0)

    def play(self) -> None:
        self._order(self._do_play)

    def pause(self) -> None:
        self._order(self._do_pause)

    def seek(self, session_us: int) -> None:
        """Exact: what is shown is the last frame at or before this time."""
        self._order(lambda: self._do_seek(session_us))

    def step(self, frames: int) -> None:
        """One picture of the victim forward (+1) or back (-1), paused."""
        self._order(lambda: self._do_step(frames))

    def set_speed(self, speed: float) -> None:
        """1, 1.5 or 2; ValueError otherwise."""
        if speed not in SPEEDS:
            raise ValueError("speed is 1, 1.5 or 2")
        self._order(lambda: self._do_speed(speed))

    def set_volume(self, volume: float) -> None:
        """0 to 1, kept within."""
        self._volume = min(1.0, max(0.0, volume))

    def set_size(self, party: Party, width: int, height: int) -> None:
        """Pictures of the party come no larger than this, in pixels."""
        self._order(lambda: self._do_size(party, max(2, width), max(2, height)))

    def close(self, timeout: float = 5.0) -> bool:
        """End the thread; True if it did within timeout (s)."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _order(self, order: Callable[[], None]) -> None:
        with self._changed:
            self._orders.append(order)
            self._changed.notify()

    def _main(self) -> None:
        try:
            while self._turn():
                pass
        except KnownError as error:
            self._reports.fault(error.in_words())
        except Exception:  # main of the playback thread
            _log.exception("playback failed")
            self._reports.fault(
                "Playback stopped because of a mistake in the program. The recording is unharmed."
            )

    def _turn(self) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: bool(self._orders) or self._closing, _TURN_S if self._playing else None
            )
            if self._closing:
                return False
            orders = list(self._orders)
            self._orders.clear()
        for order in orders:
            order()
        if self._playing:
            self._advance()
        return True

    def _do_play(self) -> None:
        if self._position >= self.timeline.duration_us:
            self._do_seek(0)
        self._playing = True
        self._since = (self._now(), self._position)
        self._tell(always=True)

    def _do_pause(self) -> None:
        self._playing = False
        self._tell(always=True)

    def _do_speed(self, speed: float) -> None:
        self._speed = speed
        self._tempo = Tempo(speed) if speed != 1.0 else None
        self._since = (self._now(), self._position)

    def _do_size(self, party: Party, width: int, height: int) -> None:
        self._sizes[party] = (width, height)
        self._show(party)

    def _do_seek(self, session_us: int) -> None:
        self._position = min(max(0, session_us), self.timeline.duration_us)
        self._reel.seek(self._position)
        self._since = (self._now(), self._position)
        for party in Party:
            self._show(party)
        self._tell_card()
        self._tell(always=True)

    def _do_step(self, frames: int) -> None:
        self._playing = False
        at = (
            self._reel.next_picture(self._position)
            if frames > 0
            else self._reel.picture_before(self._position)
        )
        self._do_seek(self._position if at is None else at)

    def _advance(self) -> None:
        clock, base = self._since
        self._position = min(
            base + round((self._now() - clock) * 1e6 * self._speed), self.timeline.duration_us
        )
        hole = self.timeline.hole_at(self._position)
        if hole is not None and hole.end_us - self._position > CARD_US:
            self._do_seek(hole.end_us - CARD_US)
        changed = self._reel.advance(self._position, self._position + _SOUND_LEAD_US)
        for party in {party for party, _ in changed}:
            self._show(party)
        for block in self._reel.sound(self._position + _SOUND_LEAD_US):
            self._sound(block)
        for party in Party:
            if self._shown[party] not in ("", what(self._reel, party, self._position)):
                self._show(party)
        self._tell_card()
        if self._position >= self.timeline.duration_us:
            self._playing = False
        self._tell()

    def _sound(self, block: Samples) -> None:
        samples = self._tempo.push(block) if self._tempo is not None else block
        if len(samples):
            self._reports.sound(to_pcm(samples, self._volume))

    def _show(self, party: Party) -> None:
        now = what(self._reel, party, self._position)
        made = picture_of(self._reel, party, self._position, *self._sizes[party])
        if made is None:
            if self._shown[party]:
                self._reports.picture(party, None)
            self._shown[party] = ""
            return
        width, height, rows = made
        self._sequence += 1
        self._shown[party] = now
        self._reports.picture(party, Picture(party, self._sequence, width, height, width * 4, rows))

    def _tell_card(self) -> None:
        hole = self.timeline.hole_at(self._position)
        words = hole.words if hole else ""
        if words != self._card:
            self._card = words
            self._reports.card(words)

    def _tell(self, *, always: bool = False) -> None:
        if always or abs(self._position - self._told_position) >= _POSITION_EVERY_US or not self._playing:
            self._told_position = self._position
            self._reports.position(self._position, self._playing)


__all__ = ["RATE", "SPEEDS", "Player", "PlayerReports"]
