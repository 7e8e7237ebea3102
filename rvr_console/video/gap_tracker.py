"""Says where a track is silent: from the end of the last frame to the start of the first one after, never silently."""

from dataclasses import dataclass

from rvr_console.domain.recording import GapCause

SILENCE_US = 500_000
SLIP_US = 40_000  # about one picture: frames that follow this close were late, not lost
OFF_SILENCE_US = 2_000_000  # a camera switched off may still send a black picture once a second
SCREEN_SILENCE_US = (
    5_000_000  # of a screen on which nothing moves a picture comes once a second, in some browsers less often
)

_UNEXPLAINED = {GapCause.NOT_BEGUN, GapCause.UNKNOWN}  # until something better is known


@dataclass(frozen=True, slots=True)
class GapNote:
    """What the tracker found. end_us is None while the gap is still open; number pairs the two notes of one gap."""

    number: int
    start_us: int
    end_us: int | None
    cause: GapCause

    def detail(self) -> dict[str, str]:
        """For a GAP event. withdrawn: the frames were only slow to arrive, nothing is missing after all."""
        state = "open" if self.end_us is None else "closed" if self.end_us > self.start_us else "withdrawn"
        detail = {"state": state, "cause": self.cause.value, "start_us": str(self.start_us)}
        if self.end_us is not None:
            detail["end_us"] = str(self.end_us)
        return detail


class GapTracker:
    """One track of one segment; all times in µs from the segment's start.

    Only known holes and silences count: ordinary jitter between two frames is no gap. A pause is no gap either.
    """

    def __init__(self, start_us: int = 0, *, screen: bool = False) -> None:
        """screen: of a shared screen, which is still at times and, until `expect`, not there at all."""
        self._silence_us = SCREEN_SILENCE_US if screen else SILENCE_US
        self.resting = screen
        self._last_end = start_us
        self._open: GapNote | None = None
        self._pending: GapCause | None = None
        self._off: GapCause | None = None
        self._paused = False
        self._without_key = False
        self._begun = False
        self._count = 0

    def hole(self, cause: GapCause) -> None:
        """Frames are known to be missing between the last frame and the next."""
        self._pending = cause
        if self._open is not None and self._open.cause in _UNEXPLAINED:
            self._open = GapNote(self._open.number, self._open.start_us, None, cause)

    def source(self, off: GapCause | None) -> None:
        """off: CAMERA_OFF or MICROPHONE_OFF while the party has it switched off, else None."""
        self._off = off
        if off is not None and self._open is not None and self._open.cause in _UNEXPLAINED:
            self._open = GapNote(self._open.number, self._open.start_us, None, off)

    def without_key(self) -> None:
        """A picture came and was left out: there is no key frame to build it on. Explains a silence that nothing else does."""
        self._without_key = True
        if self._open is not None and self._open.cause in _UNEXPLAINED:
            self._open = GapNote(self._open.number, self._open.start_us, None, GapCause.KEY_FRAME)

    def expect(self, at_us: int) -> None:
        """The share begins: from now on silence counts."""
        self.resting = False
        self._pending = None
        self._last_end = max(self._last_end, at_us)

    def rest(self, at_us: int) -> GapNote | None:
        """The share ends: what is silent from now on is no gap."""
        note = self.close(at_us)
        self.resting = True
        return note

    def frame(self, start_us: int, duration_us: int) -> GapNote | None:
        """A frame was written; the gap that it ends, if any."""
        note = None
        if self._open is not None:
            slipped = start_us - self._open.start_us <= SLIP_US and self._open.cause in _UNEXPLAINED
            note = self._end(self._open, self._open.start_us if slipped else start_us)
        elif not self.resting and self._is_gap(start_us - self._last_end):
            note = self._end(self._begin(), start_us)
        self._pending = None
        self._without_key = False
        self._begun = True
        self._last_end = max(self._last_end, start_us + duration_us)
        return note

    def tick(self, now_us: int) -> GapNote | None:
        """Frames up to now_us have been written; the gap that is now noticed, if any."""
        if self._paused or self.resting or self._open is not None:
            return None
        if now_us - self._last_end <= max(OFF_SILENCE_US if self._off else 0, self._silence_us):
            return None
        self._open = self._begin()
        return self._open

    def pause(self, at_us: int) -> GapNote | None:
        """A gap does not reach into a pause: it ends there."""
        self._paused = True
        return self.close(at_us)

    def resume(self, at_us: int) -> None:
        self._paused = False
        self._without_key = False
        self._pending = None
        self._last_end = max(self._last_end, at_us)

    def close(self, at_us: int, cause: GapCause | None = None) -> GapNote | None:
        """The segment ends. cause, if given, explains a gap that nothing else has explained."""
        if cause is not None:
            self.hole(cause)
        started = self._open
        silent = not self._paused and not self.resting and at_us > self._last_end
        if started is None and self._pending is not None and silent:
            started = self._begin()
        self._pending = None
        return self._end(started, at_us) if started is not None else None

    def _is_gap(self, silent_us: int) -> bool:
        return silent_us > 0 and (self._pending is not None or silent_us > self._silence_us)

    def _begin(self) -> GapNote:
        self._count += 1
        keyless = GapCause.KEY_FRAME if self._without_key else None
        silent = GapCause.UNKNOWN if self._begun else GapCause.NOT_BEGUN
        return GapNote(self._count, self._last_end, None, self._pending or self._off or keyless or silent)

    def _end(self, started: GapNote, at_us: int) -> GapNote:
        self._open = None
        self._last_end = max(self._last_end, at_us)
        return GapNote(started.number, started.start_us, max(at_us, started.start_us), started.cause)
