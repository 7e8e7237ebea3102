"""A QR code drawn from its matrix: always dark on white, with the quiet zone a camera needs."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import tokens

# ISO/IEC 18004 asks for four modules of quiet zone.
_QUIET = 4


class QrView(QWidget):
    """matrix: rows of modules, True = dark, without quiet zone. Modules are whole device pixels, so edges stay sharp."""

    def __init__(self, side: int = 154, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: Sequence[Sequence[bool]] = ()
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(messages.QR_CODE)

    def set_matrix(self, matrix: Sequence[Sequence[bool]]) -> None:
        self._matrix = matrix
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        painter.setPen(tokens().line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self._matrix:
            ratio = self.devicePixelRatioF()
            modules = len(self._matrix) + 2 * _QUIET
            module = max(1, int(min(self.width(), self.height()) * ratio / modules)) / ratio
            left = (self.width() - module * len(self._matrix)) / 2
            left = round(left * ratio) / ratio
            dark = QColor(Qt.GlobalColor.black)
            painter.translate(left, left)
            painter.scale(module, module)
            for y, row in enumerate(self._matrix):
                for x, on in enumerate(row):
                    if on:
                        painter.fillRect(x, y, 1, 1, dark)
        painter.end()
