"""What the console and a control room (CAD) gateway say to each other over HTTP and JSON.

Everything is size-limited and strict about names; both programs validate what the other sends. Text from outside loses its
control and direction-changing characters (they could forge what a screen shows), the rest is kept as it came.
"""

import unicodedata
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import StringConstraints as Limits

MAX_ACT_BYTES = 64 * 1024  # an act, or a new incident, as sent by a desk
MAX_ANSWER_BYTES = 64 * 1024  # the answer to one act
MAX_PAGE_BYTES = 8 * 1024 * 1024  # one page of incidents
PAGE_BUDGET_BYTES = 4 * 1024 * 1024  # the sender starts a new page beyond this
MAX_PAGE_INCIDENTS = 500
MAX_LOG_ENTRIES = 1000
MAX_LOG_BYTES = MAX_LOG_ENTRIES * MAX_ACT_BYTES // 8
MAX_WAIT_SECONDS = 30.0  # the longest long poll
MAX_HISTORY = 200

_KEPT_CONTROLS = "\n\t"
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _clean(value: object) -> object:
    """Control, format (bidirectional overrides, zero width) and surrogate characters become spaces."""
    if not isinstance(value, str):
        return value
    if value.isascii() and value.isprintable():
        return value
    return "".join(
        c if c in _KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else " " for c in value
    )


def _sane(value: datetime) -> datetime:
    if not _EARLIEST <= value < _LATEST:
        raise ValueError("time outside 2000 to 2100")
    return value.astimezone(UTC)


_Cleaned = BeforeValidator(_clean)
Time = Annotated[AwareDatetime, AfterValidator(_sane)]
Reference = Annotated[str, Limits(pattern=r"^[A-Za-z0-9][A-Za-z0-9 /_-]{0,39}$")]
ActId = Annotated[str, Limits(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Collar = Annotated[str, Limits(pattern=r"^[A-Za-z0-9 ._-]{1,40}$")]
Desk = Annotated[str, Limits(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Book = Annotated[str, Limits(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Word = Annotated[str, Limits(pattern=r"^[a-z0-9_]{1,40}$")]
Short = Annotated[str, _Cleaned, Limits(max_length=120)]
Line = Annotated[str, _Cleaned, Limits(max_length=500)]
Passage = Annotated[str, _Cleaned, Limits(max_length=8000)]
Note = Annotated[str, _Cleaned, Limits(max_length=2000)]
Count = Annotated[int, Field(ge=0, le=2**53)]


class Message(BaseModel):
    """Base of all CAD messages: unknown fields are an error, values do not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, ser_json_timedelta="float")


class Verb(StrEnum):
    """Same words as domain.cad.CadVerb (a test holds the two together)."""

    TRIAGED = "triaged"
    RETURNED = "returned"
    ALLOCATED = "allocated"
    SELF_DISPATCHED = "self_dispatched"
    ARRIVED = "arrived"
    LOG_UPDATE = "log_update"
    CONTACT_ATTEMPT = "contact_attempt"
    CONVERTED = "converted_to_attendance"
    RESOURCE_BACK = "resourced_back"
    RESULT_CODES = "result_codes"
    CLOSED = "closed"
    REOPENED = "reopened"


class RefusalCode(StrEnum):
    TAKEN = "taken"  # another officer has it
    NOT_TAKEN = "not_taken"  # this act needs the officer to have taken it first
    NOT_SUITABLE = "not_suitable"
    ALLOCATED = "allocated"
    CLOSED = "closed"
    WRONG_STATE = "wrong_state"
    OFF_DUTY = "off_duty"
    OUT_OF_ORDER = "out_of_order"
    ID_REUSED = "id_reused"
    UNKNOWN_INCIDENT = "unknown_incident"
    NOT_UNDERSTOOD = "not_understood"


class PersonMessage(Message):
    name: Short
    phone: Short = ""
    email: Short = ""
    safe_contact: Line = ""


class HistoryMessage(Message):
    at: Time
    text: Line


class IncidentMessage(Message):
    """One incident as CAD holds it. version: number of CAD's change that made it so; unique in the book, grows."""

    reference: Reference
    category: Short
    grade: Annotated[int, Field(ge=1, le=9)]
    reported_at: Time
    place: Short
    address: Line
    person: PersonMessage
    intake: Literal["immediate", "queued"] = "queued"
    target_seconds: Annotated[int, Field(ge=1, le=366 * 86400)] = 48 * 3600
    flags: Annotated[list[Literal["domestic_abuse", "vulnerable"]], Field(max_length=8)] = Field(
        default_factory=list
    )
    triage: Literal["to_triage", "suitable", "returned"] = "to_triage"
    state: Literal["waiting", "taken", "returned", "converted", "closed"] = "waiting"
    allocated_to: Collar | None = None
    taken_by: Collar | None = None
    taken_at: Time | None = None
    arrived_at: Time | None = None
    resourced_back_at: Time | None = None
    closed_at: Time | None = None
    result_codes: Line = ""
    thrive: Annotated[dict[Word, Note], Field(max_length=12)] = Field(default_factory=dict)
    suitability: Annotated[dict[Word, bool], Field(max_length=20)] = Field(default_factory=dict)
    history: Annotated[list[HistoryMessage], Field(max_length=MAX_HISTORY)] = Field(default_factory=list)
    next_contact_at: Time | None = None
    contact_attempts: Annotated[int, Field(ge=0, le=1000)] = 0
    contact_note: Line = ""
    provisional: Reference | None = None
    version: Count = 0


class IncidentPage(Message):
    """Answer to GET /incidents: what changed after version `since`, oldest change first.

    next: the `since` for the next question. more: another page is ready now. restarted: `since` belonged to another book
    (CAD was set up anew), so this starts from nothing.
    """

    book: Book
    incidents: Annotated[list[IncidentMessage], Field(max_length=MAX_PAGE_INCIDENTS)]
    next: Count
    more: bool = False
    restarted: bool = False


class ActMessage(Message):
    """One act of a desk. id: idempotency key, for ever. sequence: place among this desk's acts on this incident, from 1;
    0 asks ahead of its place (a take whose answer the officer waits for), the same id may come again with its number.

    desk: identity of one installation; two desks under one name would get into each other's order.
    missing_from: acts from this number up to sequence - 1 will never come (settled at the desk without CAD).
    """

    id: ActId
    verb: Verb
    officer: Collar
    desk: Desk
    at_source: Time
    sequence: Annotated[int, Field(ge=0, le=1_000_000)]
    payload: Annotated[dict[Word, Passage], Field(max_length=32)] = Field(default_factory=dict)
    missing_from: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class AppliedMessage(Message):
    """The act stands in CAD. repeated: it stood there already; everything else is then the first answer again."""

    outcome: Literal["applied"] = "applied"
    id: ActId
    reference: Reference
    applied_at: Time
    version: Count
    repeated: bool = False


class RefusedMessage(Message):
    """CAD's no, in plain words. expected: the sequence CAD waits for, when out of order."""

    outcome: Literal["refused"] = "refused"
    id: ActId
    code: RefusalCode
    reason: Line
    expected: Count | None = None
    repeated: bool = False


class LogEntry(Message):
    """One line of CAD's own log of acts, refused ones too."""

    id: ActId
    verb: Verb
    officer: Collar
    desk: Desk
    sequence: int
    at_source: Time
    applied_at: Time
    outcome: Literal["applied", "refused"]
    reason: Line = ""
    payload: Annotated[dict[Word, Passage], Field(max_length=32)] = Field(default_factory=dict)


class ActLog(Message):
    """The newest acts on one incident, in the order CAD settled them."""

    reference: Reference
    acts: Annotated[list[LogEntry], Field(max_length=MAX_LOG_ENTRIES)]


class NewIncidentMessage(Message):
    """An incident taken down while CAD was away, or one that the control room adds.

    provisional: the desk's own reference (CAD answers to it ever after). known_reference: CAD's reference, when the control
    room gave it by voice; then nothing new is made, the two are joined.
    """

    id: ActId
    desk: Desk
    officer: Collar
    at_source: Time
    provisional: Reference | None = None
    known_reference: Reference | None = None
    category: Short
    grade: Annotated[int, Field(ge=1, le=9)] = 3
    reported_at: Time
    place: Short
    address: Line
    person: PersonMessage
    intake: Literal["immediate", "queued"] = "queued"
    target_seconds: Annotated[int, Field(ge=1, le=366 * 86400)] = 48 * 3600
    flags: Annotated[list[Literal["domestic_abuse", "vulnerable"]], Field(max_length=8)] = Field(
        default_factory=list
    )
    triage: Literal["to_triage", "suitable"] = "to_triage"
    thrive: Annotated[dict[Word, Note], Field(max_length=12)] = Field(default_factory=dict)
    suitability: Annotated[dict[Word, bool], Field(max_length=20)] = Field(default_factory=dict)


class CreatedMessage(Message):
    """reference: CAD's own. possible_duplicates: open incidents of the same caller, for a person to look at."""

    outcome: Literal["created"] = "created"
    id: ActId
    reference: Reference
    applied_at: Time
    version: Count
    possible_duplicates: Annotated[list[Reference], Field(max_length=10)] = Field(default_factory=list)
    repeated: bool = False


class DutyMessage(Message):
    """An officer goes on or off duty. at: since when."""

    on_duty: bool
    at: Time


class HealthMessage(Message):
    """book: identity of CAD's database. sample: its incidents are invented."""

    program: Short
    book: Book
    version: Count
    incidents: Count
    sample: bool = False


class FaultMessage(Message):
    """CAD could not do its part just now, or the caller may not ask; nothing was changed."""

    fault: Line
