"""A document or text that is open: one page, the ones before and after it, larger and smaller. Only pixels of it come here."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.exhibit import Inspection
from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.page_area import PageArea
from rvr_console.ui.evidence.state import Chosen
from rvr_console.ui.exhibits.thumbnail import image_of
from rvr_console.ui.theme import Size, Space, Weight, font_for
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.text import Text, plane
from rvr_console.ui.widgets.video_view import VideoView


class DocumentPane(QWidget):
    """turned(page, side): another page is wanted, from 0, drawn with so many pixels at least (0: as many as usual).

    larger_wanted(on): more room is wanted, or less. close_button: its act is the page's.
    """

    turned = Signal(int, int)
    larger_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._page, self._pages, self._turning, self._large = 0, 1, False, False
        self._of: Inspection | None = None  # which the page was taken from
        self._shown = -1  # which page that is
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget()
        self.note = VideoView(words.NO_PICTURE)
        self.text = self._make_text()
        self.area = PageArea()
        self.area.sharper_wanted.connect(lambda side: self.turned.emit(self._page, side))
        for part in (self.area, self.text, self.note):
            self._stack.addWidget(part)
        column.addWidget(self._stack, 1)
        column.addWidget(self._make_controls())
        self._make_keys()

    @staticmethod
    def _make_text() -> QPlainTextEdit:
        text = QPlainTextEdit()
        text.setReadOnly(True)
        text.setUndoRedoEnabled(False)
        text.setFrameShape(QFrame.Shape.NoFrame)
        text.setAccessibleName(words.NO_PICTURE)
        text.setFont(font_for("", Size.BODY, Weight.REGULAR))
        return text

    def _make_controls(self) -> QWidget:
        pane = plane("surface")
        row = QHBoxLayout(pane)
        row.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        row.setSpacing(Space.XXS)
        self._before = self._button(words.PAGE_BEFORE, words.PAGE_BEFORE_NAME, lambda: self._turn(-1))
        self._after = self._button(words.PAGE_AFTER, words.PAGE_AFTER_NAME, lambda: self._turn(1))
        self._where = Text("", Size.BODY, Weight.BOLD)
        self._smaller = self._button(words.SMALLER, words.SMALLER_NAME, lambda: self._zoom(-1))
        self._bigger = self._button(words.BIGGER, words.BIGGER_NAME, lambda: self._zoom(1))
        self._larger = self._button(words.LARGER, words.LARGER_NAME, self._ask_larger)
        self.close_button = Button(words.CLOSE)
        self.close_button.setAccessibleName(words.CLOSE_NAME)
        for part in (self._before, self._after):
            row.addWidget(part)
        row.addSpacing(Space.XS)
        row.addWidget(self._where)
        row.addStretch(1)
        for part in (self._smaller, self._bigger, self._larger, self.close_button):
            row.addWidget(part)
        return pane

    @staticmethod
    def _button(word: str, name: str, act: Callable[[], None]) -> Button:
        made = Button(word)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.clicked.connect(act)
        return made

    def _make_keys(self) -> None:
        own = Qt.ShortcutContext.WidgetWithChildrenShortcut
        window = Qt.ShortcutContext.WindowShortcut
        for keys, act, where in (
            ("PgDown", lambda: self._turn(1), own),
            ("PgUp", lambda: self._turn(-1), own),
            ("Home", lambda: self._go(0), own),
            ("End", lambda: self._go(self._pages - 1), own),
            (".", lambda: self._turn(1), window),
            (",", lambda: self._turn(-1), window),
            ("+", lambda: self._zoom(1), window),
            ("=", lambda: self._zoom(1), window),
            ("-", lambda: self._zoom(-1), window),
        ):
            QShortcut(QKeySequence(keys), self, context=where).activated.connect(act)

    # --- what is shown ---
    def show_chosen(self, chosen: Chosen, name: str) -> None:
        """The page that is there of what is open, and the place of that which is wanted."""
        found = chosen.inspection
        pages = chosen.viewed.inspection.pages if chosen.viewed is not None else 1
        self._page, self._pages, self._turning = chosen.page, max(1, pages), chosen.turning
        if found is not None and found is not self._of:
            self._of = found
            image = image_of(found.preview) if found.preview is not None else None
            said = words.PAGE_OF.format(page=chosen.page + 1, pages=pages)
            self._show_page(f"{said}, {name}", image, found)
        self._show_place()

    def _show_page(self, name: str, image: QImage | None, found: Inspection) -> None:
        same = self._shown == self._page
        self._shown = self._page
        self.area.view.setAccessibleName(name)
        self.text.setAccessibleName(name)
        self.area.show_page(image, same=same)
        if found.text is not None:
            self.text.setPlainText(found.text)
            self._stack.setCurrentWidget(self.text)
        elif image is not None:
            self._stack.setCurrentWidget(self.area)
        else:
            self.note.set_name(name)
            self.note.clear(found.words or words.NO_PICTURE)
            self._stack.setCurrentWidget(self.note)

    def start(self) -> None:
        """Another document is opened."""
        self.area.start()
        self._stack.setCurrentWidget(self.area)
        self.area.setFocus()

    def forget(self) -> None:
        """Nothing of it stays."""
        self._of, self._shown = None, -1
        self.area.show_page(None, same=False)
        self.text.clear()
        self.note.clear("")

    def set_large(self, large: bool) -> None:
        self._large = large
        self._larger.setText(words.LESS_LARGE if large else words.LARGER)
        self._larger.setAccessibleName(words.LESS_LARGE_NAME if large else words.LARGER_NAME)

    def _show_place(self) -> None:
        form = words.PAGE_COMING if self._turning else words.PAGE_OF
        said = form.format(page=f"{self._page + 1:,}", pages=f"{self._pages:,}")
        if self._where.text() != said:
            self._where.setText(said)
            announce(self, said)
        self._before.setEnabled(self._page > 0)
        self._after.setEnabled(self._page < self._pages - 1)
        pixels = self._stack.currentWidget() is self.area
        for part in (self._smaller, self._bigger):
            part.setVisible(pixels)
        self._smaller.setEnabled(self.area.may_shrink)
        self._bigger.setEnabled(self.area.may_grow)

    # --- acts ---
    def _turn(self, by: int) -> None:
        self._go(self._page + by)

    def _go(self, page: int) -> None:
        if page != self._page and 0 <= page < self._pages:
            self.turned.emit(page, 0)

    def _zoom(self, steps: int) -> None:
        self.area.zoom_by(steps)
        self._show_place()

    def _ask_larger(self) -> None:
        self.larger_wanted.emit(not self._large)
