"""The page's list of happenings as spans and marks of the timeline widget."""

from datetime import datetime, timedelta

from rvr_console.domain.recording import RecorderState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState, TimelineEntry
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.timeline_model import Mark, Span, SpanKind, TimelineData

MARKS = {
    "announced": (Shape.RECORDING, Tone.DANGER),
    "gap": (Shape.SOON, Tone.WARN),
    "marker": (Shape.ATTENTION, Tone.ACCENT),
    "left": (Shape.SOON, Tone.WARN),
    "second_device": (Shape.OVER, Tone.DANGER),
}
CONNECTION = {
    "waiting": SpanKind.WAITING,
    "live": SpanKind.CONNECTED,
    "paused": SpanKind.PAUSE,
    "dropped": SpanKind.GAP,
}
RECORDING = {"recorder_recording": SpanKind.SEALED, "recorder_paused": SpanKind.PAUSE}
_ENDS = ("dropped", "ended", "recorder_closed", "recorder_fault")
_SHORTEST = timedelta(minutes=4)


def _spans(
    entries: list[TimelineEntry], kinds: dict[str, SpanKind], name: str, begins: datetime, now: float
) -> list[Span]:
    turns = [e for e in entries if e.kind in kinds or e.kind in _ENDS]
    spans: list[Span] = []
    for place, entry in enumerate(turns):
        kind = kinds.get(entry.kind)
        if kind is None:
            continue
        start = (entry.start - begins).total_seconds()
        end = (turns[place + 1].start - begins).total_seconds() if place + 1 < len(turns) else now
        said = {SpanKind.CONNECTED: name, SpanKind.SEALED: "Sealed", SpanKind.PAUSE: "Pause"}.get(kind, "")
        if kind is SpanKind.GAP:
            said = f"{end - start:.0f} s"
        spans.append(Span(kind, start, end, said))
    return spans


def timeline_of(state: PageState, now: datetime) -> TimelineData:
    """From a little before the first happening to a little after now."""
    begins = (state.link.issued_at if state.link else state.consultation.started_at) - timedelta(seconds=30)
    seconds = (now - begins).total_seconds()
    name = state.incident.person.name
    recorder = [e for e in state.timeline if e.kind.startswith("recorder_")]
    connection = [e for e in state.timeline if not e.kind.startswith("recorder_")]
    marks = []
    if state.link is not None:
        marks.append(Mark((state.link.issued_at - begins).total_seconds(), "Arrived", Shape.KIND))
    for entry in state.timeline:
        if entry.kind in MARKS:
            shape, tone = MARKS[entry.kind]
            marks.append(Mark((entry.start - begins).total_seconds(), entry.label, shape, tone))
    idle = state.recorder is None or state.recorder.state is RecorderState.IDLE
    return TimelineData(
        begins=begins,
        length=max(seconds * 1.15, _SHORTEST.total_seconds()),
        now=seconds,
        connection=_spans(connection, CONNECTION, name, begins, seconds),
        recording=_spans(recorder, RECORDING, name, begins, seconds),
        marks=marks,
        recording_note=words.STARTS_LATER if idle else "",
    )
