"""The end: what was done, the result codes, and why anything that the case needs is missing; CAD gets resource back, codes and close."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.services.checklist import lacks
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.reason_fields import ReasonFields
from rvr_console.ui.consultation.state import PageState, Stage
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.text import Text, plane

Submit = Callable[[str, list[str], dict[str, str]], None]


@dataclass(frozen=True, slots=True)
class _Draft:
    """What was typed for one consultation and not submitted."""

    outcome: str = ""
    codes: str = ""
    reasons: dict[str, str] = field(default_factory=dict)


class CloseTab(QWidget):
    """submit(what was done, result codes, reasons by checklist key)."""

    def __init__(self, submit: Submit) -> None:
        super().__init__()
        self._submit = submit
        self._drafts: dict[str, _Draft] = {}
        self._of = ""
        self._stack = QStackedLayout(self)
        self._empty = EmptyState("clipboard-check", words.CLOSE_NOT_YET, words.CLOSE_NOT_YET_ADVICE)
        blank = plane("surface")
        column = QVBoxLayout(blank)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.addWidget(self._empty)
        column.addStretch(1)
        self._stack.addWidget(blank)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(words.CLOSE_TITLE)
        scroll.setWidget(self._form())
        self._stack.addWidget(scroll)

    def _form(self) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        column.setSpacing(Space.S)
        column.addWidget(Text(words.CLOSE_TITLE, Size.BODY, Weight.BOLD))
        self._outcome = QPlainTextEdit()
        self._outcome.setFixedHeight(96)
        self._outcome.setTabChangesFocus(True)
        self._outcome_field = Field(words.OUTCOME, self._outcome)
        self._codes = QLineEdit()
        self._codes.setFixedHeight(Height.CONTROL)
        column.addWidget(self._outcome_field)
        self._codes_field = Field(words.RESULT_CODES, self._codes, words.RESULT_HINT)
        column.addWidget(self._codes_field)
        self._send = Button(words.SUBMIT)
        self._send.setAccessibleName(f"{words.SUBMIT} form")
        self._send.clicked.connect(self.send)
        self._without = ReasonFields(self._codes, self._send)
        column.addWidget(self._without)
        column.addWidget(self._send)
        column.addStretch(1)
        return pane

    def send(self) -> None:
        """Submit what stands here, or show what it lacks."""
        outcome = self._outcome.toPlainText().strip()
        self._outcome_field.set_error("" if outcome else words.MISSING_OUTCOME)
        codes = [code.strip() for code in self._codes.text().split(",") if code.strip()]
        self._codes_field.set_error("" if codes else words.MISSING_CODES)
        unsaid = self._without.first_empty()
        if outcome and codes and unsaid is None:
            self._submit(outcome, codes, self._without.reasons())
        else:
            first = self._outcome if not outcome else self._codes if not codes else unsaid
            if first is not None:
                focus_in_sight(first)

    def focus_form(self) -> None:
        """Where the first thing is missing."""
        if self._stack.currentIndex() != 1:
            return
        if not self._outcome.toPlainText().strip():
            focus_in_sight(self._outcome)
        elif not self._codes.text().strip() or not self._without.focus_first():
            focus_in_sight(self._codes)

    def _change_draft(self, consultation_id: str) -> None:
        """What was begun for one case never stands in the fields of another, and is there when its case comes back."""
        if consultation_id == self._of:
            return
        self._drafts[self._of] = _Draft(
            self._outcome.toPlainText(), self._codes.text(), self._without.begun()
        )
        self._of = consultation_id
        draft = self._drafts.pop(consultation_id, _Draft())
        self._outcome.setPlainText(draft.outcome)
        self._codes.setText(draft.codes)
        self._without.begin(draft.reasons)
        self._outcome_field.set_error("")
        self._codes_field.set_error("")

    def show_state(self, state: PageState) -> None:
        self._change_draft(state.consultation.id)
        if state.stage is Stage.ENDED:
            self._without.show_missing([item for item in state.checklist if lacks(item)])
        self._stack.setCurrentIndex(1 if state.stage is Stage.ENDED else 0)
        if state.stage is Stage.SUBMITTED:
            self._empty.set_words(words.SUBMITTED, words.SUBMITTED_ADVICE)
        elif state.stage is Stage.GIVEN_BACK:
            self._empty.set_words(words.STAGE_GIVEN_BACK, words.STAGE_GIVEN_BACK_ADVICE)
        else:
            self._empty.set_words(words.CLOSE_NOT_YET, words.CLOSE_NOT_YET_ADVICE)
