"""One page of a document as pixels, in an area that scrolls: whole, as wide as the area, or larger."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from rvr_console.ui.theme import Space, tokens
from rvr_console.ui.widgets.text import fill

WHOLE = 0.0
ZOOMS = (WHOLE, 1.0, 1.5, 2.0, 3.0)
"""WHOLE: the page as it fits; else its width by that of the area."""
MOST_SIDE = 4096
_MARGIN = Space.XS
_BLURRED = 1.2  # drawn so many times larger than it is, a page is asked for with more pixels


class PageView(QWidget):
    """One page, scaled to the size of the widget; the scaled one is kept until the next."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._scaled: QImage | None = None

    @property
    def image(self) -> QImage | None:
        return self._image

    def set_image(self, image: QImage | None) -> None:
        self._image, self._scaled = image, None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().stage)
        if self._image is not None:
            size = self.size() * self.devicePixelRatio()
            if self._scaled is None or self._scaled.size() != size:
                smooth = Qt.TransformationMode.SmoothTransformation
                self._scaled = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            painter.drawImage(self.rect(), self._scaled)
        painter.end()


class PageArea(QScrollArea):
    """sharper_wanted(side): the page is drawn so large that it should be had with so many pixels; said once a page."""

    sharper_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._zoom, self._asked = 1, False
        self.view = PageView()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(self.view)
        fill(self.viewport(), "stage")

    @property
    def may_shrink(self) -> bool:
        return self._zoom > 0

    @property
    def may_grow(self) -> bool:
        return self._zoom < len(ZOOMS) - 1

    def zoom_by(self, steps: int) -> None:
        self._zoom = max(0, min(len(ZOOMS) - 1, self._zoom + steps))
        self._lay_out()

    def start(self) -> None:
        """Another document: pages as wide as the area."""
        self._zoom, self._asked = 1, False

    def show_page(self, image: QImage | None, *, same: bool) -> None:
        """same: the page that is there, with more pixels; it stays where it is. Another one begins at its top."""
        self.view.set_image(image)
        if not same:
            self._asked = False
            self.verticalScrollBar().setValue(0)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        image = self.view.image
        if image is None:
            return
        room, zoom = self.viewport().size(), ZOOMS[self._zoom]
        if zoom == WHOLE:
            size = image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        else:
            wide = max(1, round((room.width() - 2 * _MARGIN) * zoom))
            size = QSize(wide, max(1, round(image.height() * wide / image.width())))
        size = size.boundedTo(QSize(4 * MOST_SIDE, 4 * MOST_SIDE))
        self.view.resize(size)
        wanted = max(size.width(), size.height()) * self.devicePixelRatio()
        have = max(image.width(), image.height())
        if wanted > _BLURRED * have and have < MOST_SIDE and not self._asked:
            self._asked = True
            self.sharper_wanted.emit(MOST_SIDE)
