"""What the timeline shows: spans in two lanes and events, all in seconds from its start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone


class SpanKind(Enum):
    WAITING = auto()  # in the waiting room
    CONNECTED = auto()
    SEALED = auto()
    PAUSE = auto()
    GAP = auto()


@dataclass(frozen=True, slots=True)
class Span:
    """start, end: seconds from the timeline's start. words: shown inside where they fit; a gap's words say its length."""

    kind: SpanKind
    start: float
    end: float
    words: str = ""


def clear_stretch(span: Span, over: Sequence[Span]) -> tuple[float, float]:
    """(from, to): the longest part of a span that none of those drawn over it covers; its words stand there."""
    best, at = (span.start, span.start), span.start
    for one in sorted(over, key=lambda other: other.start):
        until = min(one.start, span.end)
        if until - at > best[1] - best[0]:
            best = (at, until)
        at = max(at, one.end)
    return (at, span.end) if span.end - at > best[1] - best[0] else best


@dataclass(frozen=True, slots=True)
class Mark:
    """One event at `at` seconds from the timeline's start."""

    at: float
    word: str
    shape: Shape
    tone: Tone = Tone.ACCENT


@dataclass(frozen=True, slots=True)
class TimelineData:
    """begins: wall time of second 0 (aware). length: seconds shown. now: second of the "now" line, None without.

    recording_note: words in the empty recording lane after now ("Starts when you admit the device").
    """

    begins: datetime
    length: float
    now: float | None = None
    connection: Sequence[Span] = field(default_factory=tuple)
    recording: Sequence[Span] = field(default_factory=tuple)
    marks: Sequence[Mark] = field(default_factory=tuple)
    recording_note: str = ""


# Steps of the ruler in seconds; the first that leaves at least 80 px between two ticks is taken.
RULER_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def ruler_step(pixels_per_second: float) -> int:
    return next((step for step in RULER_STEPS if step * pixels_per_second >= 80), RULER_STEPS[-1])
