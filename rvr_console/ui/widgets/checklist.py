"""Still to do: always in sight, a click leads to the place."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, font, tokens
from rvr_console.ui.widgets.button import pressed_by_enter
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.tag import Tone, tone_ink
from rvr_console.ui.widgets.text import Text, fill


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. detail: its state in words ("6 of 27 answered")."""

    key: str
    word: str
    detail: str
    shape: Shape = Shape.RING

    @property
    def tone(self) -> Tone:
        known = {Shape.DONE: Tone.OK, Shape.HALF: Tone.ACCENT, Shape.SOON: Tone.WARN, Shape.OVER: Tone.DANGER}
        return known.get(self.shape, Tone.NEUTRAL)


class TodoItem(QToolButton):
    def __init__(self, todo: Todo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current, self._details = False, True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_todo(todo)

    def set_todo(self, todo: Todo) -> None:
        self.todo = todo
        here = (messages.CHOSEN,) if self._current else ()
        self.setAccessibleName(", ".join((messages.STILL_TO_DO, todo.word, todo.detail, *here)))
        self.setToolTip(todo.detail)
        self.update()

    def set_look(self, *, current: bool, details: bool) -> None:
        self._current, self._details = current, details
        self.set_todo(self.todo)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(140, 48 if self._details else 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(84, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = t.tint if self._current else t.hover if self.underMouse() else t.surface
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        top = 10 if self._details else (self.height() - GLYPH) / 2
        paint_shape(painter, self.todo.shape, 8, top, colour=tone_ink(self.todo.tone, t), ground=ground)
        left, room = 8 + GLYPH + 10, self.width() - 34
        painter.setFont(font(Size.BODY, Weight.MEDIUM))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(t.ink)
        word = metrics.elidedText(self.todo.word, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, top + (GLYPH + metrics.capHeight()) / 2), word)
        if self._details:
            painter.setFont(font(Size.LABEL))
            metrics = QFontMetricsF(painter.font())
            painter.setPen(t.ink2)
            detail = metrics.elidedText(self.todo.detail, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(left, 28 + metrics.ascent() - 1), detail)
        painter.end()


class ChecklistGrid(QWidget):
    """chosen(key): the person clicked a thing to do. columns: items in a row."""

    chosen = Signal(str)

    def __init__(self, columns: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._details, self._current = columns, True, ""
        self._items: dict[str, TodoItem] = {}
        self.setAccessibleName(messages.STILL_TO_DO)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        fill(self, "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 0, 0)
        head.addWidget(Text(messages.STILL_TO_DO, Size.LABEL, Weight.BOLD, "ink2"))
        head.addStretch(1)
        self._count = Text("", Size.LABEL, ink="ink2")
        head.addWidget(self._count)
        column.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setSpacing(0)
        column.addLayout(self._grid)

    def set_items(self, todos: Sequence[Todo]) -> None:
        """The same keys in the same order keep their widgets, so that the focus stays."""
        if [todo.key for todo in todos] != list(self._items):
            self._rebuild(todos)
        for todo in todos:
            self._items[todo.key].set_todo(todo)
        done = sum(todo.shape is Shape.DONE for todo in todos)
        self._count.setText(messages.DONE_COUNT.format(done=done, all=len(todos)))

    def _rebuild(self, todos: Sequence[Todo]) -> None:
        for item in self._items.values():
            self._grid.removeWidget(item)
            item.hide()
            item.deleteLater()
        self._items = {}
        for number, todo in enumerate(todos):
            item = TodoItem(todo)
            item.clicked.connect(lambda _on=False, key=todo.key: self.chosen.emit(key))
            self._items[todo.key] = item
            self._grid.addWidget(item, number // self._columns, number % self._columns)
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1)
        self._look()

    def set_columns(self, columns: int) -> None:
        """Items in a row; the focus stays."""
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for number, item in enumerate(self._items.values()):
            self._grid.addWidget(item, number // columns, number % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def set_current(self, key: str) -> None:
        self._current = key
        self._look()

    def set_details(self, shown: bool) -> None:
        """Off at 1366×768: the words alone."""
        self._details = shown
        self._look()

    def _look(self) -> None:
        for key, item in self._items.items():
            item.set_look(current=key == self._current, details=self._details)
