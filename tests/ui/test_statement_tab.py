"""The statement's tab: stored as typed, exhibits, spelling, what is missing, pages, freezing, correction, never a lost word."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

sys.path.insert(0, str(Path(__file__).parent))

from statement_rig import StatementRig
from test_statement_ceremony import HASH, MET, ceremonies

from rvr_console.domain.statement import StatementState
from rvr_console.errors import RefusedError, StorageError
from rvr_console.services.statements import keep_signed
from rvr_console.services.values import CheckState
from rvr_console.ui.statement.ceremony_pane import CeremonyPane
from rvr_console.ui.statement.ceremony_state import CeremonyState
from rvr_console.ui.statement.state import Step, dates_of, dates_text, step_marks

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


@pytest.fixture
def rig(tmp_path, qapp):
    made = StatementRig(tmp_path, qapp)
    made.until("live")
    made.open_tab()
    yield made
    made.close()


def slot(rig):
    return rig.page._header.slot


def begun(rig) -> None:
    rig.sheet._begin.click()
    rig.settle()


def ready(rig) -> None:
    begun(rig)
    rig.write("I live alone.\nThe door was broken.")
    rig.fill_all()


def frozen(rig) -> None:
    ready(rig)
    rig.presenter.next()
    rig.settle()


def test_a_statement_is_begun_written_and_stored_as_typed(rig):
    assert rig.papers.state.statement is None
    begun(rig)
    assert rig.state.standings["statement"].state is CheckState.UNDER_WAY
    rig.write("I live alone.\nThe door was broken.")
    rig.fill("occupation", "Nurse")
    rig.choose("age", "no")
    rig.fill("years", "17")
    stored = rig.stored()
    assert stored.content.paragraphs == ("I live alone.", "The door was broken.")
    assert (stored.content.witness.name, stored.content.witness.age) == ("Hannah Cole", 17)
    assert rig.sheet.tools._stored.text().startswith("Stored ")


def test_storing_leaves_the_text_and_the_caret_alone(rig):
    begun(rig)
    rig.write("The door was broken.")
    rig.sheet.editor.moveCursor(QTextCursor.MoveOperation.Start)
    rig.sheet.editor.insertPlainText("First. ")
    rig.pause()
    assert rig.sheet.editor.toPlainText() == "First. The door was broken."
    assert rig.sheet.editor.textCursor().position() == len("First. ")
    rig.sheet.editor.undo()
    rig.pause()
    assert rig.stored().content.paragraphs == ("The door was broken.",)
    assert rig.sees("4 words, 1 paragraph")


def test_what_could_not_be_stored_stays_and_goes_with_the_next_key(rig, monkeypatch):
    begun(rig)
    real = rig.papers._door.save

    async def full(*_args):
        raise StorageError("The disk is full.", kept="What you typed is still on the screen.")

    monkeypatch.setattr(rig.papers._door, "save", full)
    rig.write("Not lost.")
    assert rig.stored().content.paragraphs == ()
    assert rig.sheet.tools._stored.text() == ""
    rig.presenter.next()  # nothing is frozen over what is not stored
    rig.settle()
    assert rig.stored().state is StatementState.DRAFT
    monkeypatch.setattr(rig.papers._door, "save", real)
    rig.write(" More.")
    assert rig.stored().content.paragraphs == ("Not lost. More.",)


def test_leaving_stores_what_was_typed_this_moment(rig):
    begun(rig)
    rig.sheet.editor.insertPlainText("Typed just now.")
    rig.page.leave()
    rig.settle()
    assert rig.stored().content.paragraphs == ("Typed just now.",)


def test_exhibits_of_the_list_are_put_in_as_a_sentence(rig):
    begun(rig)
    assert not rig.sheet.tools._exhibit.isEnabled()
    rig.bring("a1", description="a photograph of the door")
    rig.write("The door was broken.")
    rig.sheet.tools.exhibit_actions[0].trigger()
    rig.pause()
    stored = rig.stored().content
    assert stored.paragraphs == ("The door was broken.", "I produce a photograph of the door as HC/1.")
    assert stored.exhibits == ("HC/1",)


def test_misspelt_words_are_marked_and_changed_from_the_menu(rig):
    begun(rig)
    rig.write("The dorr was recieve.")
    for _ in range(2):
        rig.sheet.editor.marks._ask_now()
        rig.settle()
    assert rig.sheet.editor.marks.wrong == {"dorr", "recieve"}
    cursor = rig.sheet.editor.textCursor()
    cursor.setPosition(6)
    menu = rig.sheet.editor.menu_at(cursor)
    rig.settle()
    offered = {action.text(): action for action in menu.actions()}
    assert "door" in offered
    offered["door"].trigger()
    rig.pause()
    menu.deleteLater()
    assert rig.stored().content.paragraphs == ("The door was recieve.",)
    offered = rig.sheet.editor.marks
    offered.ignore("recieve")
    assert offered.wrong == {"dorr"}


def test_who_begins_or_corrects_a_statement_types_into_its_text_at_once(rig):
    rig.sheet._begin.setFocus()
    begun(rig)
    assert QApplication.focusWidget() is rig.sheet.editor
    QTest.keyClicks(QApplication.focusWidget(), "I live alone.")
    rig.pause()
    rig.fill_all()
    rig.presenter.next()
    rig.settle()
    rig.sheet.frozen.ask("The door")
    rig.settle()
    rig.sheet.frozen.ask()  # pressed once more: what stands there is the answer
    rig.settle()
    assert rig.stored().state is StatementState.DRAFT
    assert QApplication.focusWidget() is rig.sheet.editor
    QTest.keyClicks(QApplication.focusWidget(), " The door broke.")
    rig.pause()
    assert rig.stored().content.paragraphs == ("I live alone. The door broke.",)


def test_freezing_waits_for_what_is_missing_and_says_what(rig):
    begun(rig)
    rig.write("I live alone.")
    assert not slot(rig).isEnabled()
    assert slot(rig).accessibleName().startswith("Freeze text, off, 6 missing")
    listed = "\n".join(label.text() for label in rig.sheet.write.findChildren(QLabel))
    assert "Dates to avoid, or that there are none" in listed
    rig.fill_all()
    assert slot(rig).isEnabled()
    assert [mark for _, mark in step_marks(rig.papers.state)][:2] == ["done", "now"]
    rig.choose("dates", "dates")
    assert not slot(rig).isEnabled()
    rig.control("dates")
    rig.sheet.write.facts._days.setPlainText("31/02/2027")
    rig.pause()
    assert "31/02/2027" in rig.sheet.write.facts._days_field.error
    assert not slot(rig).isEnabled()
    rig.sheet.write.facts._days.setPlainText("04/01/2027 to 08/01/2027\n12/2/2027")
    rig.pause()
    assert rig.sheet.write.facts._days_field.error == ""
    assert dates_text(rig.stored().content.back.dates) == "04/01/2027 to 08/01/2027\n12/02/2027"
    assert slot(rig).isEnabled()


def test_a_frozen_text_shows_its_pages_and_takes_no_keys(rig):
    frozen(rig)
    statement = rig.stored()
    assert statement.state is StatementState.FROZEN
    assert rig.sheet.editor.isReadOnly()
    assert rig.sheet.pages.isVisible()
    rig.settle()
    assert rig.sheet.pages.total == statement.versions[0].pages
    assert rig.state.standings["statement"].words == "Version 1 frozen"
    [listed] = [item.words for item in rig.state.checklist if item.key == "statement"]
    assert listed == "Version 1, not signed"
    assert [mark for _, mark in step_marks(rig.papers.state)] == [
        "done",
        "done",
        "now",
        "later",
        "later",
        "later",
    ]
    rig.papers.set_ceremony(Step.SIGN)
    assert [mark for _, mark in step_marks(rig.papers.state)][4] == "now"


def test_a_correction_asks_for_a_reason_and_keeps_the_version(rig):
    frozen(rig)
    side = rig.sheet.frozen
    side.correct.click()
    side._do.click()
    assert side._why_field.error
    assert rig.stored().state is StatementState.FROZEN
    side._why.setText("The door was green.")
    side._do.click()
    rig.settle()
    assert rig.stored().state is StatementState.DRAFT
    assert not rig.sheet.editor.isReadOnly()
    assert rig.sheet.editor.toPlainText() == "I live alone.\nThe door was broken."
    rig.write("\nThe door was green.")
    rig.presenter.next()
    rig.settle()
    assert [one.number for one in rig.stored().versions] == [1, 2]
    assert rig.stored().versions[0].content.paragraphs == ("I live alone.", "The door was broken.")


def test_nothing_can_be_typed_into_a_text_that_is_being_frozen(rig):
    """It would be gone when the frozen text comes onto the screen."""
    ready(rig)
    rig.presenter.next()
    rig.sheet.editor.setFocus()
    QTest.keyClicks(rig.sheet.editor, "Typed meanwhile.")
    assert not rig.sheet.write.facts.isEnabled()
    assert "meanwhile" not in rig.sheet.editor.toPlainText()
    rig.settle()
    assert rig.stored().state is StatementState.FROZEN
    assert rig.sheet.write.facts.isEnabled()


def test_two_statements_never_mix(rig):
    begun(rig)
    rig.write("I live alone.")
    first = rig.statement.id
    rig.sheet.editor.insertPlainText(" Typed just now.")
    rig.sheet.tools.kind_actions[1].trigger()
    rig.settle()
    assert rig.statement.id != first
    assert rig.sheet.editor.toPlainText() == ""
    rig.write("I cannot sleep.")
    rig.papers.choose(first)
    rig.settle()
    assert rig.sheet.editor.toPlainText() == "I live alone. Typed just now."
    texts = {
        one.kind.value: one.content.paragraphs for one in rig.run(rig.statements.of_consultation(rig.cid))
    }
    assert texts == {"witness": ("I live alone. Typed just now.",), "victim_personal": ("I cannot sleep.",)}


def test_pages_are_shown_as_they_will_be_set_and_say_what_cannot_be(rig):
    begun(rig)
    rig.write("The door was broken. " * 400)
    rig.sheet.show_view("pages")
    rig.papers.set_pages(40)
    rig.settle()
    assert rig.sheet.pages.total > 1
    rig.sheet.pages.show_page(1)
    assert rig.sheet.pages.page == 1
    rig.sheet.show_view("text")
    rig.write("\u202e")
    rig.papers.set_pages(40)
    rig.settle()
    assert "override" in rig.sheet.pages._words.text()
    assert "\u202e" in rig.stored().content.text


def test_a_signature_from_elsewhere_is_shown(rig):
    frozen(rig)
    statement_id = rig.statement.id
    rig.run(rig.world.desk.note(lambda work: keep_signed(work, statement_id, 1)))
    assert rig.state.standings["statement"].state is CheckState.DONE
    assert {mark for _, mark in step_marks(rig.papers.state)} == {"done"}


def test_every_control_has_a_name(rig, unnamed):
    ready(rig)
    assert unnamed(rig.sheet) == []
    rig.presenter.next()
    rig.settle()
    assert unnamed(rig.sheet) == []


@pytest.mark.parametrize(
    "text", ["soon", "4/1/27", "08/01/2027 to 04/01/2027", "1/1/2027 2/1/2027 3/1/2027", "32/01/2027"]
)
def test_days_that_are_none_are_refused_by_their_line(text):
    with pytest.raises(RefusedError) as refused:
        dates_of(f"04/01/2027\n{text}")
    assert text in refused.value.what


def test_the_statement_takes_the_room_and_gives_it_back(rig):
    halves = rig.page._halves._split
    assert halves.sizes()[0] == 416
    assert rig.page.right.todo.parentWidget() is rig.page.left
    bar = rig.page.left._call._bar
    shown = [button.control.key for button in bar._buttons.values() if button.isVisible()]
    assert shown == ["mute", "camera", "pause", "still"]
    assert bar.more.isVisible()
    rig.key(Qt.Key.Key_F12)  # behind "More", and its key works
    assert rig.far.done("marker")
    bar.more.click()
    menu = bar.findChild(QMenu)
    assert "Chat, off\tF10" in [action.text() for action in menu.actions()]
    menu.close()
    rig.page.open_tab("notes")
    rig.settle()
    assert halves.sizes()[0] == pytest.approx(656, abs=2)
    assert rig.page.right.todo.parentWidget() is rig.page.right
    assert not bar.more.isVisible()
    assert slot(rig).text() == "Next: notes"


def test_the_slot_names_the_act_of_the_open_sheet_and_gives_way_to_the_call(rig):
    ready(rig)
    assert slot(rig).text() == "Freeze text"
    rig.page.open_tab("notes")
    rig.settle()
    assert slot(rig).text() == "Next: notes"
    rig.open_tab()
    assert slot(rig).text() == "Freeze text"
    rig.presenter.call.pause()
    rig.settle()
    assert slot(rig).text() == "Resume call"
    rig.presenter.call.resume()
    rig.settle()
    rig.presenter.next()
    rig.settle()
    statement = rig.stored()
    assert statement.state is StatementState.FROZEN
    wanted: list[str] = []
    rig.papers.slot.follow(wanted.append)
    for name, word, enabled in (
        (None, "Show the pages to sign", True),
        ("reading", "Show declaration", False),
        ("read", "Show declaration", True),
        ("declared", "Seal statement", False),
        ("signed", "Seal statement", True),
        ("sealed", "Next: notes", True),
    ):
        one = ceremonies()[name] if name else None
        state = CeremonyState(rig.cid, statement.id, 1, 3, HASH, "Hannah", one, MET)
        rig.papers.slot.show_ceremony(state)
        rig.sheet.show_ceremony(state)
        assert (slot(rig).text(), slot(rig).isEnabled()) == (word, enabled), name
        assert rig.sheet.pages._other.isVisible() == (name in {"reading", "read", "declared"})
        if enabled and name != "sealed":
            slot(rig).acted.emit()
    assert wanted == ["begin", "declare", "seal"]


def test_it_fits_a_screen_of_1366_whatever_sheet_is_open(rig):
    rig.sheet.frozen.set_ceremony(CeremonyPane())
    for tab in ("notes", "statement", "safety"):
        rig.page.open_tab(tab)
        rig.settle()
        QApplication.sendPostedEvents()
        assert rig.page.minimumSizeHint().width() <= 1366 - 72, tab
