"""The case's statements, each with its versions: the chosen one's text is read, its front and back page are saved."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.ui.review import words
from rvr_console.ui.review.gate_pane import GatePane
from rvr_console.ui.review.paper_lines import statement_rows
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.plain_table import Column, PlainTable, cell_words
from rvr_console.ui.widgets.save_pane import SavePane
from rvr_console.ui.widgets.text import Text, plane, rule

_LIST, _TEXT = 1, 2


@dataclass(frozen=True, slots=True)
class VersionShown:
    """title: of the statement, as its row says it."""

    statement_id: str
    number: int
    title: str


class StatementsPane(QWidget):
    """save: called with the version whose row is chosen. open_gate: with the reason why the person may sign by video all the same.

    read: with statement, version and purpose; `show_text` follows.
    """

    def __init__(
        self,
        save: Callable[[VersionShown], None],
        open_gate: Callable[[str], None],
        read: Callable[[str, int, str], None],
    ) -> None:
        super().__init__()
        self._save, self._read = save, read
        self._case = ""
        self._state: CaseState | None = None
        self._stack = QStackedLayout(self)
        blank = plane("surface")
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        inside.addWidget(EmptyState("list", words.NO_STATEMENTS))
        inside.addStretch(1)
        self._stack.addWidget(blank)
        filled = plane("surface")
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.gate = GatePane(open_gate)
        column.addWidget(self.gate)
        columns = (Column("", 168), Column("", 248), Column("", 200, elastic=True))
        self.table = PlainTable(words.TABS["statements"], columns, Height.ROW)
        self.table.horizontalHeader().hide()
        self.table.key_chosen.connect(lambda _key: self._show_offer())
        column.addWidget(self.table, 1)
        column.addWidget(self._make_offer())
        self._stack.addWidget(filled)
        self._stack.addWidget(self._make_text())

    def _make_text(self) -> QWidget:
        ground = plane("surface")
        column = QVBoxLayout(ground)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        column.setSpacing(Space.XS)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self.back = Button(words.STATEMENT_LIST, icon="arrow-left")
        self.back.clicked.connect(self._close_text)
        self._which = Text("", Size.LABEL, Weight.MEDIUM, elide=True)
        row.addWidget(self.back)
        row.addWidget(self._which, 1)
        column.addLayout(row)
        self.reading = QPlainTextEdit()
        self.reading.setReadOnly(True)
        self.reading.setTabChangesFocus(True)
        self.reading.setAccessibleName(words.TABS["statements"])  # until a text is shown
        column.addWidget(self.reading, 1)
        return ground

    def _make_offer(self) -> QWidget:
        self._offer = plane("surface")
        column = QVBoxLayout(self._offer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rule())
        row = QHBoxLayout()
        row.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        row.setSpacing(Space.M)
        self.save = Button(words.STATEMENT_SAVE, icon="download")
        self.save.clicked.connect(self._save_chosen)
        self._hint = Text("", Size.LABEL, ink="ink2", elide=True)
        self._why = QLineEdit()
        self._why.setMaxLength(500)
        self._why.setPlaceholderText(words.STATEMENT_READ_PURPOSE)
        self._why.setAccessibleName(words.STATEMENT_READ_PURPOSE)
        self._why.returnPressed.connect(self._read_chosen)
        self.read = Button(words.STATEMENT_READ)
        self.read.clicked.connect(self._read_chosen)
        row.addWidget(self._why, 1)
        row.addWidget(self.read)
        row.addWidget(self.save)
        column.addLayout(row)
        below = QHBoxLayout()
        below.setContentsMargins(Space.L, 0, Space.L, Space.XS)
        below.addWidget(self._hint)
        column.addLayout(below)
        return self._offer

    def show_state(self, state: CaseState) -> None:
        self._state = state
        if state.line.key != self._case:
            self._case = state.line.key
            self._why.setText(state.purpose)
            self._close_text()
        elif not self._why.text():
            self._why.setText(state.purpose)
        self.table.set_rows(statement_rows(state))
        self.gate.show_state(state)
        if self._stack.currentIndex() != _TEXT:
            self._stack.setCurrentIndex(_LIST if state.statements else 0)
        self._show_offer()

    def _show_offer(self) -> None:
        state, chosen = self._state, self._chosen()
        may_save = state is not None and state.may_see_restricted
        hint = words.STATEMENT_SAVE_HINT if chosen else words.STATEMENT_SAVE_OFF
        self._hint.setText(hint)
        self._hint.setToolTip(hint)
        self._hint.setVisible(may_save)
        self.save.setVisible(may_save)
        self.save.setEnabled(chosen is not None and state is not None and not state.saving_pages)
        self.read.setEnabled(chosen is not None)

    def _read_chosen(self) -> None:
        chosen, why = self._chosen(), self._why.text().strip()
        if chosen is None:
            return
        if not why:
            self._hint.setText(words.STATEMENT_READ_MISSING)
            self._hint.setVisible(True)
            self._why.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._read(chosen.statement_id, chosen.number, why)

    def show_text(self, statement_id: str, number: int, text: str) -> None:
        """What was opened by an act with a purpose."""
        key = f"{statement_id}:{number}"
        title = next((cell_words(row.cells[1]) for row in self.table.rows.rows if row.key == key), "")
        which = words.STATEMENT_TEXT.format(title=title, number=number)
        self._which.setText(which)
        self.reading.setAccessibleName(which)
        self.reading.setPlainText(text)
        self._stack.setCurrentIndex(_TEXT)
        self.reading.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_text(self) -> None:
        was_open = self._stack.currentIndex() == _TEXT
        self.reading.clear()
        self._stack.setCurrentIndex(_LIST)
        if was_open and self.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self) -> VersionShown | None:
        """None for a draft's row, whose key is its statement's id alone."""
        key = self.table.key
        statement_id, _, number = key.partition(":")
        if not number:
            return None
        row = next(row for row in self.table.rows.rows if row.key == key)
        return VersionShown(statement_id, int(number), cell_words(row.cells[1]))

    def _save_chosen(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._save(chosen)


class StatementSavePane(SavePane):
    """Purpose and folder for the version it was opened with. save: statement, version, purpose, folder."""

    def __init__(self, save: Callable[[str, int, str, str], None]) -> None:
        self._which = Text("", Size.LABEL, ink="ink2", elide=True)
        super().__init__(words.STATEMENT_SAVE_WORDS, lambda: None, self._which)
        self._version: VersionShown | None = None
        self._save = save
        self.start_wanted.connect(self._wanted)

    def open_for(self, version: VersionShown, purpose: str) -> None:
        self._version = version
        self._which.setText(words.STATEMENT_SAVE_WHICH.format(title=version.title, number=version.number))
        self.open(purpose)

    def _wanted(self, purpose: str, folder: str) -> None:
        if self._version is not None:
            self._save(self._version.statement_id, self._version.number, purpose, folder)
