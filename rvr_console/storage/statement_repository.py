"""Statements in the embedded store: rows are added, never changed; the state of a statement is read from them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, func, insert, select
from sqlalchemy.engine import RowMapping

from rvr_console.domain.statement import SetStatement, Statement, StatementState, StatementVersion, Turn
from rvr_console.domain.statement_content import StatementContent, StatementKind
from rvr_console.domain.statement_store import DraftSave
from rvr_console.errors import EvidenceError
from rvr_console.storage import statement_tables as t
from rvr_console.storage.statement_codec import content_of, facts_text, places_list, places_of

_S, _P = t.statements.c, t.statement_paragraphs.c
_D, _V, _T = t.statement_saves.c, t.statement_versions.c, t.statement_turns.c
_AT_ONCE = 500  # values in one question to the database
_CORRECTED, _SIGNED = "corrected", "signed"
_NOT_BYTES = [column for column in _V if column.name not in {"pdf", "back_pdf"}]


class SqlStatements:
    """Nothing here changes or deletes; the database refuses it too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, statement_id: str) -> Statement | None:
        query = select(t.statements).where(_S.id == statement_id)
        row = self._connection.execute(query).mappings().first()
        return self._statement(row) if row else None

    def of_consultation(self, consultation_id: str) -> list[Statement]:
        query = select(t.statements).where(_S.consultation_id == consultation_id).order_by(_S.place)
        return [self._statement(row) for row in self._connection.execute(query).mappings().all()]

    def add(self, statement: Statement) -> None:
        self._connection.execute(
            insert(t.statements).values(
                id=statement.id,
                consultation_id=statement.consultation_id,
                kind=statement.kind.value,
                started_at=statement.started_at,
                started_by=statement.started_by,
            )
        )
        self._save(statement, 1, statement.started_at, statement.started_by)

    def add_save(self, statement: Statement, by: str) -> None:
        self._save(statement, statement.saves, statement.saved_at or statement.started_at, by)

    def add_version(self, statement: Statement, pages: SetStatement) -> None:
        version = statement.versions[-1]
        self._connection.execute(
            insert(t.statement_versions).values(
                statement_id=statement.id,
                number=version.number,
                save=version.last_save,
                at=version.frozen_at,
                by=version.frozen_by,
                sha256=version.sha256,
                back_sha256=version.back_sha256,
                pages=version.pages,
                places=places_list(version.places),
                policy=version.policy,
                declaration=version.declaration,
                pdf=pages.pdf,
                back_pdf=pages.back_pdf,
            )
        )

    def add_correction(self, statement: Statement, at: datetime, by: str) -> None:
        self._turn(statement.id, len(statement.versions), _CORRECTED, at, by, statement.correction)

    def add_signed(self, statement_id: str, number: int, at: datetime, by: str) -> None:
        self._turn(statement_id, number, _SIGNED, at, by, "")

    def saves(self, statement_id: str) -> list[DraftSave]:
        query = select(t.statement_saves).where(_D.statement_id == statement_id).order_by(_D.number)
        rows = self._connection.execute(query).mappings().all()
        texts = self._texts(rows)
        return [DraftSave(row["number"], row["at"], row["by"], _content(row, texts)) for row in rows]

    def pdf(self, statement_id: str, version: StatementVersion) -> bytes:
        return self._bytes(_V.pdf, statement_id, version.number, version.sha256)

    def back_pdf(self, statement_id: str, version: StatementVersion) -> bytes:
        return self._bytes(_V.back_pdf, statement_id, version.number, version.back_sha256)

    def _bytes(self, column: Column[bytes], statement_id: str, number: int, sha256: str) -> bytes:
        query = select(column).where(_V.statement_id == statement_id, _V.number == number)
        found: bytes = self._connection.execute(query).scalar_one()
        if hashlib.sha256(found).hexdigest() != sha256:
            raise EvidenceError(
                "The frozen statement is not the one that was frozen: its digest differs.",
                kept="Nothing was changed; the text and its history are kept.",
                todo="Do not use it. Tell IT.",
            )
        return found

    # --- writing ---
    def _save(self, statement: Statement, number: int, at: datetime, by: str) -> None:
        content = statement.content
        self._connection.execute(
            insert(t.statement_saves).values(
                statement_id=statement.id,
                number=number,
                at=at,
                by=by,
                paragraphs=self._kept(statement.id, content.paragraphs),
                facts=facts_text(content),
            )
        )

    def _kept(self, statement_id: str, paragraphs: tuple[str, ...]) -> list[int]:
        """Places of these paragraphs; those not seen before are added."""
        texts = [paragraph.encode("utf-8", "surrogatepass") for paragraph in paragraphs]
        digests = [hashlib.sha256(text).digest() for text in texts]
        places = self._places(statement_id, set(digests))
        order = []
        for text, digest in zip(texts, digests, strict=True):
            if digest not in places:
                row = insert(t.statement_paragraphs).values(
                    statement_id=statement_id, digest=digest, text=text
                )
                places[digest] = self._connection.execute(row.returning(_P.place)).scalar_one()
            order.append(places[digest])
        return order

    def _places(self, statement_id: str, digests: set[bytes]) -> dict[bytes, int]:
        wanted, found = sorted(digests), dict[bytes, int]()
        for at in range(0, len(wanted), _AT_ONCE):
            some = _P.digest.in_(wanted[at : at + _AT_ONCE])
            query = select(_P.digest, _P.place).where(_P.statement_id == statement_id, some)
            found.update((row.digest, row.place) for row in self._connection.execute(query))
        return found

    def _turn(self, statement_id: str, version: int, turn: str, at: datetime, by: str, reason: str) -> None:
        self._connection.execute(
            insert(t.statement_turns).values(
                statement_id=statement_id, version=version, turn=turn, at=at, by=by, reason=reason
            )
        )

    # --- reading ---
    def _texts(self, saves: Sequence[RowMapping]) -> dict[int, str]:
        """The paragraphs that these saves hold, by place."""
        wanted = sorted({place for save in saves for place in save["paragraphs"]})
        found = dict[int, str]()
        for at in range(0, len(wanted), _AT_ONCE):
            query = select(_P.place, _P.text).where(_P.place.in_(wanted[at : at + _AT_ONCE]))
            for place, text in self._connection.execute(query):
                found[place] = text.decode("utf-8", "surrogatepass")
        return found

    def _statement(self, row: RowMapping) -> Statement:
        statement_id = row["id"]
        query = select(*_NOT_BYTES).where(_V.statement_id == statement_id).order_by(_V.number)
        frozen = self._connection.execute(query).mappings().all()
        last = self._saved(statement_id, self._last_save(statement_id))
        saves = {one["save"]: self._saved(statement_id, one["save"]) for one in frozen}
        texts = self._texts([last, *saves.values()])
        versions = tuple(_version(one, _content(saves[one["save"]], texts)) for one in frozen)
        turns = [
            Turn(turn["version"], turn["turn"] == _SIGNED, turn["at"], turn["by"], turn["reason"])
            for turn in self._connection.execute(
                select(t.statement_turns).where(_T.statement_id == statement_id).order_by(_T.place)
            ).mappings()
        ]
        state, correction = _state(len(versions), turns)
        return Statement(
            id=statement_id,
            consultation_id=row["consultation_id"],
            kind=StatementKind(row["kind"]),
            started_at=row["started_at"],
            started_by=row["started_by"],
            content=_content(last, texts),
            state=state,
            versions=versions,
            signed=tuple(turn.number for turn in turns if turn.signed),
            correction=correction,
            saves=last["number"],
            saved_at=last["at"],
            turns=tuple(turns),
        )

    def _last_save(self, statement_id: str) -> int:
        query = select(func.max(_D.number)).where(_D.statement_id == statement_id)
        number: int = self._connection.execute(query).scalar_one()
        return number

    def _saved(self, statement_id: str, number: int) -> RowMapping:
        query = select(t.statement_saves).where(_D.statement_id == statement_id, _D.number == number)
        return self._connection.execute(query).mappings().one()


def _version(row: RowMapping, content: StatementContent) -> StatementVersion:
    return StatementVersion(
        number=row["number"],
        content=content,
        frozen_at=row["at"],
        frozen_by=row["by"],
        sha256=row["sha256"],
        back_sha256=row["back_sha256"],
        pages=row["pages"],
        places=places_of(row["places"]),
        policy=row["policy"],
        declaration=row["declaration"],
        last_save=row["save"],
    )


def _content(row: RowMapping, texts: dict[int, str]) -> StatementContent:
    return content_of(tuple(texts[place] for place in row["paragraphs"]), row["facts"])


def _state(newest: int, turns: list[Turn]) -> tuple[StatementState, str]:
    """A correction outweighs a signature of the same version: it was signed first and reopened then."""
    of_newest = {turn.signed: turn.reason for turn in turns if turn.number == newest}
    if not newest:
        return StatementState.DRAFT, ""
    if False in of_newest:
        return StatementState.DRAFT, of_newest[False]
    return (StatementState.SIGNED if True in of_newest else StatementState.FROZEN), ""
