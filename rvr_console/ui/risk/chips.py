"""Small choices in a row: forms, sections, persons."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from rvr_console.ui import messages
from rvr_console.ui.risk.state import Chip
from rvr_console.ui.theme import Size, Space, Weight, shared_font, text_width, tokens
from rvr_console.ui.widgets.button import pressed_by_enter

HEIGHT = 28
_PAD = 8
_GAP = 6


class ChipButton(QToolButton):
    """A word and a small count; the chosen one on tint. Its accessible name: "Section, Current 1–8, 6/8, chosen"."""

    def __init__(self, chip: Chip, role: str) -> None:
        super().__init__()
        self._role, self._short = role, False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_chip(chip)
        self.toggled.connect(lambda _on: self._name())

    def set_chip(self, chip: Chip) -> None:
        self.chip = chip
        self._name()
        self.updateGeometry()
        self.update()

    @property
    def word(self) -> str:
        return self.chip.short if self._short and self.chip.short else self.chip.word

    def set_short(self, short: bool) -> None:  # a property setter
        if short != self._short:
            self._short = short
            self.updateGeometry()
            self.update()

    def width_of(self, word: str) -> int:
        width = text_width(word, Size.BODY, Weight.BOLD)
        if self.chip.count:
            width += _GAP + text_width(self.chip.count, Size.LABEL, Weight.BOLD)
        return round(width + 2 * _PAD + 1)

    def _name(self) -> None:
        state = messages.CHOSEN if self.isChecked() else ""
        parts = (self._role, self.chip.word, self.chip.count, state)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setToolTip(self.chip.word)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(self.word), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, HEIGHT)

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
        small = text_width(self.chip.count, Size.LABEL, weight)
        room = self.width() - 2 * _PAD - (small + _GAP if self.chip.count else 0)
        word = metrics.elidedText(self.word, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(_PAD, baseline), word)
        if self.chip.count:
            left = _PAD + metrics.horizontalAdvance(word) + _GAP
            painter.setFont(shared_font(Size.LABEL, weight))
            painter.drawText(QPointF(left, baseline), self.chip.count)
        painter.end()


class ChipRow(QWidget):
    """chosen(key): by click, Space or Enter. role: what the chips are, spoken before each ("Section")."""

    chosen = Signal(str)

    def __init__(self, role: str, name: str) -> None:
        super().__init__()
        self._role = role
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, ChipButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(Space.M, Space.XXS, Space.M, Space.XXS)
        self._row.setSpacing(Space.XXS)
        self._row.addStretch(1)

    def set_chips(self, chips: Sequence[Chip], chosen: str) -> None:
        """The same keys in the same order keep their buttons, so that the focus stays."""
        if [chip.key for chip in chips] != list(self._buttons):
            self._rebuild(chips)
        for chip in chips:
            if self._buttons[chip.key].chip != chip:
                self._buttons[chip.key].set_chip(chip)
        self._fit()
        if chosen in self._buttons and not self._buttons[chosen].isChecked():
            self._buttons[chosen].setChecked(True)
        elif chosen not in self._buttons:
            self._check_none()

    def _check_none(self) -> None:
        """A chip that only leads to others does not stay chosen."""
        button = self._group.checkedButton()
        if button is not None:
            self._group.setExclusive(False)
            button.setChecked(False)
            self._group.setExclusive(True)

    def focus_chip(self, key: str) -> None:
        """The focus goes to that chip, if there is one."""
        if key in self._buttons:
            self._buttons[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        """All words short as soon as the full ones have no room."""
        needed = sum(button.width_of(button.chip.word) + Space.XXS for button in self._buttons.values())
        for button in self._buttons.values():
            button.set_short(short=needed > self.width() - 2 * Space.M)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _rebuild(self, chips: Sequence[Chip]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for place, chip in enumerate(chips):
            button = self._buttons[chip.key] = ChipButton(chip, self._role)
            button.clicked.connect(lambda _on=False, key=chip.key: self.chosen.emit(key))
            self._group.addButton(button)
            self._row.insertWidget(place, button)
