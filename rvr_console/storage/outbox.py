"""The outbox: acts for CAD, written in the transaction of the state they belong to."""

from dataclasses import replace

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import RowMapping

from rvr_console.domain.cad import CadAction, CadVerb, DeliveryState
from rvr_console.storage import tables as t


class SqlOutbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, action: CadAction) -> CadAction:
        o = t.outbox.c
        last = self._connection.scalar(select(func.max(o.sequence)).where(o.incident == action.incident))
        stored = replace(action, sequence=(last or 0) + 1, state=DeliveryState.PENDING)
        self._connection.execute(
            insert(t.outbox).values(
                id=stored.id,
                incident=stored.incident,
                sequence=stored.sequence,
                verb=stored.verb.value,
                officer=stored.officer,
                at_source=stored.at_source,
                payload=stored.payload,
                state=stored.state.value,
                applied_at=None,
                refused_reason="",
                attempts=0,
            )
        )
        return stored

    def get(self, action_id: str) -> CadAction | None:
        row = self._connection.execute(select(t.outbox).where(t.outbox.c.id == action_id)).mappings().first()
        return _action(row) if row else None

    def of(self, incident: str) -> list[CadAction]:
        o = t.outbox.c
        rows = self._connection.execute(
            select(t.outbox).where(o.incident == incident).order_by(o.sequence)
        ).mappings()
        return [_action(row) for row in rows]

    def pending(self) -> list[CadAction]:
        o, i = t.outbox.c, t.incidents.c
        rows = self._connection.execute(
            select(t.outbox)
            .join(t.incidents, i.reference == o.incident)
            .where(o.state == DeliveryState.PENDING.value, i.provisional.is_(False))
            .order_by(o.place)
        ).mappings()
        return [_action(row) for row in rows]

    def update(self, action: CadAction) -> None:
        self._connection.execute(
            update(t.outbox)
            .where(t.outbox.c.id == action.id)
            .values(
                state=action.state.value,
                applied_at=action.applied_at,
                refused_reason=action.refused_reason,
                attempts=action.attempts,
            )
        )


def _action(row: RowMapping) -> CadAction:
    return CadAction(
        id=row["id"],
        incident=row["incident"],
        verb=CadVerb(row["verb"]),
        officer=row["officer"],
        at_source=row["at_source"],
        sequence=row["sequence"],
        payload=row["payload"],
        state=DeliveryState(row["state"]),
        applied_at=row["applied_at"],
        refused_reason=row["refused_reason"],
        attempts=row["attempts"],
    )
