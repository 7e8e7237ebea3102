"""An incident as command and control (CAD) hands it to the team."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Intake(StrEnum):
    """How the incident reaches the desk: straight from the caller's line, or from the queue."""

    IMMEDIATE = "immediate"
    QUEUED = "queued"


class Flag(StrEnum):
    DOMESTIC_ABUSE = "domestic_abuse"
    VULNERABLE = "vulnerable"


class Triage(StrEnum):
    """A sergeant's suitability decision."""

    TO_TRIAGE = "to_triage"
    SUITABLE = "suitable"
    RETURNED = "returned"


class IncidentState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    RETURNED = "returned"
    CONVERTED = "converted"
    CLOSED = "closed"


THRIVE_HEADINGS = ("threat", "harm", "risk", "investigation", "vulnerability", "engagement")
SUITABILITY_QUESTIONS = (
    "not_an_emergency",
    "suspect_not_present",
    "safe_and_able_to_talk",
    "over_18",
    "agrees_to_video",
    "signal_and_battery",
    "device_with_camera",
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """The victim or caller. phone: as the control room took it."""

    name: str
    phone: str = ""
    email: str = ""
    safe_contact: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. reference: "155 of 21/11/2026", unique in the force. version: fencing token, grows with each change in CAD.

    times are aware UTC datetimes; target is the time allowed from report to first contact.
    """

    reference: str
    category: str
    grade: int
    reported_at: datetime
    place: str
    address: str
    person: Person
    intake: Intake = Intake.QUEUED
    target: timedelta = timedelta(hours=48)
    flags: frozenset[Flag] = frozenset()
    triage: Triage = Triage.TO_TRIAGE
    state: IncidentState = IncidentState.WAITING
    allocated_to: str | None = None
    taken_by: str | None = None
    thrive: dict[str, str] = field(default_factory=dict)
    suitability: dict[str, bool] = field(default_factory=dict)
    history: tuple[HistoryLine, ...] = ()
    next_contact_at: datetime | None = None
    contact_attempts: int = 0
    contact_note: str = ""
    provisional: bool = False
    version: int = 0

    @property
    def short_reference(self) -> str:
        """The reference without its year, as officers say it: 155 of 21/11."""
        number, _, date = self.reference.partition(" of ")
        return f"{number} of {date[:5]}" if date else self.reference

    def waited(self, now: datetime) -> timedelta:
        """Time since the report, never negative (CAD's clock may be ahead of ours)."""
        return max(now - self.reported_at, timedelta())

    def due_in(self, now: datetime) -> timedelta:
        """Time left to the target; negative once over it."""
        return self.reported_at + self.target - now

    def takeable_by(self, officer: str, now: datetime) -> bool:
        """True when this officer may take it next: waiting, suitable, not another's, no later call-back agreed."""
        return (
            self.state is IncidentState.WAITING
            and self.triage is Triage.SUITABLE
            and self.allocated_to in (None, officer)
            and (self.next_contact_at is None or self.next_contact_at <= now)
        )


def next_for(officer: str, incidents: list[Incident], now: datetime) -> Incident | None:
    """The incident this officer takes next: allocated to the officer first, then immediate intake, then oldest report."""
    open_to = [i for i in incidents if i.takeable_by(officer, now)]
    return min(
        open_to,
        key=lambda i: (
            i.allocated_to != officer,
            i.intake is not Intake.IMMEDIATE,
            i.reported_at,
            i.reference,
        ),
        default=None,
    )
