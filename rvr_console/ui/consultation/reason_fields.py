"""One line for each thing that the case needs and does not have: why it is closed without."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from rvr_console.services.values import ChecklistItem
from rvr_console.ui.consultation import words
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.text import Text

MAX_REASON = 500


class ReasonFields(QWidget):
    """Hidden while nothing is missing. What is typed stays in its line while the others come and go."""

    def __init__(self, before: QWidget, after: QWidget) -> None:
        """before, after: the controls between which Tab walks through the lines."""
        super().__init__()
        self._before, self._after = before, after
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.WITHOUT_TITLE, Size.BODY, Weight.BOLD))
        column.addWidget(Text(words.WITHOUT_ADVICE, Size.LABEL, ink="ink2", wrap=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.XS)
        column.addLayout(self._rows)
        self._fields: dict[str, Field] = {}
        self._said: dict[str, str] = {}
        self._shown: list[tuple[str, str, str]] = []
        self.hide()

    def show_missing(self, missing: Sequence[ChecklistItem]) -> None:
        shown = [(item.key, item.label, item.words) for item in missing]
        if shown == self._shown:
            return
        self._shown = shown
        typed = self._typed()
        for field in self._fields.values():
            self._rows.removeWidget(field)
            field.hide()
            field.deleteLater()
        self._fields = {item.key: self._field(item) for item in missing}
        for key, field in self._fields.items():
            _line(field).setText(typed.get(key, ""))
            self._rows.addWidget(field)
        lines = [_line(field) for field in self._fields.values()]
        for first, second in pairwise((self._before, *lines, self._after)):
            QWidget.setTabOrder(first, second)  # else the lines, made later, come last
        self.setVisible(bool(missing))

    @staticmethod
    def _field(item: ChecklistItem) -> Field:
        line = QLineEdit()
        line.setFixedHeight(Height.CONTROL)
        line.setMaxLength(MAX_REASON)
        return Field(words.WITHOUT.format(label=item.label.lower()), line, item.words)

    def _typed(self) -> dict[str, str]:
        self._said |= {key: _line(field).text() for key, field in self._fields.items()}
        return self._said

    def reasons(self) -> dict[str, str]:
        """By checklist key; without those that are empty."""
        typed = {key: _line(field).text().strip() for key, field in self._fields.items()}
        return {key: text for key, text in typed.items() if text}

    def first_empty(self) -> QLineEdit | None:
        """Mark every line without a reason; the first of them."""
        first = None
        for field in self._fields.values():
            line = _line(field)
            empty = not line.text().strip()
            field.set_error(words.MISSING_WITHOUT if empty else "")
            first = first or (line if empty else None)
        return first

    def begun(self) -> dict[str, str]:
        """By checklist key: all that was typed for this consultation, finished or not."""
        return dict(self._typed())

    def begin(self, said: dict[str, str]) -> None:
        """Another consultation comes. said: what was begun for it before."""
        self._said = dict(said)
        for key, field in self._fields.items():
            _line(field).setText(said.get(key, ""))
            field.set_error("")

    def focus_first(self) -> bool:
        for field in self._fields.values():
            if not _line(field).text().strip():
                focus_in_sight(_line(field))
                return True
        return False


def _line(field: Field) -> QLineEdit:
    editor = field.editor
    if not isinstance(editor, QLineEdit):
        raise TypeError("a reason is one line")
    return editor
