"""A list of answers too long to stand side by side. Nothing is answered by passing over it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

from rvr_console.ui.widgets.choice_list import Select

_OPENING = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_LEAVING = {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape}


class AnswerBox(Select):
    """letters: the key of each answer, which stand behind the empty one. Left to Qt, an arrow key or the wheel would give the
    next answer at once, and the focus would go on to the next item.
    """

    def __init__(self, name: str, letters: Sequence[str]) -> None:
        super().__init__(name)
        self._letters = list(letters)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = Qt.Key(event.key()), event.text()
        plain = not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        )
        if plain and key in _OPENING:
            self.showPopup()
        elif plain and text in self._letters:
            self.setCurrentIndex(self._letters.index(text) + 1)
            self.activated.emit(self.currentIndex())
        elif plain and text.isprintable() and text and key not in _LEAVING:
            self.showPopup()
            self.view().keyboardSearch(text)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the items scroll
