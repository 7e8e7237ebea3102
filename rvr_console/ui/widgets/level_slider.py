"""A short slider for a level from 0 to 100, such as the volume; a long one for a place in a film."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
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
        self.setValue(round((event.position().x() - _KNOB / 2) / max(1, self._room()) * self.maximum()))

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
        top, at = (self.height() - _TRACK) / 2, self._room() * self.value() / max(1, self.maximum())
        painter.setBrush(t.edge)
        painter.drawRoundedRect(QRectF(0, top, self.width(), _TRACK), 2, 2)
        painter.setBrush(t.accent)
        painter.drawRoundedRect(QRectF(0, top, at + _KNOB / 2, _TRACK), 2, 2)
        painter.drawEllipse(QRectF(at, (self.height() - _KNOB) / 2, _KNOB, _KNOB))
        painter.end()


class SeekSlider(LevelSlider):
    """As wide as there is room: a place in something that lasts. moved(seconds): by the person, not by set_place."""

    moved = Signal(float)
    _PARTS = 10  # of a second

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(QSize(64, 24))
        self.setMaximumSize(QSize(16_777_215, 24))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSingleStep(self._PARTS)
        self.setPageStep(10 * self._PARTS)
        self.valueChanged.connect(lambda value: self.moved.emit(value / self._PARTS))

    def set_place(self, seconds: float, length: float) -> None:
        self.blockSignals(True)
        self.setRange(0, max(1, round(length * self._PARTS)))
        self.setValue(round(seconds * self._PARTS))
        self.blockSignals(False)
        self.update()
