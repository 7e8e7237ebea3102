"""Acts that command and control (CAD) must learn, exactly once and in order per incident."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class CadVerb(StrEnum):
    TRIAGED = "triaged"
    RETURNED = "returned"
    ALLOCATED = "allocated"
    SELF_DISPATCHED = "self_dispatched"
    ARRIVED = "arrived"  # the act of sending the link
    LOG_UPDATE = "log_update"
    CONTACT_ATTEMPT = "contact_attempt"
    CONVERTED = "converted_to_attendance"
    RESOURCE_BACK = "resourced_back"
    RESULT_CODES = "result_codes"
    CLOSED = "closed"
    REOPENED = "reopened"


class DeliveryState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CadAction:
    """One act. id: UUID text made at source, the idempotency key. sequence: place among this desk's acts on the incident, from 1."""

    id: str
    incident: str
    verb: CadVerb
    officer: str
    at_source: datetime
    sequence: int
    payload: dict[str, str] = field(default_factory=dict)
    state: DeliveryState = DeliveryState.PENDING
    applied_at: datetime | None = None
    refused_reason: str = ""
    attempts: int = 0
