"""The timeline tells the whole consultation, live and after a restart alike."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from consultation_rig import Rig

from rvr_console.domain import call
from rvr_console.domain.consultation import (
    Consent,
    Consultation,
    ConsultationState,
    LinkState,
    LinkStep,
    Note,
)
from rvr_console.domain.incident import Incident, Person
from rvr_console.domain.recording import EventKind
from rvr_console.domain.repositories import RecordedSegment, Recording, RecordingStatus, TimelineMark
from rvr_console.ui.consultation.recorded_stretches import Stretch, without
from rvr_console.ui.consultation.state import PageState, Stage
from rvr_console.ui.consultation.timeline_of import LEAD, timeline_of
from rvr_console.ui.widgets.timeline_model import SpanKind

T = datetime(2026, 11, 21, 13, 36, tzinfo=UTC)
NAME = "Hannah Cole"
INCIDENT = Incident("155 of 21/11/2026", "Damage", 3, T, "Haverbrook", "1 Alder Court", Person(NAME))
L = LEAD.total_seconds()


def s(seconds: float) -> datetime:
    return T + timedelta(seconds=seconds)


def history(*steps: tuple[LinkState, float]) -> tuple[LinkStep, ...]:
    return tuple(LinkStep(state, s(second)) for state, second in steps)


WHOLE = history(
    (LinkState.ISSUED, 10),
    (LinkState.WAITING, 20),
    (LinkState.LIVE, 30),
    (LinkState.PAUSED, 60),
    (LinkState.LIVE, 70),
    (LinkState.DROPPED, 100),
    (LinkState.LIVE, 110),
    (LinkState.CLOSED, 150),
)


def gap_mark(start: float, end: float, kind: str = "video", party: str = "victim") -> TimelineMark:
    detail = {"cause": "network_loss", "party": party, "kind": kind}
    return TimelineMark(1, EventKind.GAP, round(start * 1e6), round(end * 1e6), detail)


def recording(*marks: TimelineMark, segments=(35.0, 112.0), closed: float | None = 149) -> Recording:
    return Recording(
        "EV1",
        "c1",
        s(segments[0]),
        RecordingStatus.OPEN if closed is None else RecordingStatus.CLOSED,
        None if closed is None else s(closed),
        tuple(RecordedSegment(n, s(at)) for n, at in enumerate(segments, 1)),
        marks,
    )


def page(stage=Stage.ENDED, steps=WHOLE, recordings=(), **changes) -> PageState:
    over = stage is Stage.ENDED
    consultation = Consultation(
        "c1",
        INCIDENT.reference,
        "2417",
        T,
        state=ConsultationState.ENDED if over else ConsultationState.OPEN,
        link=steps[-1].state if steps else None,
        link_history=steps,
        consent=Consent.AGREED,
        ended_at=s(150) if over else None,
        **changes,
    )
    return PageState(consultation, INCIDENT, stage=stage, recordings=list(recordings))


def spans(found, kind):
    return [(span.start - L, span.end - L) for span in found if span.kind is kind]


def test_the_connection_lane_of_a_whole_consultation():
    data = timeline_of(page(), s(400))
    assert spans(data.connection, SpanKind.WAITING) == [(20, 30)]
    assert spans(data.connection, SpanKind.CONNECTED) == [(30, 60), (70, 100), (110, 150)]
    assert spans(data.connection, SpanKind.PAUSE) == [(60, 70)]
    assert spans(data.connection, SpanKind.GAP) == [(100, 110)]
    said = [span.words for span in data.connection]
    assert said == ["", NAME, "Pause", NAME, "Gap 10 s", "Back on the same link after 10 s"]


def test_when_it_is_over_the_line_of_now_is_gone_and_nothing_moves():
    assert timeline_of(page(), s(400)) == timeline_of(page(), s(4000))
    assert timeline_of(page(), s(400)).now is None


def test_the_recording_lane_leaves_pauses_out_and_states_gaps_with_their_length():
    marks = [gap_mark(63, 73), gap_mark(63.2, 73.1, "audio"), gap_mark(90, 91, party="officer")]
    data = timeline_of(page(recordings=[recording(*marks)]), s(400))
    assert spans(data.recording, SpanKind.SEALED) == [(35, 60), (70, 112), (112, 149)]
    assert spans(data.recording, SpanKind.PAUSE) == [(60, 70)]
    assert spans(data.recording, SpanKind.GAP) == [(98, 108.1)]
    gaps = [mark for mark in data.marks if mark.word.startswith("Gap")]
    assert [(mark.at - L, mark.word) for mark in gaps] == [(98, "Gap 10 s")]


def test_a_marker_stands_where_it_was_set_although_it_counts_recorded_time():
    """35 s recorded since 13:36:35, of which 10 s were a pause: 13:37:20."""
    mark = TimelineMark(1, EventKind.MARKER, 35_000_000, 35_000_000, {"text": "injury"})
    data = timeline_of(page(recordings=[recording(mark)]), s(400))
    assert [(m.at - L) for m in data.marks if m.word == "injury"] == [80]


def test_events_are_there_in_order_of_time():
    state = page(recordings=[recording()], notes=(Note(s(50), "x"),))
    words = [mark.word for mark in timeline_of(state, s(400)).marks]
    assert words == ["Agreed, recorded", "Note", "Paused", "Link closed"]


def test_a_running_recording_lasts_until_now_and_the_lane_does_not_creep():
    state = page(Stage.LIVE, WHOLE[:3], [recording(segments=(35.0,), closed=None)])
    first, later = timeline_of(state, s(40)), timeline_of(state, s(41))
    assert spans(first.recording, SpanKind.SEALED) == [(35, 40)]
    assert spans(later.recording, SpanKind.SEALED) == [(35, 41)]
    assert first.length == later.length == 240
    assert timeline_of(state, s(41)) == timeline_of(state, s(41) + timedelta(milliseconds=700))


def test_a_hung_up_call_is_not_drawn_as_recorded_until_now():
    segments = (RecordedSegment(1, s(35), closed=True),)
    found = Recording("EV1", "c1", s(35), RecordingStatus.OPEN, None, segments)
    data = timeline_of(page(Stage.DROPPED, WHOLE[:6], [found]), s(300))
    assert spans(data.recording, SpanKind.SEALED)[-1][1] == 100


def test_after_a_restart_the_time_without_a_recorder_is_hatched():
    state = page(Stage.LIVE, WHOLE[:3], [recording(closed=None)])
    state.restarted_at = s(90)
    data = timeline_of(state, s(130))
    assert spans(data.recording, SpanKind.SEALED) == [(35, 90), (112, 130)]
    assert spans(data.recording, SpanKind.GAP) == [(90, 112)]


def test_what_lies_outside_the_holes():
    whole = Stretch(s(0), s(10))
    assert list(without(whole, [Stretch(s(-5), s(1)), Stretch(s(3), s(4)), Stretch(s(9), s(20))])) == [
        Stretch(s(1), s(3)),
        Stretch(s(4), s(9)),
    ]
    assert list(without(whole, [Stretch(s(-1), s(11))])) == []


# --- over real services ---
@pytest.fixture
def rig(tmp_path, qapp, qtbot, dressed, no_stray_widgets):
    made = Rig(tmp_path, qapp)
    made.page.show()
    yield made
    made.close()


def play(rig) -> None:
    """A call with a pause, a marker, a note, a drop and its gap, each some seconds after the one before."""
    forward = rig.world.clock.forward
    rig.until("device_waiting")
    forward(seconds=10)
    rig.go_live()
    forward(seconds=5)
    rig.agree()
    forward(seconds=10)
    rig.presenter.call.marker()
    rig.run(rig.world.consultations.add_note(rig.cid, "Door kicked in"))
    forward(seconds=10)
    rig.presenter.call.pause()
    rig.settle()
    forward(seconds=10)
    rig.presenter.call.resume()
    rig.settle()
    forward(seconds=10)
    rig.drop()
    forward(seconds=10)
    rig.gap(40, 50)
    rig.say(call.Connecting(2), call.Secured(2, ()))
    forward(seconds=10)
    rig.settle()


def test_a_restarted_console_shows_the_whole_consultation(rig):
    play(rig)
    kept, seen = rig.cid, timeline_of(rig.state, rig.world.clock.now())
    rig.restart()
    rig.page.show()
    rig.presenter.open(kept)
    rig.settle()
    after = timeline_of(rig.state, rig.world.clock.now())
    assert rig.state.stage is Stage.DROPPED
    assert after.connection == seen.connection
    assert [mark for mark in after.marks if mark.word != "Console restarted"] == seen.marks
    assert {span.kind for span in after.recording} == {SpanKind.SEALED, SpanKind.PAUSE, SpanKind.GAP}
    words = [mark.word for mark in seen.marks]
    assert words == ["Arrived", "Agreed, recorded", "Marker", "Note", "Paused", "Gap 10 s"]
    assert rig.sees("The console was started again")


def test_opening_again_what_is_on_the_page_forgets_nothing(rig):
    rig.until("live")
    rig.say(call.ChatIn("hello"))
    rig.presenter.open(rig.cid)
    rig.settle()
    assert rig.state.stage is Stage.LIVE
    assert len(rig.state.chat) == 1
