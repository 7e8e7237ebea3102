"""The two halves of the page, and the narrow picture beside a sheet that needs the room."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QSplitter

from rvr_console.ui.consultation.left_side import LeftSide
from rvr_console.ui.consultation.right_side import RightSide

NARROW = 416  # of the left half, as the design has it for the statement


class Halves:
    """set_wide moves the handle and "Still to do", and puts both back where the officer had them."""

    def __init__(self, split: QSplitter, left: LeftSide, right: RightSide) -> None:
        self._split, self._left, self._right = split, left, right
        self._wide = False
        self._sizes: list[int] = []

    def set_wide(self, wide: bool) -> None:
        """wide: the right half gets all but NARROW."""
        if wide == self._wide:
            return
        self._wide = wide
        self._left.set_narrow(wide)
        if wide:
            self._sizes = self._split.sizes()
            self._left.take_todo(self._right.todo)
            self._settle()
            self._split.setSizes([NARROW, max(1, sum(self._sizes) - NARROW)])
            self._split.setStretchFactor(0, 0)
        else:
            self._right.take_todo()
            self._settle()
            self._split.setStretchFactor(0, 656)
            self._split.setSizes(self._sizes)

    def _settle(self) -> None:
        """How narrow a half may be is known once its layouts were told what changed in them."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
