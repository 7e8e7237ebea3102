"""The list: which kind, words to find, one row for each piece of evidence."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.services.evidence_list import EvidenceItem
from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.presenter import EvidencePresenter
from rvr_console.ui.evidence.rows import COLUMNS, row_of
from rvr_console.ui.evidence.state import EvidenceState, Show, belongs, shown
from rvr_console.ui.exhibits.thumbnail import ThumbnailStore
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.plain_table import LateRow, PlainTable
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.text import Text, plane, rule

FILTERS = {
    Show.ALL: words.FILTER_ALL,
    Show.PERSON: words.FILTER_PERSON,
    Show.MADE: words.FILTER_MADE,
    Show.RECORDINGS: words.FILTER_RECORDINGS,
}


class ListPane(QWidget):
    """opened: Enter or double click on the chosen row."""

    opened = Signal()

    def __init__(self, presenter: EvidencePresenter, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._presenter, self._now = presenter, now
        self._state = EvidenceState()
        self._store = ThumbnailStore(presenter.thumbnails, presenter.spawn, self._picture_came)
        self._filling = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_tools())
        column.addWidget(self._make_stack(), 1)
        column.addWidget(rule())
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.PAGE, Space.XS, Space.PAGE, Space.XS)
        foot.addWidget(Text(f"{words.KEPT_NOTE} {words.LOGGED}.", Size.LABEL, ink="ink2", elide=True))
        column.addLayout(foot)

    def _make_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(Space.PAGE, Space.XS, Space.PAGE, Space.XS)
        tools.setSpacing(Space.S)
        self._filters = Segmented([Option(show.value, "") for show in Show], words.SHOW, tick=False)
        self._filters.set_value(Show.ALL.value)
        self._filters.chosen.connect(lambda _key: self._refill())
        self._find = QLineEdit()
        self._find.setFixedHeight(Height.CONTROL)
        self._find.setAccessibleName(words.FIND)
        self._find.setPlaceholderText(words.FIND_HINT)
        self._find.setMaxLength(200)
        self._find.textChanged.connect(lambda _text: self._refill())
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._find.setFocus)
        tools.addWidget(self._filters)
        tools.addWidget(self._find, 1)
        return tools

    def _make_stack(self) -> QStackedWidget:
        self._stack = QStackedWidget()
        self.table = PlainTable(words.TABLE, COLUMNS, Height.ROW_THUMB)
        self.table.setProperty("pane", True)
        self.table.key_chosen.connect(self._choose)
        self.table.opened.connect(lambda _key: self.opened.emit())
        blank = QWidget()
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.PAGE, Space.PAGE, Space.PAGE, Space.PAGE)
        self._empty = EmptyState("archive", words.NONE, words.NONE_ADVICE)
        self._empty.setMinimumHeight(128)
        inside.addWidget(self._empty)
        inside.addStretch(1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(blank)
        return self._stack

    def show_state(self, state: EvidenceState) -> None:
        self._state = state
        if not state.items:
            self._store.forget()
        self._refill()

    def _picture_came(self) -> None:
        self.table.viewport().update()

    def _refill(self) -> None:
        items = self._state.items
        for show, template in FILTERS.items():
            count = sum(belongs(item, show) for item in items)
            self._filters.set_word(show.value, template.format(count=count))
        listed = shown(items, Show(self._filters.value or Show.ALL.value), self._find.text())
        rows = [self._row(item) for item in listed]
        chosen = self._state.chosen.item.evidence_id if self._state.chosen is not None else ""
        self._filling = True
        self.table.set_rows(rows)
        self.table.select_key(chosen)
        self._filling = False
        self._stack.setCurrentIndex(0 if rows else 1)
        if items:
            self._empty.set_words(words.NONE_FOUND, words.NONE_FOUND_ADVICE)
        else:
            self._empty.set_words(words.NONE, words.NONE_ADVICE)
        if rows and all(row.key != chosen for row in rows):
            self._presenter.choose(self.table.key or rows[0].key)

    def _row(self, item: EvidenceItem) -> LateRow:
        now = self._now()
        return LateRow(
            item.evidence_id, (item, now.date()), lambda: row_of(item, self._store.image, now).cells
        )

    def _choose(self, key: str) -> None:
        if key and not self._filling:
            self._presenter.choose(key)
