"""The whole consultation as the timeline's spans and marks, from what is stored: the same live and after a restart."""

from datetime import datetime, timedelta

from rvr_console.domain.cad import CadVerb
from rvr_console.domain.consultation import Consent, LinkState
from rvr_console.domain.exhibit import Exhibit, ExhibitSource
from rvr_console.ui.consultation import evidence_words, words
from rvr_console.ui.consultation.recorded_stretches import Stretch, gaps_of, marker_times, recorded, without
from rvr_console.ui.consultation.state import OVER, PageState
from rvr_console.ui.exhibits.kinds import MADE_HERE
from rvr_console.ui.widgets.figures import span as length_words
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.timeline_model import Mark, Span, SpanKind, TimelineData

CAD_MARKS = {
    CadVerb.ARRIVED: (words.MARK_ARRIVED, Shape.KIND, Tone.ACCENT),
    CadVerb.CONVERTED: (words.CONVERTED, Shape.OVER, Tone.DANGER),
}
SEEN_MARKS = {
    "left": (Shape.SOON, Tone.WARN),
    "second_device": (Shape.OVER, Tone.DANGER),
    "restarted": (Shape.SOON, Tone.WARN),
    "share": (Shape.KIND, Tone.ACCENT),
}
CONNECTION = {
    LinkState.WAITING: SpanKind.WAITING,
    LinkState.LIVE: SpanKind.CONNECTED,
    LinkState.PAUSED: SpanKind.PAUSE,
    LinkState.DROPPED: SpanKind.GAP,
}
LEAD = timedelta(seconds=20)
# Minutes shown: the lane grows in steps, so that it does not creep under the eye.
LADDER = (4, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 360, 720, 1440, 2880, 4320)


class _Lanes:
    """Wall time -> seconds from the timeline's start, for one consultation. until: where everything open ends."""

    def __init__(self, state: PageState, now: datetime) -> None:
        self.state = state
        consultation = state.consultation
        self.begins = consultation.started_at - LEAD
        self.over = state.stage in OVER
        self.until = max(consultation.ended_at or now, consultation.started_at) if self.over else now
        steps = [(step.state, step.at) for step in consultation.link_history]
        ends = [at for _state, at in steps[1:]] + [max([self.until, *(at for _state, at in steps)])]
        self.link = [(kind, Stretch(at, end)) for (kind, at), end in zip(steps, ends, strict=False)]

    def second(self, at: datetime) -> float:
        return round(max(0.0, (at - self.begins).total_seconds()), 1)

    def span(self, kind: SpanKind, stretch: Stretch, said: str) -> Span:
        return Span(kind, self.second(stretch.start), self.second(stretch.end), said)

    def mark(self, at: datetime, word: str, shape: Shape, tone: Tone = Tone.ACCENT) -> Mark:
        return Mark(self.second(at), word, shape, tone)

    def of(self, kind: LinkState) -> list[Stretch]:
        return [stretch for state, stretch in self.link if state is kind]

    def connection(self) -> list[Span]:
        spans: list[Span] = []
        name, before = self.state.incident.person.name, 0.0
        for kind, stretch in self.link:
            if kind not in CONNECTION:
                continue
            said = {LinkState.LIVE: name, LinkState.PAUSED: words.SPAN_PAUSE}.get(kind, "")
            if kind is LinkState.LIVE and before:
                said = words.SPAN_BACK.format(length=length_words(before))
            if kind is LinkState.DROPPED:
                said = words.SPAN_GAP.format(length=length_words(stretch.seconds))
            before = stretch.seconds if kind is LinkState.DROPPED else 0.0
            spans.append(self.span(CONNECTION[kind], stretch, said))
        return spans

    def recording(self) -> tuple[list[Span], list[Mark]]:
        pauses, spans, marks = self.of(LinkState.PAUSED), [], []
        stretches, broken = recorded(
            self.state.recordings, self.of(LinkState.DROPPED), self.until, self.state.restarted_at
        )
        for stretch in stretches:
            sealed, inside = without(stretch, pauses), (pause.within(stretch) for pause in pauses)
            spans += [self.span(SpanKind.SEALED, part, words.SPAN_SEALED) for part in sealed]
            spans += [self.span(SpanKind.PAUSE, part, words.SPAN_PAUSE) for part in inside if part]
        for gap in sorted([*gaps_of(self.state.recordings), *broken], key=lambda found: found.start):
            said = words.SPAN_GAP.format(length=length_words(gap.seconds))
            spans.append(self.span(SpanKind.GAP, gap, said))
            marks.append(self.mark(gap.start, said, Shape.SOON, Tone.WARN))
        for at, text in marker_times(self.state.recordings, stretches, pauses):
            marks.append(self.mark(at, text or words.MARKER, Shape.ATTENTION))
        return spans, marks

    def marks(self) -> list[Mark]:
        state, consultation = self.state, self.state.consultation
        marks = [
            self.mark(action.at_source, *CAD_MARKS[action.verb])
            for action in state.cad
            if action.verb in CAD_MARKS and action.at_source >= consultation.started_at
        ]
        agreed = words.MARK_AGREED if consultation.consent is Consent.AGREED else words.MARK_RECORDED
        marks += [
            self.mark(found.started_at, agreed, Shape.RECORDING, Tone.DANGER) for found in state.recordings
        ]
        marks += [
            self.mark(pause.start, words.MARK_PAUSED, Shape.PAUSED, Tone.NEUTRAL)
            for pause in self.of(LinkState.PAUSED)
        ]
        if not state.recordings:
            marks += [
                self.mark(drop.start, words.MARK_DROPPED, Shape.SOON, Tone.WARN)
                for drop in self.of(LinkState.DROPPED)
            ]
        marks += [self.mark(note.at, words.MARK_NOTE, Shape.MADE) for note in consultation.notes]
        marks += [self.mark(exhibit.received_at, *_exhibit_mark(exhibit)) for exhibit in state.exhibits]
        closed = self.of(LinkState.CLOSED)
        marks += [self.mark(end.start, words.MARK_CLOSED, Shape.CLOSED, Tone.NEUTRAL) for end in closed]
        marks += [
            self.mark(entry.start, entry.label, *SEEN_MARKS[entry.kind])
            for entry in state.timeline
            if entry.kind in SEEN_MARKS
        ]
        return marks


def _exhibit_mark(exhibit: Exhibit) -> tuple[str, Shape]:
    """A still was made here, a statement was sealed here, a file was received."""
    if exhibit.origin.source is ExhibitSource.STATEMENT:
        return evidence_words.MARK_STATEMENT.format(reference=exhibit.reference), Shape.MADE
    if exhibit.origin.source in MADE_HERE:
        return evidence_words.MARK_STILL.format(reference=exhibit.reference), Shape.MADE
    return str(exhibit.reference), Shape.RECEIVED


def timeline_of(state: PageState, now: datetime) -> TimelineData:
    """From a little before the taking to a little after now, or after the end. Whole seconds of now: few redraws."""
    now = max(now.replace(microsecond=0), state.consultation.started_at)
    lanes = _Lanes(state, now)
    recording, marks = lanes.recording()
    shown = lanes.second(lanes.until)
    minutes = next((m for m in LADDER if m * 60 >= shown * 1.1), shown / 60 * 1.1)
    note = "" if state.recordings or lanes.over else words.STARTS_LATER
    if state.consultation.consent is Consent.REFUSED_NOT_RECORDED:
        note = words.NOT_RECORDED_BY_DECISION
    return TimelineData(
        begins=lanes.begins,
        length=minutes * 60.0,
        now=None if lanes.over else shown,
        connection=lanes.connection(),
        recording=recording,
        marks=sorted(marks + lanes.marks(), key=lambda mark: mark.at),
        recording_note=note,
    )
