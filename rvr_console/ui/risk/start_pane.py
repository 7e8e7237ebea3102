"""Before a form is started: what it is, for a form of one person its name, and the button that starts it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from rvr_console.domain.form import Pack
from rvr_console.ui.risk import words
from rvr_console.ui.theme import Height, Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.text import plane


class StartPane:
    """widget: what is shown. start(person): the button was pressed."""

    def __init__(self, start: Callable[[str], None]) -> None:
        self._start = start
        self._shown = Shown()
        self._per_person = False
        self.widget = plane("surface")
        column = QVBoxLayout(self.widget)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        self._place = QVBoxLayout()
        column.addLayout(self._place)
        self._empty: EmptyState | None = None
        self._person = QLineEdit()
        self._person.setFixedHeight(Height.CONTROL)
        self._person.setMaxLength(300)
        self._person.returnPressed.connect(self._press)
        self._field = Field(words.PERSON_NAME, self._person, words.PERSON_ADVICE)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self._field, 1)
        self._button = Button(words.START)
        self._button.clicked.connect(self._press)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)

    def _press(self) -> None:
        self._start(self._person.text() if self._per_person else "")

    def show_pack(self, pack: Pack | None, *, none_needed: bool = False) -> None:
        """none_needed: nothing is wrong, this kind of consultation needs no form."""
        if not self._shown.changed("pack", (pack.digest if pack else "", none_needed)):
            return
        if self._empty is not None:
            self._empty.hide()
            self._empty.deleteLater()
        fact = words.TITLES[pack.kind] if pack else words.NO_PACKS
        advice = words.START_ADVICE if pack else words.NO_PACKS_ADVICE
        if none_needed:
            fact, advice = words.NONE_NEEDED, words.NONE_NEEDED_ADVICE
        self._empty = EmptyState("clipboard-check", fact, advice)
        self._place.addWidget(self._empty)
        self._per_person = bool(pack and pack.per_person)
        self._field.setVisible(self._per_person)
        self._button.setVisible(pack is not None)
        self._person.clear()

    def clear(self) -> None:
        """The name of another person comes."""
        self._person.clear()

    def focus_first(self) -> None:
        first = self._person if self._per_person else self._button
        first.setFocus(Qt.FocusReason.OtherFocusReason)
