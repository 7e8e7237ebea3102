"""The eight lines of "Still to do"."""

from rvr_console.domain.cad import CadAction, CadVerb, DeliveryState
from rvr_console.domain.consultation import SAFETY_QUESTIONS, Consultation, ConsultationState
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.repositories import Recording, RecordingStatus
from rvr_console.services.desk import local_time
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


def checklist_of(
    consultation: Consultation, recordings: list[Recording], exhibits: list[Exhibit], acts: list[CadAction]
) -> list[ChecklistItem]:
    """In the order of the screen: two rows of four."""
    return [
        _safety(consultation),
        _not_started("risk", "Risk"),
        _not_started("needs", "Needs"),
        _evidence(recordings, exhibits),
        _notes(consultation),
        _not_started("statement", "Statement"),
        _not_started("safeguarding", "Safeguarding", "No advice given yet"),
        _cad(acts),
    ]


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
