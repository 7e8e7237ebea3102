"""Statements of a consultation: written, stored as typed, set in pages, frozen, corrected. Nothing of a text is ever lost."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from rvr_console.domain.access import Act, Relation, User, check
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import StatementChanged
from rvr_console.domain.signing import OPEN, Stage
from rvr_console.domain.statement import (
    Statement,
    StatementState,
    StatementVersion,
    check_freezable,
    correct,
    freeze,
    saved,
    signed,
    start,
)
from rvr_console.domain.statement_content import (
    PersonalStatement,
    StatementContent,
    StatementKind,
    Witness,
)
from rvr_console.domain.statement_history import PastVersion, past_versions
from rvr_console.domain.statement_store import StatementOrder, StatementSetting
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, check_may_read, needs_words, relation
from rvr_console.services.values import ChecklistItem, CheckState

T = TypeVar("T")


class Statements:
    """Setting in pages runs on a thread of its own; everything else in one transaction with its custody entry.

    Saves of a draft have no custody entry each: the entry of the freezing names how many there were, and each is kept with its time.
    """

    def __init__(self, desk: Desk, setting: StatementSetting) -> None:
        self._desk = desk
        self._setting = setting

    async def of_consultation(self, consultation_id: str) -> list[Statement]:
        """Oldest first; for everyone who may read the case."""

        def read(work: Work, user: User) -> list[Statement]:
            check_may_read(work, user, work.consultation(consultation_id))
            return work.tx.statements.of_consultation(consultation_id)

        return await self._desk.act(Act.VIEW_RECORDING, consultation_id, read)

    async def start(self, consultation_id: str, kind: StatementKind) -> Statement:
        """A new draft, with what the case already says of the witness. Raises RefusedError: one is being written already."""

        def begin(work: Work, user: User, consultation: Consultation) -> Statement:
            made = Statement(
                id=work.new_id(),
                consultation_id=consultation.id,
                kind=kind,
                started_at=work.at,
                started_by=user.collar,
                content=_first_content(work, user, consultation, kind),
                saves=1,
                saved_at=work.at,
            )
            start(made, tuple(work.tx.statements.of_consultation(consultation.id)))
            work.tx.statements.add(made)
            work.log(CustodyAct.STATEMENT_STARTED, consultation.id, statement=made.id, kind=kind.value)
            return _told(work, made.id)

        return await self._desk.on_case(Act.CONSULT, consultation_id, begin)

    async def save(self, statement_id: str, content: StatementContent) -> Statement:
        """The draft as it is now. Raises RefusedError once it is frozen, or when it is too long."""

        def keep(work: Work, user: User, statement: Statement) -> Statement:
            if statement.content == content:
                return statement
            work.tx.statements.add_save(saved(statement, content, work.at), user.collar)
            return _told(work, statement.id)

        return await self._on_statement(statement_id, keep)

    async def preview(self, statement: Statement, pixels_per_inch: float) -> tuple[bytes, ...]:
        """The draft's pages as PNG, as they would be set now. Raises RefusedError, EvidenceError."""
        self._desk.session.require()
        order = StatementOrder(statement.kind, statement.content, self._desk.clock.now())
        return await asyncio.to_thread(self._setting.preview, order, pixels_per_inch)

    async def freeze(self, statement_id: str) -> Statement:
        """A version that never changes. Raises RefusedError: something is missing, a character cannot be set, or the text changed meanwhile."""

        def ready(work: Work, _user: User, statement: Statement) -> Statement:
            check_freezable(statement, _known(work, statement.consultation_id))
            return statement

        draft = await self._on_statement(statement_id, ready)
        at = self._desk.clock.now()
        pages = await asyncio.to_thread(self._setting.set, StatementOrder(draft.kind, draft.content, at))

        def keep(work: Work, user: User, statement: Statement) -> Statement:
            if statement.saves != draft.saves:
                raise RefusedError(
                    "The text was changed while it was being set in pages.",
                    kept="The changed text is kept as a draft.",
                    todo="Read it once more, then freeze it.",
                )
            known = _known(work, statement.consultation_id)
            frozen = freeze(statement, pages, at, user.collar, known)
            work.tx.statements.add_version(frozen, pages)
            version = frozen.versions[-1]
            work.log(
                CustodyAct.STATEMENT_FROZEN,
                statement.consultation_id,
                statement=statement.id,
                version=str(version.number),
                sha256=version.sha256,
                back_sha256=version.back_sha256,
                pages=str(version.pages),
                saves=str(version.last_save),
                wording=version.policy,
            )
            return _told(work, statement.id)

        return await self._on_statement(statement_id, keep)

    async def correct(self, statement_id: str, reason: str) -> Statement:
        """The newest version's text as a draft again; every version stays. The reason is kept with the statement, not in the log.

        Raises RefusedError while its pages are being shown.
        """
        why = needs_words(reason, "A correction needs a reason.")

        def reopen(work: Work, user: User, statement: Statement) -> Statement:
            _check_not_shown(work, statement)
            draft = correct(statement, why)
            work.tx.statements.add_correction(draft, work.at, user.collar)
            work.log(
                CustodyAct.STATEMENT_CORRECTED,
                statement.consultation_id,
                statement=statement.id,
                version=str(len(statement.versions)),
            )
            return _told(work, statement.id)

        return await self._on_statement(statement_id, reopen)

    async def open_pdf(self, statement_id: str, number: int, purpose: str, *, back: bool = False) -> bytes:
        """A frozen version's bytes for a person who may read the case, their digest checked; logged with the purpose.

        back: the back page instead, which is for the officer of the case and the team's sergeant only. Raises AccessDeniedError,
        RefusedError, EvidenceError.
        """
        why = needs_words(purpose, "Opening a statement needs a purpose.")

        def read(work: Work, user: User) -> bytes:
            statement = _found(work, statement_id)
            consultation = work.consultation(statement.consultation_id)
            if back:
                stands = relation(work, user, consultation)
                check(user, Act.CONSULT if stands is Relation.OWN else Act.REVIEW, stands)
            else:
                check_may_read(work, user, consultation)
            version = statement.version(number)
            details = {"statement": statement.id, "version": str(number), "back": "yes" if back else "no"}
            work.log(CustodyAct.STATEMENT_READ, statement.consultation_id, purpose=why, **details)
            one = work.tx.statements
            return one.back_pdf(statement.id, version) if back else one.pdf(statement.id, version)

        return await self._desk.act(Act.VIEW_RECORDING, statement_id, read)

    async def history(self, statement_id: str) -> tuple[PastVersion, ...]:
        """Each version and what became of it, newest first; for everyone who may read the case."""

        def read(work: Work, user: User) -> tuple[PastVersion, ...]:
            statement = _found(work, statement_id)
            check_may_read(work, user, work.consultation(statement.consultation_id))
            return past_versions(statement, work.tx.signings.of_consultation(statement.consultation_id))

        return await self._desk.act(Act.VIEW_RECORDING, statement_id, read)

    async def read_version(self, statement_id: str, number: int, purpose: str) -> StatementVersion:
        """A frozen version's text, for a person who may read the case; logged with the purpose. Raises AccessDeniedError, RefusedError."""
        why = needs_words(purpose, "Reading a statement needs a purpose.")

        def read(work: Work, user: User) -> StatementVersion:
            statement = _found(work, statement_id)
            check_may_read(work, user, work.consultation(statement.consultation_id))
            version = statement.version(number)
            details = {"statement": statement.id, "version": str(number), "text": "yes"}
            work.log(CustodyAct.STATEMENT_READ, statement.consultation_id, purpose=why, **details)
            return version

        return await self._desk.act(Act.VIEW_RECORDING, statement_id, read)

    async def _on_statement(self, statement_id: str, body: Callable[[Work, User, Statement], T]) -> T:
        """Body on the statement, for those who work on its case."""
        consultation_id = await self._desk.act(
            Act.CONSULT, statement_id, lambda work, _user: _found(work, statement_id).consultation_id
        )

        def run(work: Work, user: User, _consultation: Consultation) -> T:
            return body(work, user, _found(work, statement_id))

        return await self._desk.on_case(Act.CONSULT, consultation_id, run)


def keep_signed(work: Work, statement_id: str, number: int) -> Statement:
    """Inside the signing's own transaction: this version is signed. Raises RefusedError unless it may be."""
    statement = _found(work, statement_id)
    signed(statement, number)
    work.tx.statements.add_signed(statement_id, number, work.at, work.actor)
    details = {"statement": statement_id, "version": str(number), "sha256": statement.version(number).sha256}
    work.log(CustodyAct.STATEMENT_SIGNED, statement.consultation_id, **details)
    return _told(work, statement_id)


def statement_line(work: Work, consultation: Consultation) -> ChecklistItem:
    """As the checklist asks for it: what is signed and not sealed yet is not done."""
    item = statement_item(work.tx.statements.of_consultation(consultation.id))
    waits = any(one.stage is Stage.SIGNED for one in work.tx.signings.of_consultation(consultation.id))
    if waits and item.state is CheckState.DONE:
        return replace(item, state=CheckState.ATTENTION, words="Signed, not sealed yet")
    return item


def statement_item(statements: list[Statement]) -> ChecklistItem:
    """The line of "Still to do"."""
    if not statements:
        return ChecklistItem("statement", "Statement", CheckState.NOT_STARTED, "Not started")
    open_ones = [one for one in statements if one.state is not StatementState.SIGNED]
    if not open_ones:
        words = "Signed" if len(statements) == 1 else f"{len(statements)} signed"
        return ChecklistItem("statement", "Statement", CheckState.DONE, words)
    last = open_ones[-1]
    if last.state is StatementState.FROZEN:
        words = f"Version {len(last.versions)}, not signed"
    else:
        # No time, no count: the line is not read again at each stored key.
        words = "Draft, not frozen" if last.content.words else "Draft, no text yet"
    return ChecklistItem("statement", "Statement", CheckState.UNDER_WAY, words)


def _found(work: Work, statement_id: str) -> Statement:
    statement = work.tx.statements.get(statement_id)
    if statement is None:
        raise RefusedError("There is no such statement.", kept="Nothing was changed.")
    return statement


def _check_not_shown(work: Work, statement: Statement) -> None:
    """Raises RefusedError while its pages are on somebody's screen: they could not be signed any more, nor the next ones shown."""
    for one in work.tx.signings.of_consultation(statement.consultation_id):
        if one.statement_id == statement.id and one.stage in OPEN and not one.past(Stage.SIGNED):
            raise RefusedError(
                "The pages of this text are being shown.",
                kept="They stay on the screen of who reads them.",
                todo="Choose Stop showing, then correct the text.",
            )


def _told(work: Work, statement_id: str) -> Statement:
    statement = _found(work, statement_id)
    work.tell(StatementChanged(statement))
    return statement


def _known(work: Work, consultation_id: str) -> tuple[str, ...]:
    return tuple(str(one.reference) for one in work.tx.exhibits.of_consultation(consultation_id))


def _first_content(
    work: Work, user: User, consultation: Consultation, kind: StatementKind
) -> StatementContent:
    """The second and later statements of a person begin with the facts of the first."""
    reference = consultation.incident
    recorded = bool(work.tx.recordings.of_consultation(consultation.id))
    taken_by = " ".join(part for part in (user.rank, user.collar, user.name) if part)
    content = StatementContent(unique_reference=reference, taken_by=taken_by, visually_recorded=recorded)
    if kind is StatementKind.INTERPRETER:
        return content
    earlier = [
        one for one in work.tx.statements.of_consultation(consultation.id)
        if one.kind is not StatementKind.INTERPRETER
    ]  # fmt: skip
    if earlier:
        first = earlier[0].content
        return replace(
            content, witness=first.witness, unique_reference=first.unique_reference,
            interpreting=first.interpreting, read_over=first.read_over, back=first.back,
        )  # fmt: skip
    incident = work.tx.incidents.get(reference)
    person = incident.person if incident else None
    name, phone = (person.name, person.phone) if person else ("", "")
    back = replace(content.back, contact=phone, personal_statement=PersonalStatement.NOT_ASKED)
    return replace(content, witness=Witness(name), back=back)
