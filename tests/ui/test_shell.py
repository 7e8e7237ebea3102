import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from rvr_console.domain.access import Role, User
from rvr_console.ui.main_window import MainWindow, Page, fits
from rvr_console.ui.shell_break import BreakClock
from rvr_console.ui.theme import RAIL_NARROW, RAIL_WIDE, apply_theme, tokens
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.top_bar import ServiceState

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")
NOW = datetime(2026, 11, 21, 13, 52, 39, tzinfo=UTC)
OFFICER = User("2417", "A. Bennett", "PC", Role.OFFICER)
SERGEANT = User("1186", "T. Ridley", "Sgt", Role.SERGEANT)
ALL = frozenset(Role)
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class PlainPage(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.compact = None
        self.field, self.button = QLineEdit(), Button(f"Act on {name}")
        self.field.setAccessibleName(f"Find in {name}")
        column = QVBoxLayout(self)
        for widget in (self.field, self.button):
            pane = QWidget()
            pane.setProperty("pane", True)
            QVBoxLayout(pane).addWidget(widget)
            column.addWidget(pane)

    def set_compact(self, compact: bool) -> None:
        self.compact = compact


@pytest.fixture
def clock():
    return {"now": NOW}


@pytest.fixture
def window(qtbot, clock):
    made = MainWindow("Northmoor Constabulary", lambda: clock["now"])
    qtbot.addWidget(made)
    made.set_sign_in(PlainPage("sign in"))
    made.add_page(Page("queue", "Queue", "list", ALL, PlainPage("queue")))
    made.add_page(Page("calls", "My consultations", "video", ALL, PlainPage("calls")))
    made.add_page(
        Page("review", "Review", "clipboard-check", frozenset({Role.SERGEANT}), PlainPage("review"))
    )
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_before_sign_in_there_are_no_pages(window):
    assert window.rail.isHidden()
    window.show_page("queue")
    assert window.current_page == ""


def test_each_role_sees_its_own_pages(window):
    window.set_user(OFFICER)
    assert list(window.rail._items) == ["queue", "calls"]
    window.show_page("review")
    assert window.current_page == "queue"
    window.set_user(SERGEANT)
    assert list(window.rail._items) == ["queue", "calls", "review"]


def test_a_role_without_pages_is_told_so(window):
    window.set_user(User("9", "A. Dit", "", Role.AUDITOR))
    window.set_user(None)
    window._pages.clear()
    window.set_user(User("9", "A. Dit", "", Role.AUDITOR))
    assert window._stack.currentWidget().accessibleName().startswith("Your role has no pages")
    assert window.current_page == ""


def test_alt_number_and_rail_lead_to_pages(window, qtbot):
    shown = []
    window.page_shown.connect(shown.append)
    window.set_user(SERGEANT)
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    qtbot.mouseClick(window.rail._items["calls"], Qt.MouseButton.LeftButton)
    qtbot.keyClick(window, Qt.Key.Key_7, Qt.KeyboardModifier.AltModifier)
    assert shown == ["queue", "review", "calls"]
    assert window.rail._items["calls"].accessibleName() == "My consultations, chosen, Alt+2"


def test_signing_out_leads_back_to_sign_in(window):
    window.set_user(OFFICER)
    window.set_user(None)
    assert window.rail.isHidden()
    assert window.current_page == ""
    assert window.top_bar.person.isVisible() is False


def test_going_off_duty_stays_on_the_page(window):
    window.set_user(OFFICER)
    window.show_page("calls")
    window.set_user(User("2417", "A. Bennett", "PC", Role.OFFICER, on_duty=False))
    assert window.current_page == "calls"
    assert window.top_bar.duty.accessibleName() == "Off duty, go on duty"


def test_ctrl_shift_d_switches_the_theme(window, qtbot, qapp):
    told = []
    window.theme_changed.connect(told.append)
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL_SHIFT)
    assert (tokens().dark, told) == (True, [True])
    apply_theme(qapp, dark=False)


def test_shortcut_sheet_opens_in_the_window_and_escape_closes_it(window, qtbot):
    window.set_user(OFFICER)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window._sheet.isVisible()
    assert not window._sheet.isWindow()
    qtbot.keyClick(window._sheet.close_button, Qt.Key.Key_Escape)
    assert window._sheet.isHidden()


def test_the_shortcut_sheet_takes_no_room_and_gives_the_focus_back(window, qtbot):
    window.set_user(OFFICER)
    window.resize(1366, 768)
    page = window._pages["queue"].widget
    page.field.setFocus()
    QApplication.processEvents()
    width = page.width()
    window.toggle_sheet()
    QApplication.processEvents()
    assert page.width() == width
    sheet = window._sheet
    assert sheet.geometry().right() == sheet.parentWidget().rect().right()
    window.show_page("calls")
    assert sheet.parentWidget().children()[-1] is sheet  # in front of the page that was shown after it
    window.show_page("queue")
    sheet.close_button.setFocus()
    window.toggle_sheet()
    assert page.field.hasFocus()


def test_a_control_that_goes_away_hands_the_focus_on_nearby_never_to_the_top_bar(window, qtbot):
    window.set_user(OFFICER)
    page = window._pages["queue"].widget
    other = QLineEdit(page.button.parentWidget())
    page.button.parentWidget().layout().addWidget(other)
    other.show()
    page.button.setFocus()
    page.button.hide()
    assert other.hasFocus()
    other.setEnabled(False)
    assert QApplication.focusWidget() is None or page.isAncestorOf(QApplication.focusWidget())
    page.field.setFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_Tab)
    assert not page.field.hasFocus()


def test_a_window_that_would_not_stand_whole_on_the_screen_is_not_opened_at_its_size():
    size = QSize(1440, 900)
    assert fits(size, QSize(1920, 1040))
    assert not fits(size, QSize(1440, 900)), "its title bar would push the foot off"
    assert not fits(size, QSize(1366, 768))


def test_question_mark_is_a_shortcut_only_outside_text_fields(window, qtbot):
    window.set_user(OFFICER)
    page = window._pages["queue"].widget
    page.field.setFocus()
    qtbot.keyClicks(page.field, "why?")
    assert page.field.text() == "why?"
    assert window._sheet.isHidden()
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    assert window._sheet.isVisible()


def test_f6_goes_from_pane_to_pane_and_back(window, qtbot):
    window.set_user(OFFICER)
    page = window._pages["queue"].widget
    page.field.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F6)
    assert page.button.hasFocus()
    qtbot.keyClick(window, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert page.field.hasFocus()


@pytest.mark.parametrize(("width", "compact", "rail"), [(1366, True, RAIL_NARROW), (1440, False, RAIL_WIDE)])
def test_both_sizes(window, qtbot, width, compact, rail):
    window.set_user(OFFICER)
    window.resize(width, 768)
    qtbot.waitUntil(lambda: window._pages["queue"].widget.compact is compact)
    assert window.rail.width() == rail
    assert window.width() == width


def test_recording_mark_is_on_every_page_and_leads_back(window, qtbot):
    led = []
    window.recording_clicked.connect(lambda: led.append(1))
    window.set_user(OFFICER)
    mark = window.top_bar.rec_mark
    assert mark.isHidden()
    mark.set_recording(754, "155 of 21/11")
    for key in ("queue", "calls"):
        window.show_page(key)
        assert mark.isVisible()
        assert mark.accessibleName() == "Recording 00:12:34, 155 of 21/11, back to the call"
    qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert led == [1]
    mark.set_recording(760, "155 of 21/11", paused=True)
    assert mark.accessibleName().startswith("Paused 00:12:40")


FAULTY = [
    ServiceState("CAD", Tone.DANGER, "down, 12 kept"),
    ServiceState("Gateway", Tone.DANGER, "down"),
    ServiceState("Storage", words="61 h"),
]


def _parts_of(bar):
    """Left and right edge of each visible part, from left to right."""
    boxes = [w.geometry() for w in bar.children() if isinstance(w, QWidget) and w.isVisible()]
    return sorted((box.left(), box.right()) for box in boxes)


@pytest.mark.parametrize("width", [1440, 1366, 1024])
def test_the_top_bar_gives_way_and_never_widens_the_window(window, qtbot, width):
    bar = window.top_bar
    window.resize(width, 768)
    window.set_user(User("2417", "Bartholomew Featherstonehaugh-Cholmondeley", "PC", Role.OFFICER))
    bar.set_services(FAULTY)
    bar.rec_mark.set_recording(36000, "155 of 21/11/2026", paused=True)
    qtbot.waitUntil(bar.rec_mark.isVisible)
    QApplication.processEvents()
    assert window.width() == width
    assert bar.width() == width
    parts = _parts_of(bar)
    assert all(one[1] < next_[0] for one, next_ in pairwise(parts))
    assert parts[-1][1] < width
    assert bar._product.isHidden()
    assert bar._services["CAD"].accessibleName() == "CAD down, 12 kept"
    assert bar._services["CAD"].isVisible()


def test_the_top_bar_is_whole_again_when_there_is_room(window, qtbot):
    bar = window.top_bar
    window.set_user(OFFICER)
    bar.set_services(FAULTY)
    window.resize(760, 768)
    qtbot.waitUntil(lambda: bar._services["CAD"].word == "CAD")
    assert bar._services["CAD"].toolTip() == "CAD down, 12 kept"
    assert bar._services["Storage"].isHidden()
    window.resize(1440, 768)
    qtbot.waitUntil(lambda: bar._services["CAD"].word == "CAD down, 12 kept")
    assert bar._services["Storage"].isVisible()
    assert bar._product.isVisible()
    assert bar._force.width() == bar._force.sizeHint().width()


def test_a_break_that_is_due_keeps_its_words_when_the_bar_is_narrow(window, clock, qtbot):
    window.set_user(OFFICER)
    window.top_bar.set_services(FAULTY)
    words = window.top_bar.part.break_text
    assert words.isVisible()
    window.resize(700, 768)
    qtbot.waitUntil(words.isHidden)
    clock["now"] = NOW + timedelta(minutes=61)
    window._tick()
    assert words.isVisible()


def test_tab_goes_from_the_top_bar_to_the_rail(window):
    window.set_user(OFFICER)
    QApplication.processEvents()  # a layout shows what was added late
    order, widget = [], window.top_bar.rec_mark
    while widget is not None and len(order) < 5:
        widget = widget.nextInFocusChain()
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            order.append(widget.accessibleName())
    assert order == [
        "On duty, go off duty",
        "PC 2417 A. Bennett, menu",
        "Queue, chosen, Alt+1",
        "My consultations, Alt+2",
        "Shortcuts, F1",
    ]


LATE = ("shell_sheet", "widgets.banner", "widgets.focus_ring", "widgets.person_part", "widgets.table")


def test_the_sign_in_window_loads_nothing_it_does_not_show():
    program = "import sys, rvr_console.ui.main_window, rvr_console.ui.sign_in.page; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "rvr_console.ui.widgets.top_bar" in loaded
    assert not loaded & {f"rvr_console.ui.{name}" for name in LATE}


def test_what_is_made_after_the_first_picture_is_there(window, qtbot):
    qtbot.waitUntil(lambda: window.focus_ring is not None)
    window.set_user(OFFICER)
    field = window._pages["queue"].widget.field
    field.setFocus()
    assert window.focus_ring.widget() is field


def test_services_say_more_only_when_faulty(window):
    window.top_bar.set_services([ServiceState("CAD"), ServiceState("Storage", words="61 h")])
    cad = window.top_bar._services["CAD"]
    assert (cad.word, cad.accessibleName()) == ("CAD", "CAD, working")
    window.top_bar.set_services([ServiceState("CAD", Tone.DANGER, "down, 2 kept")])
    assert (cad.word, cad.accessibleName()) == ("CAD down, 2 kept", "CAD down, 2 kept")


def test_break_counts_down_and_starts_again(window, clock):
    window.set_user(OFFICER)
    clock["now"] = NOW + timedelta(minutes=42)
    window._tick()
    assert window.top_bar.part.break_text.text() == "Break in 18 min"
    clock["now"] = NOW + timedelta(minutes=61)
    window._tick()
    assert window.top_bar.part.break_text.text() == "Break due now"
    window.top_bar.break_taken.emit()
    assert window.top_bar.part.break_text.text() == "Break in 60 min"


def test_nobody_at_work_needs_no_break():
    clock = BreakClock()
    assert clock.minutes_left(NOW) is None
    clock.begin(NOW)
    assert clock.minutes_left(NOW + timedelta(seconds=1)) == 60
    clock.stop()
    assert clock.minutes_left(NOW) is None


def test_window_stays_open_when_closing_is_refused(window):
    window.set_may_close(lambda: False)
    assert window.close() is False
    assert window.isVisible()
    window.set_may_close(lambda: True)


def test_every_control_of_the_shell_has_a_name(window, unnamed):
    window.set_user(SERGEANT)
    window.toggle_sheet()
    assert unnamed(window) == []


def test_a_closed_window_leaves_no_widget_behind(qapp, dressed):
    before = len(QApplication.allWidgets())
    made = MainWindow("Northmoor Constabulary", lambda: NOW)
    made.add_page(Page("queue", "Queue", "list", ALL, PlainPage("queue")))
    made.set_user(OFFICER)
    made.show()
    for _ in range(3):
        made.set_user(None)
        made.set_user(SERGEANT)
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(made)
    assert len(QApplication.allWidgets()) <= before


def test_pages_that_come_after_sign_in_are_there_at_once(qtbot, dressed):
    window = MainWindow("Northmoor Constabulary", lambda: NOW)
    qtbot.addWidget(window)
    window.set_sign_in(PlainPage("sign in"))
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.set_user(OFFICER)
    pages = {key: PlainPage(key) for key in ("queue", "review", "calls")}
    window.add_page(Page("queue", "Queue", "list", ALL, pages["queue"]))
    assert window.current_page == "queue"
    assert pages["queue"].isVisible()
    assert pages["queue"].compact
    window.add_page(Page("review", "Review", "clipboard-check", frozenset({Role.SERGEANT}), pages["review"]))
    window.add_page(Page("calls", "My consultations", "video", ALL, pages["calls"]))
    assert window.current_page == "queue"
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.current_page == "calls"
