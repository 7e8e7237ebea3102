"""CAD's list of incidents beside what this desk has done and CAD does not know yet."""

from dataclasses import replace

from rvr_console.domain.events import QueueChanged
from rvr_console.domain.incident import Incident
from rvr_console.services.desk import Work


def merge_from_cad(work: Work, incidents: list[Incident]) -> None:
    """Store what is new. An older version than the one stored is not looked at."""
    waiting = {action.incident for action in work.tx.outbox.pending()}
    news: list[Incident] = []
    for incoming in incidents:
        stored = work.tx.incidents.get(incoming.reference)
        if stored is not None and incoming.version < stored.version:
            continue
        merged = _with_own_acts(incoming, stored) if stored and incoming.reference in waiting else incoming
        if merged != stored:
            news.append(merged)
    if news:
        work.tx.incidents.put_all(news)
        work.tell(QueueChanged())


def _with_own_acts(incoming: Incident, stored: Incident) -> Incident:
    return replace(
        incoming,
        state=stored.state,
        triage=stored.triage,
        allocated_to=stored.allocated_to,
        taken_by=stored.taken_by,
        next_contact_at=stored.next_contact_at,
        contact_attempts=stored.contact_attempts,
        contact_note=stored.contact_note,
    )
