"""What store and custody log know of the vault's files, and findings in plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.recording import RecordHead
from rvr_console.domain.vault_check import (
    EvidenceKind,
    FileState,
    FileVerdict,
    LoggedHead,
    VaultFinding,
)
from rvr_console.services.desk import Work

NO_WITNESS = "Nothing in the custody log speaks of its content."


@dataclass(frozen=True, slots=True)
class KnownEvidence:
    """One recording or exhibit as the store knows it. segments: number -> file name, each must be there."""

    kind: EvidenceKind
    evidence_id: str
    title: str
    segments: dict[int, str] = field(default_factory=dict)

    def called(self, segment: int) -> str:
        """What a file of it is, in words."""
        if self.kind is EvidenceKind.EXHIBIT:
            return self.title
        return f"Segment {segment} of {self.title[0].lower()}{self.title[1:]}"


@dataclass(frozen=True, slots=True)
class CustodyKnowledge:
    """What the custody log says of one piece of evidence. entries: how many are about it. sha256: of an exhibit's original."""

    entries: int = 0
    heads: tuple[LoggedHead, ...] = ()
    sha256: str = ""
    broken_off: bool = False  # it never became an exhibit, and is known as that


def known_evidence(work: Work) -> dict[str, KnownEvidence]:
    """Everything that must be in the vault, by evidence id."""
    found = {}
    for recording in work.tx.recordings.all():
        consultation = work.tx.consultations.get(recording.consultation_id)
        incident = f", incident {consultation.incident}" if consultation else ""
        found[recording.evidence_id] = KnownEvidence(
            EvidenceKind.RECORDING,
            recording.evidence_id,
            f"The recording of {_when(recording.started_at)}{incident}",
            {s.number: s.file for s in recording.segments},
        )
    for exhibit in work.tx.exhibits.all():
        consultation = work.tx.consultations.get(exhibit.consultation_id)
        incident = f" of incident {consultation.incident}" if consultation else ""
        segment = exhibit.head.segment if exhibit.head else 1
        found[exhibit.evidence_id] = KnownEvidence(
            EvidenceKind.EXHIBIT,
            exhibit.evidence_id,
            f"Exhibit {exhibit.reference}{incident}, {exhibit.content.size:,} bytes",
            {segment: f"exhibits/{exhibit.evidence_id}_{segment:04d}.rvrc"},
        )
    return found


def custody_knowledge(work: Work, evidence_id: str) -> CustodyKnowledge:
    """From the entries that can be read; the check of the log names the others."""
    entries = work.tx.custody.readable_of(evidence_id).entries
    hashes = [e.details["sha256"] for e in entries if "sha256" in e.details]
    broken_off = any(entry.act is CustodyAct.EXHIBIT_BROKEN_OFF for entry in entries)
    heads = tuple(logged_heads(entries))
    return CustodyKnowledge(len(entries), heads, hashes[0] if hashes else "", broken_off)


def logged_heads(entries: Iterable[CustodyEntry]) -> list[LoggedHead]:
    """Every head that these entries hold, in the log's order; entries whose payload was erased hold none."""
    found = []
    for entry in entries:
        told = entry.details
        if "sequence" not in told or "chain" not in told:
            continue
        try:
            place = int(told.get("segment", "1")), int(told["sequence"])
            chain = bytes.fromhex(told["chain"])
        except ValueError:  # not one of ours: the check of the log itself names it
            continue
        found.append(
            LoggedHead(entry.sequence, entry.at, RecordHead(entry.subject, place[0], place[1], chain))
        )
    return found


def finding_of(
    verdict: FileVerdict, known: KnownEvidence | None, custody: CustodyKnowledge
) -> VaultFinding | None:
    """None for a file that is sound and known. Unknown: the store does not have its evidence id, and nothing says why."""
    file, state, reason = verdict.file, verdict.state, verdict.reason
    unknown = file.kind is not EvidenceKind.STRAY and known is None and not custody.broken_off
    if verdict.state in {FileState.INTACT, FileState.RECOVERED}:
        if not unknown:
            return None
        state = FileState.UNKNOWN
        reason = "It holds, but neither store nor custody log know it: it was put here, or the database was put back."
        if custody.entries:
            reason = (
                "It holds, and the custody log knows it, but the store does not: its rows were taken out."
            )
    if known is not None:
        what = known.called(file.segment)
    elif file.kind is EvidenceKind.STRAY:
        what = f"The file {file.name}"
    else:
        what = f"A sealed {file.kind.value} that the store does not know"
    return VaultFinding(
        state,
        file.kind,
        file.evidence_id,
        file.segment,
        file.name,
        what,
        reason,
        verdict.where,
        _proof(verdict, custody),
    )


def missing(known: KnownEvidence, segment: int, custody: CustodyKnowledge) -> VaultFinding:
    """A file that the store knows and the vault has not."""
    heads = [h for h in custody.heads if h.head.segment == segment]
    proof = [_last_known(max(heads, key=lambda h: h.head.sequence))] if heads else []
    if custody.sha256:
        proof.append(f"The custody log has the SHA-256 of the original: {custody.sha256}.")
    return VaultFinding(
        FileState.MISSING,
        known.kind,
        known.evidence_id,
        segment,
        known.segments[segment],
        known.called(segment),
        "Its file is missing from the vault.",
        "",
        tuple(proof) or (NO_WITNESS,),
    )


def _proof(verdict: FileVerdict, custody: CustodyKnowledge) -> tuple[str, ...]:
    if verdict.file.kind is EvidenceKind.STRAY:
        return ()
    said, part = [], verdict.intact
    if part is not None and part.records:
        said.append(
            f"Its first {part.records} records ({part.size} bytes, {part.duration_us / 1e6:.1f} s) hold; their SHA-256 is"
            f" {part.sha256}."
        )
        if part.vouched is not None:
            said.append(
                f"Custody entry {part.vouched.entry} of {_when(part.vouched.at)} vouches for them up to record"
                f" {part.vouched.head.sequence}."
            )
    heads = [h for h in custody.heads if h.head.segment == verdict.file.segment]
    newest = max(heads, key=lambda h: h.head.sequence, default=None)
    if newest is not None and (part is None or part.vouched is None or newest.entry != part.vouched.entry):
        said.append(_last_known(newest))
    if custody.sha256:
        said.append(f"The custody log has the SHA-256 of the original: {custody.sha256}.")
    return tuple(said) or (NO_WITNESS,)


def _last_known(newest: LoggedHead) -> str:
    return (
        f"Custody entry {newest.entry} of {_when(newest.at)} holds its head at record {newest.head.sequence}:"
        " a copy from elsewhere that has this head is the same file up to there."
    )


def _when(at: datetime) -> str:
    return at.astimezone().strftime("%d/%m/%Y %H:%M:%S")


def compared(
    findings: Sequence[VaultFinding], before: Sequence[VaultFinding]
) -> tuple[list[VaultFinding], list[VaultFinding]]:
    """Which findings are new, and which of before are no more."""
    new = [f for f in findings if not any(f.same_as(old) for old in before)]
    gone = [old for old in before if not any(f.file == old.file for f in findings)]
    return new, gone
