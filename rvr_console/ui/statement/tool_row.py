"""Above the text: which statement, text or pages, exhibits to put in, and when it was stored."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from rvr_console.domain.counting import counted
from rvr_console.domain.statement import StatementState
from rvr_console.domain.statement_content import StatementKind, produced
from rvr_console.ui.statement import words
from rvr_console.ui.statement.state import PaperState
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.text import Text


class ToolRow(QWidget):
    """begin_wanted(kind), chosen(statement id), view_wanted("text", "pages" or "versions"), exhibit_wanted(sentence)."""

    begin_wanted = Signal(StatementKind)
    chosen = Signal(str)
    view_wanted = Signal(str)
    exhibit_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._shown = Shown()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(self._make_which())
        column.addLayout(self._make_tools())

    def _make_which(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self._which = Select(words.CHOOSE)
        self._which.setMinimumContentsLength(6)
        self._which.setSizeAdjustPolicy(Select.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._which.activated.connect(lambda place: self.chosen.emit(self._which.itemData(place)))
        self._new = Button(words.NEW)
        self._new.setToolTip(words.NEW_TIP)
        self._kinds = QMenu(self)
        for kind, word in words.KINDS.items():
            action = QAction(word, self._kinds)
            action.triggered.connect(lambda _on=False, own=kind: self.begin_wanted.emit(own))
            self._kinds.addAction(action)
        self._new.clicked.connect(lambda: self._kinds.popup(self._below(self._new)))
        row.addWidget(self._which, 1)
        row.addWidget(self._new)
        return row

    def _make_tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        views = (
            Option("text", words.TEXT), Option("pages", words.PAGES), Option("versions", words.VERSIONS)
        )  # fmt: skip
        self._view = Segmented(views, words.VIEW, tick=False)
        self._view.set_value("text")
        self._view.chosen.connect(self.view_wanted.emit)
        self._exhibit = Button(words.EXHIBIT)
        self._exhibit.setToolTip(words.EXHIBIT_TIP)
        self._exhibits = QMenu(self)
        self._exhibit.clicked.connect(lambda: self._exhibits.popup(self._below(self._exhibit)))
        self._count = Text("", Size.LABEL, ink="ink2", elide=True)
        self._stored = Text("", Size.LABEL, ink="ink2")
        row.addWidget(self._view)
        row.addWidget(self._exhibit)
        row.addWidget(self._count, 1)
        row.addWidget(self._stored)
        return row

    @staticmethod
    def _below(button: Button) -> QPoint:
        return button.mapToGlobal(button.rect().bottomLeft())

    @property
    def exhibit_actions(self) -> list[QAction]:
        """One for each exhibit of the list, in its order."""
        return self._exhibits.actions()

    @property
    def kind_actions(self) -> list[QAction]:
        return self._kinds.actions()

    def show_state(self, state: PaperState) -> None:
        statement = state.statement
        if statement is None:
            return
        names = [
            (f"{words.KINDS[one.kind]}, {one.content.witness.name or '…'}", one.id)
            for one in state.statements
        ]
        if self._shown.changed("which", (names, state.shown)):
            self._which.clear()
            for name, statement_id in names:
                self._which.addItem(name, statement_id)
            self._which.setCurrentIndex(self._which.findData(state.shown))
        if self._shown.changed("known", state.known):
            self._show_exhibits(state.known)
        draft = statement.state is StatementState.DRAFT
        self._exhibit.setVisible(draft)
        self._exhibit.setEnabled(bool(state.known))
        name = words.EXHIBIT if state.known else f"{words.EXHIBIT}, off, {words.NO_EXHIBITS}"
        self._exhibit.setAccessibleName(name)
        content = statement.content
        self._count.setText(
            words.COUNT.format(
                words=counted(content.words, "word"), paragraphs=counted(len(content.paragraphs), "paragraph")
            )
        )
        stored = state.stored_at
        self.set_stored(words.STORED.format(time=clock(stored)) if stored and draft else "")

    def _show_exhibits(self, known: tuple[tuple[str, str], ...]) -> None:
        self._exhibits.clear()
        for reference, description in known:
            action = QAction(f"{reference}  {description}".strip(), self._exhibits)
            sentence = produced(reference, description)
            action.triggered.connect(lambda _on=False, own=sentence: self.exhibit_wanted.emit(own))
            self._exhibits.addAction(action)

    def set_view(self, view: str) -> None:
        self._view.set_value(view)

    def set_stored(self, text: str) -> None:
        """Like “Stored 13:52:31”; empty while something is not stored."""
        self._stored.setText(text)

    def set_compact(self, compact: bool) -> None:  # as the protocol has it
        self._count.setVisible(not compact)
