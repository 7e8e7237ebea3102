"""Something is written into a folder that the person names: purpose and folder in the page, then progress and Cancel. No dialog."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.progress_row import ProgressRow
from rvr_console.ui.widgets.text import Text, plane, rule


@dataclass(frozen=True, slots=True)
class SaveWords:
    """title: what is to be written. working: the same while it is. start, stop: the buttons."""

    title: str
    advice: str
    purpose: str
    folder: str
    start: str
    stop: str
    working: str
    purpose_missing: str


class SavePane(QWidget):
    """start_wanted(purpose, folder); left: nothing is to be saved. extra: further fields, shown below the two."""

    start_wanted = Signal(str, str)
    left = Signal()

    def __init__(self, words: SaveWords, cancel: Callable[[], None], extra: QWidget | None = None) -> None:
        super().__init__()
        self._words, self._extra = words, extra
        self.setProperty("pane", True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._form, self._working = self._make_form(), self._make_progress(cancel)
        self._working.hide()
        outer.addWidget(self._form)
        outer.addWidget(self._working)
        outer.addWidget(rule())
        self.hide()

    def _make_form(self) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.S)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.addWidget(Text(self._words.title, Size.BODY, Weight.BOLD))
        head.addSpacing(Space.M)
        head.addWidget(Text(self._words.advice, Size.LABEL, ink="ink2", elide=True), 1)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self._purpose, self._folder = QLineEdit(), QLineEdit()
        for line in (self._purpose, self._folder):
            line.setFixedHeight(Height.CONTROL)
            line.setMaxLength(1000)
            line.returnPressed.connect(self._start)
        self._purpose_field = Field(self._words.purpose, self._purpose)
        self._folder_field = Field(self._words.folder, self._folder)
        row.addWidget(self._purpose_field, 1)
        row.addWidget(self._folder_field, 1)
        column.addLayout(row)
        if self._extra is not None:
            column.addWidget(self._extra)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        start, choose = Button(self._words.start), Button(messages.CHOOSE_FOLDER, "quiet")
        stop = Button(self._words.stop, "quiet")
        start.clicked.connect(self._start)
        choose.clicked.connect(self._choose)
        stop.clicked.connect(self.hide)
        stop.clicked.connect(self.left)
        for button in (start, choose, stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return pane

    def _make_progress(self, cancel: Callable[[], None]) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        self._progress = ProgressRow(self._words.working)
        self._progress.cancelled.connect(cancel)
        column.addWidget(self._progress)
        return pane

    def open(self, purpose: str) -> None:
        """Show the form, with the purpose of viewing to begin with."""
        if not self._purpose.text().strip():
            self._purpose.setText(purpose)
        self.show()
        (self._folder if self._purpose.text().strip() else self._purpose).setFocus()

    def forget(self) -> None:
        for line, field in ((self._purpose, self._purpose_field), (self._folder, self._folder_field)):
            line.clear()
            field.set_error("")
        self.hide()

    def set_working(self, working: bool) -> None:
        """While it works its progress stands in the form's place; when it ends both are gone."""
        was = not self._working.isHidden()
        if working and not was:
            self._progress.set_progress(0, "")
        elif was and not working:
            self.hide()
        self._form.setVisible(not working)
        self._working.setVisible(working)

    def set_progress(self, part: float, words: str) -> None:
        """part: 0 to 1. words: real numbers."""
        self._progress.set_progress(part, words)

    def _choose(self) -> None:
        """The program's own folder list, without a modal dialog: the page stays usable."""
        dialog = QFileDialog(self, self._words.folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._folder.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(False)
        dialog.show()

    def _start(self) -> None:
        purpose, folder = self._purpose.text().strip(), self._folder.text().strip()
        there = bool(folder) and Path(folder).is_absolute() and Path(folder).is_dir()
        self._purpose_field.set_error("" if purpose else self._words.purpose_missing)
        self._folder_field.set_error("" if there else messages.FOLDER_MISSING)
        if purpose and there:
            self.start_wanted.emit(purpose, folder)
