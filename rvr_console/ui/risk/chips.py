"""Small choices in a row: forms, sections, persons."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QWidget

from rvr_console.ui import messages
from rvr_console.ui.risk.chip_arrow import ARROW, ChipArrow
from rvr_console.ui.risk.state import Chip
from rvr_console.ui.theme import Size, Space, Weight, shared_font, text_width, tokens
from rvr_console.ui.widgets.button import pressed_by_enter

HEIGHT = 28
WIDEST = 240  # of one chip: a person's name may be long, and nobody else's chip goes for it
_PAD = 8
_GAP = 6


def _together(widths: Sequence[int]) -> int:
    """With the gaps between them."""
    return sum(widths) + Space.XXS * max(0, len(widths) - 1)


class ChipButton(QToolButton):
    """A word and a small count; the chosen one on tint. Its accessible name: "Section, Current 1–8, 6/8, chosen".

    entered: the focus came here.
    """

    entered = Signal()

    def __init__(self, chip: Chip, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._role, self._level = role, 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_chip(chip)
        self.toggled.connect(lambda _on: self._name())

    def set_chip(self, chip: Chip) -> None:
        self.chip = chip
        self._said = ((chip.word, chip.count), *chip.shorter)
        self._name()
        self.update()

    def said(self, level: int) -> tuple[str, str]:
        """Word and count at this level of shortness; 0 is the longest."""
        return self._said[min(level, len(self._said) - 1)]

    def set_level(self, level: int) -> None:
        if level != self._level:
            self._level = level
            self.update()

    def width_at(self, level: int) -> int:
        word, count = self.said(level)
        width = text_width(word, Size.BODY, Weight.BOLD)
        if count:
            width += _GAP + text_width(count, Size.LABEL, Weight.BOLD)
        return min(WIDEST, round(width + 2 * _PAD + 1))

    @property
    def levels(self) -> int:
        return len(self._said)

    def _name(self) -> None:
        state = messages.CHOSEN if self.isChecked() else ""
        parts = (self._role, self.chip.word, self.chip.count, state)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setToolTip(" ".join(part for part in (self.chip.word, self.chip.count) if part))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self.width_at(self._level), HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        chosen = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = t.tint if chosen else t.hover if self.underMouse() else t.surface
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(t.accent if chosen else t.ink2)
        weight = Weight.BOLD if chosen else Weight.REGULAR
        painter.setFont(shared_font(Size.BODY, weight))
        metrics = QFontMetricsF(painter.font())
        baseline = (self.height() + metrics.capHeight()) / 2
        said, count = self.said(self._level)
        small = text_width(count, Size.LABEL, weight)
        room = self.width() - 2 * _PAD - (small + _GAP if count else 0)
        word = metrics.elidedText(said, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(_PAD, baseline), word)
        if count:
            left = _PAD + metrics.horizontalAdvance(word) + _GAP
            painter.setFont(shared_font(Size.LABEL, weight))
            painter.drawText(QPointF(left, baseline), count)
        painter.end()


class ChipRow(QWidget):
    """chosen(key): by click, arrow, Space or Enter. role: what the chips are, spoken before each ("Section").

    Where the chips have no room, their words grow shorter, the chosen one's last; then the row scrolls, with the chip that
    has the focus, else the chosen one, in sight. No word is ever cut to a stump.
    """

    chosen = Signal(str)

    def __init__(self, role: str, name: str) -> None:
        super().__init__()
        self._role = role
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, ChipButton] = {}
        self._strip = QWidget(self)
        self._offset, self._whole = 0, 0
        self._arrows = ChipArrow(self, -1, name), ChipArrow(self, 1, name)
        for arrow in self._arrows:
            arrow.moved.connect(self._scroll)

    def sizeHint(self) -> QSize:
        return QSize(0, HEIGHT + 2 * Space.XXS)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_chips(self, chips: Sequence[Chip], chosen: str) -> None:
        """The same keys in the same order keep their buttons, so that the focus stays."""
        changed = [chip.key for chip in chips] != list(self._buttons)
        if changed:
            self._rebuild(chips)
        for chip in chips:
            if self._buttons[chip.key].chip != chip:
                self._buttons[chip.key].set_chip(chip)
                changed = True
        if chosen in self._buttons and not self._buttons[chosen].isChecked():
            self._buttons[chosen].setChecked(True)
            changed = True
        elif chosen not in self._buttons:
            changed = self._check_none() or changed
        if changed:
            self._one_stop()
            self._arrange()
            self._to_sight()

    def _one_stop(self) -> None:
        """By Tab the chosen chip is reached, by the arrows the others; Qt sees to it only for what was clicked."""
        first = next(iter(self._buttons.values()), None)
        stop = self._group.checkedButton() or first
        for button in self._buttons.values():
            tab = button is stop or button.hasFocus()
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tab else Qt.FocusPolicy.ClickFocus)

    def _check_none(self) -> bool:
        """A chip that only leads to others does not stay chosen."""
        button = self._group.checkedButton()
        if button is None:
            return False
        self._group.setExclusive(False)
        button.setChecked(False)
        self._group.setExclusive(True)
        return True

    def focus_chip(self, key: str) -> None:
        """The focus goes to that chip, if there is one."""
        if key in self._buttons:
            self._buttons[key].setFocus(Qt.FocusReason.OtherFocusReason)

    # --- where the chips stand ---
    def _widths(self) -> list[int]:
        """Of the chips, at the longest words with which all stand side by side; else at the shortest."""
        buttons = list(self._buttons.values())
        room = self.width() - 2 * Space.M
        chosen = next((place for place, one in enumerate(buttons) if one.isChecked()), -1)
        levels: list[int] = []
        widths: list[int] = []
        for step in range(2 * max((one.levels for one in buttons), default=0)):
            levels = [(step + (place != chosen)) // 2 for place in range(len(buttons))]
            widths = [one.width_at(level) for one, level in zip(buttons, levels, strict=True)]
            if _together(widths) <= room:
                break
        for one, level in zip(buttons, levels, strict=True):
            one.set_level(level)
        return widths

    def _arrange(self) -> None:
        widths = self._widths()
        self._whole = _together(widths)
        room = self.width() - 2 * Space.M
        scrolls = self._whole > room
        side = ARROW if scrolls else 0
        self._strip.setGeometry(Space.M + side, 0, max(0, room - 2 * side), self.height())
        for arrow, left in zip(
            self._arrows, (Space.M - Space.XS, self.width() - Space.M - ARROW + Space.XS), strict=True
        ):
            arrow.setVisible(scrolls)
            arrow.setGeometry(left, 0, ARROW, self.height())
        self._offset = max(0, min(self._offset, self._whole - self._strip.width()))
        left = -self._offset
        for button, width in zip(self._buttons.values(), widths, strict=True):
            button.setGeometry(left, (self.height() - HEIGHT) // 2, width, HEIGHT)
            left += width + Space.XXS
        self._arrows[0].setEnabled(self._offset > 0)
        self._arrows[1].setEnabled(self._offset < self._whole - self._strip.width())

    def _to_sight(self) -> None:
        """The chip with the focus, else the chosen one, stands whole in the strip."""
        wanted = next((one for one in self._buttons.values() if one.hasFocus()), self._group.checkedButton())
        if wanted is None:
            return
        box = wanted.geometry()
        if box.left() < 0:
            self._scroll(box.left())
        elif box.right() >= self._strip.width():
            self._scroll(min(box.left(), box.right() + 1 - self._strip.width()))

    def _scroll(self, pixels: int) -> None:
        self._offset += pixels
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._whole > self._strip.width():
            self._scroll(-(event.angleDelta().y() or event.angleDelta().x()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._to_sight()

    def _rebuild(self, chips: Sequence[Chip]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        self._offset = 0
        for chip in chips:
            button = self._buttons[chip.key] = ChipButton(chip, self._role, self._strip)
            button.clicked.connect(lambda _on=False, key=chip.key: self.chosen.emit(key))
            button.entered.connect(self._to_sight)
            self._group.addButton(button)
            button.show()
