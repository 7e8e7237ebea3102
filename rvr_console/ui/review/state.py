"""What the review page knows, and what its action slot may do."""

from dataclasses import dataclass, field
from enum import Enum, auto

from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.cad import CadAction
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import Incident
from rvr_console.domain.repositories import Recording, ReviewOutcome
from rvr_console.domain.safeguarding import SafeguardingFile
from rvr_console.domain.signing import Ceremony
from rvr_console.domain.signing_gate import Gate
from rvr_console.domain.statement import Statement, StatementState
from rvr_console.services.form_reading import OpenForm
from rvr_console.services.values import ChecklistItem, RecordingSummary, ReviewItem
from rvr_console.ui.review import words
from rvr_console.ui.review.playback import Verification


class Stage(Enum):
    NO_RECORDING = auto()
    PURPOSE = auto()
    VERIFYING = auto()
    PLAYING = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the list. item: only while the case waits for review. recordings: oldest first."""

    consultation: Consultation
    incident: Incident
    officer: str
    item: ReviewItem | None = None
    recordings: tuple[RecordingSummary, ...] = ()

    @property
    def key(self) -> str:
        return self.consultation.id

    @property
    def may_save_copy(self) -> bool:
        return any(summary.may_save_copy for summary in self.recordings)


@dataclass
class CaseState:
    """The open case. place, count: where it stands among those to review (1-based; 0 if it does not).

    reader: who reads its papers. approving: id of the form that is being approved. saving_pages: of a statement.
    """

    line: CaseLine
    stage: Stage
    place: int = 0
    count: int = 0
    recording: Recording | None = None
    purpose: str = ""
    verification: Verification | None = None
    checklist: list[ChecklistItem] = field(default_factory=list)
    cad: list[CadAction] = field(default_factory=list)
    forms: list[OpenForm] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    signings: list[Ceremony] = field(default_factory=list)
    safeguarding: SafeguardingFile | None = None
    gate: Gate | None = None
    deciding: bool = False
    reader: User | None = None
    approving: str = ""
    saving_pages: bool = False
    outcome: ReviewOutcome | None = None
    plan: str = ""
    feedback: str = ""
    pending: str = ""
    copying: bool = False
    bundling: bool = False
    may_make_bundle: bool = False
    may_assign: bool = False

    @property
    def may_see_restricted(self) -> bool:
        """Covered records and back pages: for the officer of the case and a sergeant of the team. The service checks again."""
        user = self.reader
        if user is None:
            return False
        if user.collar == self.line.consultation.officer:
            return allows(user.role, Act.CONSULT, Relation.OWN)
        return allows(user.role, Act.REVIEW, Relation.TEAM)

    @property
    def may_open_gate(self) -> bool:
        """A text waits for its signature, the person may not sign by video, and the reader may decide otherwise."""
        user, gate = self.reader, self.gate
        waits = any(one.state is not StatementState.SIGNED for one in self.statements)
        if user is None or gate is None or gate.open or not waits:
            return False
        others = user.collar != self.line.consultation.officer
        return others and allows(user.role, Act.REVIEW, Relation.TEAM)

    @property
    def for_review(self) -> bool:
        return self.line.item is not None


def merge_lines(waiting: list[ReviewItem], recordings: list[RecordingSummary]) -> list[CaseLine]:
    """Cases to review as they come (shortest time first), then the other recordings, newest first."""
    by_case: dict[str, list[RecordingSummary]] = {}
    for summary in recordings:
        by_case.setdefault(summary.consultation.id, []).insert(0, summary)
    lines = []
    for item in waiting:
        found = tuple(by_case.pop(item.consultation.id, ()))
        lines.append(CaseLine(item.consultation, item.incident, item.officer_title, item, found))
    for summaries in by_case.values():
        one = summaries[0]
        lines.append(
            CaseLine(one.consultation, one.incident, one.consultation.officer, None, tuple(summaries))
        )
    return lines


def case_of(line: CaseLine, lines: list[CaseLine]) -> CaseState:
    """The case as it is first shown: its newest recording, waiting for the purpose."""
    due = [one.key for one in lines if one.item is not None]
    place = due.index(line.key) + 1 if line.key in due else 0
    stage = Stage.PURPOSE if line.recordings else Stage.NO_RECORDING
    recording = line.recordings[-1].recording if line.recordings else None
    return CaseState(line, stage, place, len(due), recording)


def missing_of(outcome: ReviewOutcome, plan: str) -> str:
    """What the outcome still needs that the console can see; empty when nothing."""
    if plan.strip():
        return ""
    return words.NO_TOLD if outcome is ReviewOutcome.D else words.NO_PLAN


def slot_of(state: CaseState, user: User | None) -> tuple[str, str]:
    """Word of the action slot, and why it is off (empty: on)."""
    if not state.for_review:
        if state.stage is Stage.PURPOSE:
            return words.OPEN, ""
        return words.OPEN_FOUND, words.OPEN_WHY if state.stage is Stage.PLAYING else words.COPY_CLOSE_FIRST
    word = words.RECORD.format(outcome=state.outcome.value) if state.outcome else words.RECORD_NONE
    if state.line.item is not None and state.line.item.own:
        return word, words.OWN_WORK
    if user is not None and not user.on_duty:
        return word, words.OFF_DUTY
    if state.outcome is None:
        return word, words.CHOOSE_OUTCOME
    missing = words.TOLD_MISSING if state.outcome is ReviewOutcome.D else words.PLAN_MISSING
    return word, missing if missing_of(state.outcome, state.plan) else ""
