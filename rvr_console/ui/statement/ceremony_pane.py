"""Beside the pages: how far they are read, what comes next, who may sign by video, what will be bound together."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.signing import OPEN, Ceremony, Stage
from rvr_console.domain.signing_gate import Gate
from rvr_console.ui.statement import ceremony_words as words
from rvr_console.ui.statement.ceremony_state import (
    CeremonyState,
    bound,
    heading,
    page_words,
)
from rvr_console.ui.statement.frozen_side import short_digest
from rvr_console.ui.statement.gate_sign import GateSign
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.bar import Bar
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.fact_rows import Fact, FactRows
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, rule

_LEAST_STAGE = {Stage.SHOWN, Stage.READ, Stage.DECLARED}


class _PageRows(QWidget):
    """One line a page: state, progress, words."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.XS)
        self._grid.setVerticalSpacing(Space.XXS)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[Status, Bar, Text]] = []

    def show_pages(self, one: Ceremony | None) -> None:
        pages = one.pages if one is not None else ()
        while len(self._rows) > len(pages):
            for part in self._rows.pop():
                self._grid.removeWidget(part)
                part.deleteLater()
        while len(self._rows) < len(pages):
            self._add(len(self._rows))
        if one is None:
            return
        for place, (mark, bar, said) in enumerate(self._rows):
            page, name = one.pages[place], words.PAGE.format(number=place + 1)
            shape = Shape.DONE if page.read else Shape.HALF if page.part > 0 else Shape.RING
            text = page_words(one, place)
            tone = Tone.OK if page.read else Tone.ACCENT if page.part > 0 else Tone.NEUTRAL
            mark.set_state(shape, name, tone, spoken=f"{name}, {text}")
            bar.setValue(round(page.part * 100))
            bar.setAccessibleName(f"{name}, {round(page.part * 100)} per cent")
            said.setText(text)

    def _add(self, place: int) -> None:
        mark, bar, said = Status(size=Size.BODY), Bar(), Text("", Size.LABEL, ink="ink2")
        for column, part in enumerate((mark, bar, said)):
            self._grid.addWidget(part, place, column)
        self._rows.append((mark, bar, said))


class CeremonyPane(QWidget):
    """wanted("stop" | "read_back"). What is next stands in the action slot; `sign` is where a sergeant opens the gate."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(words.NAME)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        self._title = Text("", Size.TITLE, Weight.BOLD, wrap=True)
        self._advice = Text("", Size.BODY, ink="ink2", wrap=True)
        self._pages = _PageRows()
        self.read_back, self.stop = Button(words.READ_BACK), Button(words.STOP, "quiet")
        self.read_back.clicked.connect(lambda: self.wanted.emit("read_back"))
        self.stop.clicked.connect(lambda: self.wanted.emit("stop"))
        self._acts = QHBoxLayout()
        self._acts.setSpacing(Space.XS)
        self._acts.addWidget(self.read_back)
        self._acts.addStretch(1)
        for part in (self._title, self._advice, self._pages):
            column.addWidget(part)
        column.addLayout(self._acts)
        self._below = QVBoxLayout()
        self._below.setSpacing(Space.XS)
        column.addLayout(self._below)
        end = QHBoxLayout()
        end.addWidget(self.stop)
        end.addStretch(1)
        column.addLayout(end)
        column.addWidget(rule())
        self._make_gate(column)
        column.addWidget(rule())
        self._bound_title = Text(words.BOUND, Size.BODY, Weight.BOLD)
        column.addWidget(self._bound_title)
        self._bound = FactRows(words.BOUND, 96)
        column.addWidget(self._bound)

    @property
    def widget(self) -> QWidget:
        return self

    def put_correction(self, button: QWidget, question: QWidget) -> None:
        """The way to a correction, beside the other acts; its question below them."""
        self._acts.insertWidget(1, button)
        self._below.addWidget(question)

    def _make_gate(self, column: QVBoxLayout) -> None:
        head = QHBoxLayout()
        head.addWidget(Text(words.GATE, Size.BODY, Weight.BOLD))
        head.addStretch(1)
        self._gate_tag = StatusTag()
        head.addWidget(self._gate_tag)
        column.addLayout(head)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(Space.XXS)
        self._marks: list[Status] = []
        column.addLayout(self._lines)
        self.sign = GateSign()
        column.addWidget(self.sign)

    def show_ceremony(self, state: CeremonyState) -> None:
        title, advice = heading(state)
        self._title.setText(title)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._pages.show_pages(state.ceremony)
        stage = state.stage
        self.read_back.setVisible(stage in _LEAST_STAGE)
        self.stop.setVisible(stage in OPEN and stage is not Stage.SIGNED)
        self._show_gate(state.gate)
        self._bound_title.setText(words.IS_BOUND if stage is Stage.SEALED else words.BOUND)
        facts = bound(state, short_digest(state.sha256) if state.sha256 else "")
        self._bound.set_facts([Fact(label, value) for label, value in facts])

    def _show_gate(self, gate: Gate | None) -> None:
        lines = gate.lines if gate is not None else ()
        while len(self._marks) > len(lines):
            mark = self._marks.pop()
            self._lines.removeWidget(mark)
            mark.deleteLater()
        while len(self._marks) < len(lines):
            self._marks.append(Status(size=Size.BODY))
            self._lines.addWidget(self._marks[-1])
        for mark, (label, met) in zip(self._marks, lines, strict=True):
            shape, tone = (Shape.DONE, Tone.OK) if met else (Shape.OVER, Tone.DANGER)
            mark.set_state(shape, label, tone, spoken=f"{label}: {'met' if met else 'not met'}")
        self._gate_tag.set_tag(_gate_tag(gate))
        ask = gate is not None and not gate.open
        if not ask:
            self.sign.forget()
        self.sign.setVisible(ask)


def _gate_tag(gate: Gate | None) -> Tag:
    if gate is None:
        return Tag(Shape.RING, words.GATE_LATER)
    if gate.met:
        return Tag(Shape.DONE, words.GATE_MET, Tone.OK)
    if gate.open:
        return Tag(Shape.DONE, words.GATE_DECIDED, Tone.WARN)
    return Tag(Shape.OVER, words.GATE_NOT, Tone.DANGER)
