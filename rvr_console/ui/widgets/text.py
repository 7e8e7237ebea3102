"""Plain text on the type scale."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from rvr_console.ui.theme import Size, Weight, font_for


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
        self.setProperty("ink", ink)
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
        if self.property("ink") != ink:
            self.setProperty("ink", ink)
            self.style().unpolish(self)
            self.style().polish(self)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(0, hint.height()) if self._elide else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetrics(self.font())
        if not self._elide or metrics.horizontalAdvance(self.text()) <= self.contentsRect().width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        room = self.contentsRect()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(self.alignment()), shown)
        painter.end()


def rule(*, vertical: bool = False, parent: QWidget | None = None) -> QFrame:
    """A one-pixel divider."""
    line = QFrame(parent)
    line.setProperty("rule", "v" if vertical else "h")
    return line


def plane(name: str, parent: QWidget | None = None) -> QWidget:
    """An empty pane filled with a token: "surface", "ground", "sunken" or "stage"."""
    pane = QWidget(parent)
    pane.setProperty("plane", name)
    pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return pane
