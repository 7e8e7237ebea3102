"""One part of the Health page: what it is, how it stands, the facts, and what was found, each with what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.ui.health import words
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.fact_rows import Fact, FactRows
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Card, Text, rule

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """Something that should not be. head: which; detail: plain sentences below."""

    head: str
    details: tuple[str, ...]


class FoundList(QWidget):
    """What was found, one under the other; the first twenty, the rest counted."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        self._kept = Text("", Size.LABEL, ink="ink2", wrap=True)
        self._column.addWidget(self._kept)
        self._shown: tuple[tuple[Found, ...], str] = ((), "")
        self._parts: list[QWidget] = []
        self.hide()

    def set_found(self, found: Sequence[Found], kept: str) -> None:
        if (tuple(found), kept) == self._shown:
            return
        self._shown = (tuple(found), kept)
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._kept.setText(kept)
        self._parts = [_row(one) for one in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            more = Text(words.MANY_MORE.format(count=len(found) - MOST_SHOWN), Size.LABEL, ink="ink2")
            self._parts.append(more)
        for part in self._parts:
            self._column.addWidget(part)
        self.setVisible(bool(found))


def _row(found: Found) -> QWidget:
    row = QWidget()
    row.setAccessibleName(". ".join((found.head, *found.details)))
    column = QVBoxLayout(row)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(Status(Shape.OVER, found.head, Tone.DANGER, size=Size.BODY, gap=8))
    for detail in found.details:
        text = Text(detail, Size.BODY, wrap=True)
        text.setContentsMargins(20, 0, 0, 0)
        column.addWidget(text)
    return row


class Section(Card):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self._title = title
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        self._column.setSpacing(Space.S)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(Text(title, Size.TITLE, Weight.BOLD))
        self._tag = StatusTag()
        head.addWidget(self._tag)
        head.addStretch(1)
        self._column.addLayout(head)
        self._column.addWidget(rule())
        self._facts = FactRows(title)
        self._column.addWidget(self._facts)
        self._found = FoundList(title)
        self._column.addWidget(self._found)

    def add(self, widget: QWidget) -> None:
        self._column.addWidget(widget)

    def show_standing(
        self, tag: Tag, facts: Sequence[Fact], found: Sequence[Found] = (), kept: str = ""
    ) -> None:
        self._tag.set_tag(tag)
        self.setAccessibleName(f"{self._title}, {tag.word}")
        self._facts.set_facts(facts)
        self._found.set_found(found, kept)
