"""What the consultation is: one line above the safety questions. The policy has the kinds; the first is the usual one."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.consultation import ConsultationState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.text import Text, rule


class KindRow(QWidget):
    """chosen(key): the person chose another kind. Hidden where there is nothing to choose."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        row.setSpacing(Space.M)
        row.addWidget(Text(words.KIND, Size.BODY, Weight.BOLD))
        self._kinds = Select(words.KIND)
        self._kinds.activated.connect(lambda _place: self.chosen.emit(str(self._kinds.currentData())))
        row.addWidget(self._kinds, 1)
        column.addLayout(row)
        column.addWidget(rule())
        self.hide()

    def set_kinds(self, kinds: Sequence[tuple[str, str]]) -> None:
        """(key, label) each."""
        for key, label in kinds:
            self._kinds.addItem(label, key)
        self.setVisible(len(kinds) > 1)

    def show_state(self, state: PageState) -> None:
        place = self._kinds.findData(state.consultation.kind)
        if place >= 0 and place != self._kinds.currentIndex() and not self._kinds.view().isVisible():
            self._kinds.setCurrentIndex(place)
        self._kinds.setEnabled(state.consultation.state is ConsultationState.OPEN)
