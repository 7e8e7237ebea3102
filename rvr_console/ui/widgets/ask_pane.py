"""Questions in the page, never in a dialog: what is asked, a line to write in, the choices."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Space, Weight, tokens
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.tag import Tone, tone_fill, tone_ink
from rvr_console.ui.widgets.text import Text


class AskPane(QWidget):
    """A tinted pane with a 4-px bar. Escape or its own way back closes it; the focus returns to where it was."""

    def __init__(self, title: str, tone: Tone = Tone.WARN) -> None:
        super().__init__()
        self._tone = tone
        self._came_from: QWidget | None = None
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        self.column.setSpacing(Space.XXS)
        self._title = Text(title, Size.BODY, Weight.BOLD, wrap=True)
        self.column.addWidget(self._title)
        self.may_leave = True
        self.hide()

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    def open(self, first: QWidget) -> None:
        """Show it with the focus in `first`, but never out of a field that somebody is typing in."""
        if self.isVisible():
            return
        self._came_from = QApplication.focusWidget()
        self.show()
        announce(self, self.accessibleName(), assertive=self._tone is Tone.DANGER)
        focus_in_sight(first, self)

    def close_pane(self) -> None:
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        if had_focus and focus is not None:
            focus.clearFocus()  # else Qt gives it to whatever comes next, which may be a danger button
        self.hide()
        back, self._came_from = self._came_from, None
        if had_focus and back is not None and back.isVisible():
            focus_in_sight(back)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.may_leave:
            self.close_pane()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), tone_fill(self._tone, t))
        painter.fillRect(0, 0, 4, self.height(), tone_ink(self._tone, t))
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()


class ReasonPane(AskPane):
    """Asks for a reason. needs_reason: without one the field says so and nothing happens."""

    def __init__(self, title: str, label: str, tone: Tone, *, needs_reason: bool = True) -> None:
        super().__init__(title, tone)
        self._needs_reason = needs_reason
        self._first: Button | None = None
        self.line = QLineEdit()
        self.line.setFixedHeight(Height.CONTROL)
        self.line.setMaxLength(500)
        self.line.returnPressed.connect(self._enter)
        self._field = Field(label, self.line)
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.XS)
        self._row.addWidget(self._field, 1)
        self.column.addLayout(self._row)

    def add(self, text: str, kind: str, act: Callable[[str], None], *, on_enter: bool = False) -> Button:
        """A choice; act gets the reason. on_enter: Enter in the field is this choice."""

        def press() -> None:
            reason = self.line.text().strip()
            missing = self._needs_reason and not reason
            self._field.set_error(messages.MISSING_REASON if missing else "")
            if missing:
                focus_in_sight(self.line, self)
            else:
                act(reason)

        button = Button(text, kind)
        button.clicked.connect(press)
        if on_enter:
            self._first = button
        self._put(button)
        return button

    def add_way_back(self, text: str) -> None:
        button = Button(text, "quiet")
        button.clicked.connect(self.close_pane)
        self._put(button)

    def _put(self, button: Button) -> None:
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)

    def _enter(self) -> None:
        if self._first is not None:
            self._first.click()

    def ask(self, title: str = "") -> None:
        if title:
            self.set_title(title)
        if not self.isVisible():
            self._field.set_error("")
        self.open(self.line)

    def ask_anew(self, title: str) -> None:
        """Another question of the same kind: what was written for the one before is dropped, the focus comes here."""
        if not self.isVisible():
            self.ask(title)
            return
        focus = QApplication.focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self._came_from = focus
        self.line.clear()
        self._field.set_error("")
        self.set_title(title)
        announce(self, title)
        focus_in_sight(self.line, self)

    def close_pane(self) -> None:
        super().close_pane()
        self.line.clear()
        self._field.set_error("")
