"""What the consultation page shows, and which act comes next. Pure values: no Qt."""

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
from rvr_console.domain.incident import Incident
from rvr_console.domain.recording import RecorderState, RecorderStatus
from rvr_console.services.values import ChecklistItem, LinkDetails


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


class NextAct(StrEnum):
    ANSWER_SAFETY = "answer_safety"
    SEND_LINK = "send_link"
    WAIT_FOR_DEVICE = "wait_for_device"
    ADMIT = "admit"
    WAIT_FOR_CALL = "wait_for_call"
    WAIT_FOR_CONSENT = "wait_for_consent"
    DECIDE_CONSENT = "decide_consent"
    WRITE_NOTE = "write_note"
    RESUME = "resume"
    WAIT_FOR_RETURN = "wait_for_return"
    IN_CALL = "in_call"
    SUBMIT = "submit"
    NOTHING = "nothing"


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


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """kind: a key of the timeline's glyphs ("arrived", "announced", "gap", "paused", "marker", "rejoined" ...)."""

    kind: str
    label: str
    start: datetime
    end: datetime | None = None


@dataclass(slots=True)
class PageState:
    """Everything the page shows; the presenter is the only writer."""

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
    pending: str = ""
    chat: list[ChatLine] = field(default_factory=list)
    checklist: list[ChecklistItem] = field(default_factory=list)
    cad: list[CadAction] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)

    @property
    def recording(self) -> bool:
        return self.recorder is not None and self.recorder.state in (
            RecorderState.RECORDING,
            RecorderState.PAUSED,
        )


def first_unanswered(consultation: Consultation) -> int | None:
    """Place (0-based) of the first safety question without an answer."""
    for place, question in enumerate(SAFETY_QUESTIONS):
        if not consultation.safety.get(question, "").strip():
            return place
    return None


def stage_of(consultation: Consultation) -> Stage:
    """Where a stored consultation stands before anything live is known of it."""
    if consultation.state is ConsultationState.OPEN:
        return {
            None: Stage.NO_LINK,
            LinkState.ISSUED: Stage.LINK_SENT,
            LinkState.WAITING: Stage.LINK_SENT,
            LinkState.EXPIRED: Stage.NO_LINK,
            LinkState.CLOSED: Stage.ENDED,
        }.get(consultation.link, Stage.DROPPED)
    return Stage.ENDED if consultation.state is ConsultationState.ENDED else Stage.SUBMITTED


def next_act(state: PageState) -> NextAct:
    """The one act the action slot names."""
    fixed = {
        Stage.LINK_SENT: NextAct.WAIT_FOR_DEVICE,
        Stage.DEVICE_WAITING: NextAct.ADMIT,
        Stage.CONNECTING: NextAct.WAIT_FOR_CALL,
        Stage.PAUSED: NextAct.RESUME,
        Stage.DROPPED: NextAct.WAIT_FOR_RETURN,
        Stage.ENDED: NextAct.SUBMIT,
        Stage.SUBMITTED: NextAct.NOTHING,
    }
    if state.stage in fixed:
        return fixed[state.stage]
    if state.stage is Stage.NO_LINK:
        return NextAct.SEND_LINK if first_unanswered(state.consultation) is None else NextAct.ANSWER_SAFETY
    if state.consultation.consent is Consent.NOT_ASKED:
        return NextAct.DECIDE_CONSENT if state.refused else NextAct.WAIT_FOR_CONSENT
    return NextAct.IN_CALL if state.consultation.notes else NextAct.WRITE_NOTE
