"""The forms' tab beside the call: which form, its sections, its items, and what they come to."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rvr_console.services.form_reading import OpenForm
from rvr_console.ui.risk import words
from rvr_console.ui.risk.beside import Beside
from rvr_console.ui.risk.chips import ChipRow
from rvr_console.ui.risk.foot import FormFoot
from rvr_console.ui.risk.head import FormHead
from rvr_console.ui.risk.item_row import MAX_TEXT
from rvr_console.ui.risk.presenter import FormsPresenter
from rvr_console.ui.risk.score_pane import GlyphLine, ScorePane
from rvr_console.ui.risk.section_pages import SectionPages
from rvr_console.ui.risk.start_pane import StartPane
from rvr_console.ui.risk.state import (
    NEW_PERSON,
    FormsState,
    counts,
    form_chips,
    person_chips,
    section_chips,
)
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.ask_pane import ReasonPane
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import fill, rule

LEAST_HEIGHT = 72  # of the items, which scroll: what is asked below them is never squeezed


class FormTab(QWidget):
    """Implements the presenter's View. `attach` gives it the presenter once both exist."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(words.TAB)
        fill(self, "surface")
        self._presenter: FormsPresenter | None = None
        self._form_id = ""

    def attach(self, presenter: FormsPresenter) -> None:
        """Build the parts; called once."""
        self._presenter = presenter
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._forms = ChipRow(words.FORM_CHIP, words.FORM_CHIP)
        self._forms.chosen.connect(presenter.choose_kind)
        self._people = ChipRow(words.PERSON_CHIP, words.PERSON_CHIP)
        self._people.chosen.connect(self._choose_person)
        self._head = FormHead()
        self._sections = ChipRow(words.SECTION_CHIP, words.SECTION_CHIP)
        self._sections.chosen.connect(self._choose_section)
        self._section_rule = rule()
        for part in (self._forms, rule(), self._people, self._head, self._sections, self._section_rule):
            column.addWidget(part)
        self._stack = QStackedWidget()
        self._stack.setMinimumHeight(LEAST_HEIGHT)
        column.addWidget(self._stack, 1)
        self._start = StartPane(presenter.start)
        self._rows = SectionPages(presenter)
        self._stack.addWidget(self._start.widget)
        self._stack.addWidget(self._rows)
        self._beside = Beside(presenter, self._stack, self._rows, self.flush, self._back_to_items)
        self._make_questions(presenter)
        self._score = ScorePane(presenter.wants_grade)
        self._foot = FormFoot(presenter)
        self._score_rule, self._told = rule(), GlyphLine(Shape.ATTENTION, Tone.ACCENT, "ink")
        self._told.setContentsMargins(24, 4, 16, 4)
        for below in (
            self._raise,
            self._correct,
            self._reopen,
            self._score_rule,
            self._score,
            self._told,
            self._foot,
        ):
            column.addWidget(below)
        self._make_keys(presenter)
        self._show_live(on=False)  # from the start: room that a hidden page once asked for is kept
        self._connect_foot(presenter)

    def _make_keys(self, presenter: FormsPresenter) -> None:
        for keys, act, step in (
            ("Ctrl+PgDown", presenter.step_section, 1),
            ("Ctrl+PgUp", presenter.step_section, -1),
            ("Ctrl+Shift+PgDown", presenter.step_form, 1),
            ("Ctrl+Shift+PgUp", presenter.step_form, -1),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(act, step))

    def _make_questions(self, presenter: FormsPresenter) -> None:
        self._raise = _asking(
            words.GRADE, words.RAISE_WHY, words.RAISE_NOW, words.KEEP_GRADE, presenter.raise_grade
        )
        self._correct = _asking(
            words.CORRECT_WHY, words.CORRECT_WHY, words.CORRECT_NOW, words.CORRECT_KEEP, presenter.correct
        )
        self._reopen = _asking(
            words.REOPEN_ASK, words.REOPEN_WHY, words.REOPEN_NOW, words.REOPEN_KEEP, presenter.reopen
        )

    def _connect_foot(self, presenter: FormsPresenter) -> None:
        foot = self._foot
        foot.missing.clicked.connect(self._beside.show_missing)
        foot.earlier.clicked.connect(lambda: presenter.read_earlier(self._beside.show_earlier))
        foot.blocks.clicked.connect(self._beside.show_blocks)
        foot.reopen.clicked.connect(lambda: self._reopen.ask(""))
        foot.save.clicked.connect(self._beside.show_saving)

    # --- View ---
    def show_forms(self, state: FormsState) -> None:
        live, pack = state.live, state.pack
        self._forms.set_chips(form_chips(state), state.kind.value if state.kind else "")
        self._show_people(state)
        self._show_live(on=live is not None)
        self._head.setVisible(pack is not None)
        if pack is not None:
            done = counts(live.pack, live.form) if live else None
            self._head.show_pack(pack, done, live.form.person if live else "")
        if live is None:
            self._start.show_pack(pack, none_needed=state.kind is None)
            self._stack.setCurrentWidget(self._start.widget)
            return
        if self._form_id != live.form.id:
            self._new_form(live)
        self._sections.set_chips(section_chips(live.pack, live.form), state.section)
        self._show_section(state)
        self._score.show_form(live)
        self._foot.show_state(state)
        self._told.set_text(state.told)

    def prepare(self, opened: OpenForm, section: str) -> None:
        if self._form_id != opened.form.id:
            self._new_form(opened)
        self._rows.page(section)

    def _show_live(self, on: bool) -> None:  # a property setter
        for part in (self._sections, self._section_rule, self._score_rule, self._score, self._foot):
            part.setVisible(on)

    def _show_people(self, state: FormsState) -> None:
        pack = state.pack
        self._people.setVisible(bool(pack and pack.per_person))
        if pack is not None and pack.per_person:
            self._people.set_chips(person_chips(state), state.live.form.person if state.live else NEW_PERSON)

    def _new_form(self, live: OpenForm) -> None:
        """Another form: its sections' pages are made as they are opened."""
        self._form_id = live.form.id
        self._rows.begin(live.pack)
        for pane in (self._raise, self._reopen, self._correct):
            pane.close_pane()
        self._beside.forget()

    def _show_section(self, state: FormsState) -> None:
        live, page = state.live, self._rows.page(state.section)
        if live is None or page is None:
            return
        page.show_form(live.form, current=state.current, editable=state.editable())
        self._rows.setCurrentWidget(page)
        if not self._beside.is_shown:
            self._stack.setCurrentWidget(self._rows)

    def go_to(self, item: str) -> None:
        presenter = self._presenter
        page = self._rows.pages.get(presenter.state.section) if presenter else None
        if page is not None:
            page.go_to(item)

    def ask_raise(self, grade: str) -> None:
        self._raise.ask_anew(words.RAISE_ASK.format(grade=grade))

    def ask_correction(self, question: str) -> None:
        self._correct.ask_anew(question)

    def tell(self, sentence: str) -> None:
        self._told.set_text(sentence)
        announce(self, sentence)

    def flush(self) -> None:
        self._rows.flush()
        self._beside.flush()

    def leave_side(self) -> None:
        self._beside.leave()

    def to_form_chip(self, kind: str) -> None:
        self._forms.focus_chip(kind)

    def to_end(self) -> None:
        """Nothing is left to answer: what is done with the whole form comes next."""
        self._foot.focus_first()

    # --- hands ---
    def _back_to_items(self) -> None:
        presenter = self._presenter
        if presenter is not None and presenter.state.editable() and presenter.state.current:
            self.go_to(presenter.state.current)
        else:
            self.to_end()

    def _choose_person(self, person: str) -> None:
        if self._presenter is not None:
            self._presenter.choose_person("" if person == NEW_PERSON else person)
            if person == NEW_PERSON:
                self._start.clear()
                self._start.focus_first()

    def _choose_section(self, section: str) -> None:
        self.leave_side()
        if self._presenter is not None:
            self._presenter.choose_section(section)

    def open_first(self) -> None:
        """The tab was opened: the focus goes where the next thing is to be done."""
        presenter = self._presenter
        if presenter is not None:
            if presenter.state.live is None:
                self._start.focus_first()
            else:
                presenter.go_on()

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._rows.set_compact(compact)
        self._foot.set_compact(compact)


def _asking(title: str, why: str, now: str, keep: str, act: Callable[[str], None]) -> ReasonPane:
    """A question whose answer is an act with a reason. It is closed before the act, which may take the focus on."""
    pane = ReasonPane(title, why, Tone.WARN)

    def run(reason: str) -> None:
        pane.close_pane()
        act(reason)

    pane.add(now, "secondary", run, on_enter=True)
    pane.add_way_back(keep)
    pane.line.setMaxLength(MAX_TEXT)
    return pane
