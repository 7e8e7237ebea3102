"""What the consultation page shows, and which act comes next. Pure values: no Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rvr_console.domain.cad import CadAction
from rvr_console.domain.consultation import (
    SAFETY_QUESTIONS,
    Consent,
    Consultation,
    ConsultationState,
    LinkState,
)
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.incident import Incident, IncidentState
from rvr_console.domain.recording import RecorderState, RecorderStatus
from rvr_console.domain.repositories import Recording
from rvr_console.services.values import ChecklistItem, CheckState, LinkDetails
from rvr_console.ui.consultation.arrivals import Arrival


class Stage(StrEnum):
    """Where the consultation stands, as the officer sees it."""

    NO_LINK = "no_link"
    LINK_SENT = "link_sent"
    DEVICE_WAITING = "device_waiting"
    CONNECTING = "connecting"
    LIVE = "live"
    PAUSED = "paused"
    DROPPED = "dropped"
    ENDED = "ended"
    SUBMITTED = "submitted"
    GIVEN_BACK = "given_back"


BEFORE_CALL = frozenset({Stage.NO_LINK, Stage.LINK_SENT, Stage.DEVICE_WAITING})
OVER = frozenset({Stage.ENDED, Stage.SUBMITTED, Stage.GIVEN_BACK})


class NextAct(StrEnum):
    ANSWER_SAFETY = "answer_safety"
    SEND_LINK = "send_link"
    WAIT_FOR_DEVICE = "wait_for_device"
    ADMIT = "admit"
    WAIT_FOR_CALL = "wait_for_call"
    WAIT_FOR_CONSENT = "wait_for_consent"
    DECIDE_CONSENT = "decide_consent"
    WRITE_NOTE = "write_note"
    OPEN_SHEET = "open_sheet"
    RESUME = "resume"
    WAIT_FOR_RETURN = "wait_for_return"
    IN_CALL = "in_call"
    IN_SHEET = "in_sheet"
    SUBMIT = "submit"
    NOTHING = "nothing"
    TAKE_ANOTHER = "take_another"


@dataclass(frozen=True, slots=True)
class WaitingDevice:
    device: str
    browser: str
    words: tuple[str, ...]
    checks: dict[str, str]
    since: datetime
    second: bool = False


@dataclass(frozen=True, slots=True)
class ChatLine:
    at: datetime
    text: str
    from_victim: bool
    second: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something seen by this console alone, kept in no other place. kind: "second_device", "left" or "restarted"."""

    kind: str
    label: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The person was asked for something that has not come yet. what: "photo" or "file"."""

    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a sheet of paperwork is. next: the action slot's words while something of it is due ("Next: risk, item 7")."""

    state: CheckState
    words: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class SheetAct:
    """What the action slot names while this sheet is open. off: why it cannot be done yet, "" when it can. pending: its words while it runs."""

    word: str
    off: str = ""
    pending: str = ""


@dataclass(slots=True)
class PageState:
    """Everything the page shows; the presenter is the only writer.

    recordings, exhibits: as the store knows them, oldest first. arrivals: files on their way, by upload id. restarted_at: this console found the call under way when it was
    started. sharing: the person shares a screen. phone_note: what was asked of the phone, or what came of it. drop_words: why picture and sound are gone. safety_stored: when
    the last answer was stored, as far as this console saw it. sheet_act: of the sheet that is open. before_link: safety questions
    that this kind asks before the link. safety_words: how each is asked, by its id.
    """

    consultation: Consultation
    incident: Incident
    stage: Stage = Stage.NO_LINK
    link: LinkDetails | None = None
    link_url: str = ""
    waiting: WaitingDevice | None = None
    second: WaitingDevice | None = None
    secure: bool = False
    words: tuple[str, ...] = ()
    refused: bool = False
    recorder: RecorderStatus | None = None
    quality: str = ""
    muted: bool = False
    camera_on: bool = True
    victim_muted: bool = False
    victim_camera_on: bool = True
    sharing: bool = False
    phone_note: str = ""
    pending: str = ""
    drop_words: str = ""
    left_by_exit: bool = False
    restarted_at: datetime | None = None
    safety_stored: datetime | None = None
    recordings: list[Recording] = field(default_factory=list)
    chat: list[ChatLine] = field(default_factory=list)
    checklist: list[ChecklistItem] = field(default_factory=list)
    cad: list[CadAction] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    asked: Asked | None = None
    taking_still: bool = False
    timeline: list[TimelineEntry] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    sheet_act: SheetAct | None = None
    before_link: tuple[str, ...] = SAFETY_QUESTIONS
    safety_words: Mapping[str, str] = field(default_factory=dict)

    @property
    def first_name(self) -> str:
        return self.incident.person.name.split(" ")[0]

    @property
    def had_call(self) -> bool:
        return any(step.state is LinkState.LIVE for step in self.consultation.link_history)

    @property
    def on_call_stage(self) -> bool:
        """The live picture's stage is shown; also while the call is gone but its link is open."""
        if self.stage in (Stage.LIVE, Stage.PAUSED, Stage.DROPPED):
            return True
        return self.stage is Stage.CONNECTING and (self.secure or self.had_call)

    @property
    def recording(self) -> bool:
        return self.recorder is not None and self.recorder.state in (
            RecorderState.RECORDING,
            RecorderState.PAUSED,
        )

    @property
    def in_call(self) -> bool:
        """Somebody is there, or something is recorded: the window does not close over it."""
        return self.recording or self.stage in {Stage.CONNECTING, Stage.LIVE, Stage.PAUSED}


def next_sheet(state: PageState) -> str:
    """Key of the first sheet in which something is due, or ""."""
    return next((key for key, standing in state.standings.items() if standing.next), "")


def first_unanswered(consultation: Consultation, asked: tuple[str, ...] = SAFETY_QUESTIONS) -> int | None:
    """Place (0-based) of the first of these safety questions without an answer."""
    for place, question in enumerate(SAFETY_QUESTIONS):
        if question in asked and not consultation.safety.get(question, "").strip():
            return place
    return None


def given_back(consultation: Consultation, incident: Incident) -> bool:
    """It ended with a contact attempt: the incident waits again, or somebody else has it."""
    again = incident.state in (IncidentState.WAITING, IncidentState.TAKEN)
    return again and incident.taken_by != consultation.officer


def stage_of(consultation: Consultation, incident: Incident | None = None) -> Stage:
    """Where a stored consultation stands before anything live is known of it."""
    if consultation.state is ConsultationState.OPEN:
        return {
            None: Stage.NO_LINK,
            LinkState.ISSUED: Stage.LINK_SENT,
            LinkState.WAITING: Stage.LINK_SENT,
            LinkState.EXPIRED: Stage.NO_LINK,
            LinkState.CLOSED: Stage.ENDED,
        }.get(consultation.link, Stage.DROPPED)
    if consultation.state is ConsultationState.ENDED:
        back = incident is not None and given_back(consultation, incident)
        return Stage.GIVEN_BACK if back else Stage.ENDED
    return Stage.SUBMITTED


GIVES_WAY = frozenset(
    {NextAct.WAIT_FOR_RETURN, NextAct.SUBMIT, NextAct.WRITE_NOTE, NextAct.OPEN_SHEET, NextAct.IN_CALL}
)
"""What can wait while the officer is at a sheet that has an act of its own."""


def next_act(state: PageState) -> NextAct:
    """The one act the action slot names: of the open sheet, unless the call itself wants something first."""
    act = next_of_case(state)
    return NextAct.IN_SHEET if state.sheet_act is not None and act in GIVES_WAY else act


def next_of_case(state: PageState) -> NextAct:
    """Whatever sheet is open."""
    fixed = {
        Stage.LINK_SENT: NextAct.WAIT_FOR_DEVICE,
        Stage.DEVICE_WAITING: NextAct.ADMIT,
        Stage.CONNECTING: NextAct.WAIT_FOR_CALL,
        Stage.PAUSED: NextAct.RESUME,
        Stage.DROPPED: NextAct.WAIT_FOR_RETURN,
        Stage.ENDED: NextAct.SUBMIT,
        Stage.SUBMITTED: NextAct.NOTHING,
        Stage.GIVEN_BACK: NextAct.TAKE_ANOTHER,
    }
    if state.stage in fixed:
        return fixed[state.stage]
    if state.stage is Stage.NO_LINK:
        open_yet = first_unanswered(state.consultation, state.before_link) is not None
        return NextAct.ANSWER_SAFETY if open_yet else NextAct.SEND_LINK
    if state.consultation.consent is Consent.NOT_ASKED:
        return NextAct.DECIDE_CONSENT if state.refused else NextAct.WAIT_FOR_CONSENT
    if not state.consultation.notes:
        return NextAct.WRITE_NOTE
    return NextAct.OPEN_SHEET if next_sheet(state) else NextAct.IN_CALL
