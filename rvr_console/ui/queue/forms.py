"""Small forms in the detail pane: log a contact, return to dispatch, allocate."""

import re
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.queue import words
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.field import Field


class _Form(QWidget):
    """cancelled: Escape or Cancel."""

    cancelled = Signal()

    def __init__(self, submit_word: str) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 8, 0, 0)
        self.column.setSpacing(12)
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self.submit_button = Button(submit_word)
        cancel = Button(words.CANCEL, "quiet")
        self._row.addWidget(self.submit_button)
        self._row.addWidget(cancel)
        self._row.addStretch(1)
        self.submit_button.clicked.connect(self._submit)
        cancel.clicked.connect(self.cancelled)

    def _submit(self) -> None:
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
            return
        super().keyPressEvent(event)


class ContactForm(_Form):
    """submitted(outcome, next safe time or None)."""

    submitted = Signal(str, object)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(words.SAVE_CONTACT)
        self._now = now
        self.outcome = Select(words.OUTCOME)
        for key, word in words.OUTCOMES:
            self.outcome.addItem(word, key)
        self.time = QLineEdit()
        self.time.setMaxLength(5)
        self.time.returnPressed.connect(self._submit)
        self._time_field = Field(words.NEXT_TIME, self.time, words.NEXT_TIME_HINT)
        self.column.addWidget(Field(words.OUTCOME, self.outcome))
        self.column.addWidget(self._time_field)
        self.column.addLayout(self._row)

    def start(self) -> None:
        self.outcome.setCurrentIndex(0)
        self.time.clear()
        self._time_field.set_error("")
        self.outcome.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self) -> None:
        text = self.time.text().strip()
        outcome = str(self.outcome.currentData())
        if not text:
            if outcome == "call_back":
                self._time_field.set_error(words.NEXT_TIME_NEEDED)
                return
            self.submitted.emit(outcome, None)
            return
        at = _today_at(text, self._now())
        if at is None:
            self._time_field.set_error(words.NEXT_TIME_WRONG)
        elif at <= self._now():
            self._time_field.set_error(words.NEXT_TIME_PAST)
        else:
            self._time_field.set_error("")
            self.submitted.emit(outcome, at)


def _today_at(text: str, now: datetime) -> datetime | None:
    """The "14:30" of today in the desk's time zone, aware; None if it is no time of day."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    return now.astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0)


class ReasonForm(_Form):
    """submitted(reason): an incident goes back to dispatch."""

    submitted = Signal(str)

    def __init__(self) -> None:
        super().__init__(words.RETURN)
        self.reason = QLineEdit()
        self.reason.setMaxLength(500)
        self.reason.returnPressed.connect(self._submit)
        self._field = Field(words.RETURN_REASON, self.reason)
        self.column.addWidget(self._field)
        self.column.addLayout(self._row)

    def start(self) -> None:
        self.reason.clear()
        self._field.set_error("")
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self) -> None:
        reason = self.reason.text().strip()
        self._field.set_error("" if reason else words.RETURN_NEEDED)
        if reason:
            self.submitted.emit(reason)


class AllocateForm(_Form):
    """submitted(collar number): empty lifts the allocation."""

    submitted = Signal(str)

    def __init__(self) -> None:
        super().__init__(words.ALLOCATE)
        self.collar = QLineEdit()
        self.collar.setMaxLength(32)
        self.collar.returnPressed.connect(self._submit)
        self.column.addWidget(Field(words.ALLOCATE_TO, self.collar, words.ALLOCATE_HINT))
        self.column.addLayout(self._row)

    def start(self, collar: str = "") -> None:
        self.collar.setText(collar)
        self.collar.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(self) -> None:
        self.submitted.emit(self.collar.text().strip())
