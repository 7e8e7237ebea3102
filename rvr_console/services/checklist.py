"""The eight lines of "Still to do", and which of them this case needs before it is closed."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from rvr_console.domain.cad import CadAction, CadVerb, DeliveryState
from rvr_console.domain.consultation import SAFETY_QUESTIONS, Consultation, ConsultationState
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.policy import CHECKLIST_KEYS, ClosingPolicy, Plan
from rvr_console.domain.repositories import Recording, RecordingStatus
from rvr_console.services.desk import Work, local_time
from rvr_console.services.safety_wording import SafetyWords, plain_names
from rvr_console.services.values import ChecklistItem, CheckState

_CAD_WORDS = {
    CadVerb.SELF_DISPATCHED: "Taken",
    CadVerb.ARRIVED: "Arrived",
    CadVerb.LOG_UPDATE: "Log updated",
    CadVerb.CONTACT_ATTEMPT: "Contact attempt",
    CadVerb.CONVERTED: "Converted to attendance",
    CadVerb.RESOURCE_BACK: "Resource back",
    CadVerb.RESULT_CODES: "Result codes",
    CadVerb.CLOSED: "Closed",
}


PaperItem = Callable[[Work, Consultation], ChecklistItem]
OtherItem = Callable[[Work, Consultation], ChecklistItem | None]
Unfinished = Callable[[Work, Consultation, Plan], list[str]]
_LABELS = {"risk": "Risk", "needs": "Needs", "statement": "Statement", "safeguarding": "Safeguarding"}
NOT_NEEDED = "Not needed here"


class Checklist:
    """What is done in a case, and what the policy asks for before it is closed. The paperwork's services offer their lines.

    safety_words: how the safety questions are asked.
    """

    def __init__(self, policy: ClosingPolicy | None = None, safety_words: SafetyWords = plain_names) -> None:
        self.policy = policy or ClosingPolicy()
        self.safety_words = safety_words
        self._papers: dict[str, PaperItem] = {}
        self._others: dict[str, OtherItem] = {}
        self._unfinished: Unfinished | None = None

    def offer(self, key: str, item: PaperItem) -> None:
        """How far risk, needs, statement or safeguarding is, from what is stored. key: one of CHECKLIST_KEYS."""
        self._papers[key] = item

    def offer_other(self, key: str, item: OtherItem) -> None:
        """What that line says of other work behind it, where the case does not need the line and it was not begun."""
        self._others[key] = item

    def offer_unfinished(self, forms: Unfinished) -> None:
        """Forms of the plan that have no line of their own and are not completed, in words: they stand in the line of the risk."""
        self._unfinished = forms

    def plan(self, work: Work, consultation: Consultation) -> Plan:
        return self.policy.plan(consultation.kind, work.incident(consultation.incident))

    def items(self, work: Work, consultation: Consultation) -> list[ChecklistItem]:
        """In the order of the screen: two rows of four."""
        found = {item.key: item for item in self._found(work, consultation)}
        if not self.policy.kinds:
            return [found[key] for key in CHECKLIST_KEYS]
        plan = self.plan(work, consultation)
        lines = [
            replace(found[key], needed=True)
            if key in plan.needs
            else self._unneeded(found[key], work, consultation)
            for key in CHECKLIST_KEYS
        ]
        left = self._unfinished(work, consultation, plan) if self._unfinished else []
        return [
            _with_forms(line, found["risk"], left) if line.key == "risk" and left else line for line in lines
        ]

    def _unneeded(self, item: ChecklistItem, work: Work, consultation: Consultation) -> ChecklistItem:
        """What was begun all the same is listed as it stands."""
        if item.state is not CheckState.NOT_STARTED:
            return item
        other = self._others.get(item.key)
        begun = other(work, consultation) if other else None
        return begun or replace(item, words=NOT_NEEDED)

    def missing(self, work: Work, consultation: Consultation) -> list[ChecklistItem]:
        """What this case needs and does not have; empty without a policy."""
        return [item for item in self.items(work, consultation) if lacks(item)]

    def _found(self, work: Work, consultation: Consultation) -> Iterator[ChecklistItem]:
        yield _safety(consultation)
        recordings = work.tx.recordings.of_consultation(consultation.id)
        yield _evidence(recordings, work.tx.exhibits.of_consultation(consultation.id))
        yield _notes(consultation)
        yield _cad(work.tx.outbox.of(consultation.incident))
        for key, label in _LABELS.items():
            offered = self._papers.get(key)
            yield offered(work, consultation) if offered else _not_started(key, label)


def lacks(item: ChecklistItem) -> bool:
    """True when closing without it needs a reason. Notes are never "finished", and CAD may answer later: begun is enough there."""
    if not item.needed or item.state is CheckState.DONE:
        return False
    return not (item.key in {"notes", "cad"} and item.state is CheckState.UNDER_WAY)


def _with_forms(line: ChecklistItem, risk: ChecklistItem, left: list[str]) -> ChecklistItem:
    """The line of the risk while other forms of the case are not completed: closing without them needs a reason too.

    risk: how far the risk assessment itself is, which comes first where there is one.
    """
    begun = line.state is not CheckState.NOT_STARTED
    own = [risk.words] if line.needed or risk.state is not CheckState.NOT_STARTED else []
    state = line.state if lacks(line) else CheckState.UNDER_WAY if begun else CheckState.NOT_STARTED
    return replace(line, state=state, words="; ".join([*own, *left]), needed=True)


def _not_started(key: str, label: str, words: str = "Not started") -> ChecklistItem:
    return ChecklistItem(key, label, CheckState.NOT_STARTED, words)


def _safety(consultation: Consultation) -> ChecklistItem:
    answered, asked = len(consultation.safety), len(SAFETY_QUESTIONS)
    if answered == asked:
        state = CheckState.DONE
    else:
        state = CheckState.UNDER_WAY if answered else CheckState.NOT_STARTED
    return ChecklistItem("safety", "Safety", state, f"{answered} of {asked} answered")


def _notes(consultation: Consultation) -> ChecklistItem:
    if not consultation.notes:
        return _not_started("notes", "Notes")
    ended = consultation.state is not ConsultationState.OPEN
    state = CheckState.DONE if ended else CheckState.UNDER_WAY
    return ChecklistItem("notes", "Notes", state, f"Stored {local_time(consultation.notes[-1].at)}")


def _evidence(recordings: list[Recording], exhibits: list[Exhibit]) -> ChecklistItem:
    came = _counted(len(exhibits), "exhibit")
    if not recordings and not exhibits:
        return _not_started("evidence", "Evidence", "Nothing yet")
    statuses = {recording.status for recording in recordings}
    if RecordingStatus.FAULT in statuses:
        return ChecklistItem("evidence", "Evidence", CheckState.ATTENTION, "Recording stopped by a fault")
    if RecordingStatus.OPEN in statuses:
        words = f"Recording, {came}" if came else "Recording"
        return ChecklistItem("evidence", "Evidence", CheckState.UNDER_WAY, words)
    parts = [part for part in (_counted(len(recordings), "recording"), came) if part]
    return ChecklistItem("evidence", "Evidence", CheckState.DONE, f"{', '.join(parts)} sealed")


def _counted(count: int, word: str) -> str:
    """Like "1 exhibit", "3 exhibits"; empty for none."""
    return "" if not count else f"{count} {word}" if count == 1 else f"{count} {word}s"


def _cad(acts: list[CadAction]) -> ChecklistItem:
    told = [act for act in acts if act.verb in _CAD_WORDS]
    if not told:
        return _not_started("cad", "CAD", "Nothing sent yet")
    refused = [act for act in told if act.state is DeliveryState.REFUSED]
    if refused:
        return ChecklistItem(
            "cad", "CAD", CheckState.ATTENTION, f"{_CAD_WORDS[refused[-1].verb]} refused by CAD"
        )
    pending = [act for act in told if act.state is DeliveryState.PENDING]
    if pending:
        words = f"{_CAD_WORDS[pending[0].verb]} waiting for CAD"
        return ChecklistItem("cad", "CAD", CheckState.UNDER_WAY, words)
    last = told[-1]
    arrived = any(act.verb in {CadVerb.ARRIVED, CadVerb.CONVERTED, CadVerb.CLOSED} for act in told)
    state = CheckState.DONE if arrived else CheckState.UNDER_WAY
    return ChecklistItem("cad", "CAD", state, f"{_CAD_WORDS[last.verb]} {local_time(last.at_source)}")
