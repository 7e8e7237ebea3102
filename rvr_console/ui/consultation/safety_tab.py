"""Safety questions, asked before anything else, and where the person is now; before the call also the link."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.ask_pane import ReasonPane
from rvr_console.ui.consultation.kind_row import KindRow
from rvr_console.ui.consultation.link_panel import LinkPanel
from rvr_console.ui.consultation.shown import Shown
from rvr_console.ui.consultation.state import BEFORE_CALL, PageState, Stage
from rvr_console.ui.theme import Height, Size, Space, Weight, tokens
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, plane, rule

STORE_AFTER_MS = 300  # within the half second that "stored as you type" promises
_LABEL_WIDTH = 216
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


class SafetyRow(QWidget):
    """One question: state, words, answer."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._shown = Shown()
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.setSpacing(Space.M)
        self._mark = Status(Shape.RING, "", gap=0)
        self._caption = Text("", Size.BODY, ink="ink2", wrap=True)
        self._caption.setFixedWidth(_LABEL_WIDTH)
        self.line = StoredLine("", store)
        self.line.setPlaceholderText(words.SAFETY_ASK)
        row.addWidget(self._mark)
        row.addWidget(self._caption)
        row.addWidget(self.line, 1)

    def show_question(self, asked: str) -> None:
        if self._shown.changed("asked", asked):
            self._caption.setText(asked)
            self.line.setAccessibleName(asked)

    def show_answer(self, answer: str) -> None:
        self.line.show_stored(answer)
        there = bool(answer.strip())
        if self._shown.changed("there", there):
            shape, tone = (Shape.DONE, Tone.OK) if there else (Shape.RING, Tone.NEUTRAL)
            spoken = words.SAFETY_ANSWERED if there else words.SAFETY_OPEN
            self._mark.set_state(shape, "", tone, spoken=spoken)
            self.line.setAccessibleDescription(spoken)
            self.line.set_as_text(there)


class SafetyTab(QScrollArea):
    """answered(question, text, settled) and located(text, source) as things are stored; copied: the link was copied.

    link_wanted(reason): the link is to go before the questions are answered.
    """

    answered = Signal(str, str, object)
    link_wanted = Signal(str)
    located = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(words.SAFETY_TITLE)
        self._shown = Shown()
        self._open = 0
        body = plane("surface")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.kind = KindRow()
        column.addWidget(self.kind)
        column.addLayout(self._head())
        column.addWidget(rule())
        self._rows: dict[str, SafetyRow] = {}
        for question in SAFETY_QUESTIONS:
            row = self._rows[question] = SafetyRow(partial(self.answered.emit, question))
            column.addWidget(row)
            column.addWidget(rule())
        self._make_link_first(column)
        column.addLayout(self._where())
        self._link_rule = rule()
        column.addWidget(self._link_rule)
        self._link = LinkPanel()
        column.addWidget(self._link)
        column.addStretch(1)
        self.setWidget(body)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        head.setSpacing(Space.XS)
        head.addWidget(Text(words.SAFETY_TITLE, Size.BODY, Weight.BOLD))
        self._count = StatusTag(Tag(Shape.RING, f"0 of {len(SAFETY_QUESTIONS)}"))
        head.addWidget(self._count)
        self._stored = Text(words.SAFETY_HINT, Size.LABEL, ink="ink2", elide=True)
        self._stored.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._stored, 1)
        return head

    def _make_link_first(self, column: QVBoxLayout) -> None:
        self._link_first = Button(words.LINK_FIRST, "quiet")
        self._link_first.clicked.connect(self._ask_link_first)
        self._why_first = ReasonPane(words.LINK_FIRST_WHY, words.LINK_FIRST_WHY, Tone.WARN)
        self._why_first.add(words.LINK_FIRST_NOW, "secondary", self._send_first, on_enter=True)
        self._why_first.add_way_back(words.LINK_FIRST_KEEP)
        row = QHBoxLayout()
        row.setContentsMargins(Space.M, 0, Space.L, 0)
        row.addWidget(self._link_first)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._why_first)

    def _ask_link_first(self) -> None:
        self.flush()
        many = words.LINK_FIRST_ASK.format(n=self._open)
        self._why_first.ask(many if self._open != 1 else words.LINK_FIRST_ONE)

    def _send_first(self, reason: str) -> None:
        self._why_first.close_pane()
        self.link_wanted.emit(reason)

    def _where(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        row.setSpacing(Space.XS)
        self._located = Status(Shape.RING, "", gap=0)
        row.addWidget(self._located)
        row.addSpacing(Space.XS)
        row.addWidget(Text(words.WHERE_NOW, Size.BODY, Weight.BOLD))
        row.addSpacing(Space.XS)
        self._place = QLineEdit()
        self._place.setFixedHeight(Height.CONTROL)
        self._place.setMaxLength(300)
        self._place.setAccessibleName(words.WHERE_NOW)
        self._place.setPlaceholderText(words.WHERE_HINT)
        self._place.returnPressed.connect(self._locate)
        confirm = Button(words.CONFIRMED_ALOUD)
        confirm.clicked.connect(self._locate)
        row.addWidget(self._place, 1)
        row.addWidget(confirm)
        return row

    def _locate(self) -> None:
        self.located.emit(self._place.text().strip(), "said_aloud")

    def show_state(self, state: PageState) -> None:
        consultation = state.consultation
        if self._shown.changed("consultation", consultation.id):
            self._place.setText(consultation.location or state.incident.address)
            self._place.setCursorPosition(0)
            for question, row in self._rows.items():
                row.line.start_with(consultation.safety.get(question, ""))
        for question, row in self._rows.items():
            row.show_question(state.safety_words[question])
            row.show_answer(consultation.safety.get(question, ""))
        done = sum(bool(answer.strip()) for answer in consultation.safety.values())
        if self._shown.changed("done", done):
            shape = Shape.DONE if done == len(SAFETY_QUESTIONS) else Shape.HALF if done else Shape.RING
            tone = {Shape.DONE: Tone.OK, Shape.HALF: Tone.ACCENT}.get(shape, Tone.NEUTRAL)
            self._count.set_tag(Tag(shape, f"{done} of {len(SAFETY_QUESTIONS)}", tone))
        at = state.safety_stored
        self._stored.setText(words.SAFETY_STORED.format(time=clock(at)) if at else words.SAFETY_HINT)
        if self._shown.changed("located", bool(consultation.location)):
            known = bool(consultation.location)
            shape, tone = (Shape.DONE, Tone.OK) if known else (Shape.RING, Tone.NEUTRAL)
            spoken = words.WHERE_CONFIRMED if known else words.WHERE_OPEN
            self._located.set_state(shape, "", tone, spoken=spoken)
        before = state.stage in BEFORE_CALL and state.link is not None
        self._link.setVisible(before)
        self._link_rule.setVisible(before)
        self._link.show_state(state)
        self._open = sum(not consultation.safety.get(one, "").strip() for one in state.before_link)
        may_go_first = state.stage is Stage.NO_LINK and self._open > 0 and not state.pending
        self._link_first.setVisible(may_go_first)
        if not may_go_first and not state.pending:
            self._why_first.close_pane()
        self.kind.show_state(state)

    def focus_first_open(self, place: int) -> None:
        focus_in_sight(list(self._rows.values())[place].line)

    def flush(self) -> None:
        """Store every answer that is still on its way out of the keyboard."""
        for row in self._rows.values():
            row.line.flush()

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        for row in self._rows.values():
            row.line.setFixedHeight(Height.FIELD_LOW if compact else Height.CONTROL)
        self._link.set_compact(compact)
