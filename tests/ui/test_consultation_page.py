"""The consultation page in each of its states, over real services."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).parent))

from consultation_rig import at

from rvr_console.domain import call
from rvr_console.domain.cad import CadVerb
from rvr_console.domain.consultation import ConsultationState, LinkState
from rvr_console.domain.events import CallStateChanged, Fault
from rvr_console.domain.incident import Flag, IncidentState
from rvr_console.domain.recording import RecorderState
from rvr_console.errors import StorageError
from rvr_console.ui.consultation.state import Stage
from rvr_console.ui.widgets.text import Text

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")
STAGES = ["no_link", "link_sent", "device_waiting", "live", "paused", "dropped"]


def test_nothing_open_says_what_to_do(rig):
    rig.presenter.redraw()
    assert rig.sees("No consultation is open")
    assert rig.sees("Take the next incident")


@pytest.mark.parametrize(
    ("stage", "slot", "seen"),
    [
        ("no_link", "Send link", "No link has been sent"),
        ("link_sent", "Admit device", "Nobody is in the waiting room yet"),
        ("device_waiting", "Admit device", "Four words: harbour lemon seven cedar"),
        ("live", "Next: notes", "Secure, both ends confirmed"),
        ("paused", "Resume call", "Paused: neither picture nor sound"),
        ("dropped", "Waiting for return", "Picture and sound are gone"),
        ("ended", "Submit for review", "The call has ended"),
        ("submitted", "Nothing to do", "Submitted for review"),
    ],
)
def test_each_stage_says_where_it_stands_and_what_is_next(rig, unnamed, stage, slot, seen):
    rig.until(stage)
    assert rig.state.stage.value == stage
    assert rig.sees(seen)
    rig.named(slot)
    assert unnamed(rig.page) == []


def test_the_first_open_safety_question_is_next_and_enter_leads_to_the_next_one(rig):
    rig.take()
    rig.click("Next: safety, question 1")
    assert QApplication.focusWidget() is rig.named("Alone")
    rig.type("Alone", "Yes")
    rig.key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is rig.named("Safe place")
    assert rig.state.consultation.safety == {"alone": "Yes"}
    assert rig.sees("Stored ")


def test_the_waiting_room_shows_what_the_phone_reports(rig):
    rig.until("device_waiting")
    rig.world.clock.forward(seconds=36)
    rig.presenter.tick()
    assert rig.sees("A device is in the waiting room, since")
    assert rig.sees("36 s")
    assert rig.sees("Battery: Low, 9%")
    assert rig.named("You, preview")


def test_a_message_goes_out_and_comes_in(rig, spoken):
    rig.until("device_waiting")
    rig.type("Message to the waiting room", "I am here")
    rig.key(Qt.Key.Key_Return)
    rig.say(call.ChatIn("thank you"))
    assert rig.far.done("send_chat") == [("send_chat", "I am here")]
    assert rig.sees("You: I am here")
    assert rig.sees("Hannah: thank you")
    assert "Hannah writes: thank you" in spoken


def test_a_message_that_cannot_be_sent_stays_in_the_line(rig):
    rig.until("device_waiting")
    rig.far.fails = StorageError("The gateway is down.", kept="Your message is kept in the line.")
    line = rig.type("Message to the waiting room", "I am here")
    rig.key(Qt.Key.Key_Return)
    assert line.text() == "I am here"
    assert rig.sees("The gateway is down.")
    rig.far.fails = None
    rig.key(Qt.Key.Key_Return)
    assert line.text() == ""


# --- converting, deciding, refusing ---
@pytest.mark.parametrize("stage", STAGES)
def test_convert_works_in_every_stage_with_and_without_a_reason(rig, stage):
    rig.until(stage)
    rig.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is rig.named("Why is somebody needed there?")
    rig.click("Send somebody now")
    acts = [action.verb for action in rig.run(rig.world.outbox())]
    assert acts.count(CadVerb.CONVERTED) == 1
    assert rig.state.consultation.converted
    assert not rig.named("Convert to attendance").isEnabled()
    assert rig.sees("Keep the link open until help is there")
    if rig.state.link:
        assert rig.state.consultation.link is not LinkState.CLOSED


def test_convert_is_off_when_it_is_over_and_says_why(rig):
    rig.until("ended")
    button = rig.named("Convert to attendance")
    assert not button.isEnabled()
    assert "has ended" in button.accessibleName()


def test_escape_leaves_the_question_and_never_the_call(rig):
    rig.until("live")
    before = rig.named("End call")
    before.setFocus()
    rig.click("Convert to attendance")
    rig.key(Qt.Key.Key_Escape)
    assert not rig.sees("Why is somebody needed there?")
    for _ in range(3):
        rig.key(Qt.Key.Key_Escape)
    assert rig.state.stage is Stage.LIVE
    assert not rig.far.done("hang_up")
    assert not rig.far.done("close_link")


def test_a_second_device_is_not_told_that_the_first_is_there_when_it_is_not_nor_after_the_end(rig):
    rig.until("live")
    rig.knock(device="bb", second=True)
    assert rig.sees("The first stays in the call")
    rig.say(call.Dropped("lost"))
    assert not rig.sees("The first stays in the call")
    assert rig.sees("only the first device, which is away")
    rig.presenter.call.end_for_both()
    rig.settle()
    assert rig.state.stage is Stage.ENDED
    assert not rig.sees("Another device is asking to join.")


def test_a_second_device_is_told_and_refused_while_the_first_stays(rig):
    rig.until("live")
    rig.knock(device="bb", second=True)
    assert rig.sees("Another device is asking to join.")
    rig.click("Refuse it")
    assert rig.far.done("refuse") == [("refuse", "bb")]
    assert not rig.sees("Another device is asking to join.")
    assert rig.state.stage is Stage.LIVE


# --- no call comes of it ---
@pytest.mark.parametrize("stage", ["no_link", "link_sent", "device_waiting"])
def test_not_safe_to_talk_gives_the_incident_back(rig, stage):
    rig.until(stage)
    rig.click("Not safe to talk")
    assert rig.sees("give Hannah back to the queue?")
    rig.click("Log it and give back")
    assert rig.state.stage is Stage.GIVEN_BACK
    assert rig.state.incident.state is IncidentState.WAITING
    assert rig.sees("The incident is back in the queue")
    acts = rig.run(rig.world.outbox())
    assert acts[-1].verb is CadVerb.CONTACT_ATTEMPT
    assert acts[-1].payload["result"] == "not_safe"
    assert rig.named("Take another, off")


def test_calling_back_needs_a_time_that_is_to_come(rig):
    rig.until("no_link")
    rig.click("No contact…")
    choice = rig.named("What came of it?")
    choice = next(w for w in rig.page.findChildren(QWidget) if hasattr(w, "findData") and w.isVisible())
    choice.setCurrentIndex(choice.findData("call_back"))
    rig.click("Log it and give back")
    assert rig.sees("Write the agreed time")
    for typed, error in (("25:00", "no time of day"), ("00:00", "This time is over")):
        field = rig.named("Call again at")
        field.clear()
        rig.type("Call again at", typed)
        rig.click("Log it and give back")
        assert rig.sees(error)
    assert rig.state.consultation.state is ConsultationState.OPEN
    rig.named("Call again at").clear()
    later = at(23, 59).astimezone()
    rig.world.clock.wall = later.replace(hour=13, minute=30)
    rig.type("Call again at", "23:30")
    rig.click("Log it and give back")
    assert rig.state.stage is Stage.GIVEN_BACK
    assert rig.state.incident.next_contact_at == later.replace(hour=23, minute=30)


def test_close_link_asks_first_and_ends_the_consultation(rig):
    rig.until("link_sent")
    rig.click("Close link…")
    rig.click("Leave it open")
    assert not rig.far.done("close_link")
    rig.click("Close link…")
    rig.click("Close link now")
    assert rig.far.done("close_link")
    assert rig.state.stage is Stage.ENDED


def test_given_back_is_still_given_back_after_a_restart(rig):
    rig.until("no_link")
    kept = rig.cid
    rig.presenter.contact_attempt("no_answer", None)
    rig.settle()
    rig.restart()
    rig.page.show()
    rig.presenter.open(kept)
    rig.settle()
    assert rig.state.stage is Stage.GIVEN_BACK


# --- the call drops, comes back, ends ---
def test_a_drop_is_said_with_what_was_kept_and_the_bar_stays(rig, spoken):
    rig.until("dropped")
    assert rig.sees("The link stays open")
    assert rig.sees("What was recorded is kept")
    assert any("Picture and sound are gone" in text for text in spoken)
    for control in ("Mute", "Camera", "Chat", "Marker", "End call"):
        assert rig.named(control).isEnabled()
    rig.say(call.Connecting(2))
    assert rig.sees("Hannah is coming back")
    rig.say(call.Secured(2, ()))
    assert rig.state.stage is Stage.LIVE
    assert not rig.sees("Hannah is coming back")


def test_exit_this_page_is_said_as_what_it_may_mean(rig):
    rig.until("live")
    rig.say(call.VictimLeft(exit=True), call.Dropped("The phone has left the page."))
    assert rig.sees("Hannah left by “Exit this page”")
    assert rig.sees("somebody came in")


def test_a_device_that_leaves_the_waiting_room_is_not_a_dropped_call(rig):
    rig.until("device_waiting")
    rig.say(call.VictimLeft(exit=True))
    assert rig.state.stage is Stage.LINK_SENT
    assert rig.named("Admit device, off")


def test_end_for_both_asks_in_the_bar(rig):
    rig.until("live")
    rig.key(Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert rig.state.stage is Stage.LIVE
    rig.click("End for both")
    assert rig.state.stage is Stage.ENDED
    assert rig.far.done("close_link")
    assert not rig.sees("Mute")


def test_a_late_report_does_not_reopen_what_has_ended(rig):
    rig.until("ended")
    rig.bridge.publish(CallStateChanged(rig.cid, "dropped", secure=False))
    rig.settle()
    assert rig.state.stage is Stage.ENDED


def test_submitting_needs_outcome_and_codes(rig):
    rig.until("ended")
    rig.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is rig.named("What was done")
    rig.click("Submit for review form")
    assert rig.sees("Write what was done")
    assert rig.sees("Give at least one result code")
    assert rig.state.stage is Stage.ENDED
    rig.type("What was done", "Account taken")
    rig.type("Result codes", "18")
    rig.click("Submit for review form")
    assert rig.state.stage is Stage.SUBMITTED


def test_a_missing_answer_is_called_missing_until_somebody_answers(rig):
    rig.until("ended")
    rig.page.open_tab("close")
    rig.click("Submit for review form")
    assert rig.sees("Write what was done")
    rig.type("What was done", "Account taken")
    assert not rig.sees("Write what was done")


def test_the_keys_of_a_tab_take_the_focus_into_it(rig):
    rig.until("live")
    for number in range(1, 10):
        rig.key(getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        rig.settle()
        shown = rig.page.right._stack.currentWidget()
        focus = QApplication.focusWidget()
        assert number == 9 or (focus is not None and shown.isAncestorOf(focus)), number


# --- faults ---
def test_what_to_do_about_a_fault_is_never_cut(rig):
    rig.until("live")
    rig.page.resize(1294, 700)
    rig.bridge.publish(
        Fault(
            "The recording has stopped. The disk is full.",
            "Everything recorded up to here is kept and can be closed. Free some space before you record again.",
            "The call goes on. Tell the person that nothing is recorded.",
        )
    )
    rig.settle()
    QApplication.processEvents()
    (shown,) = [text for text in rig.page.findChildren(Text) if "Tell the person" in text.text()]
    assert shown.wordWrap()
    assert shown.height() >= shown.heightForWidth(shown.width())


def test_a_fault_stays_until_dismissed(rig):
    rig.until("live")
    rig.bridge.publish(Fault("The disk is full.", "What was sealed is kept.", "Tell the victim."))
    rig.settle()
    assert rig.sees("The disk is full.")
    rig.status(RecorderState.RECORDING, 12.0)
    assert rig.sees("What was sealed is kept. Tell the victim.")
    rig.click("Dismiss")
    assert not rig.sees("The disk is full.")


def test_an_act_on_a_call_that_is_not_open_is_said_not_raised(rig):
    rig.until("live")
    rig.calls._calls.clear()
    rig.key(Qt.Key.Key_F2)
    assert rig.sees("This call is not open.")
    assert not rig.state.muted


def test_a_cad_act_shows_how_it_stands_by_shape_and_word(rig):
    rig.until("link_sent")
    acts = rig.run(rig.world.outbox())
    rig.run(rig.world.cad_actions.mark_refused(acts[-1].id, "This incident was merged"))
    rig.page.open_tab("cad")
    entries = rig.page.right.cad._list.entries
    assert [entry.tag.word.split(" ")[0] for entry in entries] == ["Refused", "In"]
    assert "This incident was merged" in entries[0].detail
    assert entries[0].tag.shape is not entries[1].tag.shape
    assert rig.sees("Refused")


# --- size, leaks, cost ---
@pytest.mark.parametrize("stage", [*STAGES, "ended", "submitted"])
def test_it_fits_1366_by_768(rig, stage):
    """What is left of 1366×768 for the page: rail 72, top bar 48, window title about 30."""
    rig.until(stage)
    rig.state.incident = replace(rig.state.incident, flags=frozenset(Flag))
    rig.page.set_compact(True)
    rig.page.resize(1294, 690)
    rig.settle()
    assert rig.page.minimumSizeHint().width() <= 1294
    assert rig.page.minimumSizeHint().height() <= 690
    rig.click("Not safe to talk") if stage in STAGES[:3] else None
    clipped = []
    for widget in rig.page.findChildren(QWidget):
        if not widget.isVisible() or widget.parentWidget() is None:
            continue
        least = widget.minimumSizeHint()
        inside = widget.metaObject().className().startswith("QScroll") or not least.isValid()
        if not inside and (widget.width() < least.width() or widget.height() < least.height()):
            clipped.append((type(widget).__name__, widget.accessibleName(), widget.size(), least))
    assert clipped == []


def test_many_events_leave_no_widgets_and_no_timers_behind(rig):
    rig.until("live")

    def count() -> tuple[int, int]:
        rig.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return len(rig.page.findChildren(QWidget)), len(rig.page.findChildren(QTimer))

    rig.status(seconds=11)
    before = count()
    for second in range(12, 40):
        rig.say(call.Quality(40.0 + second, 1.8e6, 0.0))
        rig.status(seconds=second)
        rig.knock(device="bb", second=True)
        rig.presenter.refuse_second(rig.state.second)
        rig.presenter.tick()
    rig.settle()
    assert count() == before
