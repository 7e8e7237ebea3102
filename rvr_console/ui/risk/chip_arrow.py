"""The mark beside a row of chips that goes on: for the pointer only, the keys bring each chip into sight themselves."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolButton, QWidget

from rvr_console.ui.risk import words
from rvr_console.ui.theme import tokens

ARROW = 20
_STEP = 160


class ChipArrow(QToolButton):
    """moved(pixels): the row is to scroll. way: -1 to the left, 1 to the right."""

    moved = Signal(int)

    def __init__(self, row: QWidget, way: int, name: str) -> None:
        super().__init__(row)
        self._way = way
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName((words.MORE_LEFT if way < 0 else words.MORE_RIGHT).format(name=name))
        self.setAutoRepeat(True)
        self.clicked.connect(lambda: self.moved.emit(way * _STEP))
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = t.accent if self.underMouse() and self.isEnabled() else t.ink2 if self.isEnabled() else t.line
        painter.setPen(QPen(ink, 2))
        x, y = self.width() / 2, self.height() / 2
        points = [
            QPointF(x - 3 * self._way, y - 5),
            QPointF(x + 3 * self._way, y),
            QPointF(x - 3 * self._way, y + 5),
        ]
        painter.drawPolyline(QPolygonF(points))
        painter.end()
