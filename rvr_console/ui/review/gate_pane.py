"""The person may not sign by video: what is not met, and the sergeant's decision that they may all the same."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.review import words
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.text import Text, rule

MAX_REASON = 500


class GatePane(QWidget):
    """decide(reason). Hidden unless a text waits for its signature and the reader may decide."""

    def __init__(self, decide: Callable[[str], None]) -> None:
        super().__init__()
        self._decide = decide
        self._case = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        column = QVBoxLayout()
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        column.setSpacing(Space.XXS)
        self._said = Text("", Size.BODY, Weight.MEDIUM, wrap=True)
        column.addWidget(self._said)
        self._reason = QLineEdit()
        self._reason.setMaxLength(MAX_REASON)
        self._reason.setFixedHeight(Height.CONTROL)
        self._reason.returnPressed.connect(self._send)
        self._field = Field(words.GATE_REASON, self._reason, words.GATE_REASON_HINT)
        column.addWidget(self._field)
        self.do = Button(words.GATE_DO)
        self.do.clicked.connect(self._send)
        row = QHBoxLayout()
        row.addWidget(self.do)
        row.addStretch(1)
        column.addLayout(row)
        outer.addLayout(column)
        outer.addWidget(rule())
        self.hide()

    def show_state(self, state: CaseState) -> None:
        if state.line.key != self._case:
            self._case = state.line.key
            self._reason.clear()
            self._field.set_error("")
        lacks = [label for label, met in state.gate.lines if not met] if state.gate is not None else []
        self._said.setText(words.GATE_CLOSED.format(lacks="; ".join(lacks)))
        self.do.setEnabled(not state.deciding)
        self.setVisible(state.may_open_gate)

    def _send(self) -> None:
        reason = self._reason.text().strip()
        self._field.set_error("" if reason else words.GATE_NO_REASON)
        if reason:
            self._decide(reason)
        else:
            self._reason.setFocus()
