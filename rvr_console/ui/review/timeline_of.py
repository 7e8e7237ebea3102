"""The recording's own account of itself as spans and marks of the timeline widget."""

from rvr_console.domain.recording import EventKind, GapCause, Party
from rvr_console.ui.review.playback import TOGETHER_US, ReviewMark, ReviewTimeline
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.timeline_model import Mark, Span, SpanKind, TimelineData

SHAPES = {
    EventKind.ANNOUNCED: (Shape.RECORDING, Tone.DANGER, "Announced"),
    EventKind.CONSENT: (Shape.DONE, Tone.OK, "Agreement"),
    EventKind.MARKER: (Shape.ATTENTION, Tone.ACCENT, "Marker"),
    EventKind.SNAPSHOT: (Shape.MADE, Tone.ACCENT, "Still"),
    EventKind.PAUSE: (Shape.PAUSED, Tone.NEUTRAL, "Pause"),
    EventKind.REJOIN: (Shape.GIVEN, Tone.ACCENT, "Back"),
    EventKind.GAP: (Shape.SOON, Tone.WARN, "Gap"),
    EventKind.CLOCK_STEP: (Shape.SOON, Tone.WARN, "Clock moved"),
}
AWAY = {GapCause.CONNECTION_DROPPED, GapCause.MEDIA_RESTARTED, GapCause.CONSOLE_RESTARTED}


def listed(timeline: ReviewTimeline) -> list[ReviewMark]:
    """What a person wants to read of it, in order of time."""
    return [mark for mark in timeline.marks if mark.event in SHAPES]


def timeline_data(timeline: ReviewTimeline) -> TimelineData:
    """Seconds of session time; no "now" line: the player has its cursor."""
    joined = [
        Span(SpanKind.CONNECTED, start / 1e6, end / 1e6, f"Segment {n}")
        for n, (start, end) in enumerate(timeline.joins, 1)
    ]
    recorded = [Span(SpanKind.SEALED, start / 1e6, end / 1e6, "Sealed") for start, end in timeline.joins]
    marks: list[Mark] = []
    told_gap_us = -TOGETHER_US
    for item in listed(timeline):
        start, end = item.start_us / 1e6, item.end_us / 1e6
        if item.event is EventKind.PAUSE:
            recorded.append(Span(SpanKind.PAUSE, start, end, "Pause"))
        elif item.event is EventKind.GAP:
            if (
                item.party is not Party.OFFICER
            ):  # the officer's are marks and rows: the lane would hide the rest
                recorded.append(Span(SpanKind.GAP, start, end, item.words))
            if item.whole or (item.party is Party.VICTIM and item.cause in AWAY):
                joined.append(Span(SpanKind.GAP, start, end, item.words))
            if item.start_us - told_gap_us < TOGETHER_US:
                continue
            told_gap_us = item.start_us
        shape, tone, word = SHAPES[item.event]
        marks.append(Mark(start, word, shape, tone))
    return TimelineData(
        begins=timeline.begins,
        length=max(timeline.duration_us / 1e6, 1.0),
        connection=joined,
        recording=recorded,
        marks=marks,
    )
