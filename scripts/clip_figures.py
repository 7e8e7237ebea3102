"""What the victim's browser said of the counted clip: what it captured, and how many of it it sent."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from clip_code import FPS, SECONDS

Numbered = list[tuple[float, int]]
"""(time s, picture's or tone's number), by time."""

_SEARCH_S = 1.0
_BIN_S = 0.25
_STEADY = 1.5  # frames that a reading may be early or late by


def skew_ms(pictures: Sequence[tuple[float, int]], tone: tuple[float, int]) -> float | None:
    """How much later the tone is heard than the picture of the same clip time is seen, within half a loop. None: no picture near."""
    at, second = tone
    near = [(t, n) for t, n in pictures if abs(t - at) < _SEARCH_S]
    if not near:
        return None
    t, number = min(near, key=lambda seen: abs(seen[0] - at))
    behind = (at - t) - (second * FPS - number) / FPS
    return ((behind + SECONDS / 2) % SECONDS - SECONDS / 2) * 1000


@dataclass(frozen=True)
class Reading:
    """One getStats() of the sending picture track. frames, sent: counts since its beginning."""

    at_s: float
    frames: int
    sent: int

    @property
    def behind(self) -> int:
        return self.frames - self.sent


def _is_steady(before: Reading, after: Reading) -> bool:
    due = (after.at_s - before.at_s) * FPS
    return (
        abs(after.sent - before.sent - due) <= _STEADY and abs(after.frames - before.frames - due) <= _STEADY
    )


@dataclass(frozen=True)
class BrowserFigures:
    """stretches: readings of one connection each, while it had a camera. pictures, tones: the page's own capture."""

    stretches: tuple[tuple[Reading, ...], ...] = ()
    pictures: tuple[tuple[float, int], ...] = ()
    tones: tuple[tuple[float, int], ...] = ()

    @classmethod
    def from_json(cls, figures: dict[str, list]) -> "BrowserFigures":
        """{"stats": [{"at_ms", "frames", "frames_sent"}, ...], "pictures": [[at_ms, number], ...], "tones": [[at_ms, second], ...]}

        All on one clock. In a pause the sender has no camera and "frames" is 0; afterwards both counts go on.
        """
        read = [Reading(one["at_ms"] / 1000, one["frames"], one["frames_sent"]) for one in figures["stats"]]
        stretches: list[list[Reading]] = [[]]
        for reading in read:
            if not reading.frames:
                continue
            last = stretches[-1][-1] if stretches[-1] else None
            if last and (reading.sent < last.sent or reading.frames < last.frames):
                stretches.append([])  # a new connection counts from zero
            stretches[-1].append(reading)
        return cls(
            tuple(tuple(stretch) for stretch in stretches if stretch),
            tuple((at / 1000, number) for at, number in figures["pictures"]),
            tuple((at / 1000, second) for at, second in figures["tones"]),
        )

    @staticmethod
    def clock_offset_s(recorded: Numbered, seen: Sequence[tuple[float, int]]) -> float | None:
        """Recording's time + this = the browser's, for pictures or for tones; None when the two have nothing in common."""
        captured = defaultdict(list)
        for at, number in seen:
            captured[number].append(at)
        apart = [there - at for at, number in recorded for there in captured[number]]
        if not apart:
            return None
        commonest = Counter(round(value / _BIN_S) for value in apart).most_common(1)[0][0] * _BIN_S
        return median(value for value in apart if abs(value - commonest) <= _BIN_S)

    def captured_at(self, number: int, near_s: float) -> float:
        """When the page itself saw this picture; the time given if it did not."""
        seen = [at for at, one in self.pictures if one == number and abs(at - near_s) < _SEARCH_S]
        return min(seen, key=lambda at: abs(at - near_s), default=near_s)

    def saw(self, number: int, near_s: float) -> bool:
        """True if the page's own camera gave this picture then."""
        return any(one == number and abs(at - near_s) < _SEARCH_S for at, one in self.pictures)

    def sent_between(self, start_s: float, end_s: float) -> tuple[float, float, int] | None:
        """(from, to, frames sent) of the widest pair of readings of one connection within a stretch of time.

        Of readings in a steady moment if there are two: in a burst, frames stand between camera and wire.
        """
        for stretch in self.stretches:
            inside = [reading for reading in stretch if start_s <= reading.at_s <= end_s]
            steady = [
                at
                for before, at, after in zip(inside, inside[1:], inside[2:], strict=False)
                if _is_steady(before, at) and _is_steady(at, after)
            ]
            ends = steady if len(steady) > 1 else inside
            if len(ends) > 1:
                return ends[0].at_s, ends[-1].at_s, ends[-1].sent - ends[0].sent
        return None

    def heard(self, second: int, near_s: float) -> bool:
        """True if the page's own microphone gave this tone then."""
        return self._tone(second, near_s) is not None

    def skew_ms(self, second: int, near_s: float) -> float | None:
        """The browser's own, of this tone: its camera and its microphone drift apart. None if its page had no such tone."""
        tone = self._tone(second, near_s)
        return skew_ms(self.pictures, tone) if tone else None

    def _tone(self, second: int, near_s: float) -> tuple[float, int] | None:
        return next(
            (one for one in self.tones if one[1] == second and abs(one[0] - near_s) < _SEARCH_S), None
        )


@dataclass
class Hole:
    """Pictures missing between two that are recorded; times of capture on the browser's clock."""

    start_s: float
    end_s: float
    missing: list[int]


@dataclass
class _Window:
    """Readings around one hole, or around several that share readings."""

    first: int
    last: int
    missing: list[int]


def unexplained(holes: Sequence[Hole], figures: BrowserFigures) -> list[int]:
    """Missing numbers that the browser had to send: its own camera gave them, and in the same moments it left fewer unsent."""
    for hole in holes:
        middle = (hole.start_s + hole.end_s) / 2
        hole.missing = [number for number in hole.missing if figures.saw(number, middle)]
    wrong: list[int] = []
    for stretch, following in pairwise([*figures.stretches, ()]):
        begins = stretch[0].at_s if stretch is not figures.stretches[0] else float("-inf")
        ends = following[0].at_s if following else float("inf")
        mine = [hole for hole in holes if begins <= hole.start_s < ends]
        wrong += _unexplained_in(mine, stretch)
    return wrong if figures.stretches else [number for hole in holes for number in hole.missing]


def _unexplained_in(holes: Sequence[Hole], stretch: tuple[Reading, ...]) -> list[int]:
    readings = (Reading(float("-inf"), 0, 0), *stretch)
    times = [reading.at_s for reading in readings]
    windows: list[_Window] = []
    for hole in sorted(holes, key=lambda one: one.start_s):
        first = bisect_right(times, hole.start_s) - 1
        last = min(bisect_left(times, hole.end_s), len(times) - 1)
        if windows and first < windows[-1].last:
            windows[-1].last = max(last, windows[-1].last)
            windows[-1].missing += hole.missing
        else:
            windows.append(_Window(first, last, list(hole.missing)))
    wrong = []
    for window in windows:
        # A frame may stand between camera and encoder just when its reading is taken: one reading further each way.
        before = min(reading.behind for reading in readings[max(0, window.first - 1) : window.first + 1])
        after = max(reading.behind for reading in readings[window.last : window.last + 2])
        wrong += window.missing[max(0, after - before) :]
    return wrong
