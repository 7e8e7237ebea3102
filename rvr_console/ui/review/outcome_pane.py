"""Right of the player: the 24 hours, the four outcomes, plan and feedback; for a plain viewing the facts of the recording."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.domain.repositories import ReviewOutcome
from rvr_console.services.values import ReviewItem
from rvr_console.ui.review import words
from rvr_console.ui.review.state import CaseState, missing_of
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.banner import Banner
from rvr_console.ui.widgets.day_bar import DayBar
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import clock, day, hour_minute, span
from rvr_console.ui.widgets.outcome_card import OutcomeCard
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import StatusTag, Tag, Tone
from rvr_console.ui.widgets.text import Text, plane

SOON = timedelta(hours=4)


def due_tag(left: timedelta) -> Tag:
    """In time, due soon (under 4 h), or over."""
    if left < timedelta():
        return Tag(Shape.OVER, words.OVERDUE, Tone.DANGER)
    return Tag(Shape.SOON, words.SOON, Tone.WARN) if left < SOON else Tag(Shape.DONE, words.IN_TIME, Tone.OK)


class OutcomeForm(QWidget):
    def __init__(
        self,
        choose: Callable[[ReviewOutcome], None],
        plan: Callable[[str], None],
        feedback: Callable[[str], None],
    ) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.XS)
        self._make_clock(column)
        self._own = Banner(Tone.WARN, words.OWN_CASE, words.OWN_WORK_ADVICE, wrap=True)
        column.addWidget(self._own)
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(Text(words.OUTCOME, Size.BODY, Weight.BOLD))
        head.addWidget(Text(words.OUTCOME_HINT, Size.BODY, ink="ink2"))
        head.addStretch(1)
        column.addSpacing(Space.XS)
        column.addLayout(head)
        self._cards: dict[ReviewOutcome, OutcomeCard] = {}
        for outcome, (name, needs) in words.OUTCOMES.items():
            card = OutcomeCard(outcome.value, name, needs)
            card.clicked.connect(lambda _on=False, own=outcome: self._chosen(own, choose))
            self._cards[outcome] = card
            column.addWidget(card)
        self._plan, self._feedback = QPlainTextEdit(), QPlainTextEdit()
        for edit, height in ((self._plan, 92), (self._feedback, 64)):
            edit.setMinimumHeight(height)
            edit.setTabChangesFocus(True)
        self._plan.textChanged.connect(lambda: self._planned(plan))
        self._feedback.textChanged.connect(lambda: feedback(self._feedback.toPlainText()))
        column.addSpacing(Space.XS)
        column.addWidget(Field(words.PLAN, self._plan, words.PLAN_HINT), 2)
        column.addWidget(Field(words.FEEDBACK, self._feedback, words.FEEDBACK_HINT), 1)
        self._case = ""

    def _make_clock(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        self._left = Text("", Size.FIGURE, Weight.BOLD)
        self._left_words = Text("", Size.BODY, ink="ink2")
        self._tag = StatusTag()
        row.addWidget(self._left)
        row.addWidget(self._left_words)
        row.addStretch(1)
        row.addWidget(self._tag)
        column.addLayout(row)
        self._bar = DayBar()
        column.addWidget(self._bar)
        self._due = Text("", Size.LABEL, ink="ink2")
        column.addWidget(self._due)

    def _chosen(self, outcome: ReviewOutcome, choose: Callable[[ReviewOutcome], None]) -> None:
        choose(outcome)

    def _planned(self, plan: Callable[[str], None]) -> None:
        text = self._plan.toPlainText()
        for outcome, card in self._cards.items():
            card.set_missing(missing_of(outcome, text))
        plan(text)

    def show_state(self, state: CaseState, item: ReviewItem, now: datetime) -> None:
        if state.line.key != self._case:
            self._case = state.line.key
            self._plan.setPlainText(state.plan)
            self._feedback.setPlainText(state.feedback)
            for card in self._cards.values():
                card.setAutoExclusive(False)
                card.setChecked(False)
                card.setAutoExclusive(True)
            for outcome, card in self._cards.items():
                card.set_missing(missing_of(outcome, state.plan))
        left = item.due_at - now
        tag = due_tag(left)
        self._left.setText(span(abs(left)))
        self._left_words.setText(words.OVER if left < timedelta() else words.LEFT)
        self._tag.set_tag(tag)
        tone = {Tone.OK: Tone.ACCENT}.get(tag.tone, tag.tone)
        began = item.due_at - timedelta(hours=24)
        self._bar.set_used(now - began, tone)
        ended, due = (f"{hour_minute(at)} on {day(at)}" for at in (began, item.due_at))
        self._due.setText(words.ENDED_DUE.format(ended=ended, due=due))
        self._own.setVisible(item.own)
        for widget in (*self._cards.values(), self._plan, self._feedback):
            widget.setEnabled(not item.own and not state.pending)

    def forget(self) -> None:
        """The next case starts empty, also if it is the same one again."""
        self._case = ""


class FactsForm(QWidget):
    """What is known of a recording that is only viewed."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._column.setSpacing(Space.S)
        self._column.addWidget(Text(words.FACTS, Size.BODY, Weight.BOLD))
        self._values: dict[str, Text] = {}
        for name in ("Log", "Person", "Category", "Officer", "Call ended", "Agreement", "Recording",
                     "Recorded from", "Segments", "Evidence number"):  # fmt: skip
            row = QHBoxLayout()
            label = Text(name, Size.BODY, ink="ink2")
            label.setFixedWidth(144)
            value = Text("", Size.BODY, wrap=True)
            row.addWidget(label)
            row.addWidget(value, 1)
            self._values[name] = value
            self._column.addLayout(row)
        self._column.addStretch(1)

    def show_state(self, state: CaseState) -> None:
        consultation, incident = state.line.consultation, state.line.incident
        ended = consultation.ended_at
        said = {
            "Log": incident.reference,
            "Person": incident.person.name,
            "Category": incident.category,
            "Officer": state.line.officer,
            "Call ended": f"{day(ended)} {clock(ended)}" if ended else "Not ended",
            "Agreement": words.CONSENT_WORDS.get(consultation.consent.value, consultation.consent.value),
        }
        recording = state.recording
        if recording is not None:
            at = recording.started_at
            said["Recording"] = words.STATUS_WORDS[recording.status]
            said["Recorded from"] = f"{day(at)} {clock(at)}"
            said["Segments"] = str(len(recording.segments))
            said["Evidence number"] = recording.evidence_id
        for name, value in self._values.items():
            value.setText(said.get(name, "–"))


class RightPane(QWidget):
    def __init__(
        self,
        choose: Callable[[ReviewOutcome], None],
        plan: Callable[[str], None],
        feedback: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setProperty("pane", True)
        self.setMinimumWidth(400)
        self._stack = QStackedLayout(self)
        self.outcome, self._facts = OutcomeForm(choose, plan, feedback), FactsForm()
        for form in (self.outcome, self._facts):
            pane = plane("surface")
            inside = QVBoxLayout(pane)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(form)
            scroll = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setWidget(pane)
            self._stack.addWidget(scroll)

    def show_state(self, state: CaseState, now: datetime) -> None:
        item = state.line.item
        self._stack.setCurrentIndex(0 if item is not None else 1)
        if item is not None:
            self.outcome.show_state(state, item, now)
        self._facts.show_state(state)
