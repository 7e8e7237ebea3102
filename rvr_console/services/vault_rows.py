"""The store's rows against the custody log: evidence that was begun is still known, under the case and hashes that were logged.

Whoever has the database can take a recording's rows away, and nothing would show it again: not the lists, not a bundle. The log
still says that it was begun.
"""

from dataclasses import dataclass, field
from functools import partial

from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.custody_store import FoundEntries, UnreadableEntry
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.repositories import Recording
from rvr_console.domain.vault_check import EvidenceKind, FileState, VaultFinding
from rvr_console.services.desk import Desk, Work
from rvr_console.services.exhibit_facts import received_details

_BEGUN = {
    CustodyAct.RECORDING_STARTED: EvidenceKind.RECORDING,
    CustodyAct.VAULT_LISTED_AGAIN: EvidenceKind.RECORDING,
    CustodyAct.EXHIBIT_RECEIVED: EvidenceKind.EXHIBIT,
    CustodyAct.EXHIBIT_LISTED_AGAIN: EvidenceKind.EXHIBIT,
}
_OF_RECORDINGS = {CustodyAct.SEGMENT_STARTED, CustodyAct.VAULT_LISTED_AGAIN}
_LOOKED_AT = (*_BEGUN, CustodyAct.SEGMENT_STARTED)
_BATCH = 20_000  # entries looked through in one transaction
_SAME = ("consultation", "reference", "size", "sha256", "original_name", "source")


@dataclass(frozen=True, slots=True)
class BegunEvidence:
    """The first entry that says what a piece of evidence is. segments: of a recording, all that the log says were begun."""

    kind: EvidenceKind
    entry: CustodyEntry
    segments: set[int] = field(default_factory=set)

    @property
    def called(self) -> str:
        if self.kind is EvidenceKind.EXHIBIT:
            return f"Exhibit {self.entry.details.get('reference', self.entry.subject)}"
        return f"The recording {self.entry.subject}"


@dataclass(frozen=True, slots=True)
class LoggedEvidence:
    """All that the log says was begun, by evidence id. unreadable: entries that would say more."""

    begun: dict[str, BegunEvidence] = field(default_factory=dict)
    unreadable: list[UnreadableEntry] = field(default_factory=list)


async def logged_evidence(desk: Desk) -> LoggedEvidence:
    """In short transactions."""
    logged = LoggedEvidence()
    found = logged.begun
    first, entries = 0, await desk.note(lambda work: work.tx.custody.tip().entries)
    while first < entries:
        batch = await desk.note(partial(_batch, first=first))
        logged.unreadable.extend(batch.unreadable)
        for entry in batch.entries:
            if "consultation" in entry.details and entry.act in _BEGUN:
                found.setdefault(entry.subject, BegunEvidence(_BEGUN[entry.act], entry))
            number = entry.details.get("segment", "")
            if entry.subject in found and entry.act in _OF_RECORDINGS and number.isdecimal():
                found[entry.subject].segments.add(int(number))
        first += _BATCH
    return logged


def _batch(work: Work, first: int) -> FoundEntries:
    return work.tx.custody.of_acts(_LOOKED_AT, first, _BATCH)


def row_findings(work: Work, logged: LoggedEvidence, there: frozenset[str]) -> list[VaultFinding]:
    """What the rows no longer say, and which entries could not be held against them.

    there: evidence ids of which the vault has a file; what is wrong with those is said of the file.
    """
    exhibits = {one.evidence_id: one for one in work.tx.exhibits.all()}
    recordings = {one.evidence_id: one for one in work.tx.recordings.all()}
    found = [_spoilt(entry) for entry in logged.unreadable]
    for evidence_id, one in logged.begun.items():
        if evidence_id not in exhibits and evidence_id not in recordings:
            if evidence_id not in there:
                found.append(_gone(one))
        elif wrong := _differs(one, exhibits.get(evidence_id), recordings.get(evidence_id)):
            found.append(_changed(one, wrong))
    return found


def _differs(begun: BegunEvidence, exhibit: Exhibit | None, recording: Recording | None) -> list[str]:
    logged = begun.entry.details
    if recording is not None:
        moved = ["consultation"] if logged.get("consultation") != recording.consultation_id else []
        gone = begun.segments - {segment.number for segment in recording.segments}
        return [*moved, *(f"segment {number}" for number in sorted(gone))]
    if exhibit is None:
        return []
    now = received_details(exhibit)
    return [name for name in _SAME if logged.get(name) != now.get(name)]


def _gone(begun: BegunEvidence) -> VaultFinding:
    reason = "The custody log says that it was begun, but the store does not know it, and its file is not in the vault."
    return _finding(begun, FileState.MISSING, reason)


def _changed(begun: BegunEvidence, names: list[str]) -> VaultFinding:
    words = ", ".join(name.replace("_", " ") for name in names)
    reason = f"The store no longer says of it what the custody log says ({words}): its row was changed."
    return _finding(begun, FileState.DAMAGED, reason)


def _spoilt(entry: UnreadableEntry) -> VaultFinding:
    kind = _BEGUN.get(CustodyAct(entry.act), EvidenceKind.RECORDING)
    name = f"entry {entry.sequence} of the custody log"
    reason = "It cannot be read: it was changed. What it said of the vault was not compared."
    proof = "Verify the custody log: it names each entry that was changed."
    what = f"Custody entry {entry.sequence}"
    return VaultFinding(FileState.UNREADABLE, kind, entry.subject, 0, name, what, reason, "", (proof,))


def _finding(begun: BegunEvidence, state: FileState, reason: str) -> VaultFinding:
    entry = begun.entry
    told = "; ".join(
        f"{name.replace('_', ' ')}: {entry.details[name]}" for name in _SAME if entry.details.get(name)
    )
    proof = f"Custody entry {entry.sequence} of {entry.at:%d/%m/%Y %H:%M:%S} UTC says: {told}."
    name = f"row of {entry.subject} in the store"
    return VaultFinding(state, begun.kind, entry.subject, 0, name, begun.called, reason, "", (proof,))
