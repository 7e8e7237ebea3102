"""What signed checkpoints say about a custody log: those in the database, and their copy in the vault's folder."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rvr_console.domain.checkpoint import Checkpoint, Note, SignatureCheck, by_size, parse_note
from rvr_console.domain.custody import CustodyFault, FaultKind
from rvr_console.domain.custody_check import LogCheck
from rvr_console.domain.custody_moves import span
from rvr_console.domain.custody_store import StoredCheckpoint
from rvr_console.errors import EvidenceError

_SHOWN = "%d/%m/%Y %H:%M:%S UTC"
_OF_ENTRIES = frozenset(
    {FaultKind.EDITED, FaultKind.DELETED, FaultKind.INSERTED, FaultKind.REORDERED, FaultKind.UNREADABLE}
)


@dataclass(frozen=True, slots=True)
class MirrorCopy:
    """The copy of the checkpoints outside the database. there: the file exists. strange: lines that are no notes."""

    there: bool
    notes: tuple[str, ...] = ()
    strange: int = 0


def signed_on(checkpoint: Checkpoint) -> str:
    return checkpoint.at.strftime(_SHOWN)


@dataclass(slots=True)
class Witness:
    """Read both before the log is checked (the copy first), give `roots` to the check, then ask for the faults."""

    check: SignatureCheck
    key: bytes  # this desk's
    log_id: str
    stored: list[Checkpoint] = field(default_factory=list)
    lost: list[Checkpoint] = field(
        default_factory=list
    )  # in the copy, signed by this desk, not in the database
    behind: list[str] = field(default_factory=list)  # notes at the end that the copy has not got yet
    _faults: list[CustodyFault] = field(default_factory=list)

    def read(self, mirror: MirrorCopy, stored: Sequence[StoredCheckpoint]) -> None:
        self._read_stored(stored)
        self._read_mirror(mirror, [one.note for one in stored])

    @property
    def roots(self) -> dict[int, tuple[bytes, ...]]:
        """For LogCheck: what was signed for which size, wherever it is kept."""
        ours = (one for one in (*self.stored, *self.lost) if one.log_id == self.log_id)
        return by_size(ours)

    def faults(self, run: LogCheck, entry_faults: Sequence[CustodyFault]) -> list[CustodyFault]:
        """run: the finished check that was given `roots`. entry_faults: what it found in the entries."""
        contradicted = set(run.contradicted)
        return [
            *self._rolled_back(run, contradicted),
            *self._written_anew(run, contradicted, entry_faults),
            *self._faults,
        ]

    def _say(self, size: int, what: str) -> None:
        self._faults.append(CustodyFault(size, what, FaultKind.CHECKPOINT))

    def _read_stored(self, stored: Sequence[StoredCheckpoint]) -> None:
        previous: bytes | None = None
        newest: Note | None = None
        for place, row in enumerate(stored):
            try:
                note = parse_note(row.note)
            except EvidenceError:
                self._say(row.size, f"signed checkpoint {row.number} was changed: it cannot be read")
                previous = row.digest
                continue
            one = note.checkpoint
            if (one.size, one.at, one.digest) != (row.size, row.at, row.digest) or one.log_id != self.log_id:
                self._say(row.size, f"signed checkpoint {row.number} was changed")
            elif row.number != place or one.previous != previous:
                self._say(
                    row.size, f"a signed checkpoint before number {row.number} is missing or was replaced"
                )
            if row.number != place:
                break  # one sentence for a hole, not one for each that follows
            previous, newest = one.digest, note
            self.stored.append(one)
        # Each text holds the digest of the one before: the newest signature vouches for all of them.
        if newest is not None and not (newest.checkpoint.key == self.key and newest.holds(self.check)):
            self._say(newest.checkpoint.size, "the newest signed checkpoint was not signed by this desk")

    def _read_mirror(self, mirror: MirrorCopy, notes: list[str]) -> None:
        if not mirror.there:
            if notes:
                self._say(0, "the copy of the signed checkpoints in the vault's folder is missing")
            self.behind = notes
            return
        places = {note: place for place, note in enumerate(notes)}
        held = {places[note] for note in mirror.notes if note in places}
        last = max(held, default=-1)
        if len(held) != last + 1:
            self._say(0, "lines were taken out of the copy of the signed checkpoints in the vault's folder")
        self.behind = notes[last + 1 :]
        strange = mirror.strange
        for text in mirror.notes:
            if text in places:
                continue
            try:
                note = parse_note(text)
            except EvidenceError:
                strange += 1
                continue
            if note.checkpoint.key == self.key and note.holds(self.check):
                self.lost.append(note.checkpoint)
            else:
                strange += 1
        if strange:
            self._say(
                0, f"the copy of the signed checkpoints holds {strange} lines that this desk did not sign"
            )

    def _rolled_back(self, run: LogCheck, contradicted: set[tuple[int, bytes]]) -> list[CustodyFault]:
        """The database knows less than this desk has signed: at most one sentence, from the strongest witness."""
        if not self.lost:
            return []
        newest = max(self.lost, key=lambda one: (one.size, one.at))
        kind, when = FaultKind.ROLLED_BACK, signed_on(newest)
        foreign = [one for one in self.lost if one.log_id != self.log_id]
        if foreign:
            other = max(foreign, key=lambda one: one.size)
            what = f"the database is not the one this desk worked with: that had {other.size} entries on {signed_on(other)}"
            return [CustodyFault(0, what, kind)]
        if newest.size > run.entries:
            what = (
                f"the database was put back to an earlier copy: it has {run.entries} entries,"
                f" but this desk signed {newest.size} on {when}; {span(run.entries, newest.size - 1, 'is', 'are')} gone"
            )
            return [CustodyFault(run.entries, what, kind)]
        against = [one for one in self.lost if (one.size, one.root) in contradicted]
        if against:
            one = max(against, key=lambda each: each.size)
            begin = self._parted(one)
            what = (
                "the log was continued from an earlier copy of the database:"
                f" {span(begin, one.size - 1, 'is not what was', 'are not those that were')} signed on {signed_on(one)}"
            )
            return [CustodyFault(begin, what, kind)]
        what = f"the database was put back to an earlier copy: a checkpoint signed on {when} is not in it"
        return [CustodyFault(newest.size, what, kind)]

    def _written_anew(
        self, run: LogCheck, contradicted: set[tuple[int, bytes]], entry_faults: Sequence[CustodyFault]
    ) -> list[CustodyFault]:
        """Entries that fit one another but not what was signed. Silent where a fault of an entry says it already."""
        agreed = 0
        for one in self.stored:
            touched = any(fault.sequence < one.size and fault.kind in _OF_ENTRIES for fault in entry_faults)
            if one.size > run.entries and not touched:
                words = span(run.entries, one.size - 1, "is", "are")
                what = f"{words} gone: this desk signed {one.size} entries on {signed_on(one)}"
                return [CustodyFault(run.entries, what, FaultKind.DELETED)]
            if (one.size, one.root) in contradicted:
                if touched:
                    return []
                words = span(agreed, one.size - 1, "is not what was", "are not those that were")
                what = f"part of the log was written anew: {words} signed on {signed_on(one)}"
                return [CustodyFault(agreed, what, FaultKind.EDITED)]
            agreed = min(one.size, run.entries)
        return []

    def _parted(self, one: Checkpoint) -> int:
        """The size up to which a checkpoint that the database lost and those that it has are of one line."""
        lost = {each.digest: each for each in self.lost}
        stored = {each.digest: each.size for each in self.stored}
        while one.previous in lost:
            one = lost[one.previous]
        return stored.get(one.previous, 0) if one.previous else 0
