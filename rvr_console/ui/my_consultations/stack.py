"""One place in the rail, two pages: the list of own consultations, and the one that is open."""

from PySide6.QtWidgets import QStackedWidget, QWidget

from rvr_console.ui.main_window import Compactable
from rvr_console.ui.my_consultations.page import MyConsultationsPage


class ConsultationStack(QStackedWidget):
    def __init__(self, list_page: MyConsultationsPage, case_page: QWidget) -> None:
        super().__init__()
        self.list_page, self._case_page = list_page, case_page
        self.addWidget(list_page)
        self.addWidget(case_page)

    def show_list(self) -> None:
        self.setCurrentWidget(self.list_page)
        self.list_page.table.setFocus()

    def show_case(self) -> None:
        self.setCurrentWidget(self._case_page)

    @property
    def at_case(self) -> bool:
        return self.currentWidget() is self._case_page

    def set_compact(self, compact: bool) -> None:
        if isinstance(self._case_page, Compactable):
            self._case_page.set_compact(compact)
