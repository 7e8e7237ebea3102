"""People, incidents, consultations, links and reviews in the embedded store."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import RowMapping

from rvr_console.domain.access import Role, User
from rvr_console.domain.consultation import (
    LINK_TRANSITIONS,
    Consent,
    Consultation,
    ConsultationState,
    LinkState,
    LinkStep,
    Note,
)
from rvr_console.domain.repositories import Account, LinkRecord, Review, ReviewOutcome
from rvr_console.errors import RefusedError
from rvr_console.storage import tables as t


class SqlUsers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, collar: str) -> Account | None:
        row = self._connection.execute(select(t.users).where(t.users.c.collar == collar)).mappings().first()
        return _account(row) if row else None

    def put(self, account: Account) -> None:
        user = account.user
        values = {
            "collar": user.collar,
            "name": user.name,
            "rank": user.rank,
            "role": user.role.value,
            "on_duty": user.on_duty,
            "team": account.team,
            "password": account.password,
            "failures": account.failures,
            "locked_until": account.locked_until,
        }
        self._connection.execute(
            upsert(t.users).values(values).on_conflict_do_update(index_elements=["collar"], set_=values)
        )

    def all(self) -> list[Account]:
        rows = self._connection.execute(select(t.users).order_by(t.users.c.collar)).mappings()
        return [_account(row) for row in rows]


def _account(row: RowMapping) -> Account:
    return Account(
        user=User(row["collar"], row["name"], row["rank"], Role(row["role"]), row["on_duty"]),
        team=row["team"],
        password=row["password"],
        failures=row["failures"],
        locked_until=row["locked_until"],
    )


class SqlConsultations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, consultation_id: str) -> Consultation | None:
        row = (
            self._connection.execute(select(t.consultations).where(t.consultations.c.id == consultation_id))
            .mappings()
            .first()
        )
        return self._read(row) if row else None

    def add(self, consultation: Consultation) -> None:
        self._connection.execute(insert(t.consultations).values(_consultation_values(consultation)))
        self._write_parts(consultation, 0)

    def replace(self, consultation: Consultation) -> Consultation:
        c = t.consultations.c
        newer = replace(consultation, version=consultation.version + 1)
        changed = self._connection.execute(
            update(t.consultations)
            .where(c.id == consultation.id, c.version == consultation.version)
            .values(_consultation_values(newer))
        )
        if changed.rowcount != 1:
            raise RefusedError(
                "This consultation was changed elsewhere at the same moment.",
                kept="The other change is stored; yours is not.",
                todo="Look at it again, then repeat your change.",
            )
        known = len(
            self._connection.execute(
                select(t.notes.c.place).where(t.notes.c.consultation_id == consultation.id)
            ).all()
        )
        self._write_parts(newer, known)
        return newer

    def of_officer(self, collar: str) -> list[Consultation]:
        return self._where(t.consultations.c.officer == collar)

    def of_incident(self, incident: str) -> list[Consultation]:
        return self._where(t.consultations.c.incident == incident)

    def with_open_link(self) -> list[Consultation]:
        return self._where(
            t.consultations.c.link.in_([s.value for s, then in LINK_TRANSITIONS.items() if then])
        )

    def in_state(self, state: ConsultationState) -> list[Consultation]:
        return self._where(t.consultations.c.state == state.value)

    def open_for(self, incident: str) -> Consultation | None:
        found = [c for c in self.of_incident(incident) if c.state is ConsultationState.OPEN]
        return found[0] if found else None

    def assign(self, consultation_id: str, collar: str) -> None:
        values = {"consultation_id": consultation_id, "collar": collar}
        self._connection.execute(upsert(t.assignments).values(values).on_conflict_do_nothing())

    def assigned(self, collar: str) -> set[str]:
        a = t.assignments.c
        return set(self._connection.scalars(select(a.consultation_id).where(a.collar == collar)))

    def _where(self, condition: ColumnElement[bool]) -> list[Consultation]:
        rows = self._connection.execute(
            select(t.consultations).where(condition).order_by(t.consultations.c.started_at)
        ).mappings()
        return [self._read(row) for row in rows.all()]

    def _write_parts(self, consultation: Consultation, known_notes: int) -> None:
        answers = t.safety_answers
        self._connection.execute(delete(answers).where(answers.c.consultation_id == consultation.id))
        if consultation.safety:
            self._connection.execute(
                insert(answers),
                [
                    {"consultation_id": consultation.id, "question": question, "answer": answer}
                    for question, answer in consultation.safety.items()
                ],
            )
        for place, note in enumerate(consultation.notes[known_notes:], start=known_notes):
            self._connection.execute(
                insert(t.notes).values(consultation_id=consultation.id, place=place, **asdict(note))
            )

    def _read(self, row: RowMapping) -> Consultation:
        answers, notes = t.safety_answers.c, t.notes.c
        safety = self._connection.execute(
            select(answers.question, answers.answer).where(answers.consultation_id == row["id"])
        )
        lines = self._connection.execute(
            select(notes.at, notes.text, notes.offset_us)
            .where(notes.consultation_id == row["id"])
            .order_by(notes.place)
        )
        return Consultation(
            id=row["id"],
            incident=row["incident"],
            officer=row["officer"],
            started_at=row["started_at"],
            state=ConsultationState(row["state"]),
            link=LinkState(row["link"]) if row["link"] else None,
            link_history=tuple(_link_step(step) for step in row["link_history"]),
            epoch=row["epoch"],
            consent=Consent(row["consent"]),
            consent_reason=row["consent_reason"],
            safety={line.question: line.answer for line in safety},
            location=row["location"],
            location_source=row["location_source"],
            notes=tuple(Note(line.at, line.text, line.offset_us) for line in lines),
            converted=row["converted"],
            ended_at=row["ended_at"],
            submitted_at=row["submitted_at"],
            version=row["version"],
            kind=row["kind"],
        )


def _link_step(step: dict[str, str]) -> LinkStep:
    return LinkStep(LinkState(step["state"]), datetime.fromisoformat(step["at"]))


def _consultation_values(consultation: Consultation) -> dict[str, Any]:
    values = {
        name: getattr(consultation, name)
        for name in t.consultations.c.keys()  # noqa: SIM118 (a column collection yields columns)
        if name != "link_history"
    }
    values["link_history"] = [
        {"state": step.state.value, "at": step.at.isoformat()} for step in consultation.link_history
    ]
    return values


class SqlLinks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, consultation_id: str) -> LinkRecord | None:
        row = (
            self._connection.execute(select(t.links).where(t.links.c.consultation_id == consultation_id))
            .mappings()
            .first()
        )
        return LinkRecord(**row) if row else None

    def put(self, record: LinkRecord) -> None:
        values = asdict(record)
        self._connection.execute(
            upsert(t.links)
            .values(values)
            .on_conflict_do_update(index_elements=["consultation_id"], set_=values)
        )


class SqlReviews:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, consultation_id: str) -> Review | None:
        row = (
            self._connection.execute(select(t.reviews).where(t.reviews.c.consultation_id == consultation_id))
            .mappings()
            .first()
        )
        return Review(**{**row, "outcome": ReviewOutcome(row["outcome"])}) if row else None

    def add(self, review: Review) -> None:
        self._connection.execute(insert(t.reviews).values(asdict(review)))
