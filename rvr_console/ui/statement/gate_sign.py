"""A sergeant at the officer's desk says who they are and lets the person sign by video; the officer stays signed in."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.statement import ceremony_words as words
from rvr_console.ui.theme import Height, Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.text import Text

MAX_COLLAR, MAX_PASSWORD, MAX_REASON = 32, 1024, 500


class GateSign(QWidget):
    """decided(collar, password, reason). The password is forgotten with each attempt, and with each statement that is shown."""

    decided = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.GATE_ADVICE, Size.LABEL, ink="ink2", wrap=True))
        self.reason, self.collar, self.password = QLineEdit(), QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self._fields = []
        for line, label, most in (
            (self.reason, words.GATE_REASON, MAX_REASON),
            (self.collar, words.GATE_COLLAR, MAX_COLLAR),
            (self.password, words.GATE_PASSWORD, MAX_PASSWORD),
        ):
            line.setMaxLength(most)
            line.setFixedHeight(Height.CONTROL)
            self._fields.append(Field(label, line))
            column.addWidget(self._fields[-1])
        self.do = Button(words.GATE_DO)
        self.do.clicked.connect(self._send)
        self.password.returnPressed.connect(self._send)
        column.addWidget(self.do)

    def forget(self) -> None:
        for line in (self.reason, self.collar, self.password):
            line.clear()

    def _send(self) -> None:
        lines = (self.reason, self.collar, self.password)
        empty = [line for line in lines if not line.text().strip()]
        for line, field in zip(lines, self._fields, strict=True):
            field.set_error(words.GATE_MISSING if line in empty else "")
        if empty:
            empty[0].setFocus()
            return
        password = self.password.text()
        self.password.clear()
        self.decided.emit(self.collar.text().strip(), password, self.reason.text().strip())
