"""The custody log: who did what to which evidence, when and why; each entry bound to the one before.

The bytes that are hashed stand in docs/evidence-format.md, section 9; those of version 1 are read for ever and no longer written.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from rvr_console.errors import BugError

GENESIS = bytes(32)
SALT_BYTES: Final = 32
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_quoted = json.encoder.encode_basestring  # what _JSON does with a text, without the way there


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
    COPY_NOT_MADE = "copy_not_made"  # of a recording or exhibit, after the entry that permitted it
    CASE_ASSIGNED = "case_assigned"
    BUNDLE_STARTED = "bundle_started"
    BUNDLE_MADE = "bundle_made"
    BUNDLE_NOT_MADE = "bundle_not_made"
    HANDED_OVER = "handed_over"  # logged for each recording and exhibit before a bundle with it is written
    FILE_ASKED = "file_asked"
    EXHIBIT_RECEIVED = "exhibit_received"
    EXHIBIT_SEALED = "exhibit_sealed"
    EXHIBIT_BROKEN_OFF = "exhibit_broken_off"
    EXHIBIT_RECOVERED = "exhibit_recovered"
    EXHIBIT_LISTED_AGAIN = "exhibit_listed_again"
    EXHIBIT_DESCRIBED = "exhibit_described"
    EXHIBIT_MARKED = "exhibit_marked"
    EXHIBIT_INSPECTED = "exhibit_inspected"
    EXHIBIT_VIEWED = "exhibit_viewed"
    EXHIBIT_COPIED = "exhibit_copied"
    EXHIBIT_VERIFIED = "exhibit_verified"
    STILL_TAKEN = "still_taken"
    NOTE_WRITTEN = "note_written"
    FORM_STARTED = "form_started"
    FORM_ANSWERED = "form_answered"
    GRADE_RAISED = "grade_raised"
    FORM_COMPLETED = "form_completed"
    FORM_REOPENED = "form_reopened"
    FORM_APPROVED = "form_approved"
    FORM_EXPORTED = "form_exported"
    FORM_VIEWED = "form_viewed"
    KIND_CHOSEN = "kind_chosen"
    SAFEGUARDING_ADDED = "safeguarding_added"
    REFERRAL_SENT = "referral_sent"
    RESTRICTED_RECORDED = "restricted_recorded"
    RESTRICTED_VIEWED = "restricted_viewed"
    RESTRICTED_HELD_BACK = "restricted_held_back"  # a message that carried it was not sent
    CLOSED_WITHOUT = "closed_without"
    CAD_ACT = "cad_act"
    CONVERTED = "converted_to_attendance"
    CONSULTATION_ENDED = "consultation_ended"
    SUBMITTED = "submitted_for_review"
    ACCESS_DENIED = "access_denied"
    REVIEW_OUTCOME = "review_outcome"
    CUSTODY_EXPORTED = "custody_exported"
    PAYLOAD_ERASED = "payload_erased"
    LOG_FAULT_FOUND = "log_fault_found"
    VAULT_VERIFIED = "vault_verified"
    VAULT_CHECK_STOPPED = "vault_check_stopped"  # by a person, who is named
    VAULT_DAMAGED = "vault_damaged"
    VAULT_LISTED_AGAIN = "vault_listed_again"
    REPLICA_COPIED = "replica_copied"
    REPLICA_FAULT = "replica_fault"
    STATEMENT_STARTED = "statement_started"
    STATEMENT_FROZEN = "statement_frozen"
    STATEMENT_CORRECTED = "statement_corrected"
    STATEMENT_SIGNED = "statement_signed"
    STATEMENT_READ = "statement_read"  # a frozen PDF was opened or handed to a person's own copy
    SIGNING_OFFERED = "signing_offered"
    SIGNING_SHOWN = "signing_shown"
    SIGNING_READ = "signing_read"
    DECLARATION_SHOWN = "declaration_shown"
    DECLARED = "declared"
    SIGNED = "signed"
    STATEMENT_SEALED = "statement_sealed"
    STATEMENT_NOT_SEALED = "statement_not_sealed"
    SIGNING_VOID = "signing_void"
    SIGNING_GATE_OVERRIDDEN = "signing_gate_overridden"


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One line of the log.

    sequence: from 0, no holes. actor: collar number, or "console" for acts of the program itself. subject: what it was
    done to (consultation id, evidence id). previous, digest: 32-byte SHA-256, each entry bound to the one before.
    version: 1, or 2 with salt (32 bytes; empty once the payload was erased) and commitment (SHA-256 of salt and payload).
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
    version: int = 1
    salt: bytes = b""
    commitment: bytes = b""

    @property
    def payload(self) -> bytes:
        """What may be personal and can be erased: canonical JSON {actor, details, purpose, subject}."""
        return payload_bytes(self.actor, details_text(self.details), self.purpose, self.subject)

    def computed_digest(self) -> bytes:
        """What `digest` must be for this entry's content."""
        at = self.at.isoformat()
        if self.version == 1:
            details = details_text(self.details)
            return digest_1(
                self.sequence, at, self.actor, self.act, self.subject, self.purpose, details, self.previous
            )
        commitment = commitment_of(self.salt, self.payload) if self.salt else self.commitment
        return digest_2(self.sequence, at, self.act, self.previous, commitment)


def details_text(details: dict[str, str]) -> str:
    """Details as the log keeps and hashes them: canonical JSON (RFC 8785). Names are ASCII. Raises BugError otherwise."""
    if not all(name.isascii() for name in details):
        raise BugError("names of custody details are ASCII")  # so that every canonical order is the same
    return _JSON.encode(details)


def payload_bytes(actor: str, details: str, purpose: str, subject: str) -> bytes:
    """Canonical JSON (RFC 8785) of the four; details is JSON text already."""
    return (
        f'{{"actor":{_quoted(actor)},"details":{details},"purpose":{_quoted(purpose)},"subject":{_quoted(subject)}}}'
    ).encode()


def commitment_of(salt: bytes, payload: bytes) -> bytes:
    return hashlib.sha256(salt + payload).digest()


def digest_1(
    sequence: int, at: str, actor: str, act: str, subject: str, purpose: str, details: str, previous: bytes
) -> bytes:
    """Version 1: SHA-256("rvr/custody1" || previous || JSON array of the other six). details: canonical JSON text."""
    encode = _JSON.encode
    body = f"[{sequence},{encode(at)},{encode(actor)},{encode(act)},{encode(subject)},{encode(purpose)},{details}]"
    return hashlib.sha256(b"rvr/custody1" + previous + body.encode()).digest()


def digest_2(sequence: int, at: str, act: str, previous: bytes, commitment: bytes) -> bytes:
    """Version 2: SHA-256("rvr/custody2" || sequence u64 || L(at) || L(act) || previous || commitment)."""
    time, name = at.encode(), act.encode()
    return hashlib.sha256(
        b"rvr/custody2"
        + sequence.to_bytes(8, "big")
        + len(time).to_bytes(2, "big")
        + time
        + len(name).to_bytes(2, "big")
        + name
        + previous
        + commitment
    ).digest()


class FaultKind(StrEnum):
    """What was done to the log."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    ROLLED_BACK = "rolled_back"
    CHECKPOINT = "checkpoint"  # a signed checkpoint is missing, changed or contradicted
    UNREADABLE = "unreadable"
    UNGUARDED = "unguarded"  # the database's own rules against changes were taken away or added to


@dataclass(frozen=True, slots=True)
class CustodyFault:
    """sequence: the entry it is about, or where it begins. what: one plain sentence."""

    sequence: int
    what: str
    kind: FaultKind = FaultKind.EDITED
