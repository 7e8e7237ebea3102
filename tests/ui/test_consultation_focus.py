"""Nothing that happens by itself takes the focus, moves the caret or changes what the officer types."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

sys.path.insert(0, str(Path(__file__).parent))

from consultation_rig import WORDS

from rvr_console.domain import call
from rvr_console.domain.events import Fault
from rvr_console.domain.recording import RecorderState
from rvr_console.errors import StorageError
from rvr_console.ui.consultation.state import Stage

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


def storm(rig) -> None:
    """All that may arrive while somebody types."""
    rig.say(
        call.Quality(70, 1.8e6, 0), call.ChatIn("one moment"), call.VictimMedia(muted=True, camera_on=True)
    )
    rig.status(seconds=20)
    rig.knock(device="bb", second=True)
    rig.gap()
    rig.say(call.Dropped("lost"), call.Connecting(2), call.Secured(2, ()))
    rig.status(RecorderState.RECORDING, 30, segment=1)
    rig.run(rig.world.cad_actions.note_attempt(rig.run(rig.world.outbox())[-1].id))
    rig.presenter.fault(Fault("Disk nearly full."))
    rig.world.clock.forward(seconds=3)
    rig.presenter.tick()
    rig.settle()


@pytest.mark.parametrize(
    ("tab", "name", "position"),
    [
        ("notes", "Write a note", lambda w: w.textCursor().position()),
        ("cad", "Log update", lambda w: w.cursorPosition()),
        ("safety", "Who else", lambda w: w.cursorPosition()),
        ("safety", "Where is the person now?", lambda w: w.cursorPosition()),
    ],
)
def test_events_leave_focus_caret_and_text_alone(rig, tab, name, position):
    rig.until("live")
    rig.page.open_tab(tab)
    field = rig.named(name)
    field.setFocus()
    rig.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "the neighbour came")
    for _ in range(5):
        QTest.keyClick(field, Qt.Key.Key_Left)
    text = field.text() if hasattr(field, "text") else field.toPlainText()
    before = (QApplication.focusWidget(), text, position(field))
    storm(rig)
    assert (QApplication.focusWidget(), text, position(field)) == before
    assert (field.text() if hasattr(field, "text") else field.toPlainText()) == "the neighbour came"


def test_typing_on_while_an_answer_is_on_its_way_keeps_every_letter(rig):
    rig.take()
    line = rig.type("Alone", "Yes")
    rig.held = []
    line.flush()
    QTest.keyClicks(line, ", sister is due")
    rig.named("Safe place").setFocus()
    rig.presenter.redraw()
    assert line.text() == "Yes, sister is due"
    rig.release()
    assert line.text() == "Yes, sister is due"
    assert rig.run(rig.world.stored(rig.cid)).safety == {"alone": "Yes, sister is due"}


def test_an_answer_that_cannot_be_stored_stays_and_is_tried_again(rig, monkeypatch):
    rig.take()

    async def refuse(*_args):
        raise StorageError("The disk is full.", kept="Your answer stays in the line.")

    with monkeypatch.context() as patch:
        patch.setattr(rig.world.consultations, "answer_safety", refuse)
        line = rig.type("Alone", "Yes")
        rig.named("Safe place").setFocus()
        rig.settle()
        rig.presenter.redraw()
        assert line.text() == "Yes"
        assert rig.sees("The disk is full.")
        assert line.accessibleDescription() == "not answered"
    line.setFocus()
    rig.named("Safe place").setFocus()
    rig.settle()
    assert rig.run(rig.world.stored(rig.cid)).safety == {"alone": "Yes"}
    assert line.accessibleDescription() == "answered"


def test_a_note_stays_until_it_is_stored_and_is_stored_once(rig):
    rig.until("live")
    rig.page.open_tab("notes")
    edit = rig.type("Write a note", "Door kicked in.")
    rig.held = []
    rig.click("Add note")
    rig.click("Add note")
    QTest.keyClicks(edit, " Photo follows")
    assert edit.toPlainText() == "Door kicked in. Photo follows"
    rig.release()
    assert [note.text for note in rig.state.consultation.notes] == ["Door kicked in."]
    assert edit.toPlainText() == " Photo follows"
    assert edit.textCursor().position() == len(" Photo follows")


def test_a_note_that_is_begun_is_known_to_who_closes_the_window(rig):
    rig.until("live")
    assert rig.page.begun_note() == ""
    assert rig.state.in_call
    rig.page.open_tab("notes")
    rig.type("Write a note", "Door kicked in.")
    assert rig.page.begun_note() == rig.cid
    rig.click("Add note")
    rig.settle()
    assert rig.page.begun_note() == ""


def test_a_note_that_cannot_be_stored_is_not_lost(rig, monkeypatch):
    rig.until("live")
    rig.page.open_tab("notes")
    edit = rig.type("Write a note", "Door kicked in.")

    async def refuse(*_args):
        raise StorageError("The disk is full.", kept="Your note stays in the field.")

    with monkeypatch.context() as patch:
        patch.setattr(rig.world.consultations, "add_note", refuse)
        rig.click("Add note")
    assert edit.toPlainText() == "Door kicked in."
    rig.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    rig.click("Add note")
    assert [note.text for note in rig.state.consultation.notes] == ["Door kicked in."]


def test_the_list_of_notes_keeps_its_place_when_a_note_is_added(rig):
    rig.until("live")
    rig.page.open_tab("notes")
    for number in range(40):
        rig.run(rig.world.consultations.add_note(rig.cid, f"note {number}"))
    area = next(a for a in rig.page.findChildren(QScrollArea) if a.accessibleName() == "Notes")
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    reading = next(row for row in area.findChildren(QWidget) if row.accessibleName().endswith("note 20"))
    top = reading.mapTo(area.viewport(), reading.rect().topLeft()).y()
    rig.run(rig.world.consultations.add_note(rig.cid, "the newest"))
    rig.settle()
    assert abs(reading.mapTo(area.viewport(), reading.rect().topLeft()).y() - top) <= 2


def test_nothing_typed_for_one_person_reaches_another(rig):
    rig.until("live")
    first = rig.cid
    rig.page.open_tab("notes")
    edit = rig.type("Write a note", "About Hannah")
    rig.page.open_tab("safety")
    rig.type("Alone", "!")
    other = rig.run(rig.world.dispatch.take("160 of 21/11/2026"))
    rig.presenter.open(other.id)
    rig.settle()
    rig.settle()
    assert edit.toPlainText() == ""
    assert rig.named("Alone").text() == ""
    assert rig.run(rig.world.stored(first)).safety["alone"] == "!Yes"
    assert rig.run(rig.world.stored(other.id)).safety == {}


# --- keyboard ---
def test_the_call_by_keyboard_also_while_typing(rig):
    rig.until("live")
    rig.page.open_tab("notes")
    edit = rig.type("Write a note", "typing")
    rig.key(Qt.Key.Key_F2)
    assert rig.state.muted
    assert rig.named("Mute, on, F2")
    rig.key(Qt.Key.Key_F3)
    assert not rig.state.camera_on
    assert rig.named("Camera, off, F3")
    rig.key(Qt.Key.Key_F12)
    assert rig.far.done("marker") == [("marker", "")]
    rig.key(Qt.Key.Key_F4)
    assert rig.state.stage is Stage.PAUSED
    assert QApplication.focusWidget() is edit
    rig.key(Qt.Key.Key_F4)
    assert rig.state.stage is Stage.LIVE
    assert edit.toPlainText() == "typing"


def test_chat_by_keyboard_and_escape_closes_it_alone(rig):
    rig.until("live")
    rig.say(call.ChatIn("are you there"))
    assert rig.named("Chat, 1 new")
    rig.key(Qt.Key.Key_F10)
    assert QApplication.focusWidget() is rig.named("Message")
    assert rig.named("Chat, on, F10")
    rig.key(Qt.Key.Key_Escape)
    assert not rig.sees("Close chat")
    assert rig.state.stage is Stage.LIVE


def test_tabs_by_number_and_the_slot_by_ctrl_enter(rig):
    rig.until("live")
    for number, seen in (
        (3, "Write a note"),
        (4, "Evidence"),
        (5, "Log update"),
        (2, "Link code"),
        (1, "Alone"),
    ):
        rig.key(Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert rig.named(seen)
    rig.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is rig.named("Write a note")


def test_tab_walks_through_every_control_and_out_again(rig):
    rig.until("device_waiting")
    rig.named("Alone").setFocus()
    seen = []
    for _ in range(60):
        widget = QApplication.focusWidget()
        if widget in seen:
            break
        seen.append(widget)
        rig.key(Qt.Key.Key_Tab)
    names = [widget.accessibleName() for widget in seen]
    for needed in ("Safe times", "Confirmed aloud", "Copy link", "Message to the waiting room", "Send"):
        assert any(name.startswith(needed) for name in names), names
    for needed in ("Not safe to talk", "Convert to attendance", "Admit device"):
        assert any(name.startswith(needed) for name in names), names
    assert names.index("Alone") < names.index("Safe place") < names.index("Safe times")


def test_what_happens_is_said(rig, monkeypatch):
    said = []
    monkeypatch.setattr(
        QAccessible,
        "updateAccessibility",
        lambda e: said.append(e.message()) if e.type() is QAccessible.Event.Announcement else None,
    )
    rig.until("device_waiting")
    rig.go_live()
    rig.agree()
    rig.presenter.call.pause()
    rig.settle()
    rig.status(RecorderState.PAUSED, 12)
    rig.drop()
    for words in (
        "A device is in the waiting room",
        "Call connected",
        "Recording",
        "Call paused",
        "The link stays open",
    ):
        assert any(words in text for text in said), said
    assert WORDS[0] not in " ".join(said)


def test_what_was_begun_in_close_waits_for_its_case(rig):
    rig.until("ended")
    rig.page.open_tab("close")
    rig.type("What was done", "Account taken")
    rig.type("Result codes", "18")
    close, mine = rig.page.right.close_form, rig.state
    other = replace(mine, consultation=replace(mine.consultation, id="another"))
    close.show_state(other)
    assert (rig.named("What was done").toPlainText(), rig.named("Result codes").text()) == ("", "")
    close.show_state(mine)
    assert rig.named("What was done").toPlainText() == "Account taken"
    assert rig.named("Result codes").text() == "18"
