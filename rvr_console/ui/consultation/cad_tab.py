"""What CAD was told, act by act: waiting, in CAD, or refused with the reason."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.entry_list import Entry, EntryList
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone
from rvr_console.ui.widgets.text import Text, plane


def cad_entry(action: CadAction) -> Entry:
    """One act: when it was done here, what it was, how it stands at CAD."""
    verb = words.CAD_VERBS.get(action.verb.value, action.verb.value)
    said = action.payload.get("text") or action.payload.get("note") or action.payload.get("reason", "")
    stands, detail = words.CAD_STATES[action.state.value], ""
    if action.state is DeliveryState.DONE:
        tag = Tag(Shape.DONE, stands, Tone.OK)
        if action.applied_at is not None:
            tag = Tag(Shape.DONE, f"{stands} {clock(action.applied_at)}", Tone.OK)
    elif action.state is DeliveryState.REFUSED:
        tag = Tag(Shape.OVER, stands, Tone.DANGER)
        detail = words.CAD_REFUSED_WHY.format(reason=action.refused_reason.rstrip("."))
    else:
        tag = Tag(Shape.HALF, stands, Tone.WARN if action.attempts else Tone.ACCENT)
        if action.attempts:
            times = words.TIMES_ONE if action.attempts == 1 else words.TIMES.format(n=action.attempts)
            detail = words.CAD_TRIED.format(times=times)
    return Entry(action.id, clock(action.at_source), f"{verb}: {said}" if said else verb, detail, tag)


class CadTab(QWidget):
    """update_wanted(text, settled): a line for CAD's log; it stays in the field until it is stored."""

    update_wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._sending = ""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.M, Space.XS)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.CAD_TITLE, Size.BODY, Weight.BOLD))
        row = QHBoxLayout()
        self._line = QLineEdit()
        self._line.setFixedHeight(Height.CONTROL)
        self._line.setMaxLength(2000)
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
        typed = self._line.text()
        if typed.strip() and typed != self._sending:
            self._sending = typed
            self.update_wanted.emit(typed.strip(), self._settled)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        if done and self._line.text() == self._sending:
            self._line.clear()
        self._sending = ""

    def show_state(self, state: PageState) -> None:
        self._list.show_entries([cad_entry(action) for action in reversed(state.cad)])
