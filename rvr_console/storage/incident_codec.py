"""An incident as one JSON map, and back."""

from datetime import datetime, timedelta
from typing import Any

from rvr_console.domain.incident import Flag, HistoryLine, Incident, IncidentState, Intake, Person, Triage


def incident_to_map(incident: Incident) -> dict[str, Any]:
    return {
        "reference": incident.reference,
        "category": incident.category,
        "grade": incident.grade,
        "reported_at": incident.reported_at.isoformat(),
        "place": incident.place,
        "address": incident.address,
        "person": {
            "name": incident.person.name,
            "phone": incident.person.phone,
            "email": incident.person.email,
            "safe_contact": incident.person.safe_contact,
        },
        "intake": incident.intake.value,
        "target_s": incident.target.total_seconds(),
        "flags": sorted(incident.flags),
        "triage": incident.triage.value,
        "state": incident.state.value,
        "allocated_to": incident.allocated_to,
        "taken_by": incident.taken_by,
        "thrive": incident.thrive,
        "suitability": incident.suitability,
        "history": [[line.at.isoformat(), line.text] for line in incident.history],
        "next_contact_at": incident.next_contact_at.isoformat() if incident.next_contact_at else None,
        "contact_attempts": incident.contact_attempts,
        "contact_note": incident.contact_note,
        "provisional": incident.provisional,
        "version": incident.version,
    }


def incident_from_map(body: dict[str, Any]) -> Incident:
    next_contact = body["next_contact_at"]
    return Incident(
        reference=body["reference"],
        category=body["category"],
        grade=body["grade"],
        reported_at=datetime.fromisoformat(body["reported_at"]),
        place=body["place"],
        address=body["address"],
        person=Person(**body["person"]),
        intake=Intake(body["intake"]),
        target=timedelta(seconds=body["target_s"]),
        flags=frozenset(Flag(flag) for flag in body["flags"]),
        triage=Triage(body["triage"]),
        state=IncidentState(body["state"]),
        allocated_to=body["allocated_to"],
        taken_by=body["taken_by"],
        thrive=body["thrive"],
        suitability=body["suitability"],
        history=tuple(HistoryLine(datetime.fromisoformat(at), text) for at, text in body["history"]),
        next_contact_at=datetime.fromisoformat(next_contact) if next_contact else None,
        contact_attempts=body["contact_attempts"],
        contact_note=body["contact_note"],
        provisional=body["provisional"],
        version=body["version"],
    )
