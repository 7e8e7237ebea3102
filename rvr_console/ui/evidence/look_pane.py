"""Where the picture stands: the purpose that is asked for first, the sandbox at work, the picture, or why there is none."""

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.document_pane import DocumentPane
from rvr_console.ui.evidence.film_pane import FilmPane
from rvr_console.ui.evidence.opening_pane import OpeningPane
from rvr_console.ui.evidence.rows import reference_of
from rvr_console.ui.evidence.state import Chosen, Stage
from rvr_console.ui.evidence.turning import Turning
from rvr_console.ui.exhibits import words as exhibit_words
from rvr_console.ui.exhibits.thumbnail import image_of
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.text import Text, plane
from rvr_console.ui.widgets.video_view import VideoView

HEIGHT, HEIGHT_COMPACT = 288, 216
DOCUMENT_HEIGHT, DOCUMENT_HEIGHT_COMPACT = 496, 384
_NO_LIMIT = 16_777_215  # Qt's own


class LookActs(Protocol):
    def open(self, purpose: str) -> None: ...
    def close(self) -> None: ...

    @property
    def turning(self) -> Turning: ...


class LookPane(QWidget):
    """open_recording: the button for recordings was pressed; see `recording_button`. larger(on): all the room, or only its own."""

    larger = Signal(bool)

    def __init__(self, acts: LookActs) -> None:
        super().__init__()
        self._acts = acts
        self._of: str | None = None
        self._compact = self._large = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        column.addWidget(self._stack)
        self._nothing = self._empty("archive", words.NOTHING_CHOSEN, words.NOTHING_CHOSEN_ADVICE)
        self.recording_button = Button(words.OPEN_RECORDING, icon="play")
        self._recording = self._empty("video", words.RECORDING_OF, words.RECORDING_ADVICE)
        self._recording_row(self._recording)
        self._pages = {
            "nothing": self._nothing,
            "recording": self._recording,
            "purpose": self._make_purpose(),
            "opening": self._make_opening(),
            "picture": self._make_picture(),
            "film": self._make_film(),
            "document": self._make_document(),
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        self.set_compact(False)

    def _empty(self, icon: str, fact: str, advice: str) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.addWidget(EmptyState(icon, fact, advice), 1)
        return pane

    def _recording_row(self, pane: QWidget) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.recording_button)
        row.addStretch(1)
        layout = pane.layout()
        if isinstance(layout, QVBoxLayout):
            layout.addLayout(row)

    def _make_purpose(self) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.XS)
        column.addStretch(1)
        column.addWidget(Text(words.OPEN_TITLE, Size.TITLE, Weight.BOLD))
        column.addWidget(Text(words.OPEN_ADVICE, Size.BODY, ink="ink2", wrap=True))
        self._line = QLineEdit()
        self._line.setFixedHeight(Height.CONTROL)
        self._line.setMaxLength(1000)
        self._line.returnPressed.connect(self.confirm)
        self._field = Field(words.PURPOSE, self._line)
        column.addWidget(self._field)
        row = QHBoxLayout()
        open_it = Button(words.OPEN)
        open_it.clicked.connect(self.confirm)
        row.addWidget(open_it)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        return pane

    def _make_opening(self) -> QWidget:
        self.opening = OpeningPane()
        self.opening.cancelled.connect(self._acts.close)
        return self.opening

    def _make_picture(self) -> QWidget:
        pane = plane("stage")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.picture = VideoView(words.NO_PICTURE)
        column.addWidget(self.picture, 1)
        row = QHBoxLayout()
        row.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        row.setSpacing(Space.XS)
        close = Button(words.CLOSE, stage=True)
        close.setAccessibleName(words.CLOSE_NAME)
        close.clicked.connect(self._acts.close)
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        return pane

    def _make_film(self) -> QWidget:
        self.film = FilmPane()
        self.film.close_button.clicked.connect(self._acts.close)
        return self.film

    def _make_document(self) -> QWidget:
        self.document = DocumentPane()
        self.document.close_button.clicked.connect(self._acts.close)
        self.document.turned.connect(self._acts.turning.turn)
        self.document.larger_wanted.connect(self.set_large)
        return self.document

    def show_chosen(self, chosen: Chosen | None) -> None:
        page = self._page_of(chosen)
        before = self._stack.currentWidget()
        self._stack.setCurrentWidget(self._pages[page])
        if page != "document" and before is self.document:
            self.document.forget()
            self.set_large(False)
        elif page == "document" and before is not self.document:
            self.document.start()
        self._set_height()
        of = chosen.item.evidence_id if chosen is not None else None
        if of != self._of:
            self._of = of
            self._line.clear()
            self._field.set_error("")
            self.picture.clear("")
        if page == "purpose" and self.picture.picture_size().isValid():
            self.picture.clear("")  # closed: nothing of it stays
        film = chosen.film if page == "film" and chosen is not None else None
        self.film.show_film(film, self._name_of(chosen))
        size = exhibit.content.size if (exhibit := chosen.item.exhibit if chosen else None) else 0
        self.opening.watch(chosen.watch if page == "opening" and chosen is not None else None, size)
        if page == "picture" and chosen is not None and chosen.item.exhibit is not None:
            self._show_picture(chosen)
        if page == "document" and chosen is not None:
            self.document.show_chosen(chosen, self._name_of(chosen))

    @staticmethod
    def _name_of(chosen: Chosen | None) -> str:
        if chosen is None:
            return words.NO_PICTURE
        return exhibit_words.PICTURE_OF.format(reference=reference_of(chosen.item))

    @staticmethod
    def _page_of(chosen: Chosen | None) -> str:
        if chosen is None:
            return "nothing"
        if chosen.item.exhibit is None:
            return "recording"
        if chosen.stage is Stage.SHOWN and chosen.film is not None:
            return "film"
        if chosen.stage is Stage.SHOWN and chosen.viewed is not None and chosen.viewed.inspection.pages:
            return "document"
        return {Stage.CLOSED: "purpose", Stage.OPENING: "opening", Stage.SHOWN: "picture"}[chosen.stage]

    def _show_picture(self, chosen: Chosen) -> None:
        found = chosen.inspection
        image = image_of(found.preview) if found is not None and found.preview is not None else None
        self.picture.set_name(self._name_of(chosen))
        if image is not None:
            self.picture.set_image(image)
        else:
            self.picture.clear((found.words if found is not None else "") or words.NO_PICTURE)

    def confirm(self) -> None:
        """Open, if a purpose is written; else the cursor goes there."""
        purpose = self._line.text().strip()
        self._field.set_error("" if purpose else words.PURPOSE_MISSING)
        if purpose:
            self._acts.open(purpose)
        else:
            self._line.setFocus()

    def set_compact(self, compact: bool) -> None:
        self._compact = compact
        self._set_height()

    def set_large(self, large: bool) -> None:
        if large != self._large:
            self._large = large
            self.document.set_large(large)
            self._set_height()
            self.larger.emit(large)

    def _set_height(self) -> None:
        if self._large:
            self.setMinimumHeight(0)
            self.setMaximumHeight(_NO_LIMIT)
            return
        document = self._stack.currentWidget() is self.document
        own, small = (DOCUMENT_HEIGHT, DOCUMENT_HEIGHT_COMPACT) if document else (HEIGHT, HEIGHT_COMPACT)
        self.setFixedHeight(small if self._compact else own)
