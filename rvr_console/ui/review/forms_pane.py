"""The case's forms: a list left, the chosen one right, with what it says and the button that approves it."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.services.form_reading import OpenForm
from rvr_console.ui.review import words
from rvr_console.ui.review.paper_lines import (
    form_rows,
    form_text,
    form_title,
    grade_tag,
    is_own,
    may_approve,
    state_words,
)
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.plain_table import Column, PlainTable
from rvr_console.ui.widgets.tag import StatusTag
from rvr_console.ui.widgets.text import Text, plane, rule

LIST_WIDTH = 296


class FormsPane(QWidget):
    """approve: called with the id of the form that is shown."""

    def __init__(self, approve: Callable[[str], None]) -> None:
        super().__init__()
        self._state: CaseState | None = None
        self._shown: OpenForm | None = None
        self._approve_form = approve
        self._stack = QStackedLayout(self)
        blank = plane("surface")
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        inside.addWidget(EmptyState("list", words.NO_FORMS, words.NO_FORMS_ADVICE))
        inside.addStretch(1)
        self._stack.addWidget(blank)
        both = plane("surface")
        across = QHBoxLayout(both)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        columns = (Column("", 160, elastic=True), Column("", 120))
        self.table = PlainTable(words.TABS["forms"], columns, Height.ROW)
        self.table.horizontalHeader().hide()
        self.table.setFixedWidth(LIST_WIDTH)
        self.table.key_chosen.connect(self._show_form)
        across.addWidget(self.table)
        across.addWidget(rule(vertical=True))
        across.addLayout(self._make_form(), 1)
        self._stack.addWidget(both)

    def _make_form(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        self._grade = StatusTag()
        self._closed = Text("", Size.LABEL, Weight.MEDIUM, elide=True)
        self._own = Text(words.APPROVE_OWN, Size.LABEL, ink="ink2")
        self.approve = Button(words.APPROVE, "primary")
        self.approve.clicked.connect(self._approve)
        head.addWidget(self._grade)
        head.addWidget(self._closed, 1)
        head.addWidget(self.approve)
        column.addLayout(head)
        column.addWidget(self._own)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName(words.TABS["forms"])  # until a form is shown
        self._text.setTabChangesFocus(True)
        column.addWidget(self._text, 1)
        return column

    def show_state(self, state: CaseState) -> None:
        self._state = state
        self.table.set_rows(form_rows(state))
        self._stack.setCurrentIndex(1 if state.forms else 0)
        self._show_form(self.table.key)

    def _show_form(self, key: str) -> None:
        """Text that did not change stays where it was scrolled to."""
        state = self._state
        one = next((one for one in state.forms if one.form.id == key), None) if state else None
        self._shown = one
        if state is None or one is None:
            return
        self._grade.set_tag(grade_tag(one))
        self._grade.setVisible(grade_tag(one) is not None)
        closed = state_words(one)
        self._closed.setText(closed)
        self._closed.setToolTip(closed)
        offered, own = may_approve(one, state), is_own(one.form, state)
        self.approve.setVisible(offered)
        self.approve.setEnabled(not own and not state.approving)
        self.approve.setText(words.APPROVING if state.approving == one.form.id else words.APPROVE)
        self._own.setVisible(offered and own)
        self._text.setAccessibleName(words.FORM_ANSWERS.format(title=form_title(one)))
        text = form_text(one)
        if self._text.toPlainText() != text:
            self._text.setPlainText(text)

    def _approve(self) -> None:
        if self._shown is not None:
            self._approve_form(self._shown.form.id)
