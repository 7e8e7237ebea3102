"""Write, freeze, read, declare, sign, seal: where the statement stands, in one line."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from rvr_console.ui.statement import words
from rvr_console.ui.theme import Height, Size, Space, Weight, font
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, rule

_SHAPES = {
    "done": (Shape.DONE, Tone.OK),
    "now": (Shape.HALF, Tone.ACCENT),
    "later": (Shape.RING, Tone.NEUTRAL),
}


class StepLine(QWidget):
    """Its accessible name says all six with their states."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(Height.ACTION)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, Space.M, 0)
        row.setSpacing(Space.XXS)
        self._marks: list[Status] = []
        self._names: list[Text] = []
        for place, word in enumerate(words.STEPS):
            if place:
                line = rule()
                line.setMinimumWidth(0)
                line.setMaximumWidth(32)
                row.addWidget(line, 1)
            mark, name = Status(Shape.RING, "", gap=0), Text(f"{place + 1} {word}", Size.BODY, ink="ink2")
            row.addWidget(mark)
            row.addWidget(name)
            self._marks.append(mark)
            self._names.append(name)
        row.addStretch(1)
        self._tag = StatusTag()
        row.addWidget(self._tag)

    def set_steps(self, steps: list[tuple[str, str]], tag: Tag | None) -> None:
        """steps: (word, "done" | "now" | "later")."""
        for mark, name, (word, state) in zip(self._marks, self._names, steps, strict=True):
            shape, tone = _SHAPES[state]
            mark.set_state(shape, "", tone, spoken=f"{word}, {words.STEP_STATES[state]}")
            name.setFont(font(Size.BODY, Weight.BOLD if state == "now" else Weight.REGULAR))
            name.set_ink("ink" if state == "now" else "ink2")
        spoken = "; ".join(f"{word}, {words.STEP_STATES[state]}" for word, state in steps)
        self.setAccessibleName(f"{words.STEP_NAME}: {spoken}")
        self._tag.set_tag(tag)
