"""The right half: the paperwork's tabs and what is still to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.cad_tab import CadTab
from rvr_console.ui.consultation.close_tab import CloseTab
from rvr_console.ui.consultation.evidence_tab import EvidenceTab, tab_state
from rvr_console.ui.consultation.link_tab import LinkTab
from rvr_console.ui.consultation.notes_tab import NotesTab
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.safety_tab import SafetyTab
from rvr_console.ui.consultation.shown import Shown
from rvr_console.ui.consultation.state import PageState, Stage, first_unanswered
from rvr_console.ui.widgets.checklist import ChecklistGrid, Todo
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tabs import StateTabs
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import rule

TODO_SHAPES = {
    "done": Shape.DONE,
    "under_way": Shape.HALF,
    "attention": Shape.SOON,
    "not_started": Shape.RING,
}
TONES = {"done": Tone.OK, "under_way": Tone.ACCENT, "attention": Tone.WARN, "not_started": Tone.NEUTRAL}


class RightSide(QWidget):
    """One pane for F6."""

    def __init__(self, presenter: ConsultationPresenter) -> None:
        super().__init__()
        self.setProperty("pane", True)
        self.setProperty("plane", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter = presenter
        self._shown = Shown()
        self._make_sheets(presenter)
        self._tabs = StateTabs(words.TAB_BAR)
        self._stack = QStackedWidget()
        for key, sheet in self._sheets.items():
            self._tabs.add(key, words.TABS[key], Shape.RING)
            self._stack.addWidget(sheet)
        self._tabs.chosen.connect(self._show_sheet)
        self._todo = ChecklistGrid()
        self._todo.chosen.connect(lambda key: self.open_tab(words.TODO_TABS.get(key, "close")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        column.addWidget(rule())
        column.addWidget(self._todo)

    def _make_sheets(self, presenter: ConsultationPresenter) -> None:
        self.safety, self.link, self.notes = SafetyTab(), LinkTab(), NotesTab()
        self.cad, self.close_form = CadTab(), CloseTab(presenter.submit)
        self.evidence = EvidenceTab(presenter)
        self.safety.answered.connect(presenter.answer_safety)
        self.safety.located.connect(presenter.confirm_location)
        self.notes.note_added.connect(presenter.add_note)
        self.cad.update_wanted.connect(presenter.log_update)
        self._sheets: dict[str, SafetyTab | LinkTab | NotesTab | EvidenceTab | CadTab | CloseTab] = {
            "safety": self.safety,
            "link": self.link,
            "notes": self.notes,
            "evidence": self.evidence,
            "cad": self.cad,
            "close": self.close_form,
        }

    def show_state(self, state: PageState) -> None:
        for sheet in self._sheets.values():
            sheet.show_state(state)
        states = {item.key: (item.state.value, item.words) for item in state.checklist}
        states["link"] = ("done", words.TABS_SENT) if state.link else ("not_started", words.TABS_NOT_SENT)
        states["evidence"] = tab_state(state, states.get("evidence", ("not_started", "")))
        submitted = state.stage is Stage.SUBMITTED
        states["close"] = ("done", words.SUBMITTED) if submitted else ("not_started", "")
        for key in self._sheets:
            value, spoken = states.get(key, ("not_started", ""))
            if self._shown.changed(f"tab {key}", (value, spoken)):
                self._tabs.set_state(key, TODO_SHAPES[value], TONES[value], spoken)
        todos = [
            Todo(item.key, item.label, item.words, TODO_SHAPES[item.state.value])
            for item in state.checklist
            if item.key in words.TODO_TABS
        ]
        if self._shown.changed("todo", todos):
            self._todo.set_items(todos)

    def open_tab(self, key: str) -> None:
        """Show it, with the focus where the next thing is to be written."""
        self._tabs.set_current(key)
        self._show_sheet(key)
        state = self._presenter.state
        if key == "notes":
            self.notes.focus_edit()
        elif key == "evidence":
            self.evidence.focus_first()
        elif key == "close":
            self.close_form.focus_form()
        elif key == "safety" and state is not None:
            place = first_unanswered(state.consultation)
            if place is not None:
                self.safety.focus_first_open(place)

    def leave(self) -> None:
        """Store what is typed and not stored yet."""
        self.safety.flush()
        self.evidence.flush()

    def _show_sheet(self, key: str) -> None:
        self._stack.setCurrentWidget(self._sheets[key])
        current = next((todo for todo, tab in words.TODO_TABS.items() if tab == key), "")
        self._todo.set_current(current)

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._todo.set_details(not compact)
        self.safety.set_compact(compact)
        self.notes.set_compact(compact)
