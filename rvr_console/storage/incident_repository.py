"""Incidents in the embedded store, with what was read once kept in memory: a queue of 100,000 is listed without reading it again."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rvr_console.domain.incident import Incident
from rvr_console.domain.repositories import LocalEntry
from rvr_console.storage import tables as t
from rvr_console.storage.incident_codec import incident_from_map, incident_to_map


class IncidentCache:
    """All incidents as last committed. Belongs to the store's thread.

    data_version is SQLite's own count of changes by other connections: when it moves, all is read again.
    """

    def __init__(self) -> None:
        self._known: dict[str, Incident] | None = None
        self._in_order: list[Incident] | None = None
        self._data_version = -1

    def known(self, connection: Connection) -> dict[str, Incident]:
        version = connection.scalar(text("PRAGMA data_version"))
        if self._known is None or version != self._data_version:
            rows = connection.execute(select(t.incidents.c.body)).scalars()
            self._known = {body["reference"]: incident_from_map(body) for body in rows}
            self._in_order = None
            self._data_version = version
        return self._known

    def in_order(self, connection: Connection) -> list[Incident]:
        known = self.known(connection)
        if self._in_order is None:
            self._in_order = sorted(known.values(), key=_place)
        return self._in_order

    def committed(self, changes: dict[str, Incident | None]) -> None:
        """What one transaction changed; None: no longer there."""
        if self._known is None or not changes:
            return
        for reference, incident in changes.items():
            if incident is None:
                self._known.pop(reference, None)
            else:
                self._known[reference] = incident
        self._in_order = None


def _place(incident: Incident) -> tuple[object, str]:
    return incident.reported_at, incident.reference


class SqlIncidents:
    def __init__(self, connection: Connection, cache: IncidentCache) -> None:
        self._connection = connection
        self._cache = cache
        self._before: dict[str, Incident] | None = None
        self.changes: dict[str, Incident | None] = {}

    def get(self, reference: str) -> Incident | None:
        if reference in self.changes:
            return self.changes[reference]
        return self._known().get(reference)

    def put(self, incident: Incident) -> None:
        self.put_all([incident])

    def put_all(self, incidents: Iterable[Incident]) -> None:
        rows = {incident.reference: incident for incident in incidents}
        if not rows:
            return
        self._known()  # read before it is changed, so that an undone change is not kept
        statement = upsert(t.incidents)
        given = {name: statement.excluded[name] for name in ("reported_at", "provisional", "version", "body")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["reference"], set_=given),
            [_values(incident) for incident in rows.values()],
        )
        self.changes.update(rows)

    def all(self) -> list[Incident]:
        if not self.changes:
            return list(self._cache.in_order(self._connection))
        merged = {**self._known(), **self.changes}
        return sorted((incident for incident in merged.values() if incident is not None), key=_place)

    def next_provisional(self, day: str) -> int:
        book = t.provisional_book
        number = (self._connection.scalar(select(book.c.last).where(book.c.day == day)) or 0) + 1
        self._connection.execute(
            upsert(book)
            .values(day=day, last=number)
            .on_conflict_do_update(index_elements=["day"], set_={"last": number})
        )
        return number

    def note_local(self, entry: LocalEntry) -> None:
        values = {
            "reference": entry.incident.reference,
            "officer": entry.officer,
            "conflict": entry.conflict,
        }
        self._connection.execute(
            upsert(t.local_book)
            .values(values)
            .on_conflict_do_update(index_elements=["reference"], set_=values)
        )

    def local(self) -> list[LocalEntry]:
        rows = self._connection.execute(
            select(t.incidents.c.body, t.local_book.c.officer, t.local_book.c.conflict)
            .join(t.local_book, t.local_book.c.reference == t.incidents.c.reference)
            .where(t.incidents.c.provisional.is_(True))
            .order_by(t.incidents.c.reported_at)
        )
        return [LocalEntry(incident_from_map(row.body), row.officer, row.conflict) for row in rows]

    def rename(self, provisional: str, reference: str) -> None:
        self._known()
        kept = t.outbox.c
        offset = len(self._connection.execute(select(kept.place).where(kept.incident == reference)).all())
        self._connection.execute(
            update(t.outbox)
            .where(kept.incident == provisional)
            .values(incident=reference, sequence=kept.sequence + offset)
        )
        self._connection.execute(
            update(t.consultations)
            .where(t.consultations.c.incident == provisional)
            .values(incident=reference, version=t.consultations.c.version + 1)
        )
        self._connection.execute(delete(t.incidents).where(t.incidents.c.reference == provisional))
        self.changes[provisional] = None

    def _known(self) -> dict[str, Incident]:
        """As committed before this transaction; asked for once in it."""
        if self._before is None:
            self._before = self._cache.known(self._connection)
        return self._before


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "reference": incident.reference,
        "reported_at": incident.reported_at,
        "provisional": incident.provisional,
        "version": incident.version,
        "body": incident_to_map(incident),
    }
