"""While CAD is down: an incident is written into the local book and gets CAD's own reference later, by itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.queue import words
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.text import Text, fill, rule

LIMITS = {"category": 80, "place": 80, "address": 200, "name": 120, "phone": 32}
NEEDED = ("category", "address", "name")


class LocalBook(QWidget):
    """Hidden unless CAD is down. written(values): category, place, address, name, phone; checked not to be empty where needed."""

    written = Signal(dict)

    def __init__(self) -> None:
        super().__init__()
        fill(self, "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.PAGE, Space.XS, Space.PAGE, Space.XS)
        column.setSpacing(Space.XS)
        head = QHBoxLayout()
        head.addWidget(Text(words.BOOK_ADVICE, Size.LABEL, ink="ink2"))
        head.addStretch(1)
        self._open = Button(words.BOOK_OPEN)
        self._open.clicked.connect(self.open)
        head.addWidget(self._open)
        column.addLayout(head)
        self._form = QWidget()
        self._form.hide()
        column.addWidget(self._form)
        column.addWidget(rule())
        self._fields: dict[str, Field] = {}
        self._lines: dict[str, QLineEdit] = {}
        self._make_form()
        self.hide()

    def _make_form(self) -> None:
        grid = QGridLayout(self._form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        for place, (key, limit) in enumerate(LIMITS.items()):
            line = QLineEdit()
            line.setMaxLength(limit)
            line.returnPressed.connect(self._submit)
            self._lines[key], self._fields[key] = line, Field(words.BOOK_FIELDS[key], line)
            grid.addWidget(self._fields[key], place // 3, place % 3, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        write = Button(words.BOOK_WRITE)
        write.clicked.connect(self._submit)
        cancel = Button(words.CANCEL, "quiet")
        cancel.clicked.connect(self.close_form)
        row.addWidget(write)
        row.addWidget(cancel)
        row.addStretch(1)
        grid.addLayout(row, 2, 0, 1, 3)

    def set_cad_up(self, up: bool) -> None:
        """What is being written stays on the screen when CAD comes back in the middle."""
        self.setVisible(not up or self._form.isVisible())

    def open(self) -> None:
        self._form.show()
        self._open.hide()
        self._lines["category"].setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self) -> None:
        for key, line in self._lines.items():
            line.clear()
            self._fields[key].set_error("")
        self._form.hide()
        self._open.show()

    def _submit(self) -> None:
        values = {key: line.text().strip() for key, line in self._lines.items()}
        missing = [key for key in NEEDED if not values[key]]
        for key, field in self._fields.items():
            field.set_error(words.BOOK_NEEDED if key in missing else "")
        if missing:
            self._lines[missing[0]].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.written.emit(values)
        self.close_form()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._form.isVisible():
            self.close_form()
            return
        super().keyPressEvent(event)
