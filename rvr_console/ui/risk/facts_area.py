"""Facts under a form that scroll where the screen is too low for them, so that nothing beside them is squeezed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.text import plane

_LEAST_LINES = 2  # in sight whatever is asked below the items


class FactsArea(QScrollArea):
    """As high as what it holds while there is room. In the order of the keys only while it scrolls."""

    def __init__(self, name: str, parts: Sequence[QWidget]) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(name)
        body = plane("surface")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XXS)
        for part in parts:
            self._column.addWidget(part)
        self.setWidget(body)

    def sizeHint(self) -> QSize:
        return QSize(0, max(0, self._column.totalHeightForWidth(max(1, self.width()))))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), _LEAST_LINES * Size.LABEL.line))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()
        scrolls = self.height() < self.sizeHint().height()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)
