"""The window: top bar, rail and pages. Navigation only; what a page does is the page's own matter."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.access import Role, User
from rvr_console.ui import messages
from rvr_console.ui.shell_break import BreakClock
from rvr_console.ui.shell_focus import FocusKeeper
from rvr_console.ui.shell_late import make_banners, make_no_pages, make_ring, make_sheet
from rvr_console.ui.shell_panes import move_pane
from rvr_console.ui.theme import WIDE_WINDOW, apply_theme, tokens
from rvr_console.ui.widgets.rail import Rail, RailEntry
from rvr_console.ui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rvr_console.ui.shell_sheet import ShortcutSheet
    from rvr_console.ui.widgets.banner import BannerStack, EmptyState
    from rvr_console.ui.widgets.focus_ring import FocusRing

FRAME_MS = 16
FRAME_HEIGHT = 40  # title bar and edges that the desktop puts around a window


def fits(window: QSize, available: QSize) -> bool:
    """Whether a window of this size, with its frame, stands whole on the screen."""
    return available.width() >= window.width() and available.height() >= window.height() + FRAME_HEIGHT


@runtime_checkable
class Compactable(Protocol):
    """A page that has a denser form for 1366×768."""

    def set_compact(self, compact: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Page:
    """One page. roles: who sees it in the rail. Its number in the rail, and Alt+number, follow the order of adding."""

    key: str
    word: str
    icon: str
    roles: frozenset[Role]
    widget: QWidget


class _Pages(dict[str, Page]):
    """All pages in their order; shown: keys of those that the rail shows to the person who is signed in."""

    def __init__(self, rail: Rail) -> None:
        super().__init__()
        self._rail = rail
        self.shown: list[str] = []

    def add(self, page: Page, user: User | None) -> None:
        self[page.key] = page
        self._show(page, user)

    def show_to(self, user: User | None) -> None:
        self._rail.clear()
        self._rail.setVisible(user is not None)
        self.shown = []
        for page in self.values():
            self._show(page, user)

    def _show(self, page: Page, user: User | None) -> None:
        if user is not None and user.role in page.roles:
            self.shown.append(page.key)
            self._rail.add(RailEntry(page.key, page.word, page.icon, f"Alt+{len(self.shown)}"))

    def set_compact(self, compact: bool) -> None:
        for page in self.values():
            if isinstance(page.widget, Compactable):
                page.widget.set_compact(compact)


class MainWindow(FocusKeeper):
    """Before sign-in only the sign-in page is shown. ticked: once a second. closing: the person closes the window."""

    page_shown = Signal(str)
    duty_wanted = Signal(bool)
    sign_out_wanted = Signal()
    recording_clicked = Signal()
    theme_changed = Signal(bool)
    ticked = Signal(object)
    closing = Signal()

    def __init__(
        self, force_name: str, now: Callable[[], datetime], breaks: BreakClock | None = None
    ) -> None:
        super().__init__()
        self.setWindowTitle(f"{force_name} – {messages.PRODUCT}")
        self.setAccessibleName(f"{force_name}, {messages.PRODUCT}")
        self._now, self._breaks = now, breaks or BreakClock()
        self._user: User | None = None
        self._current = ""
        self._may_close: Callable[[], bool] = lambda: True
        self.top_bar = TopBar(force_name)
        self.rail = Rail()
        self._pages = _Pages(self.rail)
        self.rail.setProperty("pane", True)
        self._stack = QStackedWidget()
        self._stack.setProperty("pane", True)
        self._sign_in = QWidget()
        self._stack.addWidget(self._sign_in)
        self.focus_ring: FocusRing | None = None  # from one frame after the first picture on
        self._painted = False
        self._lay_out()
        self._connect()
        self.resize(1440, 900)
        self.set_user(None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(body := QWidget())
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        self._middle = middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._stack, 1)
        row.addLayout(middle, 1)
        column.addLayout(row, 1)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.rail.shortcuts_wanted.connect(self.toggle_sheet)
        self.top_bar.recording_clicked.connect(self.recording_clicked)
        self.top_bar.duty_wanted.connect(self.duty_wanted)
        self.top_bar.sign_out_wanted.connect(self.sign_out_wanted)
        self.top_bar.theme_wanted.connect(self.toggle_theme)
        self.top_bar.break_taken.connect(self._break_taken)
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+Shift+D", self.toggle_theme),
            ("F1", self.toggle_sheet),
            ("F6", lambda: move_pane(self, 1)),
            ("Shift+F6", lambda: move_pane(self, -1)),
        ]
        keys += [(f"Alt+{number}", partial(self._show_number, number)) for number in range(1, 10)]
        for sequence, act in keys:
            QShortcut(QKeySequence(sequence), self).activated.connect(act)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def add_page(self, page: Page) -> None:
        """Pages stand in the rail in this order. One that comes while somebody is signed in is there at once."""
        self._stack.addWidget(page.widget)
        self._pages.add(page, self._user)
        self._fit()
        if self._user is not None and not self._current:
            self._show_number(1)

    def set_sign_in(self, widget: QWidget) -> None:
        """The page shown while nobody is signed in."""
        self._stack.removeWidget(self._sign_in)
        self._sign_in.deleteLater()
        self._sign_in = widget
        self._stack.addWidget(widget)
        if self._user is None:
            self._stack.setCurrentWidget(widget)

    def set_user(self, user: User | None) -> None:
        """Signed in: the pages of the role and its first page. None: back to the sign-in page."""
        same = bool(user and self._user and user.collar == self._user.collar and user.role is self._user.role)
        self._user = user
        self.top_bar.set_user(user)
        if same:
            return
        self._pages.show_to(user)
        if user is None:
            self._current = ""
            self._breaks.stop()
            self._stack.setCurrentWidget(self._sign_in)
        else:
            self._breaks.begin(self._now())
            self._current = ""
            self._show_number(1)
            if not self._current:
                self._stack.setCurrentWidget(self._no_pages)
            shown = self._stack.currentWidget()
            if QApplication.focusWidget() is None and shown is not None:
                shown.setFocus()  # what had it went with the sign-in page
        self._tick()
        self._fit()

    @property
    def current_page(self) -> str:
        return self._current

    def show_page(self, key: str) -> None:
        """Only pages of the person's role are shown; others are ignored."""
        if key not in self._pages.shown:
            return
        self._current = key
        self.rail.set_current(key)
        self._stack.setCurrentWidget(self._pages[key].widget)
        self.page_shown.emit(key)

    def _show_number(self, number: int) -> None:
        if number <= len(self._pages.shown):
            self.show_page(self._pages.shown[number - 1])

    @cached_property
    def banners(self) -> "BannerStack":
        return make_banners(self._middle)

    @cached_property
    def _no_pages(self) -> "EmptyState":
        return make_no_pages(self._stack)

    @cached_property
    def _sheet(self) -> "ShortcutSheet":
        return make_sheet(self._stack, self.toggle_sheet)

    def toggle_sheet(self) -> None:
        self._sheet.toggle()

    def toggle_theme(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, not tokens().dark)
            self.theme_changed.emit(tokens().dark)

    def _break_taken(self) -> None:
        self._breaks.begin(self._now())
        self._tick()

    def _tick(self) -> None:
        now = self._now()
        self.top_bar.set_time(now)
        self.top_bar.set_break(self._breaks.minutes_left(now))
        self.ticked.emit(now)

    def _fit(self) -> None:
        compact = self.width() < WIDE_WINDOW
        self.rail.set_narrow(compact)
        self.top_bar.set_compact(compact)
        self._pages.set_compact(compact)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A question mark that no text field has taken."""
        if event.text() == "?":
            self.toggle_sheet()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(FRAME_MS, self, lambda: setattr(self, "focus_ring", make_ring(self)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def set_may_close(self, may_close: Callable[[], bool]) -> None:
        """Asked before the window closes; False keeps it open (a call is running: the page says so)."""
        self._may_close = may_close

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self._timer.stop()
        self.closing.emit()
        super().closeEvent(event)
