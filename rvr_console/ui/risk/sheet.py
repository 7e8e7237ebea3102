"""The forms as a sheet of the consultation page."""

from PySide6.QtWidgets import QWidget

from rvr_console.domain.form import PackKind
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.risk import words
from rvr_console.ui.risk.choosing import KEY
from rvr_console.ui.risk.ports import FormServices
from rvr_console.ui.risk.presenter import FormsPresenter
from rvr_console.ui.risk.tab import FormTab

_TODOS = {"risk": PackKind.RISK, "needs": PackKind.NEEDS}


class FormSheet:
    """Implements consultation.sheet.Sheet."""

    key, label, todos = KEY, words.TAB, tuple(_TODOS)

    def __init__(self, services: FormServices, page: ConsultationPresenter) -> None:
        self.tab = FormTab()
        self.presenter = FormsPresenter(self.tab, services, page)
        self.tab.attach(self.presenter)

    @property
    def widget(self) -> QWidget:
        return self.tab

    def show_state(self, state: PageState) -> None:
        self.presenter.show_consultation(state.consultation.id, state.consultation.kind)

    def open(self, todo: str = "") -> None:
        """From "Still to do": that form. From the action slot: the first form in which something is due."""
        if todo in _TODOS:
            if self.presenter.state.kind is not _TODOS[todo]:
                self.presenter.choose_kind(_TODOS[todo].value)
        else:
            self.presenter.to_what_is_due()
        self.tab.open_first()

    def leave(self) -> None:
        self.tab.flush()

    def set_compact(self, compact: bool) -> None:  # as Sheet has it
        self.tab.set_compact(compact)
