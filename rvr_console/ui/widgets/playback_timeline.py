"""The timeline under a player: the consultation's lanes with a cursor where playback stands."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from rvr_console.ui.theme import tokens
from rvr_console.ui.widgets.timeline import ConsultationTimeline
from rvr_console.ui.widgets.timeline_paint import Lanes


class PlaybackTimeline(ConsultationTimeline):
    """Give it data without a "now"; `set_position` moves the cursor alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._second = 0.0

    def set_position(self, second: float) -> None:
        if second != self._second:
            self._second = second
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._data is None:
            return
        lanes = Lanes(self.width(), self.height(), self._data.length)
        x, top = round(lanes.x(self._second)), lanes.ruler + 8
        painter = QPainter(self)
        ink = tokens().ink
        painter.fillRect(x - 1, top, 2, self.height() - top - 4, ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(ink)
        painter.setBrush(ink)
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x + 5, top + 4), QPointF(x, top + 9),
                       QPointF(x - 5, top + 4)])
        )  # fmt: skip
        painter.end()
