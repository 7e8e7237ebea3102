"""The custody log in the embedded store: append only, its tree grown with it, checked in batches."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, select, text
from sqlalchemy.engine import RowMapping

from rvr_console.domain.custody import (
    SALT_BYTES,
    CustodyAct,
    CustodyEntry,
    CustodyFault,
    FaultKind,
    commitment_of,
    details_text,
    digest_2,
    payload_bytes,
)
from rvr_console.domain.custody_check import LogCheck, LogTip, RowCount, StoredRow
from rvr_console.domain.custody_store import FoundEntries
from rvr_console.domain.merkle import Frontier, Tree, leaf_hash
from rvr_console.errors import BugError, EvidenceError, StorageError
from rvr_console.storage import tables as t
from rvr_console.storage.custody_count import added_since, count_some
from rvr_console.storage.custody_rows import SELECT, entries, found
from rvr_console.storage.custody_tip_file import Tip, TipWatch

_ROWS = (
    "SELECT sequence, version, at, actor, act, subject, purpose, details, salt, commitment, previous, digest"
    " FROM custody WHERE sequence > ? ORDER BY sequence LIMIT ?"
)
_INSERT = (
    "INSERT INTO custody (sequence, at, actor, act, subject, purpose, details, previous, digest, version, salt, commitment)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_C = t.custody.c
_BATCH = 5000


class SqlCustody:
    """Append only: the database refuses change and deletion. watch: the log's end as kept beside the database."""

    def __init__(
        self,
        connection: Connection,
        watch: TipWatch | None = None,
        make_salt: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._connection = connection
        self._watch = watch
        self._make_salt = make_salt
        self.newest: Tip | None = None

    def append(
        self,
        at: datetime,
        actor: str,
        act: CustodyAct,
        subject: str,
        *,
        purpose: str,
        details: dict[str, str],
    ) -> CustodyEntry:
        tip = self.tip()
        frontier = _frontier(tip)
        moment = at.astimezone(UTC)
        salt, text_of = self._make_salt(SALT_BYTES), details_text(details)
        commitment = commitment_of(salt, payload_bytes(actor, text_of, purpose, subject))
        when = moment.isoformat()
        digest = digest_2(tip.entries, when, act.value, tip.digest, commitment)
        # Plain statements: this runs with every act, and composing them anew costs more than the disk.
        run = self._connection.exec_driver_sql
        run(
            _INSERT,
            (
                tip.entries,
                when,
                actor,
                act.value,
                subject,
                purpose,
                text_of,
                tip.digest,
                digest,
                2,
                salt,
                commitment,
            ),
        )
        for node in frontier.append(leaf_hash(digest)):
            run("INSERT INTO custody_nodes (level, place, digest) VALUES (?, ?, ?)", tuple(node))
        run(
            "UPDATE custody_tip SET entries = ?, digest = ?, frontier = ?",
            (tip.entries + 1, digest, frontier.to_bytes()),
        )
        self.newest = Tip(tip.entries + 1, digest)
        return CustodyEntry(
            tip.entries,
            moment,
            actor,
            act,
            subject,
            purpose,
            dict(details),
            tip.digest,
            digest,
            2,
            salt,
            commitment,
        )

    def tip(self) -> LogTip:
        row = self._connection.exec_driver_sql(
            "SELECT entries, digest, frontier, log_id FROM custody_tip"
        ).first()
        if row is None:
            raise StorageError(
                "The custody log has lost its end mark.",
                kept="Nothing was changed.",
                todo="Call IT: somebody has changed the database.",
            )
        return LogTip(*row)

    def root(self) -> bytes:
        """Root of the tree over all entries."""
        return _frontier(self.tip()).root()

    def tree(self) -> Tree:
        """For proofs. The hashes come from what is stored: a proof is to be verified before it is given away."""
        return Tree(self)

    def kept(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """Implements domain.merkle.KeptNodes."""
        if level == 0:
            column, place = t.custody.c.digest, t.custody.c.sequence
            query = select(column).where(place >= first, place < first + count).order_by(place)
            found = [leaf_hash(digest) for digest in self._connection.scalars(query)]
        else:
            n = t.custody_nodes.c
            query = select(n.digest).where(n.level == level, n.place >= first, n.place < first + count)
            found = list(self._connection.scalars(query.order_by(n.place)))
        if len(found) != count:
            raise EvidenceError(
                "The custody log is not whole, so no proof can be made.",
                kept="Nothing was changed.",
                todo="Verify the log and tell your supervisor.",
            )
        return found

    def digest_at(self, sequence: int) -> bytes | None:
        found: bytes | None = self._connection.scalar(
            select(t.custody.c.digest).where(t.custody.c.sequence == sequence)
        )
        return found

    def all(self) -> list[CustodyEntry]:
        return entries(self._rows(SELECT))

    def of(self, subject: str) -> list[CustodyEntry]:
        return self.about([subject])

    def about(self, subjects: Iterable[str]) -> list[CustodyEntry]:
        """Entries about any of these, oldest first."""
        return entries(self._rows(SELECT.where(_C.subject.in_(list(subjects)))))

    def readable_of(self, subject: str) -> FoundEntries:
        """As `of`, for checks that must not end at a spoilt entry."""
        return found(self._rows(SELECT.where(_C.subject == subject)))

    def of_acts(self, acts: Iterable[CustodyAct], first: int, count: int) -> FoundEntries:
        """Entries of these acts among the `count` from `first` on."""
        wanted = _C.act.in_([act.value for act in acts])
        return found(self._rows(SELECT.where(_C.sequence >= first, _C.sequence < first + count, wanted)))

    def check(self, run: LogCheck, limit: int) -> bool:
        """Feed the next rows, at most `limit`, to a check. True when it has seen them all."""
        before = _in_order(run.after)
        rows = cast("list[StoredRow]", self._connection.exec_driver_sql(_ROWS, (run.after, limit)).fetchall())
        # Rows of a database that was tampered with may not ascend: listing them must still end. The count tells of it.
        if run.feed(rows) == limit and before < _in_order(run.after):
            return False
        tip = self.tip().entries
        run.count = count = run.count or RowCount(tip, run.entries)
        if not count.done:
            count_some(self._connection, count, tip)
        return count.done

    def faults(self, run: LogCheck) -> list[CustodyFault]:
        """What a finished check found; call in the same transaction as the `check` that returned True."""
        found = run.faults(self.tip())
        hidden = self._hidden(run)
        if hidden:
            what = f"the log lists {run.entries} entries but holds {run.entries + hidden}"
            found.append(CustodyFault(run.entries, what, FaultKind.UNREADABLE))
        if not found and self._stored_nodes() != run.nodes:
            what = "stored hashes of the log's tree were changed"
            found.append(CustodyFault(run.entries, what, FaultKind.EDITED))
        if self._watch is not None:
            found += self._watch.faults()
        return found

    def verify(self) -> list[CustodyFault]:
        run = LogCheck()
        while not self.check(run, _BATCH):
            pass
        return self.faults(run)

    def _rows(self, query: Select[Any]) -> Iterable[RowMapping]:
        return self._connection.execute(query.order_by(_C.sequence)).mappings()

    def _hidden(self, run: LogCheck) -> int:
        """Rows that were counted and not listed."""
        if run.count is None:
            raise BugError("the check has not come to its end")
        rows = run.count.rows + added_since(self._connection, run.count, self.tip().entries)
        return rows - run.entries

    def _stored_nodes(self) -> dict[tuple[int, int], bytes]:
        rows: Any = self._connection.execute(text("SELECT level, place, digest FROM custody_nodes"))
        return {(level, place): digest for level, place, digest in rows}


def _in_order(value: Any) -> tuple[int, Any]:
    """Where SQLite sorts a value (sqlite.org/datatype3.html, section 4.1)."""
    if isinstance(value, int | float):
        return 1, value
    return (2, value) if isinstance(value, str) else (3, value) if isinstance(value, bytes) else (0, 0)


def _frontier(tip: LogTip) -> Frontier:
    try:
        return Frontier(tip.entries, tip.frontier)
    except ValueError as error:
        raise StorageError(
            "The custody log's tree does not fit its entries.",
            kept="Nothing was changed.",
            todo="Call IT: somebody has changed the database.",
        ) from error
