"""CAD's messages as values of the domain, and back. What comes in here has been validated."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from pydantic import ValidationError

from rvr_console.domain.cad import CadAction
from rvr_console.domain.incident import Flag, HistoryLine, Incident, IncidentState, Intake, Person, Triage
from rvr_console.errors import UntrustedInputError
from rvr_console.wire.cad_messages import ActMessage, IncidentMessage, NewIncidentMessage, PersonMessage

_PROVISIONAL_IDS = uuid.UUID("6f2c1c5e-6a83-4a0c-9a54-1f6f0d1f2f11")


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took down a provisional incident. known_reference: CAD's own, if the control room gave it by voice."""

    officer: str
    known_reference: str | None = None


def incident_from(message: IncidentMessage) -> Incident:
    return Incident(
        reference=message.reference,
        category=message.category,
        grade=message.grade,
        reported_at=message.reported_at,
        place=message.place,
        address=message.address,
        person=Person(**message.person.model_dump()),
        intake=Intake(message.intake),
        target=timedelta(seconds=message.target_seconds),
        flags=frozenset(Flag(f) for f in message.flags),
        triage=Triage(message.triage),
        state=IncidentState(message.state),
        allocated_to=message.allocated_to,
        taken_by=message.taken_by,
        thrive=dict(message.thrive),
        suitability=dict(message.suitability),
        history=tuple(HistoryLine(line.at, line.text) for line in message.history),
        next_contact_at=message.next_contact_at,
        contact_attempts=message.contact_attempts,
        contact_note=message.contact_note,
        version=message.version,
    )


def _fields(error: ValidationError) -> str:
    """Names of the fields at fault, never their values."""
    return ", ".join(sorted({".".join(str(p) for p in e["loc"])[:60] for e in error.errors()})[:5])


def act_message(action: CadAction, desk: str, missing_from: int | None = None) -> ActMessage:
    """Raises UntrustedInputError: the act does not fit CAD's form (a text too long, a wrong officer number)."""
    try:
        return ActMessage.model_validate(
            {
                "id": action.id,
                "verb": action.verb.value,
                "officer": action.officer,
                "desk": desk,
                "at_source": action.at_source,
                "sequence": action.sequence,
                "payload": action.payload,
                "missing_from": missing_from,
            }
        )
    except ValidationError as error:
        raise UntrustedInputError(f"The act does not fit CAD's form: {_fields(error)}.") from error


def new_incident_message(incident: Incident, desk: str, taken: Taken) -> NewIncidentMessage:
    """The id follows from desk, provisional reference and report: trying again after a crash makes no second incident.

    Raises UntrustedInputError: the incident does not fit CAD's form.
    """
    seed = f"{desk}\n{incident.reference}\n{incident.reported_at.isoformat()}"
    person = incident.person
    try:
        return NewIncidentMessage.model_validate(
            {
                "id": str(uuid.uuid5(_PROVISIONAL_IDS, seed)),
                "desk": desk,
                "officer": taken.officer,
                "at_source": incident.reported_at,
                "provisional": incident.reference,
                "known_reference": taken.known_reference,
                "category": incident.category,
                "grade": incident.grade,
                "reported_at": incident.reported_at,
                "place": incident.place,
                "address": incident.address,
                "person": PersonMessage(
                    name=person.name,
                    phone=person.phone,
                    email=person.email,
                    safe_contact=person.safe_contact,
                ),
                "intake": incident.intake.value,
                "target_seconds": int(incident.target.total_seconds()),
                "flags": sorted(f.value for f in incident.flags),
                "triage": "to_triage" if incident.triage is Triage.TO_TRIAGE else "suitable",
                "thrive": incident.thrive,
                "suitability": incident.suitability,
            }
        )
    except ValidationError as error:
        raise UntrustedInputError(f"The incident does not fit CAD's form: {_fields(error)}.") from error
