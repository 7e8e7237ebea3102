"""Contact attempts: their outcomes in words, and when a sergeant must look."""

from dataclasses import replace
from datetime import datetime

from rvr_console.domain.cad import CadVerb
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import QueueChanged
from rvr_console.domain.incident import Incident, IncidentState, Triage
from rvr_console.domain.policy import ServicePolicy
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work, local_time

CONTACT_OUTCOMES = {
    "no_answer": "No answer",
    "not_safe": "Not safe to talk",
    "wrong_number": "Wrong number",
    "call_back": "Call back at an agreed time",
}
_FAILED = {"no_answer", "not_safe", "wrong_number"}


def log_attempt(
    work: Work,
    incident: Incident,
    outcome: str,
    next_at: datetime | None,
    policy: ServicePolicy,
    *,
    taken: bool,
) -> Incident:
    """State, custody entry and CAD act of one attempt. taken: the officer has it now and gives it back."""
    if outcome not in CONTACT_OUTCOMES:
        raise RefusedError("This is not an outcome of a contact attempt.", kept="Nothing was changed.")
    attempts = incident.contact_attempts + (outcome in _FAILED)
    to_sergeant = outcome in _FAILED and attempts >= policy.failed_contacts
    words = CONTACT_OUTCOMES[outcome]
    payload = {"result": outcome, "note": words}
    if next_at is not None:
        payload["next_at"] = next_at.isoformat()
    if taken:
        payload["release"] = "yes"
    if to_sergeant:
        payload["to_sergeant"] = "yes"
    work.tell_cad(incident.reference, CadVerb.CONTACT_ATTEMPT, **payload)
    work.log(CustodyAct.CONTACT_ATTEMPT, incident.reference, outcome=outcome)
    changed = replace(
        incident,
        state=IncidentState.WAITING,
        taken_by=None,
        contact_attempts=attempts,
        next_contact_at=next_at,
        contact_note=f"{words} {local_time(work.at)}",
        triage=Triage.TO_TRIAGE if to_sergeant else incident.triage,
    )
    work.tx.incidents.put(changed)
    work.tell(QueueChanged())
    return changed
