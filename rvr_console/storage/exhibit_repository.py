"""Exhibits in the embedded store: rows are added, never changed; the newest change of a kind holds."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select
from sqlalchemy.engine import RowMapping

from rvr_console.domain.exhibit import (
    Exhibit,
    ExhibitChange,
    ExhibitContent,
    ExhibitFlag,
    ExhibitOrigin,
    ExhibitReference,
    ExhibitSource,
    ExhibitState,
    RecordingMoment,
)
from rvr_console.domain.recording import RecordHead
from rvr_console.storage import tables as t

_E = t.exhibits.c
_C = t.exhibit_changes.c


class SqlExhibits:
    """Nothing here changes or deletes; the database refuses it too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, evidence_id: str) -> Exhibit | None:
        row = (
            self._connection.execute(select(t.exhibits).where(_E.evidence_id == evidence_id))
            .mappings()
            .first()
        )
        return self._read([row])[0] if row else None

    def of_upload(self, upload_id: str) -> Exhibit | None:
        row = self._connection.execute(select(t.exhibits).where(_E.upload_id == upload_id)).mappings().first()
        return self._read([row])[0] if row else None

    def of_consultation(self, consultation_id: str) -> list[Exhibit]:
        rows = self._connection.execute(
            select(t.exhibits).where(_E.consultation_id == consultation_id).order_by(_E.place)
        ).mappings()
        return self._read(rows.all())

    def all(self) -> list[Exhibit]:
        return self._read(self._connection.execute(select(t.exhibits).order_by(_E.place)).mappings().all())

    def last_number(self, incident: str, initials: str) -> int:
        return self._highest(_E.number, incident, initials)

    def last_sub(self, incident: str, initials: str, number: int) -> int:
        return self._highest(_E.sub, incident, initials, _E.number == number)

    def _highest(
        self, column: ColumnElement[int], incident: str, initials: str, *further: ColumnElement[bool]
    ) -> int:
        statement = (
            select(func.max(column))
            .select_from(t.exhibits.join(t.consultations))
            .where(t.consultations.c.incident == incident, _E.initials == initials, *further)
        )
        return self._connection.scalar(statement) or 0

    def add(self, exhibit: Exhibit) -> None:
        origin, moment = exhibit.origin, exhibit.origin.moment
        self._connection.execute(
            insert(t.exhibits).values(
                evidence_id=exhibit.evidence_id,
                consultation_id=origin.consultation_id,
                initials=exhibit.reference.initials,
                number=exhibit.reference.number,
                sub=exhibit.reference.sub,
                producer=origin.producer,
                source=origin.source.value,
                original_name=origin.original_name,
                declared_type=origin.declared_type,
                upload_id=origin.upload_id or None,
                recording_id=moment.evidence_id if moment else None,
                recording_segment=moment.segment if moment else None,
                recording_offset_us=moment.offset_us if moment else None,
                size=exhibit.content.size,
                sha256=exhibit.content.sha256,
                declared_sha256=exhibit.declared_sha256,
                found_type=exhibit.content.found_type,
                flags=sorted(exhibit.content.flags),
                received_at=exhibit.received_at,
            )
        )

    def add_change(
        self, evidence_id: str, at: datetime, by: str, change: ExhibitChange, value: dict[str, str]
    ) -> None:
        self._connection.execute(
            insert(t.exhibit_changes).values(
                evidence_id=evidence_id, at=at, by=by, change=change.value, value=value
            )
        )

    def _read(self, rows: Iterable[RowMapping]) -> list[Exhibit]:
        return [self._exhibit(row, self._changes(row["evidence_id"])) for row in rows]

    def _changes(self, evidence_id: str) -> dict[ExhibitChange, dict[str, str]]:
        """The newest of each kind."""
        found = self._connection.execute(
            select(_C.change, _C.value).where(_C.evidence_id == evidence_id).order_by(_C.place)
        )
        return {ExhibitChange(row.change): row.value for row in found}

    def _exhibit(self, row: RowMapping, changes: dict[ExhibitChange, dict[str, str]]) -> Exhibit:
        seal = changes.get(ExhibitChange.SEAL)
        return Exhibit(
            evidence_id=row["evidence_id"],
            reference=ExhibitReference(row["initials"], row["number"], row["sub"]),
            origin=_origin(row),
            content=ExhibitContent(
                row["size"],
                row["sha256"],
                row["found_type"],
                frozenset(ExhibitFlag(flag) for flag in row["flags"]),
            ),
            received_at=row["received_at"],
            declared_sha256=row["declared_sha256"],
            description=changes.get(ExhibitChange.DESCRIPTION, {}).get("value", ""),
            distressing=changes.get(ExhibitChange.DISTRESSING, {}).get("value", "") == "yes",
            state=ExhibitState(seal["state"]) if seal else ExhibitState.RECEIVED,
            head=_head(row["evidence_id"], seal) if seal else None,
            facts=changes.get(ExhibitChange.FACTS, {}),
        )


def _origin(row: RowMapping) -> ExhibitOrigin:
    moment = None
    if row["recording_id"] is not None:
        moment = RecordingMoment(row["recording_id"], row["recording_segment"], row["recording_offset_us"])
    return ExhibitOrigin(
        row["consultation_id"],
        ExhibitSource(row["source"]),
        row["producer"],
        row["original_name"],
        row["declared_type"],
        row["upload_id"] or "",
        moment,
    )


def _head(evidence_id: str, seal: dict[str, str]) -> RecordHead:
    return RecordHead(evidence_id, int(seal["segment"]), int(seal["sequence"]), bytes.fromhex(seal["chain"]))
