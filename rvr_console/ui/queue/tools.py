"""The row above the table: filters, find box, state of the immediate line."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from rvr_console.ui.queue import words
from rvr_console.ui.queue.model import Counts
from rvr_console.ui.theme import Height, Space, icon, theme_signals, tokens
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import fill


class QueueTools(QWidget):
    """changed(filter key, text): what to show. entered: Enter in the find box."""

    changed = Signal(str, str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fill(self, "surface")
        self.setFixedHeight(48)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.PAGE, Space.XS, Space.M, Space.XS)
        row.setSpacing(Space.XS)
        self.filters = Segmented([Option(k, w) for k, w in words.FILTERS.items()], words.SHOW, tick=False)
        self.filters.set_value("all")
        self.filters.chosen.connect(self._change)
        row.addWidget(self.filters)
        self.find_box = QLineEdit()
        self.find_box.setFixedWidth(208)
        self.find_box.setFixedHeight(Height.FIELD_LOW)
        self.find_box.setMaxLength(200)
        self.find_box.setPlaceholderText(f"{words.FIND}  {words.FIND_KEYS}")
        self.find_box.setClearButtonEnabled(True)
        self.find_box.setAccessibleName(f"{words.FIND}, {words.FIND_KEYS}")
        leading = QLineEdit.ActionPosition.LeadingPosition
        self._find_icon = self.find_box.addAction(icon("search", tokens().ink2), leading)
        self.find_box.textChanged.connect(self._change)
        self.find_box.returnPressed.connect(self.entered)
        theme_signals().changed.connect(self._follow_theme)
        row.addWidget(self.find_box)
        row.addStretch(1)
        self._immediate = Status(gap=8)
        row.addWidget(self._immediate)

    def _change(self) -> None:
        self.changed.emit(self.filters.value, self.find_box.text())

    def _follow_theme(self) -> None:
        self._find_icon.setIcon(icon("search", tokens().ink2))

    def clear(self) -> None:
        """Everything shown, nothing looked for."""
        self.filters.set_value("all")
        self.find_box.clear()
        self._change()

    def focus_find(self) -> None:
        self.find_box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.find_box.selectAll()

    def show_counts(self, counts: Counts) -> None:
        for key, word in words.FILTERS.items():
            self.filters.set_word(key, f"{word} {counts.of(key)}")

    def show_immediate(self, waiting: int) -> None:
        """How many wait on the immediate line."""
        if waiting:
            self._immediate.set_state(Shape.SOON, words.IMMEDIATE_WAITING.format(count=waiting), Tone.WARN)
        else:
            self._immediate.set_state(Shape.DONE, words.IMMEDIATE_FREE, Tone.OK)
