"""While something is opened: how far its whole file has been checked, in real numbers, and a way to stop it."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.file_check import CheckWatch
from rvr_console.ui.evidence import words
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.bar import Bar
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import data_size, percent
from rvr_console.ui.widgets.text import Text, plane

_LOOK_MS = 100
_WIDTH = 320


class OpeningPane(QWidget):
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._watch: CheckWatch | None = None
        self._size = 0
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("stage")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.XS)
        self._what = Text(words.OPENING, Size.BODY, ink="stageink2")
        self._far = Text("", Size.LABEL, ink="stageink2")
        self._bar = Bar(1000)
        self._bar.setAccessibleName(words.CHECKING)
        self._bar.setFixedWidth(_WIDTH)
        self._cancel = Button(words.CANCEL, stage=True)
        self._cancel.setAccessibleName(words.CANCEL_NAME)
        self._cancel.clicked.connect(self.cancelled)
        column.addStretch(1)
        for part in (self._what, self._bar, self._far, self._cancel):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(part)
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.take)

    def watch(self, watch: CheckWatch | None, size: int) -> None:
        """None: nothing is being opened. size: of the file, bytes."""
        self._watch, self._size = watch, size
        if watch is None:
            self._timer.stop()
        else:
            self._timer.start()
            self.take()

    def take(self) -> None:
        """How far it is."""
        watch = self._watch
        if watch is None:
            return
        checking = watch.part < 1
        self._what.setText(words.CHECKING if checking else words.OPENING)
        for part in (self._bar, self._far, self._cancel):
            part.setVisible(checking)
        self._bar.setValue(round(watch.part * 1000))
        said = words.CHECKED_SO_FAR.format(part=percent(watch.part), size=data_size(self._size))
        self._far.setText(said)
        self._bar.setAccessibleName(f"{words.CHECKING}, {said}")
