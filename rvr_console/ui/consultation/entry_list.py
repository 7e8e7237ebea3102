"""Lines of time, text and state, newest first. New lines slide in above; what is being read stays where it is."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.tag import StatusTag, Tag
from rvr_console.ui.widgets.text import Text, plane, rule

_TIME_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Entry:
    """key: the same thing keeps its key when its state changes. tag: its state, shape and word, at the right."""

    key: str
    time: str
    text: str
    detail: str = ""
    tag: Tag | None = None

    @property
    def spoken(self) -> str:
        said = (self.time, self.text, self.tag.word if self.tag else "", self.detail)
        return " ".join(part for part in said if part)


class EntryRow(QWidget):
    """One line; changes in place."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry: Entry | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, Space.XS, 0, Space.XS)
        row.setSpacing(Space.S)
        self._time = Text("", Size.BODY, ink="ink2")
        self._time.setFixedWidth(_TIME_WIDTH)
        row.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._text = Text("", Size.BODY, wrap=True)
        self._detail = Text("", Size.LABEL, ink="ink2", wrap=True)
        words.addWidget(self._text)
        words.addWidget(self._detail)
        row.addLayout(words, 1)
        self._tag = StatusTag()
        row.addWidget(self._tag, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(rule())
        self.set_entry(entry)

    def set_entry(self, entry: Entry) -> None:
        if entry == self.entry:
            return
        self.entry = entry
        self._time.setText(entry.time)
        self._text.setText(entry.text)
        self._detail.setText(entry.detail)
        self._detail.setVisible(bool(entry.detail))
        self._tag.set_tag(entry.tag)
        self._tag.setVisible(entry.tag is not None)
        self.setAccessibleName(entry.spoken)


class EntryList(QScrollArea):
    """A list that a refresh never throws back to its top."""

    def __init__(self, name: str, empty: tuple[str, str, str]) -> None:
        """empty: icon, fact and advice while there is nothing."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(name)
        self._rows: list[EntryRow] = []
        body = plane("surface")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, Space.XS, 0)
        self._column.setSpacing(0)
        self._empty = EmptyState(*empty)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setWidget(body)

    @property
    def entries(self) -> list[Entry]:
        return [row.entry for row in self._rows if row.entry is not None]

    def show_entries(self, entries: list[Entry]) -> None:
        """Newest first."""
        old = [entry.key for entry in self.entries]
        new = [entry.key for entry in entries]
        fresh = len(new) - len(old)
        if fresh < 0 or new[fresh:] != old:
            self._clear()
            fresh = len(new)
        if fresh:
            self._put_above(entries[:fresh])
        for row, entry in zip(self._rows, entries, strict=True):
            row.set_entry(entry)
        self._empty.setVisible(not entries)

    def _put_above(self, entries: list[Entry]) -> None:
        bar = self.verticalScrollBar()
        reading = bar.value() > 0
        rows = [EntryRow(entry) for entry in entries]
        for place, row in enumerate(rows):
            self._column.insertWidget(place, row)
        self._rows[:0] = rows
        if reading:
            self._column.activate()
            width = self.viewport().width() - Space.XS
            added = sum(
                row.heightForWidth(width) if row.hasHeightForWidth() else row.sizeHint().height()
                for row in rows
            )
            bar.setMaximum(bar.maximum() + added)
            bar.setValue(bar.value() + added)

    def _clear(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
