"""Check box, radio button and list of choices, painted from the tokens."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QRadioButton, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, font, paint_icon, text_width, tokens

_BOX = 18
_GAP = 10


def _size(button: QAbstractButton) -> QSize:
    words = text_width(button.text())
    return QSize(round(_BOX + _GAP + words + 2), Height.CONTROL)


def _paint(button: QAbstractButton, mark: Callable[[QPainter, QRectF], None]) -> None:
    t = tokens()
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0.5, (button.height() - _BOX) / 2 + 0.5, _BOX - 1, _BOX - 1)
    mark(painter, box)
    painter.setFont(font(Size.BODY))
    painter.setPen(t.ink if button.isEnabled() else t.ink3)
    baseline = (button.height() + QFontMetricsF(painter.font()).capHeight()) / 2
    painter.drawText(QPointF(_BOX + _GAP, baseline), button.text())
    painter.end()


class CheckBox(QCheckBox):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.toggled.connect(self._name)
        self._name(on=False)

    def _name(self, on: bool) -> None:
        self.setAccessibleName(f"{self.text()}, {messages.ON if on else messages.OFF}")

    def sizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole widget is the target
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint(self, self._mark)

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        t = tokens()
        on = self.isChecked()
        fill = t.sunken if not self.isEnabled() else t.accent if on else t.surface
        painter.setPen(t.accent if on and self.isEnabled() else t.edge)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 4, 4)
        if on:
            painter.setPen(QPen(t.onaccent if self.isEnabled() else t.ink3, 2))
            x, y = box.x(), box.y()
            painter.drawPolyline(
                QPolygonF([QPointF(x + 4, y + 9), QPointF(x + 7.3, y + 12.3), QPointF(x + 13, y + 5.6)])
            )


class RadioButton(QRadioButton):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.toggled.connect(self._name)
        self._name(on=False)

    def _name(self, on: bool) -> None:
        self.setAccessibleName(f"{self.text()}, {messages.CHOSEN if on else messages.OFF}")

    def sizeHint(self) -> QSize:
        return _size(self)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole widget is the target
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint(self, self._mark)

    def _mark(self, painter: QPainter, box: QRectF) -> None:
        t = tokens()
        on = self.isChecked()
        ink = t.accent if on and self.isEnabled() else t.edge
        painter.setPen(QPen(ink, 2 if on else 1))
        painter.setBrush(t.surface if self.isEnabled() else t.sunken)
        painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5) if on else box)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawEllipse(box.center(), 4.5, 4.5)


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
