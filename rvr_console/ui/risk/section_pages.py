"""The pages of one form's sections, made a part at a time."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from rvr_console.domain.form import Pack
from rvr_console.ui.risk.item_row import Answers, ItemRow
from rvr_console.ui.risk.section_page import SectionPage

MAKE_NEXT_MS = 20  # not 0: what waits to be painted comes first


class SectionPages(QStackedWidget):
    """A page is made as its section is opened; the others, and the sets that an answer may bring, while nobody waits."""

    def __init__(self, answers: Answers) -> None:
        super().__init__()
        self.pages: dict[str, SectionPage] = {}
        self._answers, self._compact = answers, False
        self._pack: Pack | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MAKE_NEXT_MS)
        self._timer.timeout.connect(self._make_next)
        app = QApplication.instance()
        assert isinstance(app, QApplication)  # noqa: S101  a widget needs one
        app.focusChanged.connect(
            self._follow_focus
        )  # a filter on each part would see all its events, one by one

    def _follow_focus(self, _left: QWidget | None, entered: QWidget | None) -> None:
        part = entered
        while part is not None and part is not self:
            if isinstance(part, ItemRow) and self.isAncestorOf(part):
                self._answers.entered(part.item.id)
                return
            part = part.parentWidget()

    def begin(self, pack: Pack) -> None:
        """Another form."""
        self._pack = pack
        for page in self.pages.values():
            self.removeWidget(page)
            page.hide()
            page.deleteLater()
        self.pages = {}

    def page(self, section_id: str) -> SectionPage | None:
        """The section's page, made if it is not there yet. None: the form has no such section."""
        if section_id not in self.pages and self._pack is not None:
            section = next((one for one in self._pack.sections if one.id == section_id), None)
            if section is not None:
                page = self.pages[section_id] = SectionPage(section, self._answers)
                page.set_compact(self._compact)
                self.addWidget(page)
                self._timer.start()
        return self.pages.get(section_id)

    def _make_next(self) -> None:
        """One part in one turn of the loop, so that the screen answers between them."""
        if any(page.make_more() for page in self.pages.values()):
            self._timer.start()
        elif self._pack is not None:
            self.page(next((one.id for one in self._pack.sections if one.id not in self.pages), ""))

    def flush(self) -> None:
        for page in self.pages.values():
            page.flush()

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._compact = compact
        for page in self.pages.values():
            page.set_compact(compact)
