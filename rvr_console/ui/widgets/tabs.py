"""Tabs with a state glyph before each word."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QTabBar, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Weight, shared_font, text_width, tokens
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.tag import Tone, tone_ink

_SPACINGS = (
    (12, 6),
    (4, 4),
    (4, 2),
)  # around a word and behind its glyph; the first with which all stand side by side


class StateTabs(QTabBar):
    """chosen(key): by click, arrow or Ctrl+1…9; entered(key): by these keys, so the focus goes with it. Shapes are optional: a tab without one shows its word alone."""

    chosen = Signal(str)
    entered = Signal(str)

    def __init__(self, name: str, *, keys: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._keys: list[str] = []
        self._states: dict[str, tuple[Shape, Tone, str]] = {}
        self._with_keys = keys
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.currentChanged.connect(self._changed)

    def add(self, key: str, word: str, shape: Shape | None = None, tone: Tone = Tone.NEUTRAL) -> None:
        self.blockSignals(True)
        self._keys.append(key)
        number = self.addTab(word)
        self.blockSignals(False)
        if self._with_keys and number < 9:
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(lambda: self._enter(number))
        if shape:
            self.set_state(key, shape, tone)
        self._name_tabs()

    def set_state(self, key: str, shape: Shape, tone: Tone = Tone.NEUTRAL, spoken: str = "") -> None:
        """spoken: the state in words, for the accessible name ("6 of 27 answered")."""
        self._states[key] = (shape, tone, spoken)
        self._name_tabs()
        self.update()

    def set_word(self, key: str, word: str) -> None:
        self.setTabText(self._keys.index(key), word)

    @property
    def current(self) -> str:
        return self._keys[self.currentIndex()] if self._keys else ""

    def set_current(self, key: str) -> None:
        """Choose without a signal."""
        self.blockSignals(True)
        self.setCurrentIndex(self._keys.index(key))
        self.blockSignals(False)
        self._name_tabs()
        self.update()

    def _enter(self, number: int) -> None:
        self.setCurrentIndex(number)
        self.entered.emit(self._keys[number])

    def _changed(self, index: int) -> None:
        self._name_tabs()
        if 0 <= index < len(self._keys):
            self.chosen.emit(self._keys[index])

    def _name_tabs(self) -> None:
        for index, key in enumerate(self._keys):
            spoken = self._states[key][2] if key in self._states else ""
            state = messages.CHOSEN if index == self.currentIndex() else ""
            parts = (self.tabText(index), spoken, state)
            self.setAccessibleTabName(index, ", ".join(part for part in parts if part))
            if self._with_keys:
                self.setTabToolTip(index, f"{self.tabText(index)} (Ctrl+{index + 1})")

    def _wide(self, index: int, pad: int, gap: int) -> int:
        width = text_width(self.tabText(index), Size.BODY, Weight.BOLD) + 2 * pad
        return round(width + GLYPH + gap if self._keys[index] in self._states else width)

    def _spacing(self) -> tuple[int, int]:
        """Around a word, and behind its glyph: less where all tabs would otherwise not stand side by side."""
        for pad, gap in _SPACINGS:
            if sum(self._wide(index, pad, gap) for index in range(len(self._keys))) <= self.width():
                return pad, gap
        return _SPACINGS[-1]

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self._wide(index, *self._spacing()), Height.TABS)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index in range(self.count()):
            self._paint_tab(painter, index, self.tabRect(index))
        painter.end()

    def _paint_tab(self, painter: QPainter, index: int, box: QRect) -> None:
        t = tokens()
        chosen = index == self.currentIndex()
        weight = Weight.BOLD if chosen else Weight.REGULAR
        painter.setFont(shared_font(Size.BODY, weight))
        metrics = QFontMetricsF(painter.font())
        key = self._keys[index]
        has_shape = key in self._states
        pad, gap = self._spacing()
        x = float(box.x() + pad)
        if has_shape:
            shape, tone, _spoken = self._states[key]
            top = box.y() + (box.height() - GLYPH) / 2
            paint_shape(painter, shape, x, top, colour=tone_ink(tone, t), ground=t.surface)
            x += GLYPH + gap
        painter.setPen(t.ink if chosen else t.ink2)
        painter.drawText(QPointF(x, box.y() + (box.height() + metrics.capHeight()) / 2), self.tabText(index))
        if chosen:
            painter.fillRect(box.x() + 4, box.bottom() - 2, box.width() - 8, 3, t.accent)
