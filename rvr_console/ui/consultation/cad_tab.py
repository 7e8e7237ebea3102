"""What CAD was told, act by act: pending, in CAD, or refused with the reason."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.notes_tab import EntryList
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.text import Text, plane


def in_words(action: CadAction) -> tuple[str, str, str]:
    """(time at source, act, how it stands)."""
    verb = words.CAD_VERBS.get(action.verb.value, action.verb.value)
    text = action.payload.get("text", "")
    stands = words.CAD_STATES[action.state.value]
    if action.state is DeliveryState.DONE and action.applied_at is not None:
        stands = f"{stands}, {clock(action.applied_at)}"
    elif action.state is DeliveryState.REFUSED:
        stands = f"{stands}: {action.refused_reason}"
    elif action.attempts:
        stands = f"{stands}, tried {action.attempts} times"
    return clock(action.at_source), f"{verb}: {text}" if text else verb, stands


class CadTab(QWidget):
    def __init__(self, update: Callable[[str], None]) -> None:
        super().__init__()
        self._send_update = update
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.CAD_TITLE, Size.BODY, Weight.BOLD))
        row = QHBoxLayout()
        self._line = QLineEdit()
        self._line.setFixedHeight(Height.CONTROL)
        self._line.setAccessibleName(words.CAD_FIELD)
        self._line.setPlaceholderText(words.CAD_FIELD)
        self._line.returnPressed.connect(self._send)
        send = Button(words.SEND_UPDATE)
        send.clicked.connect(self._send)
        row.addWidget(self._line, 1)
        row.addWidget(send)
        column.addLayout(row)
        self._list = EntryList(words.CAD_TITLE, ("list", words.NO_CAD, words.NO_CAD_ADVICE))
        column.addWidget(self._list, 1)

    def _send(self) -> None:
        if self._line.text().strip():
            self._send_update(self._line.text())
            self._line.clear()

    def show_state(self, state: PageState) -> None:
        self._list.show_entries([in_words(action) for action in reversed(state.cad)])
