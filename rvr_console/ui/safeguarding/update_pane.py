"""What the victim was told of how the case stands."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from rvr_console.domain.policy import Span
from rvr_console.domain.safeguarding import SafeguardingEntry
from rvr_console.ui.safeguarding import words
from rvr_console.ui.safeguarding.presenter import Settled
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.empty_layout import empty
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, rule


class UpdatePane(QWidget):
    """add(words, settled)."""

    def __init__(self, add: Callable[[str, Settled], None]) -> None:
        super().__init__()
        self._add_update = add
        self._shown: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self._advice = Text("", Size.LABEL, ink="ink2", wrap=True)
        column.addWidget(self._advice)
        self._none = Text(words.NO_UPDATES, Size.BODY, ink="ink2")
        column.addWidget(self._none)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        self._text = QPlainTextEdit()
        self._text.setFixedHeight(72)
        self._text.setTabChangesFocus(True)
        self._field = Field(words.UPDATE_WORDS, self._text)
        column.addWidget(self._field)
        button = Button(words.UPDATE)
        button.clicked.connect(self._add)
        column.addWidget(button)
        column.addStretch(1)

    def _add(self) -> None:
        typed = self._text.toPlainText().strip()
        self._field.set_error("" if typed else words.UPDATE_NEEDED)
        if typed:
            self._add_update(typed, self._settled)
        else:
            focus_in_sight(self._text)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        if done:
            self.clear_form()

    def clear_form(self) -> None:
        self._text.clear()
        self._field.set_error("")

    def show_updates(self, updates: Sequence[SafeguardingEntry], within: Span) -> None:
        days = words.DAY if within.count == 1 else words.DAYS
        pattern = words.WITHIN_WORKING if within.working else words.WITHIN_CALENDAR
        self._advice.setText(words.UPDATE_ADVICE.format(within=pattern.format(n=within.count, days=days)))
        now = [entry.id for entry in updates]
        if now == self._shown:
            return
        self._shown = now
        empty(self._list)
        for entry in reversed(updates):
            self._list.addWidget(Status(Shape.DONE, words.STORED_AT.format(time=clock(entry.at)), Tone.OK))
            self._list.addWidget(Text(entry.words, Size.BODY, wrap=True))
            self._list.addWidget(rule())
        self._none.setVisible(not updates)

    def focus_first(self) -> None:
        focus_in_sight(self._text)
