"""Beside the text while it is written: what is still missing, and the facts. The act that freezes it stands in the action slot."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui.statement import words
from rvr_console.ui.statement.facts_pane import FactsPane
from rvr_console.ui.statement.state import PaperState
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane, rule


class WriteSide(QWidget):
    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_facts(), 1)
        column.addWidget(rule())
        column.addLayout(self._make_foot())

    def _make_facts(self) -> QScrollArea:
        self.facts = FactsPane()
        body = plane("surface")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        inside.setSpacing(Space.S)
        self._correcting = Text("", Size.LABEL, Weight.MEDIUM, "warn", wrap=True)
        self._correcting.hide()
        self._missing = Text("", Size.LABEL, ink="warn", wrap=True)
        for part in (self._correcting, self._missing, self.facts):
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        scroll.setAccessibleName(words.FRONT)
        scroll.setWidget(body)
        # Everything stands whole beside the scroll bar.
        bar = scroll.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(body.minimumSizeHint().width() + bar)
        return scroll

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M, Space.XS, Space.M, Space.XS)
        foot.setSpacing(Space.XS)
        self._state = Status(Shape.SOON, words.MISSING, Tone.WARN)
        foot.addWidget(self._state)
        foot.addStretch(1)
        return foot

    def show_state(self, state: PaperState) -> None:
        statement, lacks = state.statement, state.missing
        labels = [one.label for one in lacks]
        if lacks:
            self._state.set_state(Shape.SOON, words.FREEZE_OFF.format(count=len(lacks)), Tone.WARN)
        else:
            self._state.set_state(Shape.DONE, words.NOTHING_MISSING, Tone.OK)
        self._missing.setText("\n".join([f"{words.MISSING}:", *labels]))
        self._missing.setVisible(bool(labels))
        correcting = statement is not None and bool(statement.correction)
        self._correcting.setVisible(correcting)
        if correcting and statement is not None:
            said = words.CORRECTING.format(number=len(statement.versions), reason=statement.correction)
            self._correcting.setText(said)

    def focus_missing(self, state: PaperState) -> bool:
        """The caret into the first thing that is missing here; False: nothing is."""
        for one in state.missing:
            part = self.facts.part(one.key)
            if part is not None:
                focus_in_sight(part)
                return True
        return False
