"""Long work in one row: what, how far in real numbers, one way to stop it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight
from rvr_console.ui.widgets.bar import Bar
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.text import Text


class ProgressRow(QWidget):
    """cancelled: its button was pressed. action: "Cancel" or "Pause"; "" for none."""

    cancelled = Signal()

    def __init__(self, what: str, action: str = messages.CANCEL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._what = Text(what, Size.BODY, Weight.MEDIUM)
        column.addWidget(self._what)
        self._bar = Bar(1000)
        column.addWidget(self._bar)
        row = QHBoxLayout()
        self._words = Text("", Size.LABEL, ink="ink2")
        row.addWidget(self._words)
        row.addStretch(1)
        if action:
            button = Button(action, "quiet")
            button.setAccessibleName(f"{action}, {what}")
            button.clicked.connect(self.cancelled)
            row.addWidget(button)
        column.addLayout(row)
        self.set_progress(0, "")

    def set_progress(self, part: float, words: str) -> None:
        """part: 0 to 1. words: real numbers and time left ("131 of 214 MB, about 40 s")."""
        self._bar.setValue(round(max(0.0, min(1.0, part)) * 1000))
        self._words.setText(words)
        self._bar.setAccessibleName(", ".join(p for p in (self._what.text(), words) if p))
