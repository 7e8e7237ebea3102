"""The cold copy's queue in the embedded store. Insert only; the database sees to that too."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from rvr_console.domain.replica import ReplicaCounts, ReplicaItem, ReplicaReceipt
from rvr_console.storage import replica_tables as t

_Q, _C, _F = t.replica_queue.c, t.replica_copies.c, t.replica_faults.c
_WAITING = (_Q.place.not_in(select(_C.place)), _Q.place.not_in(select(_F.place)))


class SqlReplicaQueue:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def names(self) -> set[str]:
        return set(self._connection.scalars(select(_Q.name)))

    def add(self, item: ReplicaItem, at: datetime) -> None:
        self._connection.execute(
            insert(t.replica_queue).values(name=item.name, evidence_id=item.evidence_id, queued_at=at)
        )

    def pending(self) -> list[ReplicaItem]:
        rows = self._connection.execute(select(_Q.name, _Q.evidence_id).where(*_WAITING).order_by(_Q.place))
        return [ReplicaItem(*row) for row in rows]

    def copied(self, receipt: ReplicaReceipt, at: datetime) -> None:
        self._connection.execute(
            insert(t.replica_copies).values(
                place=self._place(receipt.name),
                copied_at=at,
                version=receipt.version,
                size=receipt.size,
                sha256=receipt.sha256,
                locked=receipt.locked,
                locked_until=receipt.locked_until,
            )
        )

    def receipts(self) -> list[ReplicaReceipt]:
        query = (
            select(_Q.name, _C.version, _C.size, _C.sha256, _C.locked, _C.locked_until)
            .select_from(t.replica_copies.join(t.replica_queue))
            .order_by(_C.place)
        )
        return [ReplicaReceipt(*row) for row in self._connection.execute(query)]

    def fault(self, name: str, at: datetime, words: str) -> None:
        self._connection.execute(insert(t.replica_faults).values(place=self._place(name), at=at, words=words))

    def faults(self) -> list[tuple[str, str]]:
        query = (
            select(_Q.name, _F.words).select_from(t.replica_faults.join(t.replica_queue)).order_by(_F.number)
        )
        return [(name, words) for name, words in self._connection.execute(query)]

    def counts(self) -> ReplicaCounts:
        one = self._connection.execute
        copied, size, last = one(
            select(func.count(), func.coalesce(func.sum(_C.size), 0), func.max(_C.copied_at))
        ).one()
        waiting, since = one(select(func.count(_Q.place), func.min(_Q.queued_at)).where(*_WAITING)).one()
        faults = one(select(func.count(func.distinct(_F.place)))).scalar_one()
        return ReplicaCounts(copied, size, last, waiting, since, faults)

    def _place(self, name: str) -> int:
        place: int = self._connection.execute(select(_Q.place).where(_Q.name == name)).scalar_one()
        return place
