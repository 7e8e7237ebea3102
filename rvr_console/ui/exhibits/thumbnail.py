"""Thumbnails, 72 × 48: the small picture, the kind's icon, or, for what is hidden, a blur with a closed eye in a dashed box."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.domain.exhibit import Exhibit, Preview
from rvr_console.errors import KnownError
from rvr_console.ui.exhibits import words
from rvr_console.ui.exhibits.values import Thumbnails
from rvr_console.ui.theme import paint_icon, tokens

WIDTH, HEIGHT = 72, 48
MOST_SIDE = 4096
BLUR_SIDE = 12
_ICON = 20


def image_of(preview: Preview, most: int = MOST_SIDE) -> QImage | None:
    """A picture of its own memory; None when the bytes are not what the size says, or it is larger than asked for."""
    width, height = preview.width, preview.height
    if not (0 < width <= most and 0 < height <= most and len(preview.pixels) == 4 * width * height):
        return None
    return QImage(preview.pixels, width, height, width * 4, QImage.Format.Format_RGBX8888).copy()


def blurred(image: QImage) -> QImage:
    """What is left when a picture is drawn BLUR_SIDE pixels wide: nothing can be recognised, however it is enlarged."""
    if max(image.width(), image.height()) <= BLUR_SIDE:
        return image
    size = QSize(BLUR_SIDE, BLUR_SIDE)
    return image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def paint_thumbnail(
    painter: QPainter, x: float, y: float, *, image: QImage | None, icon: str, hidden: bool
) -> None:
    """With its top left corner at x, y. hidden: neither picture nor kind is shown, at most a blur of BLUR_SIDE pixels."""
    t = tokens()
    box = QRectF(x, y, WIDTH, HEIGHT)
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    if hidden and image is not None:
        painter.setClipRect(box)
        painter.drawImage(box, blurred(image))
        painter.setPen(QPen(t.stageink, 1, Qt.PenStyle.DashLine))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        middle = box.center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.chip)
        painter.drawEllipse(middle, _ICON * 0.7, _ICON * 0.7)
        at = QPointF(middle.x() - _ICON / 2, middle.y() - _ICON / 2)
        paint_icon(painter, "eye-off", round(at.x()), round(at.y()), t.stageink, size=_ICON)
    elif hidden or image is None:
        painter.fillRect(box, t.sunken)
        pen = QPen(t.edge if hidden else t.line, 1)
        if hidden:
            pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        name = "eye-off" if hidden else icon
        at = QPointF(x + (WIDTH - _ICON) / 2, y + (HEIGHT - _ICON) / 2)
        paint_icon(painter, name, round(at.x()), round(at.y()), t.ink2, size=_ICON)
    else:
        painter.fillRect(box, t.stage)
        size = image.size().scaled(WIDTH, HEIGHT, Qt.AspectRatioMode.KeepAspectRatio)
        at = QPointF(x + (WIDTH - size.width()) / 2, y + (HEIGHT - size.height()) / 2)
        painter.drawImage(QRectF(at, size.toSizeF()), image)
    painter.restore()


class Thumbnail(QWidget):
    """One thumbnail as a widget."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._image: QImage | None = None
        self._icon, self._hidden = "archive", False

    @property
    def shows_picture(self) -> bool:
        return self._image is not None and not self._hidden

    def set_look(self, name: str, *, image: QImage | None, icon: str, hidden: bool) -> None:
        self._image, self._icon, self._hidden = image, icon, hidden
        state = words.HIDDEN if hidden else "" if image is not None else words.NO_PREVIEW
        self.setAccessibleName(", ".join(part for part in (name, state) if part))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_thumbnail(painter, 0, 0, image=self._image, icon=self._icon, hidden=self._hidden)
        painter.end()


class ThumbnailStore:
    """Each exhibit's thumbnail is asked for once, and again when its inspection said something new. changed: one came."""

    def __init__(
        self,
        source: Thumbnails,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        changed: Callable[[], None],
    ) -> None:
        self._source, self._spawn, self._changed = source, spawn, changed
        self._asked: dict[str, int] = {}
        self._images: dict[str, QImage] = {}
        self._blurs: set[str] = set()

    def forget(self) -> None:
        """Somebody else signed in: no picture stays in memory."""
        self._asked.clear()
        self._images.clear()
        self._blurs.clear()

    def image(self, exhibit: Exhibit) -> QImage | None:
        """None while there is none; asks for it. Of what is hidden only a blur is asked for, and only a blur is kept."""
        version = hash((exhibit.state, exhibit.distressing, tuple(sorted(exhibit.facts))))
        if exhibit.distressing != (exhibit.evidence_id in self._blurs):
            self._images.pop(exhibit.evidence_id, None)
            (self._blurs.add if exhibit.distressing else self._blurs.discard)(exhibit.evidence_id)
        if self._asked.get(exhibit.evidence_id) != version:
            self._asked[exhibit.evidence_id] = version
            if exhibit.evidence_id not in self._images:
                self._spawn(self._ask(exhibit))
        return self._images.get(exhibit.evidence_id)

    async def _ask(self, exhibit: Exhibit) -> None:
        try:
            preview = (await self._source.thumbnail(exhibit.evidence_id)).preview
        except KnownError:
            return  # the kind's icon stands there; why is said where it is opened
        image = image_of(preview) if preview is not None else None
        hidden = exhibit.evidence_id in self._blurs
        if image is not None and exhibit.evidence_id in self._asked and hidden == exhibit.distressing:
            self._images[exhibit.evidence_id] = blurred(image) if hidden else image
            self._changed()
