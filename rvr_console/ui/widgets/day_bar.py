"""How much of 24 hours is gone: a bar with a tick every six hours."""

from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.ui.theme import Size, font, tokens
from rvr_console.ui.widgets.figures import span
from rvr_console.ui.widgets.tag import Tone, tone_ink

_BAR = 12
_DAY = timedelta(hours=24)


class DayBar(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used, self._tone = timedelta(), Tone.ACCENT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_used(timedelta(), Tone.ACCENT)

    def set_used(self, used: timedelta, tone: Tone) -> None:
        self._used, self._tone = max(timedelta(), used), tone
        self.setAccessibleName(f"{span(self._used)} of 24 hours used")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _BAR + 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        wide = self.width() - 1
        painter.fillRect(QRectF(0, 2, wide, _BAR), t.sunken)
        used = min(1.0, self._used / _DAY) * wide
        painter.fillRect(QRectF(0, 2, used, _BAR), tone_ink(self._tone, t))
        painter.setFont(font(Size.LABEL))
        metrics = QFontMetricsF(painter.font())
        for hour in range(0, 25, 6):
            x = wide * hour / 24
            painter.fillRect(QRectF(round(x) - (hour == 24), 0, 1, _BAR + 4), t.edge)
            words = f"{hour} h"
            across = metrics.horizontalAdvance(words)
            left = min(max(0.0, x - across / 2), wide - across)
            painter.setPen(t.ink2)
            painter.drawText(QPointF(left, _BAR + 20), words)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(round(used) - 1, 0, 2, _BAR + 4), t.ink)
        painter.end()
