"""Under the stage before the call: what to do when it will not come to one. Everything is asked in place."""

import re
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.ask_pane import AskPane
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.call_bar import HEIGHT
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane, rule

Clock = Callable[[], datetime]


def time_of_day(text: str, now: datetime) -> datetime | None:
    """The "14:30" of today in the desk's time zone, aware; None if it is no time of day."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text.strip())
    if found is None:
        return None
    return now.astimezone().replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)


class ContactPane(AskPane):
    """What came of the contact. logged(outcome, next time or None)."""

    logged = Signal(str, object)

    def __init__(self, now: Clock) -> None:
        super().__init__(words.CONTACT_QUESTION)
        self._now = now
        self._outcome = Select(words.CONTACT_QUESTION)
        for key, word in words.CONTACT_CHOICES.items():
            self._outcome.addItem(word, key)
        self._time = QLineEdit()
        self._time.setFixedHeight(Height.CONTROL)
        self._time.setMaxLength(5)
        self._time.setMinimumWidth(72)
        self._time.returnPressed.connect(self._log)
        self._field = Field(words.CONTACT_TIME, self._time, words.CONTACT_TIME_HINT)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self._outcome, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._field, 1)
        self.column.addLayout(row)
        self._closes = Text("", Size.LABEL, ink="ink2", elide=True)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        log, back = Button(words.CONTACT_GIVE_BACK, "primary"), Button(words.CONTACT_KEEP, "quiet")
        log.clicked.connect(self._log)
        back.clicked.connect(self.close_pane)
        buttons.addWidget(self._closes, 1)
        for button in (log, back):
            buttons.addWidget(button)
        self.column.addLayout(buttons)

    def ask(self, outcome: str, title: str, *, link_open: bool) -> None:
        self.set_title(title)
        self._closes.setText(words.CONTACT_LINK_CLOSES if link_open else "")
        self._outcome.setCurrentIndex(self._outcome.findData(outcome))
        self._time.clear()
        self._field.set_error("")
        self.open(self._outcome)

    def _log(self) -> None:
        outcome, text = str(self._outcome.currentData()), self._time.text().strip()
        at = time_of_day(text, self._now()) if text else None
        error = ""
        if text and at is None:
            error = words.CONTACT_TIME_WRONG
        elif at is not None and at <= self._now():
            error = words.CONTACT_TIME_PAST
        elif at is None and outcome == "call_back":
            error = words.CONTACT_TIME_NEEDED
        self._field.set_error(error)
        if error:
            self._time.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.logged.emit(outcome, at)
            self.close_pane()


class CloseLinkPane(AskPane):
    """confirmed: the link is to be closed for ever."""

    confirmed = Signal()

    def __init__(self) -> None:
        super().__init__(words.CLOSE_LINK_ASK, Tone.DANGER)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(Text(words.CLOSE_LINK_ADVICE, Size.LABEL, ink="ink2", wrap=True), 1)
        self.keep = Button(words.CLOSE_LINK_KEEP, "quiet")
        self.keep.clicked.connect(self.close_pane)
        now = Button(words.CLOSE_LINK_NOW, "rec")
        now.clicked.connect(self._confirm)
        row.addWidget(self.keep)
        row.addWidget(now)
        self.column.addLayout(row)

    def _confirm(self) -> None:
        self.close_pane()
        self.confirmed.emit()


class BeforeBar(QWidget):
    """contact_logged(outcome, next time) and link_closed. 72 high like the call bar; a question opens above it."""

    contact_logged = Signal(str, object)
    link_closed = Signal()

    def __init__(self, now: Clock) -> None:
        super().__init__()
        self.setAccessibleName(words.BEFORE_BAR)
        self._name = ""
        self._link_open = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.contact, self.closing = ContactPane(now), CloseLinkPane()
        self.contact.logged.connect(self.contact_logged)
        self.closing.confirmed.connect(self.link_closed)
        column.addWidget(self.contact)
        column.addWidget(self.closing)
        column.addWidget(rule())
        bar = plane("surface")
        bar.setFixedHeight(HEIGHT)
        row = QHBoxLayout(bar)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.M)
        row.addStretch(1)
        none = Button(words.CONTACT_NONE)
        none.clicked.connect(lambda: self._ask("no_answer"))
        unsafe = Button(words.CONTACT_NOT_SAFE)
        unsafe.clicked.connect(lambda: self._ask("not_safe"))
        self._close = Button(words.CLOSE_LINK, "danger")
        self._close.clicked.connect(self._ask_close)
        for button in (none, unsafe, self._close):
            row.addWidget(button)
        column.addWidget(bar)

    def _ask(self, outcome: str) -> None:
        self.closing.close_pane()
        not_safe = words.CONTACT_NOT_SAFE_ASK.format(name=self._name)
        title = not_safe if outcome == "not_safe" else words.CONTACT_QUESTION
        self.contact.ask(outcome, title, link_open=self._link_open)

    def _ask_close(self) -> None:
        self.contact.close_pane()
        self.closing.open(self.closing.keep)

    def show_state(self, state: PageState) -> None:
        self._name = state.first_name
        self._link_open = state.link is not None
        self._close.setVisible(self._link_open)
        if not self._link_open:
            self.closing.close_pane()

    def close_questions(self) -> None:
        self.contact.close_pane()
        self.closing.close_pane()
