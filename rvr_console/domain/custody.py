"""The custody log: who did what to which evidence, when and why; each entry bound to the one before."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

GENESIS = bytes(32)


class CustodyAct(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_CREATED = "account_created"
    DUTY_CHANGED = "duty_changed"
    INCIDENT_TAKEN = "incident_taken"
    SAFETY_ANSWERED = "safety_answered"
    CONTACT_ATTEMPT = "contact_attempt"
    LOCATION_CONFIRMED = "location_confirmed"
    LINK_ISSUED = "link_issued"
    LINK_STATE = "link_state"
    DEVICE_ADMITTED = "device_admitted"
    SECOND_DEVICE_REFUSED = "second_device_refused"
    CALL_SECURED = "call_secured"
    RECORDING_ANNOUNCED = "recording_announced"
    RECORDING_CONSENT = "recording_consent"
    RECORDING_STARTED = "recording_started"
    SEGMENT_STARTED = "segment_started"
    RECORDING_HEAD = "recording_head"
    RECORDING_GAP = "recording_gap"
    RECORDING_PAUSED = "recording_paused"
    RECORDING_RESUMED = "recording_resumed"
    RECORDING_MARKER = "recording_marker"
    RECORDING_CLOSED = "recording_closed"
    RECORDING_RECOVERED = "recording_recovered"
    RECORDING_FAULT = "recording_fault"
    RECORDING_VERIFIED = "recording_verified"
    RECORDING_VIEWED = "recording_viewed"
    COPY_SAVED = "copy_saved"
    NOTE_WRITTEN = "note_written"
    CAD_ACT = "cad_act"
    CONVERTED = "converted_to_attendance"
    CONSULTATION_ENDED = "consultation_ended"
    SUBMITTED = "submitted_for_review"
    ACCESS_DENIED = "access_denied"
    REVIEW_OUTCOME = "review_outcome"


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One line of the log.

    sequence: from 0, no holes. actor: collar number, or "console" for acts of the program itself. subject: what it was
    done to (consultation id, evidence id). previous, digest: 32-byte SHA-256, hash chain over canonical JSON.
    """

    sequence: int
    at: datetime
    actor: str
    act: CustodyAct
    subject: str
    purpose: str = ""
    details: dict[str, str] = field(default_factory=dict)
    previous: bytes = GENESIS
    digest: bytes = b""

    def computed_digest(self) -> bytes:
        """SHA-256("rvr/custody1" || previous || canonical JSON of the entry's other fields)."""
        body = json.dumps(
            [
                self.sequence,
                self.at.isoformat(),
                self.actor,
                self.act.value,
                self.subject,
                self.purpose,
                self.details,
            ],
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        return hashlib.sha256(b"rvr/custody1" + self.previous + body.encode()).digest()


@dataclass(frozen=True, slots=True)
class CustodyFault:
    sequence: int
    what: str


def faults_in(entries: list[CustodyEntry]) -> list[CustodyFault]:
    """What is wrong with a whole log, oldest first: holes, reordering, edits, broken links. Empty when intact."""
    faults: list[CustodyFault] = []
    previous = GENESIS
    for place, entry in enumerate(entries):
        if entry.sequence != place:
            faults.append(
                CustodyFault(place, f"entry {place} is missing or out of order (found {entry.sequence})")
            )
            break
        if entry.previous != previous:
            faults.append(CustodyFault(place, f"entry {place} does not follow the one before it"))
        if entry.computed_digest() != entry.digest:
            faults.append(CustodyFault(place, f"entry {place} was changed after it was written"))
        previous = entry.digest
    return faults
