"""Saving a form as PDF and JSON, in the place of its items: score, flags and criteria stay in sight below."""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from rvr_console.ui.risk import words
from rvr_console.ui.widgets.save_pane import SavePane, SaveWords

SAVE_WORDS = SaveWords(
    words.SAVE_TITLE,
    words.SAVE_ADVICE,
    words.SAVE_PURPOSE,
    words.SAVE_FOLDER,
    words.SAVE_START,
    words.SAVE_STOP,
    words.SAVE_WORKING,
    words.SAVE_PURPOSE_MISSING,
)


class SavingPlace(QWidget):
    """save(purpose, folder); back: nothing is to be saved."""

    def __init__(self, save: Callable[[str, str], None], back: Callable[[], None]) -> None:
        super().__init__()
        self._pane = SavePane(SAVE_WORDS, lambda: None)
        self._pane.start_wanted.connect(save)
        self._pane.left.connect(back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pane)
        column.addStretch(1)

    def focus_first(self) -> None:
        self._pane.open("")

    def forget(self) -> None:
        self._pane.forget()
