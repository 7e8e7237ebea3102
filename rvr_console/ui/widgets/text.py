"""Plain text on the type scale."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from rvr_console.ui.theme import Size, Weight, font_for, tokens
from rvr_console.ui.theme.draw import box


class Text(QLabel):
    """A label. ink: a token's name ("ink", "ink2", "ink3", "accent", "ok", "warn", "danger", "stageink", "stageink2").

    Always plain text: what comes from outside is never read as markup.
    """

    def __init__(
        self,
        text: str = "",
        size: Size = Size.BODY,
        weight: Weight = Weight.REGULAR,
        ink: str = "ink",
        *,
        wrap: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size, self._weight = size, weight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setMinimumHeight(size.line)
        self._ink = ink
        self.setWordWrap(wrap)
        self._elide = elide
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        self.setFont(font_for(text, self._size, self._weight))
        super().setText(text)

    def set_weight(self, weight: Weight) -> None:
        if weight is not self._weight:
            self._weight = weight
            self.setText(self.text())

    def set_ink(self, ink: str) -> None:
        if self._ink != ink:
            self._ink = ink
            self.update()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(0, hint.height()) if self._elide else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        """In the ink of the theme in use; only text that can be selected is Qt's own to draw."""
        if self.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(getattr(tokens(), self._ink))
        text, room = self.text(), self.contentsRect()
        if self._elide:
            text = QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        flags = int(self.alignment()) | int(Qt.TextFlag.TextForceLeftToRight)
        if self.wordWrap():
            flags |= int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room, flags, text)
        painter.end()


_PLANES = {
    "ground": QPalette.ColorRole.Window,
    "surface": QPalette.ColorRole.Light,
    "sunken": QPalette.ColorRole.Midlight,
    "stage": QPalette.ColorRole.Shadow,
}


def fill(pane: QWidget, plane_name: str) -> None:
    """Fill it with a token: "surface", "ground", "sunken" or "stage"."""
    pane.setBackgroundRole(_PLANES[plane_name])
    pane.setAutoFillBackground(True)


def rule(*, vertical: bool = False, parent: QWidget | None = None) -> QFrame:
    """A one-pixel divider."""
    line = QFrame(parent)
    line.setBackgroundRole(QPalette.ColorRole.Mid)
    line.setAutoFillBackground(True)
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def plane(name: str, parent: QWidget | None = None) -> QWidget:
    """An empty pane filled with a token: "surface", "ground", "sunken" or "stage"."""
    pane = QWidget(parent)
    fill(pane, name)
    return pane


class Card(QFrame):
    """Surface within a rounded line."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(1, 1, 1, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        box(painter, self.rect(), t.surface, t.line)
        painter.end()
