"""The right half: the paperwork's tabs and what is still to do."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.cad_tab import CadTab
from rvr_console.ui.consultation.close_tab import CloseTab
from rvr_console.ui.consultation.evidence_tab import EvidenceTab, tab_state
from rvr_console.ui.consultation.link_tab import LinkTab
from rvr_console.ui.consultation.notes_tab import NotesTab
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.safety_tab import SafetyTab
from rvr_console.ui.consultation.sheet import TAB_ORDER, Sheet
from rvr_console.ui.consultation.state import PageState, SheetAct, Stage, first_unanswered
from rvr_console.ui.shell_panes import first_stop
from rvr_console.ui.widgets.checklist import ChecklistGrid, Todo
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.tabs import StateTabs
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import fill, rule

TODO_SHAPES = {
    "done": Shape.DONE,
    "under_way": Shape.HALF,
    "attention": Shape.SOON,
    "not_started": Shape.RING,
}
TONES = {"done": Tone.OK, "under_way": Tone.ACCENT, "attention": Tone.WARN, "not_started": Tone.NEUTRAL}


class RightSide(QWidget):
    """One pane for F6. wide_wanted(on): the open sheet needs more room than half, or no longer."""

    wide_wanted = Signal(bool)

    def __init__(self, presenter: ConsultationPresenter, papers: Sequence[Sheet] = ()) -> None:
        """papers: sheets of the paperwork; each stands at its place in the order of the tabs."""
        super().__init__()
        self.setProperty("pane", True)
        fill(self, "surface")
        self._presenter = presenter
        self._shown = Shown()
        self._papers = {paper.key: paper for paper in papers}
        self._make_sheets(presenter)
        self._todo_tabs = words.TODO_TABS | {todo: paper.key for paper in papers for todo in paper.todos}
        self._tabs = StateTabs(words.TAB_BAR)
        self._stack = QStackedWidget()
        for key, sheet in self._sheets.items():
            label = self._papers[key].label if key in self._papers else words.TABS[key]
            self._tabs.add(key, label, Shape.RING)
            self._stack.addWidget(sheet)
        self._tabs.chosen.connect(self._show_sheet)
        self._tabs.entered.connect(self.open_tab)
        self._hold_wide_sheets("")
        self.todo = ChecklistGrid()
        self.todo.chosen.connect(self._open_todo)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tabs)
        column.addWidget(rule())
        column.addWidget(self._stack, 1)
        self._rule = rule()
        column.addWidget(self._rule)
        column.addWidget(self.todo)

    def _make_sheets(self, presenter: ConsultationPresenter) -> None:
        self.safety, self.link, self.notes = SafetyTab(), LinkTab(), NotesTab()
        self.cad, self.close_form = CadTab(), CloseTab(presenter.submit)
        self.evidence = EvidenceTab(presenter)
        self.safety.answered.connect(presenter.answer_safety)
        self.safety.located.connect(presenter.confirm_location)
        self.safety.link_wanted.connect(presenter.send_link)
        self.safety.kind.set_kinds(presenter.closing.kinds())
        self.safety.kind.chosen.connect(presenter.closing.choose_kind)
        self.notes.note_added.connect(presenter.add_note)
        self.cad.update_wanted.connect(presenter.log_update)
        self._own: dict[str, SafetyTab | LinkTab | NotesTab | EvidenceTab | CadTab | CloseTab] = {
            "safety": self.safety,
            "link": self.link,
            "notes": self.notes,
            "evidence": self.evidence,
            "cad": self.cad,
            "close": self.close_form,
        }
        every: dict[str, QWidget] = {**self._own, **{key: one.widget for key, one in self._papers.items()}}
        self._sheets = {key: every[key] for key in TAB_ORDER if key in every}

    def show_state(self, state: PageState) -> None:
        for sheet in (*self._own.values(), *self._papers.values()):
            sheet.show_state(state)
        states = {item.key: (item.state.value, item.words) for item in state.checklist}
        states["link"] = ("done", words.TABS_SENT) if state.link else ("not_started", words.TABS_NOT_SENT)
        states["evidence"] = tab_state(state, states.get("evidence", ("not_started", "")))
        states |= {key: (one.state.value, one.words) for key, one in state.standings.items()}
        closing = SheetAct(words.SUBMIT) if state.stage is Stage.ENDED else None
        self._presenter.sheet_acts.offer("close", closing, self.close_form.send)
        submitted = state.stage is Stage.SUBMITTED
        states["close"] = ("done", words.SUBMITTED) if submitted else ("not_started", "")
        for key in self._sheets:
            value, spoken = states.get(key, ("not_started", ""))
            if self._shown.changed(f"tab {key}", (value, spoken)):
                self._tabs.set_state(key, TODO_SHAPES[value], TONES[value], spoken)
        todos = [
            Todo(item.key, item.label, item.words, TODO_SHAPES[item.state.value])
            for item in state.checklist
            if item.key in self._todo_tabs
        ]
        if self._shown.changed("todo", todos):
            self.todo.set_items(todos)

    def _open_todo(self, todo: str) -> None:
        key = self._todo_tabs.get(todo, "close")
        self.open_tab(key, todo)
        self.todo.set_current(todo)

    def open_tab(self, key: str, todo: str = "") -> None:
        """Show it, with the focus where the next thing is to be written. todo: the line that was clicked."""
        self._tabs.set_current(key)
        self._show_sheet(key)
        state = self._presenter.state
        if key in self._papers:
            self._papers[key].open(todo)
        elif key == "notes":
            self.notes.focus_edit()
        elif key == "evidence":
            self.evidence.focus_first()
        elif key == "close":
            self.close_form.focus_form()
        elif key == "safety" and state is not None:
            place = first_unanswered(state.consultation, state.before_link)
            if place is None:
                place = first_unanswered(state.consultation)
            if place is not None:
                self.safety.focus_first_open(place)
        focus = QApplication.focusWidget()
        inside = focus is not None and self._sheets[key].isAncestorOf(focus)
        if not inside and (stop := first_stop(self._sheets[key])) is not None:
            stop.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _hold_wide_sheets(self, shown: str) -> None:
        """A sheet that needs more than half keeps nothing wide while another is shown."""
        for key in words.WIDE_TABS & self._sheets.keys():
            policy = QSizePolicy.Policy.Preferred if key == shown else QSizePolicy.Policy.Ignored
            self._sheets[key].setSizePolicy(policy, QSizePolicy.Policy.Preferred)

    def take_todo(self) -> None:
        """The list of what is still to do stands here, unless a sheet needs the room."""
        self.todo.set_columns(4)
        self._column.addWidget(self.todo)
        self._rule.show()

    def leave(self) -> None:
        """Store what is typed and not stored yet."""
        self.safety.flush()
        self.evidence.flush()
        for paper in self._papers.values():
            paper.leave()

    def _show_sheet(self, key: str) -> None:
        self._stack.setCurrentWidget(self._sheets[key])
        wide = key in words.WIDE_TABS
        self._hold_wide_sheets(key)
        self._rule.setVisible(not wide)
        self.wide_wanted.emit(wide)
        self._presenter.sheet_acts.opened(key)
        current = next((todo for todo, tab in self._todo_tabs.items() if tab == key), "")
        self.todo.set_current(current)

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self.todo.set_details(not compact)
        self.safety.set_compact(compact)
        self.notes.set_compact(compact)
        for paper in self._papers.values():
            paper.set_compact(compact)
