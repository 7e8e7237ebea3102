"""The sheet of keyboard shortcuts: a panel at the right edge of the pages, over the paperwork, never over the picture."""

from PySide6.QtCore import QEvent, QMargins, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, tokens
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.text import Text, rule

WIDTH = 336


class ShortcutSheet(QWidget):
    """closed: Escape or its button."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pages, self._came_from = parent, QApplication.focusWidget()
        parent.installEventFilter(self)
        if isinstance(parent, QStackedWidget):
            parent.currentChanged.connect(lambda _page: self.raise_())  # each page shown is raised by Qt
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

    def toggle(self) -> None:
        """Open it, or close it and give the focus back."""
        if self.isHidden():
            self._came_from = QApplication.focusWidget()
            self._fit()
            self.show()
            self.raise_()
            self.close_button.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        inside = self.isAncestorOf(QApplication.focusWidget() or self)
        if inside and self._came_from is not None and self._came_from.isVisible():
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def _fit(self) -> None:
        place = self._pages.rect()
        self.setGeometry(place.right() + 1 - WIDTH, 0, WIDTH, place.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

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
