"""A state in one line: shape and word, without the tag's box."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.ui.theme import Size, Tokens, Weight, font_for, paint_icon, tokens
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.tag import Tone, tone_ink

_STAGE_INK = {Tone.OK: "stageok", Tone.WARN: "stagewarn", Tone.DANGER: "stagedanger"}


class Status(QWidget):
    """Shape and word. Healthy states keep quiet words (ink2); others take the shape's colour. stage: on the dark stage.

    coloured: the word takes the shape's colour in every state.
    """

    def __init__(
        self,
        shape: Shape = Shape.RING,
        word: str = "",
        tone: Tone = Tone.NEUTRAL,
        *,
        size: Size = Size.LABEL,
        gap: int = 6,
        stage: bool = False,
        coloured: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._size, self._gap, self._stage, self._coloured = size, gap, stage, coloured
        self._shape, self._word, self._tone = shape, word, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(word)

    @property
    def word(self) -> str:
        return self._word

    def set_state(self, shape: Shape, word: str, tone: Tone = Tone.NEUTRAL, *, spoken: str = "") -> None:
        """spoken: the accessible name where the word alone does not say the state."""
        self._shape, self._word, self._tone = shape, word, tone
        self.setAccessibleName(spoken or word)
        self.updateGeometry()
        self.update()

    def _inks(self, t: Tokens) -> tuple[QColor, QColor, QColor]:
        """Colours of the shape, of the word, of the ground."""
        if self._stage:
            shape: QColor = getattr(t, _STAGE_INK.get(self._tone, "stageink2"))
            return shape, shape if self._coloured else t.stageink, t.stage
        shape = tone_ink(self._tone, t)
        loud = self._coloured or self._tone in (Tone.WARN, Tone.DANGER)
        return shape, shape if loud else t.ink2, t.surface

    def _font_metrics(self, word: str) -> QFontMetricsF:
        return QFontMetricsF(font_for(word, self._size, self._weight()))

    def _weight(self) -> Weight:
        return Weight.MEDIUM if self._tone in (Tone.WARN, Tone.DANGER) else Weight.REGULAR

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(self._word), self._size.line)

    def width_of(self, word: str) -> int:
        """Width in pixels with this word in place of the present one."""
        return round(GLYPH + self._gap + self._font_metrics(word).horizontalAdvance(word) + 1)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        shape_ink, word_ink, ground = self._inks(tokens())
        painter = QPainter(self)
        top = (self.height() - GLYPH) / 2
        paint_shape(painter, self._shape, 0, top, colour=shape_ink, ground=ground)
        painter.setFont(font_for(self._word, self._size, self._weight()))
        painter.setPen(word_ink)
        baseline = (self.height() + self._font_metrics(self._word).capHeight()) / 2
        painter.drawText(QPointF(GLYPH + self._gap, baseline), self._word)
        painter.end()


class IconView(QWidget):
    """One line icon as a picture beside its word; takes the token named by ink."""

    def __init__(self, name: str, ink: str = "ink2", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._ink, self._size = name, ink, size
        self.setFixedSize(size, size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_icon(painter, self._name, 0, 0, getattr(tokens(), self._ink), size=self._size)
        painter.end()
