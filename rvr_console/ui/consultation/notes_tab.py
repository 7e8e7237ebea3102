"""Notes of the call, newest first; each keeps its time and its place in the recording."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from rvr_console.domain.consultation import Note
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.entry_list import Entry, EntryList
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock, running
from rvr_console.ui.widgets.text import Text, plane


class NoteEdit(QPlainTextEdit):
    """finished: Shift+Enter adds the note without leaving the keyboard."""

    finished = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setFixedHeight(88)
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.finished.emit()
            return
        super().keyPressEvent(event)

    def take_away(self, begun: str) -> None:
        """Remove what was stored from the front; what was typed since stays, with the caret in it."""
        if not self.toPlainText().startswith(begun):
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(len(begun), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if not self.toPlainText().strip():
            self.clear()


class NotesTab(QWidget):
    """note_added(text, settled): settled(done) says whether it was stored; until then it stays in the field."""

    note_added = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._sending = ""
        self._drafts: dict[str, str] = {}
        self._of = ""
        pane = plane("surface", self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.M, Space.XS)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.NOTES_TITLE, Size.BODY, Weight.BOLD))
        self._edit = NoteEdit(words.NOTE_FIELD)
        self._edit.finished.connect(self._add)
        column.addWidget(self._edit)
        add = Button(words.ADD_NOTE)
        add.setToolTip(words.ADD_NOTE_TIP)
        add.clicked.connect(self._add)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(add)
        row.addWidget(Text(words.NOTE_HINT, Size.LABEL, ink="ink2", elide=True), 1)
        self._stored = Text("", Size.LABEL, ink="ink2")
        row.addWidget(self._stored)
        column.addLayout(row)
        self._list = EntryList(words.NOTES_TITLE, ("list", words.NO_NOTES, words.NO_NOTES_ADVICE))
        column.addWidget(self._list, 1)

    def _add(self) -> None:
        typed = self._edit.toPlainText()
        if typed.strip() and typed != self._sending:
            self._sending = typed
            self.note_added.emit(typed.strip(), self._settled)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        sent, self._sending = self._sending, ""
        if done:
            self._edit.take_away(sent)

    def _change_draft(self, consultation_id: str) -> None:
        """A note begun for one person never stands in the field of another."""
        if consultation_id != self._of:
            self._drafts[self._of] = self._edit.toPlainText()
            self._of, self._sending = consultation_id, ""
            self._edit.setPlainText(self._drafts.pop(consultation_id, ""))

    def begun(self) -> str:
        """Consultation of a note that is typed and not added, the open one first; "" when there is none."""
        drafts = {self._of: self._edit.toPlainText()} | self._drafts
        return next((of for of, text in drafts.items() if of and text.strip()), "")

    def focus_edit(self) -> None:
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._edit.setFixedHeight(68 if compact else 88)

    def show_state(self, state: PageState) -> None:
        self._change_draft(state.consultation.id)
        notes = state.consultation.notes
        self._list.show_entries([_entry(place, note) for place, note in reversed(list(enumerate(notes)))])
        self._stored.setText(words.STORED.format(time=clock(notes[-1].at)) if notes else "")


def _entry(place: int, note: Note) -> Entry:
    at = "" if note.offset_us is None else words.NOTE_AT.format(at=running(note.offset_us / 1e6))
    return Entry(str(place), clock(note.at), note.text, at)
