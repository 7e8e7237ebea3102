"""Buttons: word first, one look for each kind, painted so that icon, word and hint sit on the grid."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Tokens, Weight, font, font_for, paint_icon, tokens

_ICON = 16
_GAP = 8


def pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Enter presses the button that has the focus; left to Qt, it does so on some platforms only. False: another key."""
    plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
    if not plain or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    if not event.isAutoRepeat():
        button.click()
    return True


class Button(QPushButton):
    """A push button. kind: "primary", "secondary", "quiet", "danger" or "rec".

    icon: name of a line icon, shown before the word. shortcut: e.g. "F4", also put into tooltip and accessible name.
    tall: 40 instead of 32 high. stage: for use on the dark stage round the picture.
    """

    def __init__(
        self,
        text: str,
        kind: str = "secondary",
        *,
        icon: str = "",
        shortcut: str = "",
        tall: bool = False,
        stage: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        self.setProperty("tall", tall)
        self._icon_name, self._hint, self._stage = icon, "", stage
        self._tall = tall
        self._key = shortcut
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setText(text)
        if shortcut:
            self.setShortcut(QKeySequence(shortcut))

    def setText(self, text: str) -> None:
        """Word, tooltip and accessible name follow together."""
        super().setText(text)
        self._name()
        self.updateGeometry()
        self.update()  # Qt paints anew only for another word; the hint beside it may have changed

    def _name(self) -> None:
        self.setAccessibleName(", ".join(part for part in (self.text(), self._key) if part))
        self.setToolTip(f"{self.text()} ({self._key})" if self._key else "")
        if self._key:
            self.setShortcut(QKeySequence(self._key))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def set_icon_name(self, icon: str) -> None:
        self._icon_name = icon
        self.updateGeometry()
        self.update()

    def word_font(self) -> QFont:
        strong = self.property("kind") in ("primary", "rec")
        return font_for(self.text(), Size.BODY, Weight.BOLD if strong else Weight.MEDIUM)

    def _content_width(self) -> float:
        width = QFontMetricsF(self.word_font()).horizontalAdvance(self.text())
        if self._icon_name:
            width += _ICON + _GAP
        if self._hint:
            width += _GAP + QFontMetricsF(font(Size.LABEL)).horizontalAdvance(self._hint)
        return width

    def sizeHint(self) -> QSize:
        pad = 17 if self._tall else 13
        return QSize(
            round(self._content_width() + 2 * pad + 0.5), Height.ACTION if self._tall else Height.CONTROL
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colours(self, t: Tokens) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, edge and ink of the present state."""
        kind = self.property("kind")
        over, down = self.underMouse(), self.isDown()
        if not self.isEnabled() or self._looks_off():
            if self._stage:
                return None, t.stageline, t.stageink2
            return (None, None, t.ink3) if kind == "quiet" else (t.sunken, t.line, t.ink3)
        if kind == "primary":
            return (t.accenthover if over or down else t.accent), None, t.onaccent
        if kind == "rec":
            return (t.rechover if over or down else t.rec), None, t.onrec
        if self._stage:
            return (t.stageline if over or down else None), t.edge, t.stageink
        if kind == "danger":
            return (t.dangertint if over or down else t.surface), t.danger, t.danger
        if kind == "quiet":
            return (t.tint if over or down else None), None, t.accent
        return (t.sunken if down else t.hover if over else t.surface), t.edge, t.ink

    def _looks_off(self) -> bool:
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        fill, edge, ink = self._colours(tokens())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(edge or Qt.PenStyle.NoPen)
        painter.setBrush(fill or Qt.BrushStyle.NoBrush)
        inset = 0.5 if edge else 0
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4)
        self._paint_content(painter, ink)
        painter.end()

    def _paint_content(self, painter: QPainter, ink: QColor) -> None:
        x = (self.width() - self._content_width()) / 2
        if self._icon_name:
            paint_icon(painter, self._icon_name, round(x), (self.height() - _ICON) // 2, ink, size=_ICON)
            x += _ICON + _GAP
        painter.setFont(self.word_font())
        painter.setPen(ink)
        metrics = QFontMetricsF(painter.font())
        baseline = (self.height() + metrics.capHeight()) / 2
        painter.drawText(QPointF(x, baseline), self.text())
        if self._hint:
            x += metrics.horizontalAdvance(self.text()) + _GAP
            painter.setFont(font(Size.LABEL))
            painter.drawText(QPointF(x, baseline), self._hint)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self.update()
        super().changeEvent(event)


class ActionSlot(Button):
    """The one filled button of a page, top right: always the next right act. Ctrl+Enter presses it.

    acted: pressed while on and not pending.
    """

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._pending, self._word, self._why_off = False, "", ""
        self._kept_width = 0
        super().__init__("", "primary", tall=True, parent=parent)
        self._hint = messages.SLOT_KEYS
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._act)
        self.clicked.connect(self._act)

    @property
    def pending(self) -> bool:
        return self._pending

    def set_action(self, word: str, reason: str = "") -> None:
        """word: verb and object. reason: why it is off, shown inside; empty = on. Ends a pending state."""
        self._pending, self._word, self._why_off, self._kept_width = False, word, reason, 0
        self._icon_name, self._hint = "", reason or messages.SLOT_KEYS
        self.setEnabled(not reason)
        self.setText(word)

    def set_pending(self, word: str = messages.SENDING) -> None:
        """The act is on its way: same width, clock and word; pressing does nothing until set_action."""
        self._kept_width = max(self.width() if self.isVisible() else 0, self.sizeHint().width())
        self._pending, self._icon_name, self._hint = True, "clock", ""
        self.setText(word)

    def _act(self) -> None:
        if self.isEnabled() and not self._pending:
            self.acted.emit()

    def _looks_off(self) -> bool:
        return self._pending

    def _name(self) -> None:
        if self._pending:
            parts = [self._word, self.text()]
        elif self._why_off:
            parts = [self.text(), messages.OFF, self._why_off]
        else:
            parts = [self.text(), messages.SLOT_KEYS]
        self.setAccessibleName(", ".join(parts))
        self.setToolTip(parts[-1])

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), self._kept_width), hint.height())
