"""Checkpoints, cosignatures and time stamps of the custody log in the embedded store. Insert only; the database sees to that too."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.dialects.sqlite import insert

from rvr_console.domain.custody_store import Cosignature, StampRequest, StoredCheckpoint, StoredStamp
from rvr_console.storage import tables as t


class SqlCustodySeals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, checkpoint: StoredCheckpoint) -> None:
        self._connection.execute(insert(t.custody_checkpoints).values(asdict(checkpoint)))

    def last(self) -> StoredCheckpoint | None:
        c = t.custody_checkpoints
        return self._one(select(c).order_by(c.c.number.desc()).limit(1))

    def get(self, number: int) -> StoredCheckpoint | None:
        c = t.custody_checkpoints
        return self._one(select(c).where(c.c.number == number))

    def all(self) -> list[StoredCheckpoint]:
        return self.since(-1)

    def since(self, number: int) -> list[StoredCheckpoint]:
        c = t.custody_checkpoints
        query = select(c).where(c.c.number > number).order_by(c.c.number)
        return [StoredCheckpoint(*row) for row in self._connection.execute(query)]

    def request_stamp(self, request: StampRequest) -> None:
        self._connection.execute(
            insert(t.custody_stamp_requests).values(asdict(request)).on_conflict_do_nothing()
        )

    def pending_stamps(self) -> list[StampRequest]:
        r, s = t.custody_stamp_requests, t.custody_stamps
        query = select(r).where(r.c.number.not_in(select(s.c.number))).order_by(r.c.number)
        return [StampRequest(*row) for row in self._connection.execute(query)]

    def last_request(self) -> StampRequest | None:
        r = t.custody_stamp_requests
        row = self._connection.execute(select(r).order_by(r.c.number.desc()).limit(1)).first()
        return StampRequest(*row) if row else None

    def add_stamp(self, stamp: StoredStamp) -> None:
        self._connection.execute(insert(t.custody_stamps).values(asdict(stamp)))

    def stamps(self) -> list[StoredStamp]:
        s = t.custody_stamps
        return [StoredStamp(*row) for row in self._connection.execute(select(s).order_by(s.c.number))]

    def add_cosignature(self, cosignature: Cosignature) -> None:
        self._connection.execute(
            insert(t.custody_cosignatures).values(asdict(cosignature)).on_conflict_do_nothing()
        )

    def cosignatures(self, numbers: Iterable[int]) -> list[Cosignature]:
        c = t.custody_cosignatures
        query = select(c).where(c.c.number.in_(list(numbers))).order_by(c.c.number, c.c.cosigner)
        return [Cosignature(*row) for row in self._connection.execute(query)]

    def _one(self, query: Select[Any]) -> StoredCheckpoint | None:
        row = self._connection.execute(query).first()
        return StoredCheckpoint(*row) if row else None
