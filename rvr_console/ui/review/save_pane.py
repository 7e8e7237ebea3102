"""What leaves the sealed store: purpose and folder in the page, then progress with real numbers and Cancel. No dialog is needed."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.ui.review import words
from rvr_console.ui.review.playback import WorkProgress
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.progress_row import ProgressRow
from rvr_console.ui.widgets.text import Text, plane, rule


class SavePane(QWidget):
    """start_wanted(purpose, folder)."""

    start_wanted = Signal(str, str)

    def __init__(self, said: words.SaveWords, cancel: Callable[[], None]) -> None:
        super().__init__()
        self._said = said
        self.setProperty("pane", True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self._make_form())
        self._stack.addWidget(self._make_progress(cancel))
        outer.addWidget(holder)
        outer.addWidget(rule())
        self.hide()

    def _make_form(self) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.S)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.addWidget(Text(self._said.title, Size.BODY, Weight.BOLD))
        head.addSpacing(Space.M)
        head.addWidget(Text(self._said.advice, Size.LABEL, ink="ink2", elide=True), 1)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        self._purpose, self._folder = QLineEdit(), QLineEdit()
        for line in (self._purpose, self._folder):
            line.setFixedHeight(Height.CONTROL)
            line.setMaxLength(1000)
            line.returnPressed.connect(self._start)
        self._purpose_field = Field(self._said.purpose, self._purpose)
        self._folder_field = Field(self._said.folder, self._folder)
        row.addWidget(self._purpose_field, 1)
        row.addWidget(self._folder_field, 1)
        column.addLayout(row)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.XS)
        start, choose = Button(self._said.start), Button(words.SAVE_CHOOSE, "quiet")
        stop = Button(self._said.stop, "quiet")
        start.clicked.connect(self._start)
        choose.clicked.connect(self._choose)
        stop.clicked.connect(self.hide)
        for button in (start, choose, stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return pane

    def _make_progress(self, cancel: Callable[[], None]) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        self._progress = ProgressRow(self._said.working)
        self._progress.cancelled.connect(cancel)
        column.addWidget(self._progress)
        column.addStretch(1)
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
        if working and self._stack.currentIndex() == 0:
            self._progress.set_progress(0, "")
        elif not working and self._stack.currentIndex() == 1:
            self.hide()
        self._stack.setCurrentIndex(1 if working else 0)

    def set_progress(self, progress: WorkProgress) -> None:
        self._progress.set_progress(progress.part, progress.words)

    def _choose(self) -> None:
        """The program's own folder list, without a modal dialog: the page stays usable."""
        dialog = QFileDialog(self, self._said.folder)
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
        self._purpose_field.set_error("" if purpose else self._said.purpose_missing)
        self._folder_field.set_error("" if there else words.SAVE_FOLDER_MISSING)
        if purpose and there:
            self.start_wanted.emit(purpose, folder)
