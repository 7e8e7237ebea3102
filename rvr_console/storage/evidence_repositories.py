"""Recordings and envelopes in the embedded store."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from rvr_console.domain.recording import EventKind, RecordHead
from rvr_console.domain.repositories import (
    Envelope,
    RecordedSegment,
    Recording,
    RecordingStatus,
    TimelineMark,
)
from rvr_console.storage import tables as t


class SqlRecordings:
    """Nothing here deletes; the database refuses it too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, evidence_id: str) -> Recording | None:
        row = (
            self._connection.execute(select(t.recordings).where(t.recordings.c.evidence_id == evidence_id))
            .mappings()
            .first()
        )
        return self._read(row) if row else None

    def of_consultation(self, consultation_id: str) -> list[Recording]:
        c = t.recordings.c
        rows = self._connection.execute(
            select(t.recordings).where(c.consultation_id == consultation_id).order_by(c.started_at)
        ).mappings()
        return [self._read(row) for row in rows.all()]

    def all(self) -> list[Recording]:
        rows = self._connection.execute(
            select(t.recordings).order_by(t.recordings.c.started_at.desc())
        ).mappings()
        return [self._read(row) for row in rows.all()]

    def add(self, recording: Recording) -> None:
        self._connection.execute(
            insert(t.recordings).values(
                evidence_id=recording.evidence_id,
                consultation_id=recording.consultation_id,
                started_at=recording.started_at,
                status=recording.status.value,
                closed_at=recording.closed_at,
            )
        )

    def set_status(self, evidence_id: str, status: RecordingStatus, closed_at: datetime | None) -> None:
        self._connection.execute(
            update(t.recordings)
            .where(t.recordings.c.evidence_id == evidence_id)
            .values(status=status.value, closed_at=closed_at)
        )

    def add_segment(self, evidence_id: str, segment: RecordedSegment) -> None:
        self._connection.execute(
            insert(t.segments).values(
                evidence_id=evidence_id,
                number=segment.number,
                started_at=segment.started_at,
                file=segment.file,
                closed=segment.closed,
            )
        )

    def set_head(self, head: RecordHead) -> None:
        s = t.segments.c
        self._connection.execute(
            update(t.segments)
            .where(s.evidence_id == head.evidence_id, s.number == head.segment)
            .values(head_sequence=head.sequence, head_chain=head.chain)
        )

    def close_segment(self, evidence_id: str, number: int) -> None:
        s = t.segments.c
        self._connection.execute(
            update(t.segments).where(s.evidence_id == evidence_id, s.number == number).values(closed=True)
        )

    def add_mark(self, evidence_id: str, mark: TimelineMark) -> None:
        self._connection.execute(
            insert(t.marks).values(
                evidence_id=evidence_id,
                segment=mark.segment,
                kind=mark.kind.value,
                start_us=mark.start_us,
                end_us=mark.end_us,
                detail=mark.detail,
            )
        )

    def _read(self, row: RowMapping) -> Recording:
        evidence_id = row["evidence_id"]
        segments = self._connection.execute(
            select(t.segments).where(t.segments.c.evidence_id == evidence_id).order_by(t.segments.c.number)
        ).mappings()
        marks = self._connection.execute(
            select(t.marks).where(t.marks.c.evidence_id == evidence_id).order_by(t.marks.c.place)
        ).mappings()
        return Recording(
            evidence_id=evidence_id,
            consultation_id=row["consultation_id"],
            started_at=row["started_at"],
            status=RecordingStatus(row["status"]),
            closed_at=row["closed_at"],
            segments=tuple(_segment(segment) for segment in segments),
            marks=tuple(
                TimelineMark(
                    mark["segment"],
                    EventKind(mark["kind"]),
                    mark["start_us"],
                    mark["end_us"],
                    mark["detail"],
                )
                for mark in marks
            ),
        )


def _segment(row: RowMapping) -> RecordedSegment:
    head = None
    if row["head_sequence"] is not None:
        head = RecordHead(row["evidence_id"], row["number"], row["head_sequence"], row["head_chain"])
    return RecordedSegment(row["number"], row["started_at"], row["file"], head, row["closed"])


class SqlEnvelopes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, envelope: Envelope) -> None:
        self._connection.execute(insert(t.envelopes).values(asdict(envelope)))

    def of(self, evidence_id: str, segment: int) -> list[Envelope]:
        e = t.envelopes.c
        rows = self._connection.execute(
            select(t.envelopes)
            .where(e.evidence_id == evidence_id, e.segment == segment)
            .order_by(e.recipient)
        ).mappings()
        return [Envelope(**row) for row in rows]
