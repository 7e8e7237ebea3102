"""Which disclosure officer gets the case: asked in the page, no dialog."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.access import User
from rvr_console.ui.review import words
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.text import Text, plane, rule


class AssignPane(QWidget):
    """Hidden until opened; Escape closes it."""

    def __init__(self, give: Callable[[User], None]) -> None:
        super().__init__()
        self._give = give
        self._people: list[User] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.XS, Space.L, Space.S)
        column.setSpacing(Space.XS)
        self._title = Text(words.ASSIGN_TITLE, Size.BODY, Weight.BOLD, wrap=True)
        column.addWidget(self._title)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self._whom = Select(words.ASSIGN_TO)
        self._whom.setAccessibleName(words.ASSIGN_TO)
        self._do, stop = Button(words.ASSIGN_DO), Button(words.ASSIGN_STOP, "quiet")
        self._do.clicked.connect(self._chosen)
        stop.clicked.connect(self.hide)
        for widget in (self._whom, self._do, stop):
            row.addWidget(widget)
        row.addStretch(1)
        column.addLayout(row)
        outer.addWidget(pane)
        outer.addWidget(rule())
        self.hide()

    def open(self, people: Sequence[User]) -> None:
        self._people = list(people)
        self._title.setText(words.ASSIGN_TITLE if people else words.ASSIGN_NOBODY)
        self._whom.clear()
        for person in people:
            self._whom.addItem(person.title, person.collar)
        self._whom.setVisible(bool(people))
        self._do.setVisible(bool(people))
        self.show()
        (self._do if people else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _chosen(self) -> None:
        collar = self._whom.currentData()
        self.hide()
        for person in self._people:
            if person.collar == collar:
                self._give(person)
