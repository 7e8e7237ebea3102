"""One consultation: the officer's contact with a victim over one link, and the states it may pass through."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rvr_console.errors import RefusedError


class LinkState(StrEnum):
    """States of the victim's link. CLOSED and EXPIRED are terminal."""

    ISSUED = "issued"
    WAITING = "waiting"
    LIVE = "live"
    PAUSED = "paused"
    DROPPED = "dropped"
    CLOSED = "closed"
    EXPIRED = "expired"


LINK_TRANSITIONS: dict[LinkState, frozenset[LinkState]] = {
    LinkState.ISSUED: frozenset({LinkState.WAITING, LinkState.CLOSED, LinkState.EXPIRED}),
    LinkState.WAITING: frozenset({LinkState.LIVE, LinkState.ISSUED, LinkState.CLOSED, LinkState.EXPIRED}),
    LinkState.LIVE: frozenset({LinkState.PAUSED, LinkState.DROPPED, LinkState.CLOSED}),
    LinkState.PAUSED: frozenset({LinkState.LIVE, LinkState.DROPPED, LinkState.CLOSED}),
    LinkState.DROPPED: frozenset({LinkState.LIVE, LinkState.PAUSED, LinkState.WAITING, LinkState.CLOSED}),
    LinkState.CLOSED: frozenset(),
    LinkState.EXPIRED: frozenset(),
}


def check_link_transition(now: LinkState, then: LinkState) -> None:
    """Raise RefusedError unless the link may go from `now` to `then`. Staying put is allowed for open states."""
    if then is now and LINK_TRANSITIONS[now]:
        return
    if then not in LINK_TRANSITIONS[now]:
        raise RefusedError(
            f"The link is {now.value} and cannot become {then.value}.",
            kept="Nothing was changed.",
            todo="Send a new link if the person still needs one." if not LINK_TRANSITIONS[now] else "",
        )


class ConsultationState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"


class Consent(StrEnum):
    """The victim's answer to the recording announcement."""

    NOT_ASKED = "not_asked"
    AGREED = "agreed"
    REFUSED_RECORDED = "refused_recorded"
    REFUSED_NOT_RECORDED = "refused_not_recorded"


@dataclass(frozen=True, slots=True)
class LinkStep:
    state: LinkState
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    text: str
    offset_us: int | None = None


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation. id: UUID text, also the recording's session id. epoch: grows with each rejoin of the desk or the device.

    kind: of the closing policy: a call with a victim, an account in a search, an interpreter for officers on scene.
    """

    id: str
    incident: str
    officer: str
    started_at: datetime
    state: ConsultationState = ConsultationState.OPEN
    link: LinkState | None = None
    link_history: tuple[LinkStep, ...] = ()
    epoch: int = 0
    consent: Consent = Consent.NOT_ASKED
    consent_reason: str = ""
    safety: dict[str, str] = field(default_factory=dict)
    location: str = ""
    location_source: str = ""
    notes: tuple[Note, ...] = ()
    converted: bool = False
    ended_at: datetime | None = None
    submitted_at: datetime | None = None
    version: int = 0
    kind: str = "victim"


SAFETY_QUESTIONS = (
    "alone",
    "safe_place",
    "who_else",
    "suspect_where",
    "children_where",
    "which_device",
    "safe_contact",
    "safe_times",
)
