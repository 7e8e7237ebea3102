"""Forms in the embedded store. What was answered, judged and decided is only added; the database sees to that too."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.engine import RowMapping

from rvr_console.domain.form import Answer, Form, FormState, Judgement, Pack, Step
from rvr_console.domain.form_store import KeptPack
from rvr_console.errors import BugError, RefusedError
from rvr_console.storage import form_tables as t
from rvr_console.storage import tables

T = TypeVar("T")
_F, _A = t.forms.c, t.form_answers.c


class SqlForms:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, form_id: str) -> Form | None:
        found = self._read(select(t.forms).where(_F.id == form_id))
        return found[0] if found else None

    def of_consultation(self, consultation_id: str) -> list[Form]:
        return self._read(select(t.forms).where(_F.consultation_id == consultation_id).order_by(_F.place))

    def of_incident(self, incident: str) -> list[Form]:
        consultations = tables.consultations
        return self._read(
            select(t.forms)
            .select_from(t.forms.join(consultations))
            .where(consultations.c.incident == incident)
            .order_by(_F.place)
        )

    def add(self, form: Form, pack: Pack) -> None:
        run = self._connection.execute
        kept = {"digest": pack.digest, "pack_id": pack.id, "version": pack.version, "text": pack.text}
        run(upsert(t.form_packs).values(kept).on_conflict_do_nothing())
        run(
            insert(t.forms).values(
                id=form.id,
                consultation_id=form.consultation_id,
                pack_id=form.pack_id,
                pack_version=form.pack_version,
                pack_digest=form.pack_digest,
                started_at=form.started_at,
                person=form.person,
                reached=form.reached,
                state=form.state.value,
                version=0,
            )
        )

    def replace(self, form: Form) -> Form:
        stored = self.get(form.id)
        if stored is None or stored.version != form.version:
            raise RefusedError(
                "Somebody else changed this form meanwhile.",
                kept="What was stored before is kept.",
                todo="Look at the form and do it again.",
            )
        self._connection.execute(
            update(t.forms)
            .where(_F.id == form.id)
            .values(reached=form.reached, state=form.state.value, version=form.version + 1)
        )
        self._add_answers(stored, form)
        for judgement in _added(stored.judgements, form.judgements):
            self._insert(
                form.id,
                grade=judgement.grade,
                reason=judgement.reason,
                by=judgement.by,
                at=judgement.at,
                table="judgements",
            )
        for step in _added(stored.steps, form.steps):
            self._insert(
                form.id, state=step.state.value, reason=step.reason, by=step.by, at=step.at, table="steps"
            )
        kept = self.get(form.id)
        if kept is None:
            raise BugError("a form that was just stored is not there")
        return kept

    def every_answer(self, form_id: str) -> list[Answer]:
        return [_answer(row) for row in self._rows(form_id)]

    def pack(self, digest: str) -> KeptPack | None:
        row = self._connection.execute(select(t.form_packs).where(t.form_packs.c.digest == digest)).first()
        return KeptPack(*row) if row else None

    # --- inside ---
    def _insert(self, form_id: str, *, table: str, **values: object) -> None:
        into = {"answers": t.form_answers, "judgements": t.form_judgements, "steps": t.form_steps}[table]
        self._connection.execute(insert(into).values(form_id=form_id, **values))

    def _add_answers(self, stored: Form, form: Form) -> None:
        """Those that are new; each says whether it took the place of the one before or only typed on from it."""
        displaced = list(_added(stored.earlier, form.earlier))
        if set(stored.answers) - set(form.answers):
            raise BugError("a form lost an answer")
        for item, answer in form.answers.items():
            before = stored.answers.get(item)
            if before == answer:
                continue
            if before is not None and before in displaced:
                displaced.remove(before)
                before = None
            self._insert(
                form.id,
                item=item,
                value=answer.value,
                comment=answer.comment,
                reason=answer.reason,
                at=answer.at,
                by=answer.by,
                segment=answer.segment,
                offset_us=answer.offset_us,
                typed_on=before is not None,
                correction=answer.correction,
                was=answer.was,
                table="answers",
            )
        if displaced:
            raise BugError("a form has earlier answers that were never stored")

    def _rows(self, form_id: str) -> Sequence[RowMapping]:
        query = select(t.form_answers).where(_A.form_id == form_id).order_by(_A.place)
        return self._connection.execute(query).mappings().all()

    def _read(self, query: Select[Any]) -> list[Form]:
        return [self._form(row) for row in self._connection.execute(query).mappings().all()]

    def _form(self, row: RowMapping) -> Form:
        answers: dict[str, Answer] = {}
        earlier: list[Answer] = []
        for one in self._rows(row["id"]):
            if one["item"] in answers and not one["typed_on"]:
                earlier.append(answers[one["item"]])
            answers[one["item"]] = _answer(one)
        judged = select(t.form_judgements).where(t.form_judgements.c.form_id == row["id"])
        stepped = select(t.form_steps).where(t.form_steps.c.form_id == row["id"])
        run = self._connection.execute
        return Form(
            id=row["id"],
            consultation_id=row["consultation_id"],
            pack_id=row["pack_id"],
            pack_version=row["pack_version"],
            pack_digest=row["pack_digest"],
            started_at=row["started_at"],
            person=row["person"],
            answers=answers,
            earlier=tuple(earlier),
            reached=row["reached"],
            judgements=tuple(
                Judgement(one.grade, one.reason, one.by, one.at)
                for one in run(judged.order_by(t.form_judgements.c.place))
            ),
            state=FormState(row["state"]),
            steps=tuple(
                Step(FormState(one.state), one.by, one.at, one.reason)
                for one in run(stepped.order_by(t.form_steps.c.place))
            ),
            version=row["version"],
        )


def _added(before: tuple[T, ...], after: tuple[T, ...]) -> tuple[T, ...]:
    if after[: len(before)] != before:
        raise BugError("a form lost what was stored")
    return after[len(before) :]


def _answer(row: RowMapping) -> Answer:
    return Answer(
        item=row["item"],
        value=row["value"],
        at=row["at"],
        by=row["by"],
        comment=row["comment"],
        offset_us=row["offset_us"],
        segment=row["segment"],
        reason=row["reason"],
        correction=row["correction"],
        was=row["was"],
    )
