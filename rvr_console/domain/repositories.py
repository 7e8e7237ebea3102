"""What the services need of the store: stored values, repositories, one transaction. storage/ implements these."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from rvr_console.domain.access import User
from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody_store import Custody, CustodySeals
from rvr_console.domain.exhibit import Exhibit, ExhibitChange
from rvr_console.domain.form_store import Forms
from rvr_console.domain.incident import Incident
from rvr_console.domain.recording import EventKind, RecordHead
from rvr_console.domain.replica import ReplicaQueue
from rvr_console.domain.safeguarding_store import SafeguardingRecords
from rvr_console.domain.signing_store import Signings
from rvr_console.domain.statement_store import Statements
from rvr_console.domain.vault_check import VaultRuns

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """A person's local account. password: PHC string (Argon2id). failures: failed sign-ins in a row."""

    user: User
    team: str
    password: str = field(repr=False)
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """The victim's link as kept: sealed_secret opens only with the team's or desk's key; room and auth_digest in hex."""

    consultation_id: str
    room: str
    auth_digest: str
    sealed_secret: bytes = field(repr=False)
    epoch: int
    issued_at: datetime
    expires_at: datetime
    device: str = ""  # fingerprint of the admitted device's key


class RecordingStatus(StrEnum):
    """OPEN: being written, or the console died while it was. RECOVERED: closed by recovery. FAULT: see the log."""

    OPEN = "open"
    CLOSED = "closed"
    RECOVERED = "recovered"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class RecordedSegment:
    """One segment as the store knows it. head: the last head logged, None before the first."""

    number: int
    started_at: datetime
    file: str = ""
    head: RecordHead | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """Something that happened in a recording, µs from its segment's start; end_us equals start_us for a moment."""

    segment: int
    kind: EventKind
    start_us: int
    end_us: int
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """What the store knows of one sealed recording; the bytes are the vault's."""

    evidence_id: str
    consultation_id: str
    started_at: datetime
    status: RecordingStatus = RecordingStatus.OPEN
    closed_at: datetime | None = None
    segments: tuple[RecordedSegment, ...] = ()
    marks: tuple[TimelineMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A data key sealed to one recipient. header_digest: SHA-256 of the segment's header."""

    evidence_id: str
    segment: int
    recipient: str
    header_digest: bytes
    sealed: bytes


class ReviewOutcome(StrEnum):
    """The four outcomes of an evidential review; A, B and C need an investigation plan, D the outcome type and how the victim was told."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True)
class Review:
    consultation_id: str
    outcome: ReviewOutcome
    plan: str
    feedback: str
    reviewer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """CAD's answer to one act. PENDING: CAD cannot be reached, it is sent again later."""

    state: DeliveryState
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """An incident of the local book. conflict: why CAD would not have it as it is; a person must look."""

    incident: Incident
    officer: str
    conflict: str = ""


class Users(Protocol):
    def get(self, collar: str) -> Account | None: ...

    def put(self, account: Account) -> None:
        """Add or replace."""
        ...

    def all(self) -> list[Account]:
        """By collar number."""
        ...


class Incidents(Protocol):
    def get(self, reference: str) -> Incident | None: ...

    def put(self, incident: Incident) -> None: ...

    def put_all(self, incidents: Iterable[Incident]) -> None: ...

    def all(self) -> list[Incident]:
        """Oldest report first."""
        ...

    def next_provisional(self, day: str) -> int:
        """Next number of the local incident book for this day (text "dd/mm/yyyy"), from 1."""
        ...

    def note_local(self, entry: LocalEntry) -> None:
        """Add or replace who wrote a provisional incident, and CAD's conflict with it."""
        ...

    def local(self) -> list[LocalEntry]:
        """The local incident book: what CAD has not given a reference yet."""
        ...

    def rename(self, provisional: str, reference: str) -> None:
        """Point everything kept under a provisional reference at CAD's own."""
        ...


class Consultations(Protocol):
    def get(self, consultation_id: str) -> Consultation | None: ...

    def add(self, consultation: Consultation) -> None: ...

    def replace(self, consultation: Consultation) -> Consultation:
        """Compare and set: stored only if the stored version equals the given one, which then grows by one.

        Returns what is now stored. Raises RefusedError when somebody else changed it meanwhile.
        """
        ...

    def of_officer(self, collar: str) -> list[Consultation]:
        """Oldest first, as are the next three."""
        ...

    def of_incident(self, incident: str) -> list[Consultation]: ...

    def with_open_link(self) -> list[Consultation]:
        """Those whose link is neither closed nor expired, in whatever state they are."""
        ...

    def in_state(self, state: ConsultationState) -> list[Consultation]: ...

    def open_for(self, incident: str) -> Consultation | None: ...

    def assign(self, consultation_id: str, collar: str) -> None:
        """Give a disclosure officer this case."""
        ...

    def assigned(self, collar: str) -> set[str]:
        """Consultation ids given to this disclosure officer."""
        ...


class Links(Protocol):
    def get(self, consultation_id: str) -> LinkRecord | None: ...

    def put(self, record: LinkRecord) -> None: ...


class Recordings(Protocol):
    """Nothing here deletes."""

    def get(self, evidence_id: str) -> Recording | None: ...

    def of_consultation(self, consultation_id: str) -> list[Recording]: ...

    def all(self) -> list[Recording]:
        """Newest first."""
        ...

    def add(self, recording: Recording) -> None: ...

    def set_status(self, evidence_id: str, status: RecordingStatus, closed_at: datetime | None) -> None: ...

    def add_segment(self, evidence_id: str, segment: RecordedSegment) -> None: ...

    def set_head(self, head: RecordHead) -> None: ...

    def close_segment(self, evidence_id: str, number: int) -> None: ...

    def add_mark(self, evidence_id: str, mark: TimelineMark) -> None: ...


class Exhibits(Protocol):
    """Insert-only: an exhibit is never changed, what is learnt later is added. Nothing here deletes."""

    def get(self, evidence_id: str) -> Exhibit | None: ...

    def of_upload(self, upload_id: str) -> Exhibit | None:
        """The exhibit that this upload became."""
        ...

    def of_consultation(self, consultation_id: str) -> list[Exhibit]:
        """Oldest first."""
        ...

    def all(self) -> list[Exhibit]:
        """Oldest first."""
        ...

    def last_number(self, incident: str, initials: str) -> int:
        """The highest number given under these initials in any consultation of this incident; 0 before the first."""
        ...

    def last_sub(self, incident: str, initials: str, number: int) -> int: ...

    def add(self, exhibit: Exhibit) -> None: ...

    def add_change(
        self, evidence_id: str, at: datetime, by: str, change: ExhibitChange, value: dict[str, str]
    ) -> None:
        """value: flat text, {"value": ...} for a description or a mark."""
        ...


class Envelopes(Protocol):
    def add(self, envelope: Envelope) -> None: ...

    def of(self, evidence_id: str, segment: int) -> list[Envelope]: ...


class Outbox(Protocol):
    def add(self, action: CadAction) -> CadAction:
        """Store as pending under the incident's next sequence number (the given one is not looked at)."""
        ...

    def get(self, action_id: str) -> CadAction | None: ...

    def of(self, incident: str) -> list[CadAction]: ...

    def pending(self) -> list[CadAction]:
        """In the order to send: per incident by sequence. Rows of provisional incidents wait for their reference."""
        ...

    def update(self, action: CadAction) -> None:
        """State, applied_at, refused_reason and attempts of a known row."""
        ...


class Reviews(Protocol):
    def get(self, consultation_id: str) -> Review | None: ...

    def add(self, review: Review) -> None: ...


class Transaction(Protocol):
    """All repositories in one transaction: all of it is kept, or nothing."""

    @property
    def users(self) -> Users: ...
    @property
    def incidents(self) -> Incidents: ...
    @property
    def consultations(self) -> Consultations: ...
    @property
    def links(self) -> Links: ...
    @property
    def recordings(self) -> Recordings: ...
    @property
    def exhibits(self) -> Exhibits: ...
    @property
    def envelopes(self) -> Envelopes: ...
    @property
    def custody(self) -> Custody: ...
    @property
    def custody_seals(self) -> CustodySeals: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def safeguarding(self) -> SafeguardingRecords: ...
    @property
    def vault_runs(self) -> VaultRuns: ...
    @property
    def replica(self) -> ReplicaQueue: ...
    @property
    def forms(self) -> Forms: ...
    @property
    def statements(self) -> Statements: ...
    @property
    def signings(self) -> Signings: ...


class StorePort(Protocol):
    async def run(self, act: Callable[[Transaction], T]) -> T:
        """Run act in one durable transaction on the store's thread. An exception in it undoes everything."""
        ...


class CadTaker(Protocol):
    async def take(self, action: CadAction) -> Delivery:
        """Ask CAD for the incident, compare and set. Never raises for an unreachable CAD: the answer is PENDING."""
        ...
