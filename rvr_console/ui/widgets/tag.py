"""State tags: glyph and word, 20 high. One painter serves the widget and the tables' delegates."""

import math
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.ui.theme import RADIUS, Height, Size, Tokens, Weight, font_for, tokens
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape

_PAD = 4.0
_GAP = 4.0


class Tone(Enum):
    """What a colour says. NEUTRAL has no fill, only an edge."""

    OK = auto()
    WARN = auto()
    DANGER = auto()
    ACCENT = auto()
    NEUTRAL = auto()


def tone_ink(tone: Tone, t: Tokens) -> QColor:
    return {
        Tone.OK: t.ok,
        Tone.WARN: t.warn,
        Tone.DANGER: t.danger,
        Tone.ACCENT: t.accent,
        Tone.NEUTRAL: t.ink2,
    }[tone]


def tone_fill(tone: Tone, t: Tokens) -> QColor:
    return {
        Tone.OK: t.oktint,
        Tone.WARN: t.warntint,
        Tone.DANGER: t.dangertint,
        Tone.ACCENT: t.tint,
        Tone.NEUTRAL: t.surface,
    }[tone]


@dataclass(frozen=True, slots=True)
class Tag:
    shape: Shape
    word: str
    tone: Tone = Tone.NEUTRAL


@lru_cache(maxsize=512)
def tag_width(tag: Tag) -> float:
    """Width in logical pixels of the painted tag."""
    words = QFontMetricsF(font_for(tag.word, Size.LABEL, Weight.MEDIUM)).horizontalAdvance(tag.word)
    return _PAD + 1 + GLYPH + _GAP + words + _PAD + 2


@lru_cache(maxsize=512)
def _tag_pixmap(tag: Tag, t: Tokens, ratio: float) -> QPixmap:
    """The tag drawn once for each theme and scale: tables show the same few hundreds of times."""
    size = QSize(math.ceil(tag_width(tag)), Height.TAG)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _draw_tag(painter, tag, t)
    painter.end()
    return pixmap


def _draw_tag(painter: QPainter, tag: Tag, t: Tokens) -> None:
    ink, fill = tone_ink(tag.tone, t), tone_fill(tag.tone, t)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0, 0, tag_width(tag), Height.TAG)
    if tag.tone is Tone.NEUTRAL:
        box.adjust(0.5, 0.5, -0.5, -0.5)
        painter.setPen(t.line)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    paint_shape(painter, tag.shape, _PAD + 1, 4, colour=ink, ground=fill)
    painter.setFont(font_for(tag.word, Size.LABEL, Weight.MEDIUM))
    painter.setPen(ink)
    baseline = (Height.TAG + QFontMetricsF(painter.font()).capHeight()) / 2
    painter.drawText(QPointF(_PAD + 1 + GLYPH + _GAP, baseline), tag.word)


def paint_tag(painter: QPainter, tag: Tag, x: float, y: float) -> float:
    """Draw the tag with its top left corner at x, y; returns its width."""
    pixmap = _tag_pixmap(tag, tokens(), painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(round(x), round(y)), pixmap)
    return tag_width(tag)


class StatusTag(QWidget):
    """One tag as a widget. Its accessible name is the word."""

    def __init__(self, tag: Tag | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._tag = tag
        self.set_tag(tag)

    @property
    def tag(self) -> Tag | None:
        return self._tag

    def set_tag(self, tag: Tag | None) -> None:
        """Show this tag; None takes no room."""
        self._tag = tag
        self.setAccessibleName(tag.word if tag else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(tag_width(self._tag) + 0.5), Height.TAG) if self._tag else QSize(0, Height.TAG)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._tag:
            painter = QPainter(self)
            paint_tag(painter, self._tag, 0, 0)
            painter.end()
