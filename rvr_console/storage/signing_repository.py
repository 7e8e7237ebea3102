"""Signing ceremonies in the embedded store: acts are added, never changed; a ceremony is made of them anew each time."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import RowMapping

from rvr_console.domain import signing
from rvr_console.domain.exhibit import RecordingMoment
from rvr_console.domain.sealed_document import Signature, SignatureKind
from rvr_console.domain.signing import Act, Ceremony, PageProgress, Stage, take
from rvr_console.domain.signing_gate import GateOverride
from rvr_console.storage import signing_tables as t

_NAMES: dict[type, str] = {
    signing.Shown: "shown",
    signing.Read: "read",
    signing.AskDeclaration: "ask_declaration",
    signing.Accepted: "accepted",
    signing.Signed: "signed",
    signing.Sealed: "sealed",
    signing.NotSealed: "not_sealed",
    signing.ChangeWanted: "change_wanted",
    signing.Stopped: "stopped",
}
_TYPES: dict[str, type[Any]] = {name: kind for kind, name in _NAMES.items()}


class SqlSignings:
    """Nothing here changes or deletes; the database refuses it too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, ceremony: Ceremony) -> None:
        self._connection.execute(
            insert(t.signings).values(
                id=ceremony.id,
                consultation_id=ceremony.consultation_id,
                statement_id=ceremony.statement_id,
                version=ceremony.version,
                sha256=ceremony.sha256,
                size=ceremony.size,
                pages=len(ceremony.pages),
                begun_at=ceremony.begun_at,
                begun_by=ceremony.begun_by,
            )
        )

    def add_act(
        self, ceremony_id: str, act: Act, at: datetime, by: str, moment: RecordingMoment | None
    ) -> None:
        self._connection.execute(
            insert(t.signing_acts).values(
                signing_id=ceremony_id,
                act=_NAMES[type(act)],
                value=json.dumps(_value(act)),
                at=at,
                by=by,
                recording=moment.evidence_id if moment else None,
                segment=moment.segment if moment else None,
                offset_us=moment.offset_us if moment else None,
            )
        )

    def get(self, ceremony_id: str) -> Ceremony | None:
        query = select(t.signings).where(t.signings.c.id == ceremony_id)
        row = self._connection.execute(query).mappings().first()
        return self._ceremony(row) if row else None

    def of_consultation(self, consultation_id: str) -> list[Ceremony]:
        query = select(t.signings).where(t.signings.c.consultation_id == consultation_id)
        rows = self._connection.execute(query.order_by(t.signings.c.place)).mappings().all()
        return [self._ceremony(row) for row in rows]

    def unsealed(self) -> list[Ceremony]:
        acts = t.signing_acts.c
        sealed = select(acts.signing_id).where(acts.act == _NAMES[signing.Sealed])
        query = select(t.signings).where(
            t.signings.c.id.in_(select(acts.signing_id).where(acts.act == _NAMES[signing.Signed])),
            t.signings.c.id.not_in(sealed),
        )
        rows = self._connection.execute(query.order_by(t.signings.c.place)).mappings().all()
        return [one for one in map(self._ceremony, rows) if one.stage is Stage.SIGNED]

    def add_override(self, consultation_id: str, override: GateOverride) -> None:
        self._connection.execute(
            insert(t.signing_overrides).values(
                consultation_id=consultation_id, at=override.at, by=override.by, reason=override.reason
            )
        )

    def override(self, consultation_id: str) -> GateOverride | None:
        columns = t.signing_overrides.c
        query = select(t.signing_overrides).where(columns.consultation_id == consultation_id)
        row = self._connection.execute(query.order_by(columns.place.desc())).mappings().first()
        return GateOverride(row["by"], row["at"], row["reason"]) if row else None

    def _ceremony(self, row: RowMapping) -> Ceremony:
        ceremony = Ceremony(
            row["id"],
            row["consultation_id"],
            row["statement_id"],
            row["version"],
            row["sha256"],
            row["size"],
            (PageProgress(),) * row["pages"],
            row["begun_at"],
            row["begun_by"],
        )
        query = select(t.signing_acts).where(t.signing_acts.c.signing_id == row["id"])
        for one in self._connection.execute(query.order_by(t.signing_acts.c.place)).mappings().all():
            ceremony = take(ceremony, _act(one), one["at"], _moment(one))
        return ceremony


def _moment(row: RowMapping) -> RecordingMoment | None:
    if row["recording"] is None:
        return None
    return RecordingMoment(row["recording"], row["segment"], row["offset_us"])


def _value(act: Act) -> dict[str, Any]:
    if isinstance(act, signing.Signed):
        one = act.signature
        signature = {
            "kind": one.kind.value,
            "name": one.name,
            "strokes": one.strokes,
            "drawn": one.drawn_points,
        }
        return {"device": act.device, "sha256": act.sha256, "signature": signature}
    return {name: getattr(act, name) for name in act.__dataclass_fields__}


def _act(row: RowMapping) -> Act:
    value = json.loads(row["value"])
    if "signature" in value:
        one = value["signature"]
        strokes = tuple(tuple((x, y) for x, y in line) for line in one["strokes"])
        value["signature"] = Signature(SignatureKind(one["kind"]), one["name"], strokes, one["drawn"])
    act: Act = _TYPES[row["act"]](**value)
    return act
