"""A list of choices, painted from the tokens."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from rvr_console.ui.theme import font, paint_icon, tokens


class Select(QComboBox):
    """A list of choices. name: what is chosen here, spoken before the choice."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFont(font())
        self.view().setAccessibleName(name)
        self.currentTextChanged.connect(self._say)
        self._say(self.currentText())

    def _say(self, text: str) -> None:
        self.setAccessibleName(", ".join(part for part in (self._name, text) if part))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        t = tokens()
        painter = QPainter(self)
        ink = t.ink if self.isEnabled() else t.ink3
        paint_icon(painter, "chevron-down", self.width() - 26, (self.height() - 16) // 2, ink)
        painter.end()
