"""A label that takes the lines it needs: no word of it is ever cut."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractButton

from rvr_console.ui.theme import Height, Size, Space, Weight, cap_height, font_for, text_width, tokens
from rvr_console.ui.widgets.button import pressed_by_enter
from rvr_console.ui.widgets.text import Text

_PAD = 12


@lru_cache(maxsize=2048)
def broken(text: str, width: int, size: Size = Size.BODY) -> tuple[str, ...]:
    """Its lines at this width, broken between words, and inside one only where it is wider than that. As they stand in bold, so
    that no word moves when the weight changes.
    """
    layout = QTextLayout(text, font_for(text, size, Weight.BOLD))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    units = text.encode("utf-16-le")  # what Qt counts in
    found = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        start, end = line.textStart(), line.textStart() + line.textLength()
        found.append(units[2 * start : 2 * end].decode("utf-16-le").rstrip())
    layout.endLayout()
    return tuple(found) or ("",)


class LinesText(Text):
    """set_width() breaks the text; the height is the caller's to give: lines × the size's line."""

    def __init__(self, text: str, size: Size = Size.BODY, ink: str = "ink") -> None:
        super().__init__(text, size, ink=ink)
        self.lines: tuple[str, ...] = (text,)

    def set_width(self, width: int) -> int:
        """As wide from now on; how many lines that takes."""
        self.setFixedWidth(width)
        self.lines = broken(self.text(), width, self._size)
        self.update()
        return len(self.lines)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(getattr(tokens(), self._ink))
        _draw(painter, self.lines, self.height(), self._size, self._weight, 0)
        painter.end()


class LinkLines(QAbstractButton):
    """A quiet button whose words take the lines that they need. set_widest(): no wider than that."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.lines: tuple[str, ...] = (text,)
        self.set_widest(round(text_width(text, Size.BODY, Weight.BOLD)) + 2 * _PAD + 1)

    def set_widest(self, width: int) -> None:
        whole = round(text_width(self.text(), Size.BODY, Weight.BOLD)) + 2 * _PAD + 1
        self.lines = broken(self.text(), max(1, min(width, whole) - 2 * _PAD))
        lines = len(self.lines)
        high = max(Height.CONTROL, lines * Size.BODY.line + Space.XXS)
        self.setFixedSize(max(1, min(width, whole)), high)
        self.update()

    def sizeHint(self) -> QSize:
        return self.size()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setPen(t.ink3 if not self.isEnabled() else t.accenthover if self.underMouse() else t.accent)
        _draw(painter, self.lines, self.height(), Size.BODY, Weight.MEDIUM, _PAD)
        painter.end()


def _draw(
    painter: QPainter, lines: tuple[str, ...], room: int, size: Size, weight: Weight, left: int
) -> None:
    """The lines, in the middle of that height."""
    painter.setFont(font_for(" ".join(lines), size, weight))
    top = (room - size.line * len(lines)) / 2
    sink = (size.line + cap_height(size, weight)) / 2
    for place, line in enumerate(lines):
        painter.drawText(QPointF(left, top + place * size.line + sink), line)
