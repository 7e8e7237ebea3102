"""Safety questions, asked before anything else, and where the person is now; before the call also the link."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.kind_row import KindRow
from rvr_console.ui.consultation.link_panel import LinkPanel
from rvr_console.ui.consultation.state import BEFORE_CALL, PageState, Stage
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.ask_pane import ReasonPane
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.in_sight import focus_in_sight
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.stored_line import Store, StoredLine
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, plane, rule

_LABEL_WIDTH = 216


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
