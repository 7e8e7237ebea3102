"""A short slider for a level from 0 to 100, such as the volume."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from rvr_console.ui.theme import tokens

_KNOB = 14
_TRACK = 4


class LevelSlider(QSlider):
    """Arrows move by 5, Page keys by 20; a click goes there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, 100)
        self.setSingleStep(5)
        self.setPageStep(20)
        self.setFixedSize(self.sizeHint())
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(88, 24)

    def _room(self) -> int:
        return self.width() - _KNOB

    def _to(self, event: QMouseEvent) -> None:
        self.setValue(round((event.position().x() - _KNOB / 2) / self._room() * 100))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._to(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        top, at = (self.height() - _TRACK) / 2, self._room() * self.value() / 100
        painter.setBrush(t.edge)
        painter.drawRoundedRect(QRectF(0, top, self.width(), _TRACK), 2, 2)
        painter.setBrush(t.accent)
        painter.drawRoundedRect(QRectF(0, top, at + _KNOB / 2, _TRACK), 2, 2)
        painter.drawEllipse(QRectF(at, (self.height() - _KNOB) / 2, _KNOB, _KNOB))
        painter.end()
