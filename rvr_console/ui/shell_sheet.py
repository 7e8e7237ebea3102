"""The sheet of keyboard shortcuts: a panel in the window, never over the call."""

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, tokens
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.text import Text, rule

WIDTH = 336


class ShortcutSheet(QWidget):
    """closed: Escape or its button."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(messages.SHORTCUT_SHEET)
        self.setProperty("pane", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 16, 16)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Text(messages.SHORTCUT_SHEET, Size.TITLE, Weight.BOLD))
        head.addStretch(1)
        self.close_button = Button(messages.CLOSE_SHEET, "quiet")
        self.close_button.setAccessibleName(f"{messages.CLOSE_SHEET}, {messages.SHORTCUT_SHEET}")
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self.close_button)
        column.addLayout(head)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName(messages.SHORTCUT_SHEET)
        scroll.setWidget(_groups())
        column.addWidget(scroll, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(0, 0, 1, self.height(), t.line)
        painter.end()


def _groups() -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(QMargins(0, 0, 8, 0))
    column.setSpacing(8)
    for title, rows in messages.SHORTCUT_GROUPS:
        column.addWidget(Text(title, Size.LABEL, Weight.BOLD, "ink2"))
        column.addWidget(rule())
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (keys, act) in enumerate(rows):
            grid.addWidget(Text(keys, Size.LABEL, Weight.BOLD), number, 0)
            grid.addWidget(Text(act, Size.LABEL, ink="ink2", wrap=True), number, 1)
        grid.setColumnMinimumWidth(0, 112)
        column.addLayout(grid)
        column.addSpacing(8)
    column.addStretch(1)
    return box
