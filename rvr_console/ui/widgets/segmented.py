"""Segmented choice: Yes / No / Not known, and filters. A chosen answer is a fact: never red."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, cap_height, shared_font, text_width, tokens
from rvr_console.ui.widgets.button import pressed_by_enter
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape

SEGMENT_HEIGHT = 28
_PAD = 10


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. letter: the key that chooses it while the control has the focus ("" = none)."""

    key: str
    word: str
    letter: str = ""


YES_NO_NOT_KNOWN = (
    Option("yes", messages.YES, "Y"),
    Option("no", messages.NO, "N"),
    Option("not_known", messages.NOT_KNOWN, "K"),
)


class Segment(QToolButton):
    """One part of a segmented choice."""

    def __init__(self, option: Option, *, tick: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.option, self._tick = option, tick
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def name(self, question: str) -> None:
        """Accessible name: question, word, state, key."""
        state = messages.CHOSEN if self.isChecked() else ""
        parts = (question, self.option.word, state, self.option.letter)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setToolTip(f"{self.option.word} ({self.option.letter})" if self.option.letter else "")

    def set_word(self, word: str) -> None:
        self.option = Option(self.option.key, word, self.option.letter)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        words = text_width(self.option.word, Size.LABEL, Weight.BOLD)
        # Room for the tick is kept in every part, so that nothing moves when an answer is chosen.
        tick = (GLYPH + 4) if self._tick else 0
        return QSize(max(60 if self._tick else 40, round(words + tick + 2 * _PAD + 0.5)), SEGMENT_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = self.parentWidget()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        if isinstance(control, Segmented) and Qt.Key(event.key()) in steps:
            control.move_focus(steps[Qt.Key(event.key())])
        elif not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Only the words: the box and the fill belong to the control."""
        t = tokens()
        chosen = self.isChecked()
        painter = QPainter(self)
        weight = Weight.BOLD if chosen else Weight.REGULAR
        painter.setFont(shared_font(Size.LABEL, weight))
        ink = t.surface if chosen else t.ink2 if self.isEnabled() else t.ink3
        tick = (GLYPH + 4) if self._tick and chosen else 0
        x = (self.width() - text_width(self.option.word, Size.LABEL, weight) - tick) / 2
        if tick:
            top = (self.height() - GLYPH) / 2
            paint_shape(painter, Shape.DONE, x, top, colour=ink, ground=t.ink2)
        painter.setPen(ink)
        baseline = (self.height() + cap_height(Size.LABEL, weight)) / 2
        painter.drawText(QPointF(x + tick, baseline), self.option.word)
        painter.end()


class Segmented(QWidget):
    """chosen(key): the person chose. One tab stop; arrows move without choosing, Space or the letter chooses.

    name: the question, spoken before each part. tick: the chosen part carries a tick (answers, not filters).
    """

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[Option], name: str, *, tick: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self.setAccessibleName(name)
        self.setProperty("ring", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._segments: dict[str, Segment] = {}
        for option in options:
            segment = Segment(option, tick=tick)
            self._segments[option.key] = segment
            self._group.addButton(segment)
            row.addWidget(segment)
            segment.clicked.connect(lambda _on=False, key=option.key: self._choose(key))
        self._refresh()

    @property
    def value(self) -> str:
        """The chosen key, or "" while nothing is chosen."""
        return next((key for key, segment in self._segments.items() if segment.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Choose without a signal; "" clears the choice."""
        self._group.setExclusive(False)
        for own, segment in self._segments.items():
            segment.setChecked(own == key)
        self._group.setExclusive(True)
        self._refresh()

    def set_word(self, key: str, word: str) -> None:
        """Change the words of one part (a filter's count)."""
        self._segments[key].set_word(word)
        self._refresh()

    def _choose(self, key: str) -> None:
        self._refresh()
        self.chosen.emit(key)

    def _refresh(self) -> None:
        stop = self.value or next(iter(self._segments))
        for key, segment in self._segments.items():
            segment.name(self._name)
            policy = Qt.FocusPolicy.StrongFocus if key == stop else Qt.FocusPolicy.ClickFocus
            segment.setFocusPolicy(policy)
        self.setFocusProxy(self._segments[stop])
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._segments[self.value or next(iter(self._segments))].setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().upper()
        for key, segment in self._segments.items():
            if letter and segment.option.letter == letter and segment.isEnabled():
                segment.setChecked(True)
                segment.setFocus(Qt.FocusReason.ShortcutFocusReason)
                self._choose(key)
                return
        super().keyPressEvent(event)

    def move_focus(self, step: int) -> None:
        """Focus the next (1) or previous (-1) part without choosing it."""
        parts = list(self._segments.values())
        here = next((i for i, part in enumerate(parts) if part.hasFocus()), 0)
        parts[max(0, min(len(parts) - 1, here + step))].setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(box, 4, 4)
        painter.fillPath(path, t.surface)
        painter.setClipPath(path)
        for segment in self._segments.values():
            if segment.isChecked():
                painter.fillRect(segment.geometry(), t.ink2)
            elif segment.underMouse() and segment.isEnabled():
                painter.fillRect(segment.geometry(), t.hover)
        painter.setPen(t.line)
        for segment in list(self._segments.values())[1:]:
            painter.drawLine(segment.x(), 1, segment.x(), self.height() - 2)
        painter.setClipping(False)
        painter.setPen(t.edge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        painter.end()
