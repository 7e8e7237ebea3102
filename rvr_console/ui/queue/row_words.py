"""What a row of the queue says: the same words for the eye, the screen reader and the tests."""

from datetime import datetime, timedelta

from rvr_console.domain.incident import Flag, Incident, Intake, Triage
from rvr_console.ui.queue import words
from rvr_console.ui.widgets.figures import hour_minute, waited
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

# An incident is due soon in the last sixteenth of its target (3 of 48 hours).
SOON_PART = 1 / 16


def target_tag(incident: Incident, now: datetime) -> Tag:
    left = incident.due_in(now)
    if left < timedelta():
        return Tag(Shape.OVER, words.OVER_TARGET, Tone.DANGER)
    if left <= incident.target * SOON_PART:
        minutes = int(left.total_seconds()) // 60
        time = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"
        return Tag(Shape.SOON, words.DUE_IN.format(time=time), Tone.WARN)
    return Tag(Shape.RING, words.IN_TARGET)


def flag_tags(incident: Incident) -> list[Tag]:
    tags = []
    if Flag.DOMESTIC_ABUSE in incident.flags:
        tags.append(Tag(Shape.KIND, words.FLAGS[Flag.DOMESTIC_ABUSE], Tone.ACCENT))
    if Flag.VULNERABLE in incident.flags:
        tags.append(Tag(Shape.ATTENTION, words.FLAGS[Flag.VULNERABLE]))
    if incident.intake is Intake.IMMEDIATE:
        tags.append(Tag(Shape.KIND, words.IMMEDIATE, Tone.ACCENT))
    if incident.allocated_to:
        tags.append(Tag(Shape.GIVEN, words.ALLOCATED))
    return tags


_TRIAGE_TAGS = {
    Triage.SUITABLE: Tag(Shape.DONE, words.TRIAGE[Triage.SUITABLE], Tone.OK),
    Triage.TO_TRIAGE: Tag(Shape.RING, words.TRIAGE[Triage.TO_TRIAGE]),
    Triage.RETURNED: Tag(Shape.GIVEN, words.TRIAGE[Triage.RETURNED]),
}


def triage_tag(incident: Incident) -> Tag:
    return _TRIAGE_TAGS[incident.triage]


def waiting_words(incident: Incident, now: datetime) -> str:
    return waited(int(incident.waited(now).total_seconds()) // 60)


def contact_words(incident: Incident, now: datetime, me: str, allowed: int) -> tuple[str, str]:
    """First and second line of the contact column."""
    if incident.triage is not Triage.SUITABLE:
        return words.NOTHING, ""
    later = incident.next_contact_at if incident.next_contact_at and incident.next_contact_at > now else None
    if incident.contact_attempts:
        tried = words.TRIED.format(count=incident.contact_attempts, allowed=allowed)
        return tried, words.NEXT_AT.format(time=hour_minute(later)) if later else incident.contact_note
    if later:
        return words.CALL_BACK, hour_minute(later)
    if incident.allocated_to:
        return words.READY, words.FOR_YOU if incident.allocated_to == me else words.FOR_OTHER.format(
            collar=incident.allocated_to
        )
    return words.READY, ""


def log_words(incident: Incident) -> tuple[str, str]:
    if incident.provisional:
        return incident.short_reference, words.PROVISIONAL
    return incident.short_reference, words.REPORTED.format(time=hour_minute(incident.reported_at))


def cell(incident: Incident, column: int, now: datetime, me: str, allowed: int) -> tuple[str, ...]:
    """The words of one cell, first line first."""
    match column:
        case 0:
            return (waiting_words(incident, now),)
        case 1:
            return (target_tag(incident, now).word,)
        case 2:
            return log_words(incident)
        case 3:
            return (str(incident.grade),)
        case 4:
            return incident.category, incident.place
        case 5:
            return tuple(tag.word for tag in flag_tags(incident)) or (words.NO_FLAGS,)
        case 6:
            return (triage_tag(incident).word,)
        case _:
            return contact_words(incident, now, me, allowed)
