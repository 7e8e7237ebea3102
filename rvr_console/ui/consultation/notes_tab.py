"""Notes of the call, newest first; each keeps its time and its place in the recording."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock, running
from rvr_console.ui.widgets.text import Text, plane, rule


class NoteEdit(QPlainTextEdit):
    """Shift+Enter adds the note without leaving the keyboard."""

    def __init__(self, name: str, add: Callable[[], None]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setFixedHeight(88)
        self.setTabChangesFocus(True)
        self._add = add

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._add()
            return
        super().keyPressEvent(event)


class EntryList(QScrollArea):
    """Lines of time, text and a smaller second line; rebuilt only when they changed."""

    def __init__(self, name: str, empty: tuple[str, str, str]) -> None:
        """empty: icon, fact and advice while there is nothing."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(name)
        self._empty = empty
        self._shown: list[tuple[str, str, str]] | None = None

    def show_entries(self, entries: list[tuple[str, str, str]]) -> None:
        """entries: (time, text, detail)."""
        if entries == self._shown:
            return
        self._shown = entries
        body = plane("surface")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        if not entries:
            column.addWidget(EmptyState(*self._empty))
        for time, text, detail in entries:
            column.addWidget(self._line(time, text, detail))
            column.addWidget(rule())
        column.addStretch(1)
        self.setWidget(body)

    @staticmethod
    def _line(time: str, text: str, detail: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        stamp = Text(time, Size.BODY, ink="ink2")
        stamp.setFixedWidth(72)
        stamp.setAlignment(Qt.AlignmentFlag.AlignTop)
        row.addWidget(stamp)
        words_column = QVBoxLayout()
        words_column.setSpacing(0)
        words_column.addWidget(Text(text, Size.BODY, wrap=True))
        if detail:
            words_column.addWidget(Text(detail, Size.LABEL, ink="ink2", wrap=True))
        row.addLayout(words_column, 1)
        line.setAccessibleName(f"{time} {text} {detail}".strip())
        return line


class NotesTab(QWidget):
    def __init__(self, add_note: Callable[[str], None]) -> None:
        super().__init__()
        self._add_note = add_note
        pane = plane("surface", self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.NOTES_TITLE, Size.BODY, Weight.BOLD))
        self._edit = NoteEdit(words.NOTE_FIELD, self._add)
        column.addWidget(self._edit)
        add = Button(words.ADD_NOTE, shortcut="")
        add.clicked.connect(self._add)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addStretch(1)
        column.addLayout(row)
        self._list = EntryList(words.NOTES_TITLE, ("list", words.NO_NOTES, words.NO_NOTES_ADVICE))
        column.addWidget(self._list, 1)

    def _add(self) -> None:
        text = self._edit.toPlainText().strip()
        if text:
            self._add_note(text)
            self._edit.clear()

    def focus_edit(self) -> None:
        self._edit.setFocus()

    def show_state(self, state: PageState) -> None:
        self._list.show_entries(
            [
                (
                    clock(note.at),
                    note.text,
                    f"at {running(note.offset_us / 1e6)} of the recording"
                    if note.offset_us is not None
                    else "",
                )
                for note in reversed(state.consultation.notes)
            ]
        )
