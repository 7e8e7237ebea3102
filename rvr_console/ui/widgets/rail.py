"""The rail at the left: one item a page, exactly one chosen."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import RAIL_NARROW, RAIL_WIDE, Height, Size, Weight, font, paint_icon, tokens
from rvr_console.ui.widgets.button import pressed_by_enter
from rvr_console.ui.widgets.text import fill

_ICON = 20


@dataclass(frozen=True, slots=True)
class RailEntry:
    """key: the page's name in code. word: what people read; shortcut: e.g. "Alt+1"."""

    key: str
    word: str
    icon: str
    shortcut: str = ""


class RailItem(QToolButton):
    """Icon over word, with a count in the corner; narrow shows the icon alone and the word as tooltip."""

    def __init__(self, entry: RailEntry, *, checkable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._badge, self._narrow = 0, False
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.toggled.connect(self._name)
        self._name()

    def set_badge(self, count: int) -> None:
        self._badge = max(0, count)
        self._name()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.update()

    def _name(self) -> None:
        parts = [self.entry.word]
        if self._badge:
            parts.append(str(self._badge))
        if self.isChecked():
            parts.append(messages.CHOSEN)
        if self.entry.shortcut:
            parts.append(self.entry.shortcut)
        self.setAccessibleName(", ".join(parts))
        keys = f" ({self.entry.shortcut})" if self.entry.shortcut else ""
        self.setToolTip(self.entry.word + keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(RAIL_NARROW if self._narrow else RAIL_WIDE, Height.RAIL_ITEM)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.fillRect(self.rect(), t.tint if chosen else t.sunken)
        if chosen:
            painter.fillRect(0, 0, 4, self.height(), t.accent)
        ink = t.accent if chosen else t.ink2
        lines = [] if self._narrow else self.entry.word.split(" ", 1)
        if len(lines) == 2 and len(self.entry.word) <= 11:
            lines = [self.entry.word]
        block = _ICON + (4 + 14 * len(lines) if lines else 0)
        top = (self.height() - block) // 2
        paint_icon(painter, self.entry.icon, (self.width() - _ICON) // 2, top, ink, size=_ICON)
        painter.setPen(t.accent if chosen else t.ink2)
        painter.setFont(font(Size.LABEL, Weight.BOLD if chosen else Weight.REGULAR))
        for number, line in enumerate(lines):
            box = QRectF(0, top + _ICON + 4 + 14 * number, self.width(), 14)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), line)
        if self._badge:
            self._paint_badge(painter, top)
        painter.end()

    def _paint_badge(self, painter: QPainter, top: int) -> None:
        t = tokens()
        word = str(self._badge) if self._badge < 1000 else "999+"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(Size.LABEL, Weight.BOLD))
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(word) + 10
        box = QRectF(self.width() / 2 + 13, top - (12 if self._narrow else 6), width, 16)
        if box.right() > self.width() - 4:
            box.moveRight(self.width() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(t.ink2)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(t.surface)
        painter.drawText(QPointF(box.x() + 5, box.center().y() + metrics.capHeight() / 2), word)


class Rail(QWidget):
    """chosen(key): the person chose a page. shortcuts_wanted: the item at the foot."""

    chosen = Signal(str)
    shortcuts_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(messages.RAIL)
        fill(self, "ground")
        self._items: dict[str, RailItem] = {}
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 8, 1, 8)
        self._layout.setSpacing(0)
        self._layout.addStretch(1)
        self._help = RailItem(
            RailEntry("shortcuts", messages.SHORTCUTS, "circle-help", "F1"), checkable=False
        )
        self._help.clicked.connect(self.shortcuts_wanted)
        self._layout.addWidget(self._help)
        self.set_narrow(False)

    def add(self, entry: RailEntry) -> RailItem:
        item = RailItem(entry)
        self._items[entry.key] = item
        self._group.addButton(item)
        self._layout.insertWidget(len(self._items) - 1, item)
        QWidget.setTabOrder(self._stop_before_help(), item)  # made late, it would come last by Tab
        item.clicked.connect(lambda: self.chosen.emit(entry.key))
        return item

    def _stop_before_help(self) -> QWidget:
        before = self._help.previousInFocusChain()
        while before and before is not self._help and before.focusPolicy() is Qt.FocusPolicy.NoFocus:
            before = before.previousInFocusChain()
        return before or self._help

    def clear(self) -> None:
        """Take every page's item away (another person signs in)."""
        for item in self._items.values():
            self._group.removeButton(item)
            self._layout.removeWidget(item)
            item.hide()
            item.deleteLater()
        self._items.clear()

    def set_current(self, key: str) -> None:
        if key in self._items:
            self._items[key].setChecked(True)

    def set_badge(self, key: str, count: int) -> None:
        if key in self._items:
            self._items[key].set_badge(count)

    def set_narrow(self, narrow: bool) -> None:
        self.setFixedWidth(RAIL_NARROW if narrow else RAIL_WIDE)
        for item in (*self._items.values(), self._help):
            item.set_narrow(narrow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.ground)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), t.line)
        painter.end()
