"""The consultation's timeline: when connected, what is recorded, what happened; a click leads there."""

from datetime import timedelta

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rvr_console.domain.counting import counted
from rvr_console.ui import messages
from rvr_console.ui.theme import theme_signals, tokens
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.shapes import GLYPH
from rvr_console.ui.widgets.timeline_model import Mark, Span, SpanKind, TimelineData
from rvr_console.ui.widgets.timeline_paint import LEFT, Lanes, paint_lanes, paint_now

FULL_HEIGHT = 112
FOLDED_HEIGHT = 64


class ConsultationTimeline(QWidget):
    """seek_requested(seconds from the timeline's start): by click, or Enter on the event stepped to with the arrows."""

    seek_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data: TimelineData | None = None
        self._now: float | None = None
        self._layer: QPixmap | None = None
        self._chosen = -1
        self.setFixedHeight(FULL_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        theme_signals().changed.connect(self._drop_layer)
        self._name()

    def set_folded(self, folded: bool) -> None:
        """64 high, events over the recording lane (for 1366×768)."""
        self.setFixedHeight(FOLDED_HEIGHT if folded else FULL_HEIGHT)

    def set_data(self, data: TimelineData | None) -> None:
        if data != self._data:
            self._data = data
            self._chosen = -1
            self._drop_layer()
        self._now = data.now if data else None
        self._name()

    def set_now(self, second: float) -> None:
        """Move the line alone; the drawn layer stays."""
        self._now = second
        self.update()

    def items(self) -> list[tuple[float, str]]:
        """The same things as a plain list for a table: (second, words), in order of time."""
        if self._data is None:
            return []
        spans = [(span.start, _span_words(span)) for span in (*self._data.connection, *self._data.recording)]
        return sorted(spans + [(mark.at, mark.word) for mark in self._data.marks])

    def sizeHint(self) -> QSize:
        return QSize(800, self.height())

    def _lanes(self) -> Lanes:
        return Lanes(self.width(), self.height(), self._data.length if self._data else 1.0)

    def _drop_layer(self) -> None:
        self._layer = None
        self.update()

    def _name(self) -> None:
        parts = [messages.TIMELINE]
        mark = self._mark()
        if mark and self._data:
            parts.append(f"{mark.word} {clock(self._data.begins + timedelta(seconds=mark.at))}")
        elif self._data is None:
            parts.append(messages.TIMELINE_EMPTY)
        else:
            parts.append(counted(len(self._data.marks), "event"))
        self.setAccessibleName(", ".join(parts))

    def _marks(self) -> list[Mark]:
        return sorted(self._data.marks, key=lambda mark: mark.at) if self._data else []

    def _mark(self) -> Mark | None:
        if self._chosen < 0:
            return None  # asked at each paint: sorted only while one is chosen
        marks = self._marks()
        return marks[self._chosen] if 0 <= self._chosen < len(marks) else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        t = tokens()
        if self._data is None:
            painter.fillRect(self.rect(), t.surface)
            painter.fillRect(0, 0, self.width(), 1, t.line)
            painter.setPen(t.ink2)
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), messages.TIMELINE_EMPTY)
            painter.end()
            return
        lanes = self._lanes()
        if self._layer is None:
            self._layer = self._draw_layer(self._data, lanes)
        painter.drawPixmap(0, 0, self._layer)
        mark = self._mark()
        if mark and self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(t.accent, 2))
            x = lanes.x(mark.at) - GLYPH / 2
            painter.drawRoundedRect(QRectF(x - 4, lanes.events - 10, GLYPH + 8, 20), 4, 4)
        if self._now is not None:
            paint_now(painter, self._data, self._now, lanes, t)
        painter.end()

    def _draw_layer(self, data: TimelineData, lanes: Lanes) -> QPixmap:
        ratio = self.devicePixelRatioF()
        layer = QPixmap(self.size() * ratio)
        layer.setDevicePixelRatio(ratio)
        painter = QPainter(layer)
        paint_lanes(painter, data, lanes, tokens())
        painter.end()
        return layer

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._drop_layer()
        super().resizeEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.button() is Qt.MouseButton.LeftButton and self._data and x >= LEFT:
            self.seek_requested.emit(self._at(x))

    def _at(self, x: float) -> float:
        """The second under x; an event's own second within its glyph."""
        lanes = self._lanes()
        near = [mark.at for mark in self._marks() if abs(lanes.x(mark.at) - x) <= GLYPH / 2]
        return near[0] if near else lanes.second(x)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        marks = self._marks()
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and marks:
            step = 1 if key is Qt.Key.Key_Right else -1
            start = -1 if step > 0 and self._chosen < 0 else self._chosen
            self._chosen = max(0, min(len(marks) - 1, start + step))
            self._name()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and (mark := self._mark()):
            self.seek_requested.emit(mark.at)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip and self._data:
            self._show_tip(event.pos(), event.globalPos(), self._data)
            return True
        return super().event(event)

    def _show_tip(self, pos: QPoint, where: QPoint, data: TimelineData) -> None:
        if pos.x() < LEFT:
            QToolTip.hideText()
            return
        second = self._at(pos.x())
        words = [mark.word for mark in data.marks if mark.at == second]
        words += [
            _span_words(s) for s in data.recording if s.kind is SpanKind.GAP and s.start <= second <= s.end
        ]
        QToolTip.showText(where, " · ".join([clock(data.begins + timedelta(seconds=second)), *words]), self)


def _span_words(span: Span) -> str:
    return span.words or messages.SPAN_WORDS[span.kind.name]
