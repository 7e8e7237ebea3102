"""The REC mark: in the top bar on every page while a recording runs."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Weight, font, text_width, tokens
from rvr_console.ui.widgets.figures import running
from rvr_console.ui.widgets.shapes import Shape, paint_shape

_GLYPH = 8


class RecMark(QAbstractButton):
    """Running time and incident of the recording; clicked leads back to the call. Hidden while nothing is recorded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seconds, self._reference, self._paused = 0.0, "", False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(messages.NOT_RECORDING)
        self.hide()

    def set_recording(self, seconds: float, reference: str, *, paused: bool = False) -> None:
        self._seconds, self._reference, self._paused = seconds, reference, paused
        state = messages.PAUSED if paused else messages.RECORDING
        self.setAccessibleName(f"{state} {running(seconds)}, {reference}, {messages.BACK_TO_CALL}")
        self.setToolTip(messages.BACK_TO_CALL)
        self.setVisible(True)
        self.updateGeometry()
        self.update()

    def stop(self) -> None:
        self.setAccessibleName(messages.NOT_RECORDING)
        self.setVisible(False)

    def _words(self) -> str:
        return f"{messages.PAUSED_MARK if self._paused else messages.REC} {running(self._seconds)}"

    def _left_width(self) -> float:
        return 12 + _GLYPH + 8 + text_width(self._words(), Size.BODY, Weight.BOLD) + 10

    def sizeHint(self) -> QSize:
        right = text_width(self._reference, Size.LABEL, Weight.MEDIUM) + 22
        return QSize(round(self._left_width() + right), Height.CONTROL)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        fill, on = (t.stagewarn, t.chip) if self._paused else (t.rec, t.onrec)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(t.warn if self._paused else t.rec)
        painter.setBrush(t.surface)
        painter.drawRoundedRect(box, 4, 4)
        path = QPainterPath()
        path.addRoundedRect(box, 4, 4)
        left = self._left_width()
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(QRectF(0, 0, left, self.height()), fill)
        painter.restore()
        shape = Shape.PAUSED if self._paused else Shape.RECORDING
        top = (self.height() - 12) / 2
        paint_shape(painter, shape, 10, top, colour=on, ground=fill)
        self._paint_words(painter, left, on.name())
        painter.end()

    def _paint_words(self, painter: QPainter, left: float, on: str) -> None:
        t = tokens()
        painter.setFont(font(Size.BODY, Weight.BOLD))
        baseline = (self.height() + QFontMetricsF(painter.font()).capHeight()) / 2
        painter.setPen(on)
        painter.drawText(QPointF(28, baseline), self._words())
        painter.setFont(font(Size.LABEL, Weight.MEDIUM))
        baseline = (self.height() + QFontMetricsF(painter.font()).capHeight()) / 2
        painter.setPen(t.ink)
        painter.drawText(QPointF(left + 11, baseline), self._reference)
