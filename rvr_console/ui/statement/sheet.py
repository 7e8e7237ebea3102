"""The statement's tab: steps above, text or pages left, facts or the signing right. Implements the right half's Sheet."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.statement import Statement, StatementState
from rvr_console.domain.statement_content import StatementKind, named_references, paragraphs_of
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.statement import words
from rvr_console.ui.statement.ceremony_state import CeremonyState, on_other_screen
from rvr_console.ui.statement.editor import StatementEditor
from rvr_console.ui.statement.frozen_side import FrozenSide
from rvr_console.ui.statement.pages_view import PagesView
from rvr_console.ui.statement.presenter import StatementPresenter
from rvr_console.ui.statement.state import PaperState, step_marks
from rvr_console.ui.statement.steps import StepLine
from rvr_console.ui.statement.tool_row import ToolRow
from rvr_console.ui.statement.versions_pane import VersionsPane
from rvr_console.ui.statement.write_side import WriteSide
from rvr_console.ui.theme import Space
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone
from rvr_console.ui.widgets.text import plane, rule

STORE_AFTER_MS = 300  # within the half second that "stored as you type" promises
PAGES_AFTER_MS = 400
VIEWS = ("text", "pages", "versions")


class StatementSheet(QWidget):
    key, label, todos = "statement", words.TAB, ("statement",)

    def __init__(self, presenter: StatementPresenter, write: WriteSide | None = None) -> None:
        """write: made before, by who makes the screens in parts."""
        super().__init__()
        self.write = write or WriteSide()
        self._presenter = presenter
        self._shown: Statement | None = None
        self._handed = ""
        self._follow: Callable[[Statement | None], None] = lambda _statement: None
        self._make(presenter)
        self._store, self._draw = QTimer(self), QTimer(self)
        for timer, after, act in (
            (self._store, STORE_AFTER_MS, self.flush),
            (self._draw, PAGES_AFTER_MS, presenter.set_pages),
        ):
            timer.setSingleShot(True)
            timer.setInterval(after)
            timer.timeout.connect(act)
        presenter.attach(self)

    @property
    def widget(self) -> QWidget:
        return self

    def _make(self, presenter: StatementPresenter) -> None:
        self.steps = StepLine()
        self._outer = QStackedWidget()
        self._outer.addWidget(self._make_empty(presenter))
        self._outer.addWidget(self._make_work(presenter))
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.steps)
        column.addWidget(rule())
        column.addWidget(self._outer, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(pane)

    def _make_empty(self, presenter: StatementPresenter) -> QWidget:
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(EmptyState("file-text", words.EMPTY, words.EMPTY_ADVICE))
        self._begin = Button(words.BEGIN)
        self._begin.clicked.connect(lambda: presenter.begin(StatementKind.WITNESS))
        column.addWidget(self._begin)
        column.addStretch(1)
        return empty

    def _make_work(self, presenter: StatementPresenter) -> QWidget:
        self.tools = ToolRow()
        self.tools.begin_wanted.connect(presenter.begin)
        self.tools.chosen.connect(presenter.choose)
        self.tools.view_wanted.connect(self.show_view)
        self.editor = StatementEditor(presenter.spell, presenter.suggest)
        self.editor.textChanged.connect(self._typed)
        self.tools.exhibit_wanted.connect(self.editor.insert_sentence)
        self.pages = PagesView()
        self.pages.wanted.connect(presenter.set_pages)
        self._left = QStackedWidget()
        self._left.addWidget(self.editor)
        self._left.addWidget(self.pages)
        self.versions = VersionsPane()
        self._left.addWidget(self.versions)
        self.frozen = FrozenSide()
        self.write.facts.edited.connect(self._store_soon)
        self.frozen.correct_wanted.connect(presenter.correct)
        self._right = QStackedWidget()
        self._right.addWidget(self.write)
        self._right.addWidget(self.frozen)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(Space.M, Space.XS, Space.XS, Space.XS)
        column.setSpacing(Space.XS)
        column.addWidget(self.tools)
        column.addWidget(self._left, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self._right)
        split.setSizes([504, 424])
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        return split

    # --- the right half's Sheet ---
    def show_state(self, state: PageState) -> None:
        self._presenter.show_page(state)

    def open(self, todo: str = "") -> None:  # noqa: ARG002 (the sheet has one line in "Still to do")
        state = self._presenter.state
        if state is None or state.statement is None:
            self._begin.setFocus(Qt.FocusReason.OtherFocusReason)
        elif state.statement.state is not StatementState.DRAFT:
            self.frozen.correct.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.editor.toPlainText().strip() and self.write.focus_missing(state):
            return
        else:
            self.show_view("text")
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        self.flush()

    def set_compact(self, compact: bool) -> None:  # as the protocol has it
        self.tools.set_compact(compact)

    def follow(self, handler: Callable[[Statement | None], None]) -> None:
        """Told of the statement on the screen at each redraw: the signing's pane beside it."""
        self._follow = handler

    def show_ceremony(self, state: CeremonyState) -> None:
        """Which page is on the other screen now."""
        self.pages.set_other_screen(*on_other_screen(state))

    # --- StatementView ---
    def start_with(self, statement: Statement) -> None:
        self._store.stop()
        self._shown = statement
        self.editor.put(statement.content.paragraphs)
        self._handed = self.editor.toPlainText()
        self.write.facts.put(statement.content)
        self.frozen.close_question()
        self.pages.set_pages(())
        self.show_view("text" if statement.state is StatementState.DRAFT else "pages")

    def write_on(self) -> None:
        if self.isVisible():  # another tab may be open by now
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.editor.moveCursor(QTextCursor.MoveOperation.End)

    def show(self, state: PaperState | None = None) -> None:  # also Qt's own show()
        if state is None:
            super().show()
            return
        statement = state.statement
        self.steps.set_steps(step_marks(state), _tag(statement))
        self._outer.setCurrentIndex(0 if statement is None else 1)
        if statement is None:
            return
        frozen = statement.state is not StatementState.DRAFT
        self._right.setCurrentIndex(1 if frozen else 0)
        self.editor.setReadOnly(
            frozen or bool(state.pending)
        )  # what is typed while it is frozen would be lost
        self.write.facts.setEnabled(not state.pending)
        self.tools.show_state(state)
        self.write.show_state(state)
        if frozen and statement.newest is not None:
            self.frozen.show_version(state, statement.newest)
        self.pages.set_pages(state.pages, state.pages_words)
        self.versions.show_versions(state.history)
        self._follow(statement)

    def say(self, text: str) -> None:
        announce(self, text)

    def show_view(self, view: str) -> None:
        """view: as ToolRow has it."""
        self._left.setCurrentIndex(VIEWS.index(view))
        self.tools.set_view(view)
        if view == "versions":
            self._presenter.history.read()
        if view == "pages":
            self.flush()
            self.pages.ask()
            self._draw.start()

    # --- typing ---
    def _typed(self) -> None:
        if not self.editor.marks.marking and self.editor.toPlainText() != self._handed:
            self._store_soon()

    def _store_soon(self) -> None:
        self._store.start()
        self.tools.set_stored("")

    def flush(self) -> None:
        self._store.stop()
        state = self._presenter.state
        statement = state.statement if state else None
        if state is None or statement is None or self._shown is None or statement.id != self._shown.id:
            return
        if statement.state is not StatementState.DRAFT:
            return
        self._handed = self.editor.toPlainText()
        paragraphs = paragraphs_of(self._handed)
        named = named_references(paragraphs)
        known = {reference for reference, _ in state.known}
        content = self.write.facts.content_with(statement.content)
        exhibits = tuple(one for one in named if one in known)
        self._presenter.edit(replace(content, paragraphs=paragraphs, exhibits=exhibits))
        if self.pages.isVisible():
            self._draw.start()


def _tag(statement: Statement | None) -> Tag | None:
    if statement is None:
        return None
    if statement.state is StatementState.SIGNED:
        return Tag(Shape.DONE, words.SIGNED, Tone.OK)
    newest = statement.newest
    if statement.state is StatementState.FROZEN and newest is not None:
        return Tag(Shape.MADE, words.FROZEN_AT.format(time=clock(newest.frozen_at)), Tone.ACCENT)
    return Tag(Shape.HALF, words.DRAFT)
