"""Incidents that reach the book from outside: taken down at a desk while CAD was away, or added by the control room."""

import sqlite3
from datetime import datetime

from rvr_console.cad_simulator.book import digits, insert, load, new_reference, plain, replace
from rvr_console.cad_simulator.database import Database, next_version
from rvr_console.wire.cad_messages import (
    CreatedMessage,
    HistoryMessage,
    IncidentMessage,
    NewIncidentMessage,
    RefusalCode,
    RefusedMessage,
)

Answer = CreatedMessage | RefusedMessage
_OWN_FIELDS = {"id", "desk", "officer", "at_source", "provisional", "known_reference"}


def create(database: Database, new: NewIncidentMessage, now: datetime) -> Answer:
    """Make the incident once (the same id gets the same answer), or join it to one that CAD has. Raises StorageError.

    Details may have been corrected at the desk between two tries: the first ones stand, corrections come as log updates.
    A refusal is not remembered: a person mends what is wrong and the desk sends it again.
    """
    result: Answer
    with database.change() as link:
        known = link.execute("SELECT answer FROM created WHERE id = ?", (new.id,)).fetchone()
        if known is not None:
            return CreatedMessage.model_validate_json(known["answer"]).model_copy(update={"repeated": True})
        if new.provisional is not None and load(link, new.provisional, new.desk) is not None:
            words = f"CAD knows another incident as {new.provisional} of desk {new.desk}."
            return _no(new, RefusalCode.ID_REUSED, words)
        if new.known_reference is not None:
            result = _join(link, new, new.known_reference, now)
        else:
            result = _make(link, new, now)
        if isinstance(result, CreatedMessage):
            link.execute("INSERT INTO created VALUES (?, ?)", (new.id, result.model_dump_json()))
            if new.provisional is not None:
                names = (new.desk, new.provisional, result.reference)
                link.execute("INSERT INTO aliases VALUES (?, ?, ?)", names)
        return result


def _no(new: NewIncidentMessage, code: RefusalCode, reason: str) -> RefusedMessage:
    return RefusedMessage(id=new.id, code=code, reason=reason)


def _make(link: sqlite3.Connection, new: NewIncidentMessage, now: datetime) -> CreatedMessage:
    twins = _same_caller(link, new)
    reference = new_reference(link, new.reported_at)
    version = next_version(link)
    words = f"Taken down at desk {new.desk} by {new.officer}"
    words += f" as {new.provisional} while CAD was away" if new.provisional else ""
    history = [HistoryMessage(at=new.at_source, text=words)]
    if twins:
        history.append(HistoryMessage(at=now, text=f"May be the same as {', '.join(twins)}"))
    incident = IncidentMessage(
        **new.model_dump(exclude=_OWN_FIELDS),
        reference=reference,
        history=history,
        provisional=new.provisional,
        version=version,
    )
    insert(link, incident)
    return CreatedMessage(
        id=new.id, reference=reference, applied_at=now, version=version, possible_duplicates=twins
    )


def _join(link: sqlite3.Connection, new: NewIncidentMessage, known: str, now: datetime) -> Answer:
    """The control room gave its reference by voice: the desk's acts go there, if nobody else is on it."""
    incident = load(link, known)
    if incident is None:
        return _no(new, RefusalCode.UNKNOWN_INCIDENT, f"CAD has no incident {known}.")
    if incident.state == "closed":
        return _no(new, RefusalCode.CLOSED, f"{incident.reference} is closed in CAD.")
    if incident.taken_by not in (None, new.officer):
        return _no(
            new,
            RefusalCode.TAKEN,
            f"{incident.reference} was taken by officer {incident.taken_by} meanwhile.",
        )
    version = next_version(link)
    line = HistoryMessage(
        at=new.at_source, text=f"Joined with {new.provisional or 'notes'} of desk {new.desk}"
    )
    changes = {
        "version": version,
        "provisional": new.provisional,
        "history": [*incident.history, line][-200:],
    }
    replace(link, incident, incident.model_copy(update=changes))
    return CreatedMessage(id=new.id, reference=incident.reference, applied_at=now, version=version)


def _same_caller(link: sqlite3.Connection, new: NewIncidentMessage) -> list[str]:
    rows = link.execute(
        "SELECT reference FROM incidents WHERE state IN ('waiting', 'taken', 'converted') "
        "AND ((phone = ?1 AND phone <> '') OR (name = ?2 AND name <> '')) ORDER BY version DESC LIMIT 10",
        (digits(new.person.phone), plain(new.person.name)),
    )
    return [row["reference"] for row in rows]
