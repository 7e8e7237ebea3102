"""Disclosures that go by word of mouth: written once, covered from then on; shown for a moment to whoever says what for."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from rvr_console.domain.counting import counted
from rvr_console.domain.policy import Choice
from rvr_console.domain.safeguarding import CoveredRecord
from rvr_console.ui.safeguarding import words
from rvr_console.ui.safeguarding.presenter import Settled
from rvr_console.ui.safeguarding.referral_pane import one_line
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, rule

SHOWN_SECONDS = 60


class CoveredRow(QWidget):
    """show(record id, purpose). The text has no selection, so nothing of it gets into the clipboard; it is covered when left."""

    def __init__(self, record: CoveredRecord, show: Callable[[str, str], None]) -> None:
        super().__init__()
        self._record, self._show = record, show
        detail = words.COVERED_DETAIL.format(time=clock(record.at), by=record.by)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XXS)
        head = QHBoxLayout()
        head.setContentsMargins(0, Space.XXS, 0, Space.XXS)
        head.setSpacing(Space.S)
        self._state = Status(size=Size.BODY)
        head.addWidget(self._state)
        head.addWidget(Text(detail, Size.LABEL, ink="ink2", elide=True), 1)
        self._open = Button(words.SHOW)
        self._open.setAccessibleName(words.SHOW_NAME.format(what=record.what, time=clock(record.at)))
        self._open.clicked.connect(self._ask)
        head.addWidget(self._open)
        column.addLayout(head)
        self._make_question(column)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._text.setWordWrap(True)
        self._text.setAccessibleName(words.SHOWN_NAME)
        self._text.hide()
        column.addWidget(self._text)
        self._hint = Text(words.SHOWN_HINT.format(seconds=SHOWN_SECONDS), Size.LABEL, ink="ink2")
        self._hint.hide()
        column.addWidget(self._hint)
        column.addWidget(rule())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_SECONDS * 1000)
        self._timer.timeout.connect(self.cover)
        self._say(words.COVERED)

    def _make_question(self, column: QVBoxLayout) -> None:
        self._question = QWidget()
        row = QHBoxLayout(self._question)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        self._purpose = one_line()
        self._purpose.returnPressed.connect(self._go)
        self._purpose_field = Field(words.PURPOSE, self._purpose, words.PURPOSE_HINT)
        row.addWidget(self._purpose_field, 1)
        go = Button(words.OPEN)
        go.clicked.connect(self._go)
        row.addWidget(go, 0, Qt.AlignmentFlag.AlignBottom)
        self._question.hide()
        column.addWidget(self._question)

    def _say(self, pattern: str) -> None:
        said = pattern.format(what=self._record.what, words=counted(self._record.words, "word"))
        self._state.set_state(Shape.ATTENTION, said, Tone.NEUTRAL)

    @property
    def shown(self) -> bool:
        return not self._text.isHidden()

    def set_may_show(self, may: bool) -> None:  # a property setter
        self._open.setVisible(may)

    def _ask(self) -> None:
        if self.shown:
            self.cover()
            return
        self._question.show()
        focus_in_sight(self._purpose)

    def _go(self) -> None:
        purpose = self._purpose.text().strip()
        self._purpose_field.set_error("" if purpose else words.PURPOSE_NEEDED)
        if purpose:
            self._show(self._record.id, purpose)

    def uncover(self, text: str) -> None:
        self._question.hide()
        self._purpose.clear()
        self._say(words.UNCOVERED)
        self._text.setText(text)
        self._text.setAccessibleDescription(text)
        self._text.show()
        self._hint.show()
        self._open.setText(words.COVER)
        focus_in_sight(self._open)
        self._timer.start()

    def cover(self) -> None:
        """Nothing of the text stays in the widget."""
        self._timer.stop()
        self._say(words.COVERED)
        self._text.hide()
        self._text.clear()
        self._text.setAccessibleDescription("")
        self._hint.hide()
        self._question.hide()
        self._purpose.clear()
        self._purpose_field.set_error("")
        self._open.setText(words.SHOW)
        self._open.setAccessibleName(
            words.SHOW_NAME.format(what=self._record.what, time=clock(self._record.at))
        )

    def hideEvent(self, event: QHideEvent) -> None:
        self.cover()
        super().hideEvent(event)


class CoveredList(QWidget):
    """Covered records, one below the other. show(record id, purpose)."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        super().__init__()
        self._show = show
        self._rows: dict[str, CoveredRow] = {}
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)

    def show_records(self, records: Sequence[CoveredRecord], *, may_show: bool = True) -> None:
        if [record.id for record in records] != list(self._rows):
            for row in self._rows.values():
                self._list.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = {record.id: CoveredRow(record, self._show) for record in records}
            for row in self._rows.values():
                self._list.addWidget(row)
        for row in self._rows.values():
            row.set_may_show(may_show)

    def uncover(self, record_id: str, text: str) -> None:
        if record_id in self._rows and self.isVisible():
            self._rows[record_id].uncover(text)

    def cover_all(self) -> None:
        for row in self._rows.values():
            row.cover()


class DisclosurePane(QWidget):
    """record(key, text, settled); show(record id, purpose)."""

    def __init__(
        self,
        rights: Sequence[Choice],
        record: Callable[[str, str, Settled], None],
        show: Callable[[str, str], None],
    ) -> None:
        super().__init__()
        self._record = record
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(Text(words.DISCLOSE_ADVICE, Size.LABEL, ink="ink2", wrap=True))
        self._covered = CoveredList(show)
        self._none = Text(words.NO_DISCLOSURES, Size.BODY, Weight.REGULAR, "ink2")
        column.addWidget(self._none)
        column.addWidget(self._covered)
        self._right = Segmented([Option(choice.key, choice.label) for choice in rights], words.DISCLOSE_RIGHT)
        self._right_field = Field(words.DISCLOSE_RIGHT, self._right)
        column.addWidget(self._right_field)
        self._text = QPlainTextEdit()
        self._text.setFixedHeight(88)
        self._text.setTabChangesFocus(True)
        self._text_field = Field(words.DISCLOSE_TEXT, self._text)
        column.addWidget(self._text_field)
        add = Button(words.DISCLOSE)
        add.clicked.connect(self._add)
        column.addWidget(add)
        column.addStretch(1)

    def _add(self) -> None:
        text, right = self._text.toPlainText().strip(), self._right.value
        self._text_field.set_error("" if text else words.TEXT_NEEDED)
        self._right_field.set_error("" if right else words.RIGHT_NEEDED)
        if text and right:
            self._record(right, text, self._settled)
        else:
            focus_in_sight(self._right if text else self._text)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        if done:
            self.clear_form()

    def clear_form(self) -> None:
        self._text.clear()
        self._text.document().clearUndoRedoStacks()
        self._right.set_value("")
        self._text_field.set_error("")
        self._right_field.set_error("")

    def show_records(self, records: Sequence[CoveredRecord]) -> None:
        self._covered.show_records(records)
        self._none.setVisible(not records)

    def uncover(self, record_id: str, text: str) -> None:
        self._covered.uncover(record_id, text)

    def cover_all(self) -> None:
        self._covered.cover_all()

    def focus_first(self) -> None:
        focus_in_sight(self._text)
