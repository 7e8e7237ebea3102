"""Below the player: what happened in the recording, the checklist, the CAD log, the notes, and what verification found."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.services.values import CheckState
from rvr_console.ui.parts import Parts
from rvr_console.ui.review import words
from rvr_console.ui.review.forms_pane import FormsPane
from rvr_console.ui.review.playback import ReviewMark, ReviewTimeline, Seal, Verification
from rvr_console.ui.review.safeguarding_pane import SafeguardingPane
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.review.statements_pane import StatementsPane, VersionShown
from rvr_console.ui.review.timeline_of import SHAPES, listed
from rvr_console.ui.theme import Height, Space
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.figures import clock, running
from rvr_console.ui.widgets.plain_table import AnyRow, Cell, Column, LateRow, PlainTable, Row
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tabs import StateTabs
from rvr_console.ui.widgets.tag import Tag, Tone
from rvr_console.ui.widgets.text import plane, rule

CHECKS = {
    CheckState.DONE: (Shape.DONE, Tone.OK),
    CheckState.UNDER_WAY: (Shape.HALF, Tone.ACCENT),
    CheckState.ATTENTION: (Shape.SOON, Tone.WARN),
    CheckState.NOT_STARTED: (Shape.RING, Tone.NEUTRAL),
}
DELIVERIES = {
    DeliveryState.PENDING: Tag(Shape.HALF, "Waiting for CAD", Tone.WARN),
    DeliveryState.DONE: Tag(Shape.DONE, "In CAD", Tone.OK),
    DeliveryState.REFUSED: Tag(Shape.OVER, "Refused", Tone.DANGER),
}
SEALS = {
    Seal.VERIFIED: Tag(Shape.DONE, "Verified", Tone.OK),
    Seal.MARKED: Tag(Shape.SOON, "With care", Tone.WARN),
    Seal.REFUSED: Tag(Shape.OVER, "Refused", Tone.DANGER),
}


class _Sheet(QWidget):
    """A table, or what to say while it is empty."""

    def __init__(self, name: str, columns: tuple[Column, ...], empty: str) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        blank = plane("surface")
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        inside.addWidget(EmptyState("list", empty))
        inside.addStretch(1)
        self._stack.addWidget(blank)
        self.table = PlainTable(name, columns, Height.ROW)
        self.table.horizontalHeader().hide()
        self._stack.addWidget(self.table)
        column.addWidget(self._stack)

    def show_rows(self, rows: Sequence[AnyRow]) -> None:
        self.table.set_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)


class CaseTabs(QWidget):
    """seek: called with session time in µs when an event's row is opened. approve: with the id of the form that was read.

    show_disclosure: with the id of a covered record and the purpose. save_statement: with the version that is chosen.
    open_gate: with the reason why this person may sign by video all the same. read_statement: with statement, version and purpose.
    Call make_in_parts to its end before anything is shown.
    """

    def __init__(
        self,
        seek: Callable[[int], None],
        approve: Callable[[str], None],
        show_disclosure: Callable[[str, str], None],
        save_statement: Callable[[VersionShown], None],
        open_gate: Callable[[str], None],
        read_statement: Callable[[str, int, str], None],
    ) -> None:
        super().__init__()
        self.setProperty("pane", True)
        self._seek, self._save_statement, self._open_gate = seek, save_statement, open_gate
        self._read_statement = read_statement
        self._approve, self._show_disclosure = approve, show_disclosure

    def make_in_parts(self) -> Parts:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        ground = plane("surface")
        outer.addWidget(ground)
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._tabs = StateTabs(words.TAB_BAR)
        self._sheets = QStackedWidget()
        wide, time, tag = Column("", 200, elastic=True), Column("", 112), Column("", 168)
        self._pages = {
            "events": _Sheet(words.TABS["events"], (time, Column("", 152), wide), words.NO_EVENTS),
            "checklist": _Sheet(words.TABS["checklist"], (tag, Column("", 160), wide), words.NO_CHECKLIST),
            "cad": _Sheet(words.TABS["cad"], (time, wide, tag), words.NOTHING_IN_CAD),
            "notes": _Sheet(words.TABS["notes"], (time, wide, tag), words.NO_NOTES),
            "seal": _Sheet(words.TABS["seal"], (tag, wide), words.NOT_VERIFIED_YET),
        }
        yield
        self.forms = FormsPane(self._approve)
        self.safeguarding = SafeguardingPane(self._show_disclosure)
        self.statements = StatementsPane(self._save_statement, self._open_gate, self._read_statement)
        pages: dict[str, QWidget] = {
            **self._pages,
            "forms": self.forms,
            "safeguarding": self.safeguarding,
            "statements": self.statements,
        }
        self._keys = list(words.TABS)
        for key in self._keys:
            self._tabs.add(key, words.TABS[key])
            self._sheets.addWidget(pages[key])
        self._tabs.chosen.connect(lambda key: self._sheets.setCurrentIndex(self._keys.index(key)))
        self._pages["events"].table.opened.connect(lambda key: self._seek(int(key.split(":")[1])))
        column.addWidget(self._tabs)
        column.addWidget(rule())
        column.addWidget(self._sheets, 1)
        self.open("checklist")

    def open(self, key: str) -> None:
        self._tabs.set_current(key)
        self._sheets.setCurrentIndex(self._keys.index(key))

    def show_state(self, state: CaseState) -> None:
        self._pages["checklist"].show_rows(checklist_rows(state))
        self.forms.show_state(state)
        self.safeguarding.show_state(state)
        self.statements.show_state(state)
        self._pages["cad"].show_rows([_cad_row(action) for action in state.cad])
        self._pages["notes"].show_rows(
            [
                Row(str(n), (clock(note.at), note.text, _place(note.offset_us)))
                for n, note in enumerate(state.line.consultation.notes)
            ]
        )
        self._show_seal(state.verification)

    def _show_seal(self, verification: Verification | None) -> None:
        if verification is None:
            self._pages["seal"].show_rows([])
            return
        rows = [Row("headline", (SEALS[verification.seal], verification.headline))]
        rows += [Row(str(n), ("", sentence)) for n, sentence in enumerate(verification.details)]
        self._pages["seal"].show_rows(rows)

    def show_recording(self, timeline: ReviewTimeline | None) -> None:
        marks = listed(timeline) if timeline else []
        rows = [
            LateRow(f"{number}:{mark.start_us}", mark, partial(_event_cells, mark))
            for number, mark in enumerate(marks)
        ]
        self._pages["events"].show_rows(rows)
        self.open("events" if timeline else "checklist")


def _event_cells(mark: ReviewMark) -> tuple[Cell, ...]:
    shape, tone, word = SHAPES[mark.event]
    return running(mark.start_us / 1e6), Tag(shape, word, tone), mark.words


def checklist_rows(state: CaseState) -> list[Row]:
    """What was closed without is said in its line, with the officer's reason."""
    reasons = {line.item: line.reason for line in state.line.item.without} if state.line.item else {}
    rows = []
    for item in state.checklist:
        tag = Tag(
            CHECKS[item.state][0], item.state.value.replace("_", " ").capitalize(), CHECKS[item.state][1]
        )
        said = item.words
        if item.key in reasons:
            tag = Tag(Shape.SOON, words.CLOSED_WITHOUT, Tone.WARN)
            said = words.CLOSED_WITHOUT_WHY.format(state=item.words, reason=reasons[item.key])
        rows.append(Row(item.key, (tag, item.label, said)))
    return rows


def _place(offset_us: int | None) -> str:
    return f"at {running(offset_us / 1e6)}" if offset_us is not None else ""


def _cad_row(action: CadAction) -> Row:
    verb = action.verb.value.replace("_", " ").capitalize()
    text = action.payload.get("text", "")
    said = f"{verb}: {text}" if text else verb
    if action.state is DeliveryState.REFUSED:
        said = f"{said} ({action.refused_reason})"
    return Row(action.id, (clock(action.at_source), said, DELIVERIES[action.state]))
