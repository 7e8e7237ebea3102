"""Safeguarding of one case: advice, measures, referrals with the Victims' Code clocks, and what must never be sent on.

Entries are added and never changed: what is learnt later is an entry that names the earlier one.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from rvr_console.domain.incident import Incident
from rvr_console.domain.policy import SafeguardingPolicy


class EntryKind(StrEnum):
    ADVICE = "advice"
    MEASURE = "measure"
    REFERRAL = "referral"
    REFERRAL_SENT = "referral_sent"  # about: the referral
    VICTIM_UPDATED = "victim_updated"


class ReferralBasis(StrEnum):
    """DECLINED: offered, and the person does not want it; nothing is sent. WITHOUT_CONSENT needs a reason."""

    CONSENT = "consent"
    WITHOUT_CONSENT = "without_consent"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class SafeguardingEntry:
    """One line. what: the policy's label (or own words); words: what the officer added. key: of the policy's list, or "own"."""

    id: str
    consultation_id: str
    at: datetime
    by: str
    kind: EntryKind
    key: str = ""
    what: str = ""
    words: str = ""
    basis: ReferralBasis | None = None
    reason: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class RestrictedRecord:
    """A disclosure that goes by word of mouth only. text leaves the store for a logged viewing and for the check of messages alone.

    salt: keeps the digest in the custody log from being tried out with guessed texts.
    """

    id: str
    consultation_id: str
    at: datetime
    by: str
    key: str
    what: str
    text: str = field(repr=False)
    salt: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 over salt and text, hex: what the custody log binds."""
        return hashlib.sha256(self.salt.encode() + b"\0" + self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CoveredRecord:
    """What is shown of a restricted record until somebody asks with a purpose."""

    id: str
    at: datetime
    by: str
    what: str
    words: int


@dataclass(frozen=True, slots=True)
class ClosedWithout:
    """Something the policy asks for was not done when the case was submitted. state: as the checklist said it then."""

    consultation_id: str
    item: str
    label: str
    state: str
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Referral:
    entry: SafeguardingEntry
    sent_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Still to be sent."""
        return self.sent_at is None and self.entry.basis is not ReferralBasis.DECLINED


@dataclass(frozen=True, slots=True)
class VictimClock:
    """A duty with a time limit. done_at: when it was fulfilled, None while it is open."""

    key: str
    due_at: datetime
    done_at: datetime | None = None

    def late(self, now: datetime) -> bool:
        return (self.done_at or now) > self.due_at


@dataclass(frozen=True, slots=True)
class SafeguardingFile:
    """Everything of one case, oldest first. enhanced: the victim has enhanced rights. clocks: "referral", then "update"."""

    advice: tuple[SafeguardingEntry, ...]
    measures: tuple[SafeguardingEntry, ...]
    referrals: tuple[Referral, ...]
    updates: tuple[SafeguardingEntry, ...]
    restricted: tuple[CoveredRecord, ...]
    clocks: tuple[VictimClock, ...]
    enhanced: bool


def referrals_of(entries: Iterable[SafeguardingEntry]) -> tuple[Referral, ...]:
    sent: dict[str, datetime] = {}
    made: list[SafeguardingEntry] = []
    for entry in entries:
        if entry.kind is EntryKind.REFERRAL_SENT:
            sent.setdefault(entry.about, entry.at)
        elif entry.kind is EntryKind.REFERRAL:
            made.append(entry)
    return tuple(Referral(entry, sent.get(entry.id)) for entry in made)


def file_of(
    policy: SafeguardingPolicy,
    incident: Incident,
    contact_at: datetime,
    entries: Sequence[SafeguardingEntry],
    restricted: Sequence[RestrictedRecord],
    *,
    enhanced: bool = False,
) -> SafeguardingFile:
    """contact_at: when the officer had the case. enhanced: found elsewhere (needs assessment); flags of the policy say so too."""
    referrals = referrals_of(entries)
    updates = tuple(entry for entry in entries if entry.kind is EntryKind.VICTIM_UPDATED)
    enhanced = enhanced or bool(incident.flags & set(policy.enhanced_flags))
    span = policy.update_within_enhanced if enhanced else policy.update_within
    settled = [r.sent_at or r.entry.at for r in referrals if not r.open]
    clocks = (
        VictimClock(
            "referral",
            policy.referral_within.after(incident.reported_at, policy.holidays),
            min(settled, default=None),
        ),
        VictimClock("update", span.after(contact_at, policy.holidays), updates[0].at if updates else None),
    )
    return SafeguardingFile(
        tuple(entry for entry in entries if entry.kind is EntryKind.ADVICE),
        tuple(entry for entry in entries if entry.kind is EntryKind.MEASURE),
        referrals,
        updates,
        tuple(cover(record) for record in restricted),
        clocks,
        enhanced,
    )


def cover(record: RestrictedRecord) -> CoveredRecord:
    return CoveredRecord(record.id, record.at, record.by, record.what, len(record.text.split()))


def words_of(text: str) -> list[str]:
    """Words as they are compared: compatibility forms folded, case and accents gone, anything but letters and digits a blank."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (character if character.isalnum() else "" if _silent(character) else " " for character in folded)
    return "".join(kept).split()


def _silent(character: str) -> bool:
    """Marks on letters, apostrophes, and characters that are not seen: leaving them out changes no word."""
    return character in "'’ʼ" or unicodedata.category(character) in {"Mn", "Me", "Cf"}


class MessageCheck:
    """Whether a message carries part of a restricted text. What was sent before counts: a text can be sent in small pieces."""

    def __init__(self, run_words: int, run_letters: int) -> None:
        self._words = run_words
        self._letters = run_letters

    def carries(self, restricted: str, message: str, before: Sequence[str] = ()) -> bool:
        """True when `message`, alone or with what was sent `before` it, repeats a run of the restricted text."""
        secret, new = words_of(restricted), words_of(message)
        if not secret or not new:
            return False
        old = words_of(" ".join(before))
        return self._run_of_words(secret, old, new) or self._run_of_letters(secret, old, new)

    def _run_of_words(self, secret: list[str], old: list[str], new: list[str]) -> bool:
        size = min(self._words, len(secret))
        runs = {tuple(secret[place : place + size]) for place in range(len(secret) - size + 1)}
        tail = old[max(0, len(old) - size + 1) :]
        sent = tail + new
        return any(tuple(sent[place : place + size]) in runs for place in range(len(sent) - size + 1))

    def _run_of_letters(self, secret: list[str], old: list[str], new: list[str]) -> bool:
        """Written without blanks, or with one between all letters."""
        letters = "".join(secret)
        size = min(self._letters, len(letters))
        if size < self._letters and len(secret) > 1:
            return False  # a short record is found by its words
        tail = "".join(old)[-(size - 1) :] if size > 1 else ""
        sent = tail + "".join(new)
        return any(sent[place : place + size] in letters for place in range(len(sent) - size + 1))
