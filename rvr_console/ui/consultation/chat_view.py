"""Messages between officer and victim, on the stage, with the line to write in."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import ChatLine
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import on_stage
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.text import Text, plane


class ChatView(QWidget):
    """name: accessible name of the line. Lines are added, never rebuilt: a screen reader is not thrown back."""

    def __init__(self, name: str, send: Callable[[str, Callable[[bool], None]], None]) -> None:
        super().__init__()
        self._send = send
        self._sending = ""
        self._shown = 0
        self._lines_of: list[ChatLine] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setAccessibleName(words.MESSAGES)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = plane("stage")
        self._lines = QVBoxLayout(body)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(Space.XXS)
        self._lines.addStretch(1)
        self._scroll.setWidget(body)
        column.addWidget(self._scroll, 1)
        row = QHBoxLayout()
        self._line = QLineEdit()
        on_stage(self._line)
        self._line.setFixedHeight(Height.CONTROL)
        self._line.setMaxLength(2000)
        self._line.setAccessibleName(name)
        self._line.setPlaceholderText(name)
        self._line.returnPressed.connect(self._press)
        button = Button(words.SEND, stage=True)
        button.clicked.connect(self._press)
        row.addWidget(self._line, 1)
        row.addWidget(button)
        column.addLayout(row)

    def _press(self) -> None:
        typed = self._line.text()
        if typed.strip() and typed != self._sending:
            self._sending = typed
            self._send(typed, self._settled)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        """A message that could not be sent stays in the line."""
        if done and self._line.text() == self._sending:
            self._line.clear()
        self._sending = ""

    def focus_line(self) -> None:
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_chat(self, chat: list[ChatLine], name: str) -> None:
        """chat: the same list while it is the same consultation. name: the victim's first name."""
        if chat is not self._lines_of:
            self._lines_of = chat
            self._clear()
        for line in chat[self._shown :]:
            row = QWidget()
            layout = QHBoxLayout(row)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(Space.XS)
            layout.addWidget(Text(clock(line.at), Size.LABEL, ink="stageink2"), 0, Qt.AlignmentFlag.AlignTop)
            who = words.OTHER_DEVICE if line.second else name if line.from_victim else words.YOU
            layout.addWidget(Text(who, Size.BODY, Weight.BOLD, "stageink"), 0, Qt.AlignmentFlag.AlignTop)
            layout.addWidget(Text(line.text, Size.BODY, ink="stageink", wrap=True), 1)
            row.setAccessibleName(f"{who}: {line.text}")
            self._lines.insertWidget(self._lines.count() - 1, row)
        if self._shown != len(chat):
            self._shown = len(chat)
            QTimer.singleShot(0, self, self._to_newest)

    def _to_newest(self) -> None:
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _clear(self) -> None:
        while self._lines.count() > 1:
            item = self._lines.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        self._shown = 0
