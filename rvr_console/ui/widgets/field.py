"""A labelled field: label above, error or "Stored 13:52:31" below."""

from datetime import datetime

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Weight, tokens
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text


def on_stage(line: QLineEdit) -> None:
    """Dress a line for the dark stage, which is the same in both themes."""
    line.setProperty("stage", True)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, tokens().stageink)
    palette.setColor(QPalette.ColorRole.PlaceholderText, tokens().stageink2)
    line.setPalette(palette)


class Field(QWidget):
    """Wraps an editor (QLineEdit, QPlainTextEdit, QComboBox). The editor's accessible name is the label and its error."""

    def __init__(self, label: str, editor: QWidget, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self._label_text = label
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        self._label = Text(label, Size.LABEL, Weight.BOLD, "ink2")
        self._label.setBuddy(editor)
        self._stored = Text("", Size.LABEL, ink="ink2")
        head.addWidget(self._label)
        head.addWidget(Text(hint, Size.LABEL, ink="ink2"))
        head.addStretch(1)
        head.addWidget(self._stored)
        column.addLayout(head)
        column.addWidget(editor)
        self._error = Status(Shape.OVER, "", Tone.DANGER)
        self._error.hide()
        column.addWidget(self._error)
        editor.setAccessibleName(label)
        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(self._answered)
        elif isinstance(editor, QPlainTextEdit):
            editor.textChanged.connect(self._answered)

    def _answered(self) -> None:
        """Who answers is not told any longer that nothing stands there; the next check says what is still wrong."""
        if self.error and self.editor.hasFocus():
            self.set_error("")

    @property
    def error(self) -> str:
        return "" if self._error.isHidden() else self._error.word

    def set_error(self, sentence: str) -> None:
        """What is wrong and that nothing is lost; empty clears it."""
        changed = sentence != self.error
        self._error.set_state(Shape.OVER, sentence, Tone.DANGER)
        self._error.setVisible(bool(sentence))
        self.editor.setProperty("error", bool(sentence))
        self.editor.update()
        parts = (self._label_text, f"{messages.ERROR}: {sentence}" if sentence else "")
        self.editor.setAccessibleName(", ".join(part for part in parts if part))
        if sentence and changed:
            announce(self, sentence)

    def set_stored(self, at: datetime | None) -> None:
        """The time the value was stored; None while it is not."""
        self._stored.setText(messages.STORED.format(time=clock(at)) if at else "")
