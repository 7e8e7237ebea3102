"""One item: number, label, the answer's control, a comment. Y, N, K answer while the control has the focus."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from rvr_console.domain.form import Answer, AnswerKind, Item
from rvr_console.ui.risk import words
from rvr_console.ui.risk.answer_box import AnswerBox
from rvr_console.ui.risk.state import item_name
from rvr_console.ui.theme import Height, Size, Space, Weight, tokens
from rvr_console.ui.widgets.lines_text import LinesText
from rvr_console.ui.widgets.segmented import YES_NO_NOT_KNOWN, Option, Segmented
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.stored_line import STORE_AFTER_MS, StoredLine
from rvr_console.ui.widgets.text import Text

COMMENT_WIDTH, _COMMENT_LEAST = 144, 88
_LABEL_LEAST = 96
LABEL_WIDEST = 400  # beyond it, the room goes to what is written
_TEXT_LABEL_SHARE = 0.38  # of a row whose answer is written
_BOX_WIDTH = 206
_NUMBER_WIDTH = 28  # "S10"
_LINE_ROOM = 12, 8  # above and below the lines of a label that takes several: as ever, compact
TEXT_HEIGHT = 72
MAX_TEXT = 100_000
_SEGMENTS, _SEGMENT_LETTERS = 4, 30
_DAY = "%d/%m/%Y"
Settled = Callable[[bool], None]


class Answers(Protocol):
    """What a row tells the presenter."""

    def choose(self, item: str, value: str) -> None: ...

    def write(self, item: str, text: str, settled: Settled) -> None:
        """The answer itself, of an item whose answer is written."""
        ...

    def comment(self, item: str, text: str, settled: Settled) -> None: ...

    def entered(self, item: str) -> None:
        """The focus came into this row."""
        ...


class StoredText(QPlainTextEdit):
    """Several lines of text, stored shortly after the last key and when they are left; as StoredLine otherwise."""

    def __init__(self, name: str, store: Callable[[str, Settled], None]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(words.WRITE_HERE)
        self.setTabChangesFocus(True)
        self.setFixedHeight(TEXT_HEIGHT)
        self._store = store
        self._stored = ""
        self._on_way, self._failed = 0, False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STORE_AFTER_MS)
        self._timer.timeout.connect(self.flush)
        self.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if self.toPlainText() != self._stored:
            self._timer.start()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.flush()
        super().focusOutEvent(event)

    def flush(self) -> None:
        """Store now what is not stored yet."""
        self._timer.stop()
        text = self.toPlainText()
        if text != self._stored or self._failed:
            self._stored, self._failed = text, False
            self._on_way += 1
            self._store(text, self._settled)

    def _settled(self, done: bool) -> None:  # the shape of every "settled"
        self._on_way -= 1
        self._failed = not done

    def show_stored(self, text: str) -> None:
        if self._timer.isActive() or self._on_way or self.hasFocus() or self._failed or text == self._stored:
            return
        self._stored = text
        self.setPlainText(text)


def _day_text(value: str) -> str:
    return date.fromisoformat(value).strftime(_DAY) if value else ""


def _day_of(text: str) -> str:
    """21/11/2026 as the form keeps it: 2026-11-21. Raises ValueError."""
    day, month, year = (int(part) for part in text.split("/"))
    return date(year, month, day).isoformat()


class ItemRow(QWidget):
    """A row of a form. show_answer() puts the stored answer into it; nothing typed is ever overwritten."""

    def __init__(self, item: Item, answers: Answers, *, numbered: bool = True) -> None:
        """numbered: with a column for the number, which some other item of the section has."""
        super().__init__()
        self.item, self._answers = item, answers
        self._shown = Shown()
        self._current = False
        self._name = item_name(item)
        self.setObjectName(f"row-{item.id}")
        self._compact, self._width = False, 0
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 0, Space.M, 0)
        row.setSpacing(Space.XS)
        number = Text(item.number, Size.BODY, ink="ink2", parent=self)
        number.setFixedWidth(_NUMBER_WIDTH)
        number.setVisible(numbered)
        row.addWidget(number)
        self._number_room = _NUMBER_WIDTH + Space.XS if numbered else 0
        self.label = LinesText(item.label)
        hints = (item.help, words.WHY_WE_ASK.format(why=item.why) if item.why else "")
        self.label.setToolTip("\n".join((item.label, *(hint for hint in hints if hint))))
        row.addWidget(self.label)
        self.segments: Segmented | None = None
        self.box: AnswerBox | None = None
        self.line: StoredLine | None = None
        self.area: StoredText | None = None
        self._comment: StoredLine | None = None
        self.control = self._make_control()
        self._written = self.line is not None or self.area is not None
        row.addWidget(self.control, int(self._written))
        if not self._written:
            row.addWidget(self._make_comment(), 1)
        self._fit()

    def _make_control(self) -> QWidget:
        item, choices = self.item, self.item.choices
        if choices:
            known = (
                {option.key: option for option in YES_NO_NOT_KNOWN} if item.kind is AnswerKind.YES_NO else {}
            )
            options = [
                Option(one.key, one.label, known[one.key].letter if one.key in known else str(place))
                for place, one in enumerate(choices, 1)
            ]
            if len(options) <= _SEGMENTS and sum(len(one.word) for one in options) <= _SEGMENT_LETTERS:
                self.segments = Segmented(options, self._name)
                self.segments.chosen.connect(lambda key: self._answers.choose(item.id, key))
                return self.segments
            return self._make_box(options)
        if item.kind is AnswerKind.TEXT:
            self.area = StoredText(self._name, lambda text, done: self._answers.write(item.id, text, done))
            return self.area
        self.line = StoredLine(self._name, self._write_line)
        self.line.setPlaceholderText(words.DATE_HINT if item.kind is AnswerKind.DATE else words.WRITE_HERE)
        return self.line

    def _make_box(self, options: list[Option]) -> AnswerBox:
        self.box = AnswerBox(self._name, [option.letter for option in options])
        self.box.setFixedSize(_BOX_WIDTH, Height.CONTROL)
        self.box.addItem(words.UNANSWERED, "")
        for option in options:
            self.box.addItem(option.word, option.key)
        self.box.activated.connect(
            lambda place: self._answers.choose(
                self.item.id, str(self.box.itemData(place) if self.box else "")
            )
        )
        return self.box

    def _make_comment(self) -> QWidget:
        item_id = self.item.id
        name = words.COMMENT_OF.format(item=self._name)
        self._comment = StoredLine(name, lambda text, done: self._answers.comment(item_id, text, done))
        self._comment.setMaxLength(MAX_TEXT)
        self._comment.setPlaceholderText(words.ADD_COMMENT)
        self._comment.set_as_text(on=True)
        return self._comment

    def _write_line(self, text: str, settled: Settled) -> None:
        value = text.strip()
        if value and self.item.kind is AnswerKind.DATE:
            try:
                value = _day_of(value)
            except ValueError:
                self._set_error(words.DATE_WRONG)
                settled(False)
                return
        self._set_error("")
        self._answers.write(self.item.id, value, settled)

    def _set_error(self, sentence: str) -> None:
        if self.line is not None and self._shown.changed("error", sentence):
            self.line.setProperty("error", bool(sentence))
            self.line.setToolTip(sentence)
            self.line.setAccessibleDescription(sentence)
            self.line.update()

    # --- what is shown ---
    def show_answer(self, answer: Answer | None, *, editable: bool) -> None:
        value, comment = (answer.value, answer.comment) if answer else ("", "")
        if self.segments is not None and self.segments.value != value:
            self.segments.set_value(value)
        elif self.box is not None and self.box.currentData() != value and not self.box.view().isVisible():
            self.box.setCurrentIndex(max(0, self.box.findData(value)))
        if self.area is not None:
            self.area.show_stored(value)
        elif self.line is not None:
            self.line.show_stored(_day_text(value) if self.item.kind is AnswerKind.DATE else value)
        if self._comment is not None:
            self._comment.show_stored(comment)
            if self._shown.changed("comment", comment):
                self._comment.setToolTip(comment)
        if self._shown.changed("editable", editable):
            if self.area is not None:
                self.area.setReadOnly(not editable)  # a long answer is still read by keys
            else:
                self.control.setEnabled(editable)
            if self._comment is not None:
                self._comment.setReadOnly(not editable)

    def set_current(self, current: bool) -> None:  # a property setter
        if current == self._current:
            return
        self._current = current
        self.label.set_weight(Weight.BOLD if current else Weight.REGULAR)
        if self._comment is not None:
            self._comment.set_as_text(on=not current)
            self._comment.setPlaceholderText(words.COMMENT if current else words.ADD_COMMENT)
        self.update()

    def focus_control(self) -> None:
        self.control.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def flush(self) -> None:
        for part in (self.line, self.area, self._comment):
            if part is not None:
                part.flush()

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        if compact != self._compact:
            self._compact = compact
            self._fit()

    def fit(self, width: int) -> None:
        """The row will be this wide: its label takes as many lines as it needs, and the row is as high as they are."""
        if width != self._width:
            self._width = width
            self._fit()

    def _fit(self) -> None:
        low = Height.ROW_FORM_LOW if self._compact else Height.ROW_FORM
        if self.area is not None:
            low = TEXT_HEIGHT + Space.XS
        room = self._width - Space.L - Space.M - self._number_room - Space.XS
        if self._written:
            label = round(room * _TEXT_LABEL_SHARE)
        else:
            control = _BOX_WIDTH if self.box is not None else self.control.sizeHint().width()
            label = room - control - Space.XS - COMMENT_WIDTH
            if self._comment is not None:  # gives way before the label does
                less = max(0, _LABEL_LEAST - label)
                self._comment.setMinimumWidth(max(_COMMENT_LEAST, COMMENT_WIDTH - less))
        lines = self.label.set_width(max(_LABEL_LEAST, min(LABEL_WIDEST, label)))
        more = 0 if lines == 1 else lines * Size.BODY.line + _LINE_ROOM[self._compact]
        self.setFixedHeight(max(low, more))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the answer back; the store keeps that it was given."""
        taken_back = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if taken_back and self.segments is not None and self.segments.value and self.segments.isEnabled():
            self._answers.choose(self.item.id, "")
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.tint if self._current else t.surface)
        if self._current:
            painter.fillRect(0, 0, 4, self.height(), t.accent)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
