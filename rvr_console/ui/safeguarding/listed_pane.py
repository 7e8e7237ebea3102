"""A list that the policy offers (advice, measures), one press each; and a line for what is not in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.domain.policy import Choice
from rvr_console.domain.safeguarding import SafeguardingEntry
from rvr_console.services.safeguarding import OWN_WORDS
from rvr_console.ui.safeguarding import words
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.empty_layout import empty
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, rule

MAX_OWN = 500
Act = Callable[..., None]  # (key, words, settled)


@dataclass(frozen=True, slots=True)
class ListWords:
    """press: the button's word; done: with {time}; name: accessible name with {what}; own: the line's; add: its button's name."""

    press: str
    done: str
    name: str
    own: str
    add: str


class _Row(QWidget):
    """One choice; its button gives way to the time once it is done."""

    def __init__(self, choice: Choice, said: ListWords, act: Callable[[], None]) -> None:
        super().__init__()
        self._said = said
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(0, Space.XXS, 0, Space.XXS)
        row.setSpacing(Space.S)
        row.addWidget(Text(choice.label, Size.BODY, elide=True), 1)
        self._tag = StatusTag()
        self._tag.hide()
        row.addWidget(self._tag)
        self._button = Button(said.press)
        self._button.setAccessibleName(said.name.format(what=choice.label))
        self._button.clicked.connect(act)
        row.addWidget(self._button)
        column.addLayout(row)
        column.addWidget(rule())

    def show_entry(self, entry: SafeguardingEntry | None) -> None:
        done = entry is not None
        had = self._button.hasFocus()
        if entry is not None:
            self._tag.set_tag(Tag(Shape.DONE, self._said.done.format(time=clock(entry.at)), Tone.OK))
        if done and had:
            self.focusNextChild()
        self._tag.setVisible(done)
        self._button.setVisible(not done)


class ListedPane(QWidget):
    def __init__(self, choices: Sequence[Choice], said: ListWords, act: Act) -> None:
        super().__init__()
        self._act = act
        self._said = said
        self._own: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._rows: dict[str, _Row] = {}
        for choice in choices:
            made = _Row(choice, said, lambda *_, key=choice.key: act(key))
            self._rows[choice.key] = made
            column.addWidget(made)
        self._own_rows = QVBoxLayout()
        self._own_rows.setSpacing(0)
        column.addLayout(self._own_rows)
        row = QHBoxLayout()
        row.setContentsMargins(0, Space.XS, 0, 0)
        row.setSpacing(Space.S)
        self._line = QLineEdit()
        self._line.setFixedHeight(Height.CONTROL)
        self._line.setMaxLength(MAX_OWN)
        self._line.setAccessibleName(said.own)
        self._line.setPlaceholderText(said.own)
        self._line.returnPressed.connect(self._add)
        add = Button(words.ADD)
        add.setAccessibleName(said.add)
        add.clicked.connect(self._add)
        row.addWidget(self._line, 1)
        row.addWidget(add)
        column.addLayout(row)
        column.addStretch(1)

    def _add(self) -> None:
        typed = self._line.text()
        if typed.strip():
            self._act(OWN_WORDS, typed.strip(), lambda done: self._settled(typed, done=done))

    def _settled(self, typed: str, *, done: bool) -> None:
        """What could not be stored stays in the line, and so does what was typed since."""
        if done and self._line.text() == typed:
            self._line.clear()

    def show_entries(self, entries: Sequence[SafeguardingEntry]) -> None:
        latest = {entry.key: entry for entry in entries}
        for key, row in self._rows.items():
            row.show_entry(latest.get(key))
        own = [entry for entry in entries if entry.key not in self._rows]
        for entry in own[len(self._own) :] if self._own == [e.id for e in own[: len(self._own)]] else own:
            row = _Row(Choice(entry.id, entry.what), self._said, lambda *_: None)
            row.show_entry(entry)
            self._own_rows.addWidget(row)
        self._own = [entry.id for entry in own]

    def forget(self) -> None:
        """Another case: nothing begun for one person stands in the field of another."""
        self._line.clear()
        empty(self._own_rows)
        self._own = []
        for row in self._rows.values():
            row.show_entry(None)

    def focus_first(self) -> None:
        focus_in_sight(self._line)
