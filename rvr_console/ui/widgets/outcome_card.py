"""One of a few outcomes as a card: letter, name, and what it needs; what is missing stands in bold."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, font, tokens
from rvr_console.ui.widgets.shapes import Shape, paint_shape

_HEIGHT = 60
_LETTER = 28
_MARK = 16


class OutcomeCard(QRadioButton):
    """A radio button; cards of one parent are exclusive. set_missing says what is still needed."""

    def __init__(self, letter: str, name: str, needs: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._letter, self._needs, self._missing = letter, needs, ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(self._name)
        self._name()

    def set_missing(self, missing: str) -> None:
        """Such as "Plan is missing"; empty: nothing is."""
        self._missing = missing
        self._name()
        self.update()

    def _name(self) -> None:
        state = messages.CHOSEN if self.isChecked() else ""
        parts = (f"Outcome {self._letter}", self.text(), self._needs, self._missing, state)
        self.setAccessibleName(", ".join(part for part in parts if part))

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, _HEIGHT)

    def hitButton(self, pos: object) -> bool:  # noqa: ARG002  # the whole card is the target
        return self.isEnabled()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        on, usable = self.isChecked(), self.isEnabled()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2 if on else 1
        inset = width / 2
        painter.setPen(QPen(t.accent if on else t.edge if usable else t.line, width))
        ground = t.tint if on else t.hover if usable and self.underMouse() else t.surface
        painter.setBrush(ground if usable or on else t.sunken)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
        self._paint_letter(painter)
        self._paint_words(painter)
        mark_x, mark_y = self.width() - 16 - _MARK, (self.height() - _MARK) / 2
        shape, ink = (Shape.DONE, t.accent) if on else (Shape.RING, t.edge)
        paint_shape(painter, shape, mark_x, mark_y, colour=ink, ground=ground, size=_MARK)
        painter.end()

    def _paint_letter(self, painter: QPainter) -> None:
        t = tokens()
        on = self.isChecked()
        box = QRectF(12.5, (self.height() - _LETTER) / 2 + 0.5, _LETTER - 1, _LETTER - 1)
        painter.setPen(t.accent if on else t.edge)
        painter.setBrush(t.accent if on else t.surface)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font(Size.BODY, Weight.BOLD))
        painter.setPen(t.onaccent if on else t.ink if self.isEnabled() else t.ink3)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._letter)

    def _paint_words(self, painter: QPainter) -> None:
        t = tokens()
        left, room = 12 + _LETTER + 12, self.width() - 12 - _LETTER - 12 - _MARK - 32
        painter.setFont(font(Size.BODY, Weight.MEDIUM, tabular=False))
        painter.setPen(t.ink if self.isEnabled() else t.ink3)
        metrics = QFontMetricsF(painter.font())
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, 19 + metrics.capHeight() / 2), words)
        painter.setFont(font(Size.LABEL, tabular=False))
        painter.setPen(t.ink2 if self.isEnabled() else t.ink3)
        metrics = QFontMetricsF(painter.font())
        base = 41 + metrics.capHeight() / 2
        needs = f"{self._needs} " if self._missing else self._needs
        painter.drawText(QPointF(left, base), needs)
        if self._missing:
            painter.setFont(font(Size.LABEL, Weight.BOLD, tabular=False))
            painter.setPen(t.ink)
            painter.drawText(QPointF(left + metrics.horizontalAdvance(needs), base), self._missing)
