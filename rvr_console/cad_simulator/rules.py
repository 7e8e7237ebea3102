"""What each act does to an incident in CAD, and when CAD says no. Pure: no clock, no disk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rvr_console.cad_simulator.uk_time import clock_words
from rvr_console.wire.cad_messages import (
    MAX_HISTORY,
    ActMessage,
    Collar,
    HistoryMessage,
    IncidentMessage,
    RefusalCode,
    Time,
    Verb,
)

Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    code: RefusalCode
    reason: str
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """changes: fields of the incident that get a new value. words: the line for its history."""

    changes: Changes
    words: str


_COLLAR: TypeAdapter[str] = TypeAdapter(Collar)
_TIME: TypeAdapter[datetime] = TypeAdapter(Time)
FAILED_CONTACT = ("no_answer", "not_safe", "wrong_number")


def apply(incident: IncidentMessage, act: ActMessage, *, on_duty: bool) -> IncidentMessage | Refusal:
    """The incident after the act (version left as it was), or CAD's no.

    Conversion to attendance is never refused: somebody may be in danger, whoever reports it.
    """
    if not on_duty and act.verb is not Verb.CONVERTED:
        return Refusal(
            RefusalCode.OFF_DUTY, f"Officer {act.officer} was off duty at {clock_words(act.at_source)}."
        )
    effect = _EFFECTS[act.verb](incident, act)
    if isinstance(effect, Refusal):
        return effect
    line = HistoryMessage(at=act.at_source, text=effect.words[:500])
    history = [*incident.history, line][-MAX_HISTORY:]
    return incident.model_copy(update={**effect.changes, "history": history})


def _note(act: ActMessage, *names: str) -> str:
    """The first of these payload texts that is there, as the tail of a history line."""
    text = next((act.payload[name] for name in names if act.payload.get(name)), "")
    return f": {text}" if text else ""


def _closed(incident: IncidentMessage) -> Refusal | None:
    if incident.state != "closed":
        return None
    when = f" at {clock_words(incident.closed_at)}" if incident.closed_at else ""
    return Refusal(RefusalCode.CLOSED, f"{incident.reference} was closed{when}. Reopen it first.")


def _others(incident: IncidentMessage) -> Refusal:
    when = f" at {clock_words(incident.taken_at)}" if incident.taken_at else ""
    return Refusal(RefusalCode.TAKEN, f"{incident.reference} was taken by officer {incident.taken_by}{when}.")


def _not_mine(incident: IncidentMessage, act: ActMessage) -> Refusal | None:
    """No, unless this officer has taken the incident and it is still open."""
    if refusal := _closed(incident):
        return refusal
    if incident.taken_by == act.officer and incident.state in ("taken", "converted"):
        return None
    if incident.taken_by is not None:
        return _others(incident)
    return Refusal(
        RefusalCode.NOT_TAKEN, f"Officer {act.officer} has not taken {incident.reference}. Take it first."
    )


def _not_waiting(incident: IncidentMessage) -> Refusal | None:
    if refusal := _closed(incident):
        return refusal
    if incident.state == "taken":
        return _others(incident)
    if incident.state == "converted":
        return Refusal(
            RefusalCode.WRONG_STATE, f"{incident.reference} was converted to attendance: a unit is going."
        )
    return None


def _triaged(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    decision = act.payload.get("decision", "suitable")
    if decision == "returned":
        return _returned(incident, act)
    if decision not in ("suitable", "to_triage"):
        return Refusal(
            RefusalCode.NOT_UNDERSTOOD, "The triage decision must be suitable, to_triage or returned."
        )
    if decision == "to_triage" and incident.state == "taken" and incident.taken_by == act.officer:
        refusal = None
    else:
        refusal = _not_waiting(incident)
    if refusal:
        return refusal
    words = "found suitable for video" if decision == "suitable" else "sent back to the sergeant"
    changes: Changes = {"triage": decision, "state": "waiting", "taken_by": None, "taken_at": None}
    return Effect(changes, f"Triage by {act.officer}: {words}{_note(act, 'reason', 'level')}")


def _returned(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    mine = incident.state == "taken" and incident.taken_by == act.officer
    if not mine and (refusal := _not_waiting(incident)):
        return refusal
    changes: Changes = {
        "triage": "returned",
        "state": "returned",
        "taken_by": None,
        "taken_at": None,
        "allocated_to": None,
    }
    return Effect(changes, f"Returned to dispatch by {act.officer}{_note(act, 'reason')}")


def _allocated(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if refusal := _not_waiting(incident):
        return refusal
    if incident.state == "returned":
        return Refusal(RefusalCode.WRONG_STATE, f"{incident.reference} was returned to dispatch.")
    to = act.payload.get("to", "")
    if not to:
        return Effect({"allocated_to": None}, f"Allocation lifted by {act.officer}{_note(act, 'reason')}")
    try:
        _COLLAR.validate_python(to)
    except ValidationError:
        return Refusal(RefusalCode.NOT_UNDERSTOOD, "The officer it is allocated to is not an officer number.")
    return Effect({"allocated_to": to}, f"{act.officer} allocated to {to}{_note(act, 'reason')}")


def _self_dispatched(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if incident.state == "taken" and incident.taken_by == act.officer:
        return Effect({}, f"Taken by {act.officer} (had it already)")
    # A sergeant's take-over names whom it is taken from: a compare-and-set, like the take itself.
    over = act.payload.get("take_over_from", "")
    if over and incident.state == "taken" and incident.taken_by == over:
        changes: Changes = {"taken_by": act.officer, "taken_at": act.at_source}
        return Effect(changes, f"Taken over from {over} by {act.officer}{_note(act, 'reason')}")
    if refusal := _not_waiting(incident):
        return refusal
    if incident.triage != "suitable":
        words = (
            "has not been triaged yet"
            if incident.triage == "to_triage"
            else "was found not suitable for video"
        )
        return Refusal(RefusalCode.NOT_SUITABLE, f"{incident.reference} {words}.")
    if incident.allocated_to not in (None, act.officer):
        return Refusal(
            RefusalCode.ALLOCATED, f"{incident.reference} is allocated to officer {incident.allocated_to}."
        )
    changes = {
        "state": "taken",
        "taken_by": act.officer,
        "taken_at": act.at_source,
        "next_contact_at": None,
    }
    return Effect(changes, f"Taken by {act.officer}")


def _arrived(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if refusal := _not_mine(incident, act):
        return refusal
    # The first arrival stands: response time is measured by it, a second link does not move it.
    if incident.arrived_at is not None:
        return Effect({}, f"Link sent again by {act.officer}{_note(act, 'by', 'note')}")
    return Effect(
        {"arrived_at": act.at_source}, f"Arrived: link sent by {act.officer}{_note(act, 'by', 'note')}"
    )


def _log_update(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if refusal := _closed(incident):
        return refusal
    text = act.payload.get("text", "")
    if not text:
        return Refusal(RefusalCode.NOT_UNDERSTOOD, "The log update has no text.")
    return Effect({}, f"{act.officer}: {text}")


def _contact_attempt(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    mine = incident.taken_by == act.officer and incident.state in ("taken", "converted")
    if not mine and (refusal := _not_waiting(incident)):
        return refusal
    result = act.payload.get("result", "no_answer")
    next_at = None
    if untrusted_next := act.payload.get("next_at"):
        try:
            next_at = _TIME.validate_python(untrusted_next)
        except ValidationError:
            return Refusal(RefusalCode.NOT_UNDERSTOOD, "The next safe time is not a time with a zone.")
    note = act.payload.get("note", "") or result.replace("_", " ").capitalize()
    changes: Changes = {"next_contact_at": next_at, "contact_note": note[:500]}
    if result in FAILED_CONTACT:
        changes["contact_attempts"] = min(incident.contact_attempts + 1, 1000)
    if mine and incident.state == "taken" and act.payload.get("release") == "yes":
        changes |= {"state": "waiting", "taken_by": None, "taken_at": None}
    if act.payload.get("to_sergeant") == "yes" and incident.state != "converted":
        changes |= {"triage": "to_triage", "state": "waiting", "taken_by": None, "taken_at": None}
    later = f", next {clock_words(next_at)}" if next_at else ""
    return Effect(changes, f"Contact attempt by {act.officer}: {note}{later}")


def _converted(incident: IncidentMessage, act: ActMessage) -> Effect:
    if incident.state == "converted":
        return Effect({}, f"Convert to attendance, again, by {act.officer}{_note(act, 'reason', 'place')}")
    changes: Changes = {"state": "converted", "closed_at": None}
    return Effect(changes, f"Converted to attendance by {act.officer}{_note(act, 'reason', 'place')}")


def _resource_back(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if refusal := _not_mine(incident, act):
        return refusal
    return Effect(
        {"resourced_back_at": act.at_source}, f"Resourced back by {act.officer}{_note(act, 'code', 'note')}"
    )


def _result_codes(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if refusal := _not_mine(incident, act):
        return refusal
    codes = act.payload.get("codes", "")
    if not codes or len(codes) > 400:
        return Refusal(RefusalCode.NOT_UNDERSTOOD, "The act names no result code.")
    return Effect({"result_codes": codes}, f"Result codes by {act.officer}: {codes}")


def _close(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if refusal := _not_mine(incident, act):
        return refusal
    return Effect(
        {"state": "closed", "closed_at": act.at_source},
        f"Closed by {act.officer}{_note(act, 'reason', 'note')}",
    )


def _reopened(incident: IncidentMessage, act: ActMessage) -> Effect | Refusal:
    if incident.state in ("waiting", "taken"):
        return Refusal(RefusalCode.WRONG_STATE, f"{incident.reference} is open: there is nothing to reopen.")
    changes: Changes = {
        "state": "waiting",
        "triage": "suitable",
        "taken_by": None,
        "taken_at": None,
        "closed_at": None,
        "allocated_to": None,
    }
    return Effect(changes, f"Reopened by {act.officer}{_note(act, 'reason')}")


_EFFECTS: dict[Verb, Callable[[IncidentMessage, ActMessage], Effect | Refusal]] = {
    Verb.TRIAGED: _triaged,
    Verb.RETURNED: _returned,
    Verb.ALLOCATED: _allocated,
    Verb.SELF_DISPATCHED: _self_dispatched,
    Verb.ARRIVED: _arrived,
    Verb.LOG_UPDATE: _log_update,
    Verb.CONTACT_ATTEMPT: _contact_attempt,
    Verb.CONVERTED: _converted,
    Verb.RESOURCE_BACK: _resource_back,
    Verb.RESULT_CODES: _result_codes,
    Verb.CLOSED: _close,
    Verb.REOPENED: _reopened,
}
