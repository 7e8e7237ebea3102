"""The custody entries of one piece of evidence, under each other, their shapes joined by a line."""

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
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
_TONES = {Shape.DONE: Tone.OK, Shape.SOON: Tone.WARN, Shape.OVER: Tone.DANGER}


class CustodyList(QWidget):
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
        self._shapes: list[Status] = []

    @property
    def lines(self) -> tuple[CustodyLine, ...]:
        return self._lines

    def set_lines(self, lines: Sequence[CustodyLine]) -> None:
        if tuple(lines) == self._lines:
            return
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._lines, self._shapes = tuple(lines), []
        for row, line in enumerate(lines):
            shape = Status(line.shape, "", _TONES.get(line.shape, Tone.ACCENT), size=Size.BODY, gap=0)
            shape.setAccessibleName(line.spoken)
            self._shapes.append(shape)
            top = Qt.AlignmentFlag.AlignTop
            self._grid.addWidget(shape, row, 0, top)
            self._grid.addWidget(Text(line.when, Size.LABEL, ink="ink2"), row, 1, top)
            self._grid.addWidget(Text(line.act, Size.BODY, Weight.BOLD), row, 2, top)
            self._grid.addWidget(Text(line.rest, Size.BODY, ink="ink2", wrap=True), row, 3, top)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line between one shape and the next."""
        painter = QPainter(self)
        painter.setPen(tokens().edge)
        middles = [
            shape.geometry().topLeft() + QPoint(GLYPH // 2, Size.BODY.line // 2) for shape in self._shapes
        ]
        for above, below in itertools.pairwise(middles):
            painter.drawLine(above.x(), above.y() + GLYPH // 2 + 2, below.x(), below.y() - GLYPH // 2 - 2)
        painter.end()
