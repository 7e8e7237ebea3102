"""Pages as they are set, under each other; only those on the screen are decoded."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui.statement import words
from rvr_console.ui.theme import Size, Space, Weight, tokens
from rvr_console.ui.widgets.text import Text

_RATIO = 297 / 210  # A4
_INCHES = 210 / 25.4
_MOST_DECODED = 6
_GAP = Space.S
_BAR = 12  # room at both sides of a page, for the bar beside the one that is read


class _Sheets(QWidget):
    """All pages; the accessible description says how many. Page n lies at n times the height of a page and its gap."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: tuple[bytes, ...] = ()
        self._decoded: dict[int, QPixmap] = {}
        self._marked: int | None = None
        self.setAccessibleName(words.PREVIEW)

    def set_pages(self, pages: tuple[bytes, ...]) -> None:
        self._pages, self._decoded = pages, {}
        self._fit()
        self.update()

    def mark(self, page: int | None) -> None:
        """A bar beside the page that is read on the other screen."""
        if page != self._marked:
            self._marked = page
            self.update()

    def page_height(self) -> int:
        return round(self.page_width() * _RATIO)

    def page_width(self) -> int:
        return max(1, self.width() - 2 * _BAR)

    def top_of(self, page: int) -> int:
        return page * (self.page_height() + _GAP)

    def _fit(self) -> None:
        self.setMinimumHeight(max(0, self.top_of(len(self._pages)) - _GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in range(len(self._pages)):
            spot = QRect(_BAR, self.top_of(page), self.page_width(), self.page_height())
            if page == self._marked:
                painter.fillRect(QRect(0, spot.top(), _BAR // 3, spot.height()), tokens().accent)
            if not spot.intersects(event.rect()):
                continue
            painter.fillRect(spot, Qt.GlobalColor.white)  # paper, in both themes
            painter.drawPixmap(spot, self._pixmap(page))
            painter.setPen(tokens().edge)
            painter.drawRect(spot.adjusted(0, 0, -1, -1))
        painter.end()

    def _pixmap(self, page: int) -> QPixmap:
        if page not in self._decoded:
            while len(self._decoded) >= _MOST_DECODED:
                del self._decoded[next(iter(self._decoded))]
            pixmap = QPixmap()
            pixmap.loadFromData(self._pages[page], "PNG")
            self._decoded[page] = pixmap
        return self._decoded[page]


class PagesView(QWidget):
    """wanted(pixels_per_inch): the view came up or changed its width, so pages of another size are wanted."""

    wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XXS)
        self._where = Text("", Size.BODY, Weight.MEDIUM)
        self._other = Text("", Size.LABEL, ink="ink2")
        self._other.hide()
        head = QHBoxLayout()
        head.setContentsMargins(_BAR, 0, _BAR, 0)
        head.addWidget(self._where)
        head.addStretch(1)
        head.addWidget(self._other)
        self._words = Text("", Size.LABEL, ink="warn", wrap=True)
        self._words.hide()
        column.addLayout(head)
        column.addWidget(self._words)
        self._sheets = _Sheets()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setAccessibleName(words.PREVIEW)
        self._scroll.setWidget(self._sheets)
        self._scroll.verticalScrollBar().valueChanged.connect(self._say_where)
        column.addWidget(self._scroll, 1)
        self._total = 0
        self._asked = 0.0

    @property
    def total(self) -> int:
        return self._total

    @property
    def page(self) -> int:
        """The page that has most of the screen, from 0."""
        each = self._sheets.page_height() + _GAP
        middle = self._scroll.verticalScrollBar().value() + self._scroll.viewport().height() // 2
        return max(0, min(self._total - 1, middle // max(1, each)))

    def show_page(self, page: int) -> None:
        self._scroll.verticalScrollBar().setValue(self._sheets.top_of(page))

    def set_pages(self, pages: tuple[bytes, ...], note: str = "") -> None:
        """note: why these are not the newest pages, "" when they are. The place on the screen is kept."""
        self._total = len(pages)
        self._sheets.set_pages(pages)
        self._words.setText(note)
        self._words.setVisible(bool(note))
        self._say_where()

    def set_other_screen(self, page: int | None, said: str) -> None:
        """page: read on the other screen now, from 0. said: "" while nothing is shown there."""
        self._sheets.mark(page)
        self._other.setText(said)
        self._other.setVisible(bool(said))

    def _say_where(self) -> None:
        if self._total:
            self._where.setText(words.PAGE.format(number=self.page + 1, total=self._total))
        else:
            self._where.setText(words.SETTING if not self._words.text() else words.NO_PAGES)
        self._scroll.setAccessibleName(f"{words.PREVIEW}, {self._where.text()}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.ask()

    def ask(self) -> None:
        """Ask for pages of the width that there is, once for each width."""
        inch = round(self._sheets.page_width() * self.devicePixelRatioF() / _INCHES, 1)
        if self.isVisible() and inch > 10 and inch != self._asked:
            self._asked = inch
            self.wanted.emit(inch)
