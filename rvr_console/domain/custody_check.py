"""Checking a whole custody log, piece by piece: every entry, its place, its link, the tree; what was done is named.

Feed rows in the order of their sequence, then ask for the faults. It holds no entries, so a log of any length can be
checked while the desk works on: a batch, then other work, then the next batch.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from rvr_console.domain.custody import (
    GENESIS,
    SALT_BYTES,
    CustodyAct,
    CustodyFault,
    FaultKind,
    commitment_of,
    digest_1,
    digest_2,
    payload_bytes,
)
from rvr_console.domain.custody_moves import Moves, span
from rvr_console.domain.merkle import HASH_BYTES, Frontier, leaf_hash

# sequence, version, at, actor, act, subject, purpose, details (JSON text), salt, commitment, previous, digest
StoredRow = tuple[int, int, str, str, str, str, str, str, bytes | None, bytes | None, bytes, bytes]
MOST_FAULTS: Final = 200
_BEFORE_ALL: Final = -(1 << 63)
_REACH: Final = 64  # how far an entry is looked for from where it stands
_BAD_ROW = (TypeError, ValueError, AttributeError, OverflowError)


@dataclass(frozen=True, slots=True)
class LogTip:
    """The end of the log as the store keeps it. frontier: edge of the tree. log_id: 32 hexadecimal digits."""

    entries: int
    digest: bytes
    frontier: bytes = b""
    log_id: str = ""


def digest_of(row: StoredRow, sequence: int) -> bytes:
    """The digest that this row has when it stands at this place. Raises for a row of wrong types (_BAD_ROW)."""
    _, version, at, actor, act, subject, purpose, details, _, commitment, previous, _ = row
    if version == 1:
        return digest_1(sequence, at, actor, act, subject, purpose, details, previous)
    if version != 2 or commitment is None or len(commitment) != HASH_BYTES:
        raise ValueError("no such version")
    return digest_2(sequence, at, act, previous, commitment)


def payload_holds(row: StoredRow) -> bool:
    """Whether what the row says is what was committed to. Version 1 has that in its digest."""
    salt = row[8]
    if row[1] == 1:
        return True
    if salt is None or len(salt) != SALT_BYTES:
        return False
    return commitment_of(salt, payload_bytes(row[3], row[7], row[6], row[5])) == row[9]


def is_erased(row: StoredRow) -> bool:
    return row[1] == 2 and row[8] is None and (row[3], row[5], row[6], row[7]) == ("", "", "", "{}")


def erased_subject(sequence: int) -> str:
    """Subject of the entry that says that an entry's payload was erased."""
    return f"entry {sequence}"


@dataclass(slots=True)
class RowCount:
    """The store's count of rows beside the listing, begun when that had come to its end.

    tip: entries then, by the end mark; listed: rows then, by the listing. place: where to go on, as the store likes.
    """

    tip: int
    listed: int
    rows: int = 0
    place: tuple[object, object] | None = None
    done: bool = False


@dataclass(slots=True)
class LogCheck:
    """One run over a log. roots: size -> the roots that were signed when the log had that many entries."""

    roots: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    entries: int = 0  # rows seen
    contradicted: list[tuple[int, bytes]] = field(
        default_factory=list
    )  # (size, signed root) that do not hold
    after: object = (
        _BEFORE_ALL  # what the last row said its sequence is: the rows wanted next are those beyond
    )
    count: RowCount | None = None  # begun once the listing has come to its end
    digest: bytes = GENESIS
    frontier: Frontier = field(default_factory=Frontier)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)
    _faults: list[CustodyFault] = field(default_factory=list)
    _moves: Moves = field(default_factory=Moves)
    _next: int = 0
    _version: int = 1
    _clean: bool = True  # the row before this one was in order
    _erasures: set[str] = field(default_factory=set)

    def feed(self, rows: Iterable[StoredRow]) -> int:
        """Check these rows, ascending. How many there were."""
        before, append = self.entries, self.frontier.append
        for row in rows:
            self.entries += 1
            self.after = sequence = row[0]
            version, digest = row[1], row[11]
            try:
                if (
                    sequence == self._next
                    and version >= self._version
                    and row[10] == self.digest
                    and digest_of(row, sequence) == digest
                    and payload_holds(row)
                ):
                    self._clean = True
                else:
                    self._odd(row)
                leaf = leaf_hash(digest)
            except _BAD_ROW:
                self._say(
                    self._next,
                    FaultKind.UNREADABLE,
                    f"what stands at place {self._next} of the log is not an entry",
                )
                self._next, self._clean = self._next + 1, False
                continue
            self._next, self._version, self.digest = sequence + 1, version, digest
            for node in append(leaf):
                self.nodes[node.level, node.place] = node.digest
            if self.entries in self.roots:
                self._compare_root()
            if row[4] == CustodyAct.PAYLOAD_ERASED:
                self._erasures.add(row[5])
        return self.entries - before

    def faults(self, tip: LogTip) -> list[CustodyFault]:
        """Everything found, once all rows were fed; tip: read in the same transaction as the last of them."""
        self._end(tip)
        for sequence in sorted(self.erased):
            if erased_subject(sequence) not in self._erasures:
                self._say(
                    sequence,
                    FaultKind.EDITED,
                    f"what entry {sequence} says was removed and no entry says why",
                )
        found = sorted([*self._moves.faults(), *self._faults], key=lambda fault: fault.sequence)
        if not found and self.frontier.to_bytes() != tip.frontier:
            found.append(
                CustodyFault(tip.entries, "the stored edge of the log's tree was changed", FaultKind.EDITED)
            )
        return found[:MOST_FAULTS]

    def _compare_root(self) -> None:
        root = self.frontier.root()
        self.contradicted += [(self.entries, one) for one in self.roots[self.entries] if one != root]

    def _say(self, sequence: int, kind: FaultKind, what: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(CustodyFault(sequence, what, kind))

    def _odd(self, row: StoredRow) -> None:
        """Something about this row is not as it must be: say what."""
        sequence, expected = row[0], self._next
        in_place = sequence == expected
        if sequence > expected:
            self._say(
                expected,
                FaultKind.DELETED,
                f"{span(expected, sequence - 1, 'is', 'are')} missing from the log",
            )
        elif sequence < expected:
            self._say(sequence, FaultKind.INSERTED, f"entry {sequence} stands in the log a second time")
        was_clean, self._clean = self._clean, False
        written = self._written_as(row)
        if written is None:
            self._say(sequence, FaultKind.EDITED, f"entry {sequence} was changed after it was written")
            return
        if written != sequence:
            self._moves.add(sequence, written, copy=row[11] == self.digest)
        elif row[1] < self._version:
            self._say(
                sequence, FaultKind.INSERTED, f"entry {sequence} has an old form that was no longer written"
            )
        elif in_place and was_clean and row[10] != self.digest:
            self._broken_link(sequence)
            self._clean = True
        if is_erased(row):
            self.erased.add(sequence)
        elif not payload_holds(row):
            self._say(
                sequence,
                FaultKind.EDITED,
                f"what entry {sequence} says (who, about what, why or the details) was changed after it was written",
            )

    def _broken_link(self, sequence: int) -> None:
        if sequence == 0:
            self._say(
                0, FaultKind.DELETED, "entry 0 was written after another one: the log's beginning is gone"
            )
            return
        before = sequence - 1
        self._say(
            before,
            FaultKind.EDITED,
            f"entry {before} was replaced by another: entry {sequence} was written after one that is gone",
        )

    def _written_as(self, row: StoredRow) -> int | None:
        """The place this row was written for; None when its digest fits none near."""
        sequence, digest = row[0], row[11]
        if digest_of(row, sequence) == digest:
            return sequence
        if len(self._faults) >= MOST_FAULTS:
            return None
        shift = self._moves.shift_before(sequence)
        reach = [shift, *(sign * step for step in range(1, _REACH + 1) for sign in (1, -1))]
        for place in (sequence + step for step in reach):
            if place >= 0 and digest_of(row, place) == digest:
                return place
        return None

    def _end(self, tip: LogTip) -> None:
        there = self._next + self._moves.shift_before(self._next)
        if tip.entries == self._next != there:
            return  # the end mark was changed to fit what was put in or taken out: that is said already
        if there < tip.entries:
            self._say(
                there,
                FaultKind.DELETED,
                f"{span(there, tip.entries - 1, 'is', 'are')} missing at the end of the log",
            )
        elif there > tip.entries:
            self._say(
                tip.entries,
                FaultKind.INSERTED,
                f"{span(tip.entries, there - 1, 'was', 'were')} added behind the end of the log",
            )
        elif self.digest != tip.digest and not self._faults:
            self._say(
                max(self._next - 1, 0),
                FaultKind.EDITED,
                "the last entry is not the one that was written last",
            )
