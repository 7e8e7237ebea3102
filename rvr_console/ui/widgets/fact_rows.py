"""Facts under each other: a quiet label and its value; values can be selected and copied."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.empty_layout import empty
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tag
from rvr_console.ui.widgets.text import Text

LABEL_WIDTH = 152


@dataclass(frozen=True, slots=True)
class Fact:
    """tag: its state, shape and word, at the right, or alone."""

    label: str
    value: str
    tag: Tag | None = None


class FactRows(QWidget):
    """The same labels keep their widgets, so that a refresh moves nothing and keeps a selection."""

    def __init__(self, name: str, label_width: int = LABEL_WIDTH, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.XS)
        self._grid.setVerticalSpacing(Space.XXS)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)
        self._facts: tuple[Fact, ...] = ()
        self._values: list[Text] = []
        self._states: list[Status] = []

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self._facts

    def set_facts(self, facts: Sequence[Fact]) -> None:
        if tuple(facts) == self._facts:
            return
        if [fact.label for fact in facts] != [fact.label for fact in self._facts]:
            self._rebuild(facts)
        self._facts = tuple(facts)
        for value, state, fact in zip(self._values, self._states, facts, strict=True):
            value.setText(fact.value)
            value.setVisible(bool(fact.value))
            said = ", ".join(part for part in (fact.value, fact.tag.word if fact.tag else "") if part)
            value.setAccessibleName(f"{fact.label}: {said}")
            state.setVisible(fact.tag is not None)
            if fact.tag is not None:
                state.set_state(fact.tag.shape, fact.tag.word, fact.tag.tone, spoken=f"{fact.label}: {said}")

    def _rebuild(self, facts: Sequence[Fact]) -> None:
        empty(self._grid)
        self._values, self._states = [], []
        for row, fact in enumerate(facts):
            label = Text(fact.label, Size.BODY, ink="ink2")
            value = Text("", Size.BODY, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            state = Status(size=Size.BODY)
            cell = _Cell(value, state)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(cell, row, 1)
            self._values.append(value)
            self._states.append(state)


class _Cell(QWidget):
    """The value, and its state at the far right of its first line."""

    def __init__(self, value: Text, state: Status) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(value, 1)
        row.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(0)  # takes what there is when there is no value
