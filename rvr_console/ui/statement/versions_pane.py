"""The versions of the statement on the screen: a list, and below it the chosen one's text, to be read and never to be changed."""

from collections.abc import Sequence

from PySide6.QtWidgets import QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.domain.statement_history import PastVersion
from rvr_console.ui.statement import words
from rvr_console.ui.statement_history import VERSION, version_tag, version_text, version_words
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.plain_table import Column, PlainTable, Row
from rvr_console.ui.widgets.text import Text, plane, rule

_MOST_ROWS = 4


class VersionsPane(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._past: tuple[PastVersion, ...] = ()
        self._stack = QStackedLayout(self)
        blank = plane("surface")
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        inside.addWidget(EmptyState("list", words.NO_VERSIONS, words.NO_VERSIONS_ADVICE))
        inside.addStretch(1)
        self._stack.addWidget(blank)
        filled = plane("surface")
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self.table = PlainTable(words.VERSIONS, (Column("", 112), Column("", 152, elastic=True)), Height.ROW)
        self.table.horizontalHeader().hide()
        self.table.key_chosen.connect(self._show_chosen)
        column.addWidget(self.table)
        column.addWidget(rule())
        self._said = Text("", Size.LABEL, ink="ink2", wrap=True)
        column.addWidget(self._said)
        self.reading = QPlainTextEdit()
        self.reading.setReadOnly(True)
        self.reading.setTabChangesFocus(True)
        self.reading.setAccessibleName(words.VERSIONS)  # until one is shown
        column.addWidget(self.reading, 1)
        self._stack.addWidget(filled)

    def show_versions(self, past: Sequence[PastVersion]) -> None:
        """Newest first; the version that was chosen stays chosen."""
        if tuple(past) == self._past:
            return
        self._past = tuple(past)
        self._stack.setCurrentIndex(1 if past else 0)
        self.table.set_rows(
            [
                Row(str(one.version.number), (VERSION.format(number=one.version.number), version_tag(one)))
                for one in past
            ]
        )
        self.table.setFixedHeight(min(max(len(past), 1), _MOST_ROWS) * Height.ROW)
        self._show_chosen(self.table.key)

    def _show_chosen(self, key: str) -> None:
        one = next((one for one in self._past if str(one.version.number) == key), None)
        if one is None:
            return
        self._said.setText(version_words(one))
        self.reading.setAccessibleName(words.VERSION_TEXT.format(number=one.version.number))
        text = version_text(one.version)
        if self.reading.toPlainText() != text:
            self.reading.setPlainText(text)
