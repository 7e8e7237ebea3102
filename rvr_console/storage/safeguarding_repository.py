"""Safeguarding in the embedded store: rows are added, never changed; the database sees to that too."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from rvr_console.domain.safeguarding import (
    ClosedWithout,
    EntryKind,
    ReferralBasis,
    RestrictedRecord,
    SafeguardingEntry,
)
from rvr_console.storage import safeguarding_tables as t

_E, _R, _C = t.safeguarding_entries.c, t.restricted_records.c, t.closed_without.c


class SqlSafeguarding:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def entries(self, consultation_id: str) -> list[SafeguardingEntry]:
        rows = self._connection.execute(
            select(t.safeguarding_entries).where(_E.consultation_id == consultation_id).order_by(_E.place)
        ).mappings()
        return [
            SafeguardingEntry(
                **{
                    **{name: row[name] for name in row if name != "place"},
                    "kind": EntryKind(row["kind"]),
                    "basis": ReferralBasis(row["basis"]) if row["basis"] else None,
                }
            )
            for row in rows.all()
        ]

    def add(self, entry: SafeguardingEntry) -> None:
        self._connection.execute(insert(t.safeguarding_entries).values(asdict(entry)))

    def restricted(self, consultation_ids: Sequence[str]) -> list[RestrictedRecord]:
        rows = self._connection.execute(
            select(t.restricted_records).where(_R.consultation_id.in_(consultation_ids)).order_by(_R.place)
        ).mappings()
        return [
            RestrictedRecord(**{name: row[name] for name in row if name != "place"}) for row in rows.all()
        ]

    def add_restricted(self, record: RestrictedRecord) -> None:
        self._connection.execute(insert(t.restricted_records).values(asdict(record)))

    def closed_without(self, consultation_id: str) -> list[ClosedWithout]:
        rows = self._connection.execute(
            select(t.closed_without).where(_C.consultation_id == consultation_id).order_by(_C.at, _C.item)
        ).mappings()
        return [ClosedWithout(**row) for row in rows.all()]

    def add_closed_without(self, line: ClosedWithout) -> None:
        self._connection.execute(insert(t.closed_without).values(asdict(line)))
