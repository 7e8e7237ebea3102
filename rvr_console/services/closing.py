"""The end of a case: what is missing is said with a reason each, then CAD gets its codes and the case waits for review."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rvr_console.domain.cad import CadVerb
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import QueueChanged
from rvr_console.domain.incident import IncidentState
from rvr_console.domain.safeguarding import ClosedWithout
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work, needs_words
from rvr_console.services.values import ChecklistItem

Gaps = tuple[Sequence[ChecklistItem], Mapping[str, str]]  # what is missing, and the reasons by key


def hand_in(
    work: Work, consultation: Consultation, outcome: str, result_codes: Sequence[str], gaps: Gaps
) -> Consultation:
    """Raises RefusedError: not ended, submitted already, no outcome or codes, something missing without a reason."""
    if consultation.state is not ConsultationState.ENDED:
        is_open = consultation.state is ConsultationState.OPEN
        raise RefusedError(
            "End the call first." if is_open else "It is submitted.", kept="Nothing was changed."
        )
    codes = ", ".join(code.strip() for code in result_codes if code.strip())
    codes = needs_words(codes, "Choose at least one result code.")
    code = needs_words(outcome, "Choose an outcome.")
    _close_without(work, consultation, *gaps)
    incident = work.incident(consultation.incident)
    work.tell_cad(incident.reference, CadVerb.RESOURCE_BACK, code=code)
    work.tell_cad(incident.reference, CadVerb.RESULT_CODES, codes=codes)
    if not consultation.converted:
        work.tell_cad(incident.reference, CadVerb.CLOSED, reason=code)
        work.tx.incidents.put(replace(incident, state=IncidentState.CLOSED))
        work.tell(QueueChanged())
    work.log(CustodyAct.SUBMITTED, consultation.id, outcome=code, codes=codes)
    return work.keep(replace(consultation, state=ConsultationState.SUBMITTED, submitted_at=work.at))


def _close_without(
    work: Work, consultation: Consultation, missing: Sequence[ChecklistItem], reasons: Mapping[str, str]
) -> None:
    unsaid = [item.label for item in missing if not reasons.get(item.key, "").strip()]
    if unsaid:
        raise RefusedError(
            f"Not done, and no reason given: {', '.join(unsaid)}.",
            kept="Nothing was submitted; what you wrote is kept.",
            todo="Do it, or say in the Close tab why the case is closed without it.",
        )
    for item in missing:
        reason = reasons[item.key].strip()
        work.tx.safeguarding.add_closed_without(
            ClosedWithout(consultation.id, item.key, item.label, item.words, reason, work.at, work.actor)
        )
        # The reason may speak of the person: the log names the line, the store keeps the words.
        work.log(CustodyAct.CLOSED_WITHOUT, consultation.id, item=item.key, state=item.state.value)
