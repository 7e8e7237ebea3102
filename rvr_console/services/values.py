"""What the services hand to the screens."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import Incident
from rvr_console.domain.recording import RecordHead
from rvr_console.domain.repositories import Recording, Review
from rvr_console.domain.safeguarding import ClosedWithout

READ_OUT_GROUP = 4


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """An issued link. secret: 26 characters, never logged; room, auth_digest (hex) are what the gateway may know."""

    consultation_id: str
    secret: str = field(repr=False)
    room: str
    auth_digest: str
    epoch: int
    issued_at: datetime
    expires_at: datetime
    device: str = ""  # fingerprint of the admitted device's key

    def url(self, page: str) -> str:
        """Full address for QR and message; page: "https://video.force.example". The secret is all in the fragment."""
        return f"{page.rstrip('/')}/#{self.secret}"

    @property
    def read_out(self) -> str:
        """The secret in groups of four, for reading out."""
        return " ".join(
            self.secret[i : i + READ_OUT_GROUP] for i in range(0, len(self.secret), READ_OUT_GROUP)
        )


@dataclass(frozen=True, slots=True)
class RestartRecord:
    """All that is needed to go on with a consultation after the console was started again."""

    consultation: Consultation
    incident: Incident
    link: LinkDetails
    recordings: tuple[Recording, ...] = ()


class CheckState(StrEnum):
    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One of the eight lines of "Still to do". key: safety, risk, needs, evidence, notes, statement, safeguarding, cad.

    needed: the policy asks for it in this case; said by the checklist, not by whoever makes the line.
    """

    key: str
    label: str
    state: CheckState
    words: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class RecordingSummary:
    """One line in the list of recordings."""

    recording: Recording
    consultation: Consultation
    incident: Incident
    may_save_copy: bool


@dataclass(frozen=True, slots=True)
class ViewPermit:
    """A logged permission to open a recording. last_heads: what verification compares with, one per segment.

    copy_to: the folder that a copy may be written to; "" for a permission to watch, which permits no copy.
    """

    recording: Recording
    consultation: Consultation
    incident: Incident
    purpose: str
    last_heads: tuple[RecordHead, ...]
    officer_title: str
    copy_to: str = ""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One case for evidential review. due_in: left of the 24 hours, negative once over. own: never reviewed by oneself."""

    consultation: Consultation
    incident: Incident
    due_at: datetime
    due_in: timedelta
    own: bool
    officer_title: str
    review: Review | None = None
    without: tuple[ClosedWithout, ...] = ()
