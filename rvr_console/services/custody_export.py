"""Parts of the custody log for a person, a bundle or a court: asked for with a purpose, logged, proven under a fresh checkpoint."""

from dataclasses import dataclass

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.checkpoint import parse_note
from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.custody_extract import CustodyExtract, ProvenEntry, StampedCheckpoint
from rvr_console.domain.custody_store import StoredCheckpoint, StoredStamp
from rvr_console.domain.merkle import verify_consistency
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import EvidenceError, RefusedError
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody import stands_to
from rvr_console.services.desk import Desk, Work, needs_words, relation


@dataclass(frozen=True, slots=True)
class _Scope:
    subject: str
    subjects: tuple[str, ...]


class CustodyExports:
    def __init__(self, desk: Desk, checkpoints: Checkpoints) -> None:
        self._desk = desk
        self._checkpoints = checkpoints

    async def extract(
        self, subject: str, purpose: str, act: Act = Act.READ_CUSTODY, **details: str
    ) -> CustodyExtract:
        """All entries about an exhibit or recording (evidence id), a consultation, or an incident (its reference).

        A consultation brings its recordings and exhibits with it, an incident its consultations. act: what the person
        must be allowed to do. details: further words for the log, such as the folder. Raises AccessDeniedError, RefusedError without a purpose, EvidenceError when the log
        does not prove what it says, StorageError.
        """
        why = needs_words(purpose, "Say what the extract is for.")

        def permit(work: Work, user: User) -> _Scope:
            check(user, act, stands_to(work, user, subject))
            for consultation in work.tx.consultations.of_incident(subject):
                check(user, act, relation(work, user, consultation))  # each of them goes out
            scope = _Scope(subject, subjects_of(work.tx, subject))
            count = len(work.tx.custody.about(scope.subjects))
            work.log(CustodyAct.CUSTODY_EXPORTED, subject, purpose=why, entries=str(count), **details)
            return scope

        scope = await self._desk.act(act, subject, permit)
        checkpoint = await self._checkpoints.make()
        if checkpoint is None:
            raise RefusedError("There is nothing in the custody log.", kept="Nothing was changed.")
        return await self._desk.note(lambda work: _prove(work.tx, scope, checkpoint))


def subjects_of(tx: Transaction, subject: str) -> tuple[str, ...]:
    """What entries about this are filed under: itself, and what belongs to it."""
    found = [subject]
    consultations = [subject] if tx.consultations.get(subject) else []
    consultations += [one.id for one in tx.consultations.of_incident(subject)]
    for consultation in consultations:
        found.append(consultation)
        found += [one.evidence_id for one in tx.recordings.of_consultation(consultation)]
        found += [one.evidence_id for one in tx.exhibits.of_consultation(consultation)]
    return tuple(dict.fromkeys(found))


def _prove(tx: Transaction, scope: _Scope, stored: StoredCheckpoint) -> CustodyExtract:
    signed = parse_note(stored.note).checkpoint
    entries = [one for one in tx.custody.about(scope.subjects) if one.sequence < signed.size]
    tree = tx.custody.tree()
    proven = [ProvenEntry(one, tuple(tree.inclusion(one.sequence, signed.size))) for one in entries]
    for one in proven:
        if not one.holds(signed.size, signed.root):
            raise _unproven(one.entry)
    stamped = _newest_stamped(tx, signed.size)
    return CustodyExtract(
        scope.subjects,
        tuple(proven),
        stored.note,
        signed.size,
        signed.desk,
        signed.at,
        _with_proof(tx, *stamped, signed.size, signed.root) if stamped else None,
    )


def _unproven(entry: CustodyEntry) -> EvidenceError:
    return EvidenceError(
        f"Entry {entry.sequence} of the custody log is not the one that was signed.",
        kept="Nothing was handed out, and nothing was changed.",
        todo="Verify the log and tell your supervisor.",
    )


def _newest_stamped(tx: Transaction, size: int) -> tuple[StoredStamp, StoredCheckpoint] | None:
    for stamp in reversed(tx.custody_seals.stamps()):
        stored = tx.custody_seals.get(stamp.number)
        if stored is not None and stored.size <= size:
            return stamp, stored
    return None


def _with_proof(
    tx: Transaction, stamp: StoredStamp, stored: StoredCheckpoint, size: int, root: bytes
) -> StampedCheckpoint:
    proof = tuple(tx.custody.tree().consistency(stored.size, size))
    if not verify_consistency(stored.size, size, parse_note(stored.note).checkpoint.root, root, proof):
        raise EvidenceError(
            f"The custody log is not the one that was time-stamped with {stored.size} entries.",
            kept="Nothing was handed out, and nothing was changed.",
            todo="Verify the log and tell your supervisor.",
        )
    return StampedCheckpoint(
        stored.note, stored.size, stamp.stamped_at, stamp.authority, stamp.response, proof
    )
