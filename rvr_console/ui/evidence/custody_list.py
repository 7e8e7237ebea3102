"""The custody entries of one piece of evidence, under each other, their shapes joined by a line."""

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.custody_words import CustodyLine
from rvr_console.ui.theme import Size, Space, Weight, tokens
from rvr_console.ui.widgets.shapes import GLYPH, Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text

_TIME_WIDTH = 96
_AT_ONCE, _EACH_TURN = 12, 6
_TONES = {Shape.DONE: Tone.OK, Shape.SOON: Tone.WARN, Shape.OVER: Tone.DANGER}


class CustodyList(QWidget):
    """The first lines are there at once, the others a few in each turn of the loop: four widgets a line take their time."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(words.CUSTODY)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.XS)
        self._grid.setVerticalSpacing(Space.XXS)
        self._grid.setColumnMinimumWidth(1, _TIME_WIDTH)
        self._grid.setColumnStretch(3, 1)
        self._lines: tuple[CustodyLine, ...] = ()
        self._rows: list[tuple[Status, Text, Text, Text]] = []
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._go_on)

    @property
    def lines(self) -> tuple[CustodyLine, ...]:
        """All of them, also those that are still to be made."""
        return self._lines

    def set_lines(self, lines: Sequence[CustodyLine]) -> None:
        """What stands there already in the same place stays."""
        pairs = zip(self._lines, lines, strict=False)
        same = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        for row in self._rows[same:]:
            for part in row:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        del self._rows[same:]
        self._lines = tuple(lines)
        self._make(_AT_ONCE)

    def _go_on(self) -> None:
        self._make(_EACH_TURN)

    def _make(self, most: int) -> None:
        top = Qt.AlignmentFlag.AlignTop
        for line in self._lines[len(self._rows) :][:most]:
            shape = Status(line.shape, "", _TONES.get(line.shape, Tone.ACCENT), size=Size.BODY, gap=0)
            shape.setAccessibleName(line.spoken)
            row = (
                shape,
                Text(line.when, Size.LABEL, ink="ink2"),
                Text(line.act, Size.BODY, Weight.BOLD),
                Text(line.rest, Size.BODY, ink="ink2", wrap=True),
            )
            for column, part in enumerate(row):
                self._grid.addWidget(part, len(self._rows), column, top)
            self._rows.append(row)
        if len(self._rows) < len(self._lines):
            self._later.start()
        else:
            self._later.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line between one shape and the next."""
        painter = QPainter(self)
        painter.setPen(tokens().edge)
        middles = [
            row[0].geometry().topLeft() + QPoint(GLYPH // 2, Size.BODY.line // 2) for row in self._rows
        ]
        for above, below in itertools.pairwise(middles):
            painter.drawLine(above.x(), above.y() + GLYPH // 2 + 2, below.x(), below.y() - GLYPH // 2 - 2)
        painter.end()
