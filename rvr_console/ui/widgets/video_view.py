"""The picture: letterboxed on the stage, never stretched, the newest frame only."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, font_for, paint_icon, tokens
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.tag import Tone

_CHIP = 24
_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Chip:
    """Words over the picture. icon or shape before them; strong: the person's name. right: upper right corner."""

    word: str
    icon: str = ""
    shape: Shape | None = None
    tone: Tone = Tone.NEUTRAL
    strong: bool = False
    right: bool = False
    below: bool = False


class VideoView(QWidget):
    """set_frame takes BGRA; chips lie over the picture; one inset child may sit at the lower right.

    label: small words in the lower left ("You"). frame_border: 2-px edge, for the inset.
    """

    def __init__(
        self, name: str, *, label: str = "", frame_border: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._label, self._border = name, label, frame_border
        self._image: QImage | None = None
        self._buffer: object = None
        self._chips: Sequence[Chip] = ()
        self._inset: QWidget | None = None
        self._widest = 160
        self._note = messages.NO_PICTURE
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(64, 48)
        self._say()

    def set_name(self, name: str) -> None:
        self._name = name
        self._say()

    def set_frame(self, data: bytes | bytearray | memoryview, width: int, height: int, stride: int) -> None:
        """Show this frame: BGRA (32 bit, little-endian ARGB), stride in bytes. The buffer is kept alive, not copied.

        Raises ValueError if the buffer is too small for the size.
        """
        if width <= 0 or height <= 0 or stride < width * 4 or len(data) < stride * height:
            raise ValueError(f"{len(data)} bytes are no {width}×{height} picture of stride {stride}")
        first = self._image is None
        self._image = QImage(data, width, height, stride, QImage.Format.Format_RGB32)
        self._buffer = data
        if first:
            self._say()
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show a picture that has its own memory."""
        self._image, self._buffer = image, None
        self._say()
        self.update()

    def clear(self, note: str = messages.NO_PICTURE) -> None:
        """No picture; the note says why ("Camera is off")."""
        self._image, self._buffer, self._note = None, None, note
        self._say()
        self.update()

    def set_chips(self, chips: Sequence[Chip]) -> None:
        if list(chips) != list(self._chips):
            self._chips = list(chips)
            self._say()
            self.update()

    def set_inset(self, inset: QWidget | None, *, widest: int = 160) -> None:
        """The child at the lower right (the officer's own picture), a quarter of the width, in pixels no wider than `widest`."""
        self._inset, self._widest = inset, widest
        if inset:
            inset.setParent(self)
            inset.show()
        self._place_inset()

    def picture_size(self) -> QSize:
        """Size of the last frame; empty without one."""
        return self._image.size() if self._image else QSize()

    def picture_rect(self) -> QRect:
        """Where the picture lies in the widget: whole, its own shape, centred."""
        if self._image is None:
            return QRect()
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(
            (self.width() - size.width()) // 2,
            (self.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )

    def _say(self) -> None:
        state = [] if self._image else [self._note]
        self.setAccessibleName(", ".join([self._name, *state, *(chip.word for chip in self._chips)]))

    def _place_inset(self) -> None:
        if self._inset:
            width = max(112, min(self._widest, self.width() // 4))
            height = width * 3 // 4
            self._inset.setGeometry(
                self.width() - width - _MARGIN, self.height() - height - _MARGIN, width, height
            )
            self._inset.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_inset()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        box = self.picture_rect()
        if self._image is None:
            painter.fillRect(self.rect(), t.stage)
            painter.setFont(font_for(self._note))
            painter.setPen(t.stageink2)
            painter.drawText(
                self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._note
            )
        else:
            self._paint_bars(painter, box)
            smooth = self._image.size() != box.size() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(box, self._image)
        if self._border:
            painter.setPen(QPen(t.stageink, 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        self._paint_chips(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter, box: QRect) -> None:
        """Only the stage beside the picture: never a pixel twice."""
        stage = tokens().stage
        painter.fillRect(0, 0, self.width(), box.top(), stage)
        painter.fillRect(0, box.bottom() + 1, self.width(), self.height() - box.bottom() - 1, stage)
        painter.fillRect(0, box.top(), box.left(), box.height(), stage)
        painter.fillRect(box.right() + 1, box.top(), self.width() - box.right() - 1, box.height(), stage)

    def _paint_chips(self, painter: QPainter) -> None:
        left, right, second = float(_MARGIN), self.width() - float(_MARGIN), float(_MARGIN)
        for chip in self._chips:
            width = _chip_width(chip)
            if chip.right:
                right -= width
                _paint_chip(painter, chip, QRectF(right, _MARGIN, width, _CHIP))
                right -= 10
            elif chip.below:
                _paint_chip(painter, chip, QRectF(second, _MARGIN + _CHIP + 8, width, _CHIP))
                second += width + 10
            else:
                _paint_chip(painter, chip, QRectF(left, _MARGIN, width, _CHIP))
                left += width + 10
        if self._label:
            chip = Chip(self._label)
            _paint_chip(painter, chip, QRectF(7, self.height() - 20 - 7, _chip_width(chip), 20))


def _chip_width(chip: Chip) -> float:
    weight = Weight.BOLD if chip.strong else Weight.REGULAR
    width = 16 + QFontMetricsF(font_for(chip.word, Size.LABEL, weight)).horizontalAdvance(chip.word)
    if chip.icon:
        width += 16 + 6
    elif chip.shape:
        width += GLYPH + 6
    return width


def _paint_chip(painter: QPainter, chip: Chip, box: QRectF) -> None:
    t = tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(t.chip)
    painter.drawRoundedRect(box, 4, 4)
    ink = {Tone.OK: t.stageok, Tone.WARN: t.stagewarn, Tone.DANGER: t.stagedanger}.get(chip.tone, t.stageink)
    x, middle = box.x() + 8, box.center().y()
    if chip.icon:
        paint_icon(painter, chip.icon, x, middle - 8, ink)
        x += 16 + 6
    elif chip.shape:
        paint_shape(painter, chip.shape, x, middle - GLYPH / 2, colour=ink, ground=t.chip)
        x += GLYPH + 6
    painter.setFont(font_for(chip.word, Size.LABEL, Weight.BOLD if chip.strong else Weight.REGULAR))
    painter.setPen(t.stageink)
    painter.drawText(QPointF(x, middle + QFontMetricsF(painter.font()).capHeight() / 2), chip.word)
    painter.restore()
