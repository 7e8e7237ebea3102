from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.widgets.banner import Banner, BannerStack, EmptyState
from rvr_console.ui.widgets.button import ActionSlot, Button
from rvr_console.ui.widgets.call_bar import CallBar
from rvr_console.ui.widgets.checklist import ChecklistGrid, Todo
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import data_size, running, span, waited, when
from rvr_console.ui.widgets.focus_ring import FocusRing
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.progress_row import ProgressRow
from rvr_console.ui.widgets.qr_view import QrView
from rvr_console.ui.widgets.segmented import YES_NO_NOT_KNOWN, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tabs import StateTabs
from rvr_console.ui.widgets.tag import Tag, Tone

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def window(qtbot):
    """A shown window with a column for the widgets under test."""
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)

    def show(*widgets):
        for widget in widgets:
            made.layout().addWidget(widget)
        made.show()
        made.activateWindow()
        qtbot.waitActive(made).__enter__()
        qtbot.waitUntil(made.isActiveWindow)
        return made

    return show


def test_slot_acts_by_click_and_ctrl_enter(window, qtbot):
    slot, acted = ActionSlot(), []
    slot.acted.connect(lambda: acted.append(1))
    slot.set_action("Take next")
    window(slot)
    qtbot.mouseClick(slot, Qt.MouseButton.LeftButton)
    qtbot.keyClick(slot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(acted) == 2
    assert slot.accessibleName() == "Take next, Ctrl+Enter"


def test_pending_slot_keeps_its_width_and_swallows_presses(window, qtbot):
    slot, acted = ActionSlot(), []
    slot.acted.connect(lambda: acted.append(1))
    slot.set_action("Make hand-over bundle")
    window(slot)
    width = slot.sizeHint().width()
    slot.set_pending()
    assert slot.sizeHint().width() == width
    qtbot.mouseClick(slot, Qt.MouseButton.LeftButton)
    qtbot.keyClick(slot, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not acted
    assert slot.accessibleName() == f"Make hand-over bundle, {messages.SENDING}"
    slot.set_action("Take next")
    qtbot.mouseClick(slot, Qt.MouseButton.LeftButton)
    assert len(acted) == 1


def test_slot_that_is_off_says_why(window, qtbot):
    slot, acted = ActionSlot(), []
    slot.acted.connect(lambda: acted.append(1))
    slot.set_action("Show declaration", "after page 3")
    window(slot)
    qtbot.mouseClick(slot, Qt.MouseButton.LeftButton)
    assert not acted
    assert slot.accessibleName() == "Show declaration, off, after page 3"


def test_a_slot_whose_reason_alone_changes_is_painted_anew(window, qtbot, qapp):
    slot = ActionSlot()
    slot.set_action("Freeze text", "5 missing")
    window(slot)
    painted = []
    slot.paintEvent = lambda event: (painted.append(slot._why_off), ActionSlot.paintEvent(slot, event))
    qapp.processEvents()
    painted.clear()
    slot.set_action("Freeze text", "2 missing")
    qtbot.waitUntil(lambda: painted == ["2 missing"])


def test_slot_on_a_hidden_page_does_not_hear_the_keys(window, qtbot):
    hidden, shown, acted = ActionSlot(), ActionSlot(), []
    hidden.acted.connect(lambda: acted.append("hidden"))
    shown.acted.connect(lambda: acted.append("shown"))
    for slot in (hidden, shown):
        slot.set_action("Act")
    top = window(hidden, shown)
    hidden.hide()
    qtbot.keyClick(top, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert acted == ["shown"]


@pytest.mark.parametrize("editor", [QPlainTextEdit, QLineEdit])
def test_the_slot_and_the_call_keys_work_while_typing(window, qtbot, editor):
    field, slot, bar, acted = editor(), ActionSlot(), CallBar(), []
    slot.set_action("Next: risk, item 7")
    slot.acted.connect(lambda: acted.append("slot"))
    bar.acted.connect(acted.append)
    window(field, slot, bar)
    field.setFocus()
    qtbot.keyClicks(field, "notes")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(field, Qt.Key.Key_F2)
    qtbot.keyClick(field, Qt.Key.Key_F10)
    assert acted == ["slot", "mute", "chat"]
    assert (field.text() if isinstance(field, QLineEdit) else field.toPlainText()) == "notes"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_whatever_has_the_focus(window, qtbot, key):
    """Left to Qt, Enter does nothing on a button where the platform's theme knows Space only."""
    pressed = []
    button = Button("Start form")
    button.clicked.connect(lambda: pressed.append("button"))
    todo = ChecklistGrid()
    todo.set_items([Todo("risk", "Risk", "Not started")])
    todo.chosen.connect(pressed.append)
    answer = Segmented(YES_NO_NOT_KNOWN, "Item 1")
    answer.chosen.connect(pressed.append)
    window(button, todo, answer)
    for first in (button, todo.findChild(QToolButton), answer.findChildren(QToolButton)[1]):
        first.setFocus()
        qtbot.keyClick(first, key)
    assert pressed == ["button", "risk", "no"]


def test_answers_by_letter_and_arrows_that_do_not_answer(window, qtbot):
    answer, chosen = Segmented(YES_NO_NOT_KNOWN, "Alone?"), []
    answer.chosen.connect(chosen.append)
    window(answer)
    yes, no, not_known = answer._segments.values()
    yes.setFocus()
    qtbot.keyClick(yes, Qt.Key.Key_Right)
    assert no.hasFocus()
    assert answer.value == ""
    qtbot.keyClick(no, Qt.Key.Key_K)
    assert (answer.value, chosen) == ("not_known", ["not_known"])
    qtbot.keyClick(not_known, Qt.Key.Key_Y)
    qtbot.keyClick(yes, Qt.Key.Key_N)
    assert chosen == ["not_known", "yes", "no"]
    assert no.accessibleName() == "Alone?, No, chosen, N"


def test_answers_are_one_tab_stop(window):
    answer = Segmented(YES_NO_NOT_KNOWN, "Alone?")
    window(answer)
    answer.set_value("no")
    stops = [k for k, s in answer._segments.items() if s.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["no"]
    answer.set_value("")
    assert answer.value == ""


def test_setting_an_answer_is_no_choice_of_the_person(window):
    answer, chosen = Segmented(YES_NO_NOT_KNOWN, "Alone?"), []
    answer.chosen.connect(chosen.append)
    answer.set_value("yes")
    assert not chosen


def test_end_call_asks_in_place_and_the_harmless_answer_has_the_focus(window, qtbot):
    bar, ended = CallBar(), []
    bar.end_chosen.connect(ended.append)
    top = window(bar)
    qtbot.keyClick(top, Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
    assert bar.asking
    qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Escape)
    assert not bar.asking
    assert not ended
    qtbot.mouseClick(bar.end_button, Qt.MouseButton.LeftButton)
    assert bar.focusWidget().accessibleName() == messages.KEEP_LINK
    qtbot.keyClick(bar.focusWidget(), Qt.Key.Key_Space)
    assert ended == ["keep"]


def test_call_controls_by_f_key_with_their_state_in_the_name(window, qtbot):
    bar, acted = CallBar(), []
    bar.acted.connect(acted.append)
    top = window(bar)
    assert bar._buttons["mute"].accessibleName() == "Mute, off, F2"
    bar.set_control("mute", state="on", active=True)
    assert bar._buttons["mute"].accessibleName() == "Mute, on, F2"
    bar.set_control("share", why_off="Phones cannot share their screen")
    qtbot.keyClick(top, Qt.Key.Key_F2)
    qtbot.keyClick(top, Qt.Key.Key_F8)
    assert acted == ["mute"]


def test_tabs_by_ctrl_number_with_state_in_words(window, qtbot):
    tabs, chosen = StateTabs("Paperwork"), []
    for key in ("safety", "notes", "risk"):
        tabs.add(key, key.title(), Shape.RING)
    tabs.chosen.connect(chosen.append)
    top = window(tabs)
    qtbot.keyClick(top, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert chosen == ["risk"]
    tabs.set_state("risk", Shape.HALF, Tone.ACCENT, "6 of 27 answered")
    assert tabs.accessibleTabName(2) == "Risk, 6 of 27 answered, chosen"
    tabs.set_current("safety")
    assert chosen == ["risk"]


def test_field_says_its_error_and_clears_it(window):
    field = Field("Reason for the pause", QLineEdit())
    window(field)
    field.set_error("Give a reason. Nothing is lost.")
    assert field.error == "Give a reason. Nothing is lost."
    assert field.editor.accessibleName() == "Reason for the pause, error: Give a reason. Nothing is lost."
    field.set_error("")
    assert (field.error, field.editor.accessibleName()) == ("", "Reason for the pause")


def test_checklist_keeps_its_widgets_so_that_the_focus_stays(window, qtbot):
    grid, chosen = ChecklistGrid(), []
    grid.chosen.connect(chosen.append)
    grid.set_items([Todo("risk", "Risk", "Not started"), Todo("cad", "CAD", "Arrived", Shape.DONE)])
    window(grid)
    item = grid._items["risk"]
    grid.set_items([Todo("risk", "Risk", "6 of 27", Shape.HALF), Todo("cad", "CAD", "Arrived", Shape.DONE)])
    assert grid._items["risk"] is item
    qtbot.mouseClick(item, Qt.MouseButton.LeftButton)
    assert chosen == ["risk"]
    assert item.accessibleName() == "Still to do, Risk, 6 of 27"


def test_toast_goes_by_itself_but_stays_while_its_button_has_the_focus(window):
    stack = BannerStack()
    window(stack)
    toast = stack.toast("Bundle made.", "214 MB, verified.", "Open folder")
    toast.button.setFocus()
    toast._timer.timeout.emit()
    assert stack.keys() == ("toast",)
    toast.button.clearFocus()
    toast._timer.timeout.emit()
    assert stack.keys() == ()
    assert stack.isHidden()


def test_faults_stay_until_cleared_and_a_new_one_takes_the_old_ones_place(window):
    stack = BannerStack()
    window(stack)
    stack.put("cad", Banner(Tone.WARN, "CAD is down."))
    stack.put("cad", Banner(Tone.WARN, "CAD is down.", "Two actions are kept."))
    assert [w.fact for w in stack.findChildren(Banner) if w.isVisible()] == ["CAD is down."]
    stack.clear("cad")
    assert stack.keys() == ()


def test_focus_ring_follows_and_rings_the_whole_answer(window, qtbot):
    button, answer = Button("One"), Segmented(YES_NO_NOT_KNOWN, "Alone?")
    top = window(button, answer)
    ring = FocusRing(top)
    button.setFocus()
    assert ring.widget() is button
    next(iter(answer._segments.values())).setFocus()
    assert ring.widget() is answer
    outside = answer.geometry().adjusted(-4, -4, 4, 4)
    qtbot.waitUntil(lambda: ring.geometry() == outside)


def test_qr_modules_are_dark_on_white_in_both_themes(qtbot):
    view = QrView(148)
    qtbot.addWidget(view)
    view.set_matrix([[x == 0 and y == 0 for x in range(29)] for y in range(29)])
    view.resize(148, 148)
    image = view.grab().toImage()
    module = 148 // (29 + 8)
    edge = (148 - 29 * module) // 2
    assert image.pixelColor(edge + 1, edge + 1).lightness() == 0
    assert image.pixelColor(edge + module + 1, edge + 1).lightness() == 255


def test_every_control_has_an_accessible_name(window, unnamed):
    header = PageHeader()
    header.set_heading("Queue", inline="12 waiting", tags=[Tag(Shape.OVER, "1 over target", Tone.DANGER)])
    header.slot.set_action("Take next")
    header.add_button(Button("Take over"))
    select = Select("Hand over to")
    select.addItem("PC 2417")
    box = QWidget()
    QHBoxLayout(box)
    progress = ProgressRow("Sealing the bundle")
    progress.set_progress(0.5, "131 of 214 MB")
    tabs = StateTabs("Paperwork")
    tabs.add("risk", "Risk")
    grid = ChecklistGrid()
    grid.set_items([Todo("risk", "Risk", "Not started")])
    top = window(
        header, select, progress, tabs, grid, CallBar(), Segmented(YES_NO_NOT_KNOWN, "Alone?"),
        Field("Safe contact", QLineEdit()), EmptyState("list", "Nobody is waiting"),
        Banner(Tone.WARN, "CAD is down.", action="Show"),
    )  # fmt: skip
    assert unnamed(top) == []


def test_times_and_sizes_as_people_write_them():
    assert [span(s) for s in (42, 39 * 60, 18 * 3600 + 42 * 60, -5)] == [
        "42 s",
        "39 min",
        "18 h 42 min",
        "0 s",
    ]
    assert (running(754), waited(46), waited(3058)) == ("00:12:34", "0 h 46 min", "50 h 58 min")
    assert [data_size(n) for n in (0, 512, 900_000, 4_100_000, 214_000_000)] == [
        "0 kB",
        "1 kB",
        "900 kB",
        "4.1 MB",
        "214 MB",
    ]
    now = datetime(2026, 11, 21, 13, 0, tzinfo=UTC).astimezone()
    assert when(now, now).startswith("Today ")
    assert when(now - timedelta(days=2), now).startswith("19/11 ")
