"""The victim does not agree to the recording: the officer decides, with a written reason. In the page, never a dialog."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from rvr_console.ui.consultation import words
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.text import Text, plane


class ReasonBar:
    """A pane with a reason field and its buttons; hidden until it is needed."""

    def __init__(self, title: str, label: str, *, needs_reason: bool = True) -> None:
        self.pane = plane("surface")
        self._needs_reason = needs_reason
        column = QVBoxLayout(self.pane)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        column.setSpacing(Space.XS)
        self._title = Text(title, Size.BODY, Weight.BOLD, wrap=True)
        column.addWidget(self._title)
        self._line = QLineEdit()
        self._line.setFixedHeight(Height.CONTROL)
        self._field = Field(label, self._line)
        column.addWidget(self._field)
        self._row = QHBoxLayout()
        self._row.addStretch(1)
        column.addLayout(self._row)
        self.pane.hide()

    def add(self, text: str, kind: str, act: Callable[[str], None]) -> None:
        """A button; act gets the reason. Without a needed reason the field says so and nothing happens."""

        def press() -> None:
            reason = self._line.text().strip()
            missing = self._needs_reason and not reason
            self._field.set_error(words.MISSING_REASON if missing else "")
            if not missing:
                act(reason)

        button = Button(text, kind)
        button.clicked.connect(press)
        self._row.insertWidget(self._row.count() - 1, button)

    def add_cancel(self, text: str) -> None:
        button = Button(text, "quiet")
        button.clicked.connect(self.pane.hide)
        self._row.insertWidget(self._row.count() - 1, button)

    def open(self, title: str = "") -> None:
        if title:
            self._title.setText(title)
        self._field.set_error("")
        self.pane.show()
        self._line.setFocus()

    def close(self) -> None:
        self.pane.hide()
        self._line.clear()
