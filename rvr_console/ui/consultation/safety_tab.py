"""Safety questions, asked before anything else, and where the person is now."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, plane, rule

STORE_AFTER_MS = 300  # within the half second that "stored as you type" promises


class StoredLine(QLineEdit):
    """Calls store(text) shortly after the last key, and at once when it is left."""

    def __init__(self, name: str, store: Callable[[str], None]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFixedHeight(Height.CONTROL)
        self._store = store
        self._stored = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STORE_AFTER_MS)
        self._timer.timeout.connect(self._flush)
        self.textEdited.connect(lambda _text: self._timer.start())
        self.editingFinished.connect(self._flush)

    def _flush(self) -> None:
        self._timer.stop()
        if self.text() != self._stored:
            self._stored = self.text()
            self._store(self._stored)

    def show_stored(self, text: str) -> None:
        """What the store holds; a line being typed in is left alone."""
        if not self._timer.isActive() and not self.hasFocus():
            self._stored = text
            if self.text() != text:
                self.setText(text)


class SafetyTab(QScrollArea):
    """answered(question, text) and located(text, source) are called as things are stored."""

    def __init__(self, answered: Callable[[str, str], None], located: Callable[[str, str], None]) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        body = plane("surface")
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.M)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.addWidget(Text(words.SAFETY_TITLE, Size.BODY, Weight.BOLD))
        self._count = StatusTag(Tag(Shape.RING, "0 of 8"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(Text(words.SAFETY_HINT, Size.LABEL, ink="ink2"))
        column.addLayout(head)
        column.addWidget(rule())
        self._lines: dict[str, StoredLine] = {}
        self._marks: dict[str, Status] = {}
        column.addLayout(self._questions(answered))
        column.addWidget(rule())
        column.addLayout(self._where(located))
        column.addStretch(1)
        self.setWidget(body)

    def _questions(self, answered: Callable[[str, str], None]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.XXS)
        grid.setColumnStretch(2, 1)
        for row, question in enumerate(SAFETY_QUESTIONS):
            label = words.SAFETY[question]
            line = StoredLine(label, lambda text, q=question: answered(q, text))  # type: ignore[misc]  # q is bound now
            mark = Status(Shape.RING, "", gap=0)
            self._lines[question], self._marks[question] = line, mark
            grid.addWidget(mark, row, 0)
            caption = Text(label, Size.BODY, ink="ink2")
            caption.setFixedWidth(200)
            grid.addWidget(caption, row, 1)
            grid.addWidget(line, row, 2)
        return grid

    def _where(self, located: Callable[[str, str], None]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(Space.XXS)
        column.addWidget(Text(words.WHERE_NOW, Size.BODY, Weight.BOLD))
        row = QHBoxLayout()
        self._place = QLineEdit()
        self._place.setFixedHeight(Height.CONTROL)
        self._place.setAccessibleName(words.WHERE_NOW)
        self._place.setPlaceholderText(words.WHERE_HINT)
        confirm = Button(words.CONFIRMED_ALOUD)
        confirm.clicked.connect(lambda: located(self._place.text().strip(), "said_aloud"))
        row.addWidget(self._place, 1)
        row.addWidget(confirm)
        column.addLayout(row)
        return column

    def show_state(self, state: PageState) -> None:
        answers = state.consultation.safety
        done = 0
        for question, line in self._lines.items():
            answer = answers.get(question, "")
            line.show_stored(answer)
            there = bool(answer.strip())
            done += there
            shape, tone = (Shape.DONE, Tone.OK) if there else (Shape.RING, Tone.NEUTRAL)
            self._marks[question].set_state(shape, "", tone, spoken="answered" if there else "not answered")
        complete = done == len(SAFETY_QUESTIONS)
        self._count.set_tag(
            Tag(
                Shape.DONE if complete else Shape.HALF,
                f"{done} of {len(SAFETY_QUESTIONS)}",
                Tone.OK if complete else Tone.ACCENT,
            )
        )
        if not self._place.text() and not self._place.hasFocus():
            self._place.setText(state.consultation.location or state.incident.address)

    def focus_first_open(self, place: int) -> None:
        list(self._lines.values())[place].setFocus()
