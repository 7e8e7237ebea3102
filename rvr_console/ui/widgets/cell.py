"""What stands in a row: one line, two lines, tags. For delegates and for buttons that look like rows."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from rvr_console.ui.theme import Height, Size, Weight, shared_font, tokens
from rvr_console.ui.widgets.tag import Tag, paint_tag

PAD = 12


def draw_line(
    painter: QPainter,
    box: QRect,
    text: str,
    *,
    size: Size = Size.BODY,
    weight: Weight = Weight.REGULAR,
    ink: QColor | None = None,
    pad: int = PAD,
    middle: float | None = None,
) -> None:
    """One line of text, elided, its capitals centred on `middle` (the cell's own middle if not given)."""
    tabular = "-" not in text
    shown, capital = _fitted(text, size, weight, box.width() - pad - 2)
    painter.setFont(shared_font(size, weight, tabular))
    painter.setPen(ink or tokens().ink)
    centre = box.y() + box.height() / 2 if middle is None else middle
    painter.drawText(QPointF(box.x() + pad, centre + capital / 2), shown)


@lru_cache(maxsize=8192)
def _fitted(text: str, size: Size, weight: Weight, width: int) -> tuple[str, float]:
    """The text elided to the width, and the height of its capitals: the same cells are painted again and again."""
    metrics = QFontMetricsF(shared_font(size, weight, "-" not in text))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width), metrics.capHeight()


def draw_two_lines(
    painter: QPainter, box: QRect, main: str, below: str, *, weight: Weight = Weight.MEDIUM
) -> None:
    """A body line with a label line under it, as in rows of 48 and more."""
    centre = box.y() + box.height() / 2
    draw_line(painter, box, main, weight=weight, middle=centre - 9)
    draw_line(painter, box, below, size=Size.LABEL, ink=tokens().ink2, middle=centre + 10)


def draw_tags(painter: QPainter, box: QRect, tags: list[Tag], pad: int = PAD) -> None:
    """One tag in the middle, or two above each other."""
    if len(tags) == 1:
        paint_tag(painter, tags[0], box.x() + pad, box.y() + (box.height() - Height.TAG) // 2)
    for number, tag in enumerate(tags[:2] if len(tags) > 1 else []):
        paint_tag(painter, tag, box.x() + pad, box.y() + box.height() // 2 - 22 + 24 * number)
