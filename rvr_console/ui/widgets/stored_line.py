"""A line that is stored as it is typed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit

from rvr_console.ui.theme import Height, tokens

STORE_AFTER_MS = 300  # within the half second that "stored as you type" promises
Store = Callable[[str, Callable[[bool], None]], None]


class StoredLine(QLineEdit):
    """Calls store(text, settled) shortly after the last key, and at once when it is left.

    What is typed is never overwritten: not while the caret is in it, and not before the store has what was sent. An
    answered line reads as text; it is a field again under the pointer or with the caret in it.
    """

    def __init__(self, name: str, store: Store) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFixedHeight(Height.CONTROL)
        self.setMaxLength(500)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._store = store
        self._stored = ""
        self._on_way = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STORE_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self.textEdited.connect(lambda _text: self._timer.start())
        self.returnPressed.connect(self.focusNextChild)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving stores; also what could not be stored before (editingFinished would be silent then)."""
        self.flush()
        super().focusOutEvent(event)

    def flush(self) -> None:
        """Store now what is not stored yet."""
        self._timer.stop()
        if self.text() != self._stored:
            self._stored = self.text()
            self._on_way += 1
            self._store(self._stored, self._settled)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        self._on_way -= 1
        if not done:
            self._stored = "\0"  # what is in the line is not stored: leaving the line tries again

    def show_stored(self, text: str) -> None:
        """What the store holds."""
        if self._timer.isActive() or self._on_way or self.hasFocus() or self._stored == "\0":
            return
        self._stored = text
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def start_with(self, text: str) -> None:
        """Another consultation: whatever is in the line belongs to the one before, and was flushed."""
        self._timer.stop()
        self._stored = text
        self.setText(text)
        self.setCursorPosition(0)

    def changeEvent(self, event: QEvent) -> None:
        """Text that cannot be changed is in the ink of hints, whatever the theme."""
        super().changeEvent(event)
        kind = event.type()
        if kind is QEvent.Type.ReadOnlyChange or (kind is QEvent.Type.PaletteChange and self.isReadOnly()):
            active, text = QPalette.ColorGroup.Active, QPalette.ColorRole.Text
            wanted = tokens().ink3 if self.isReadOnly() else QApplication.palette().color(active, text)
            if self.palette().color(active, text) != wanted:
                own = QPalette()
                if self.isReadOnly():
                    own.setColor(text, wanted)
                self.setPalette(own)

    def set_as_text(self, on: bool) -> None:  # a property setter
        if self.property("answered") != on:
            self.setProperty("answered", on)
            self.update()
