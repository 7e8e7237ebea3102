"""Any sequence of acts on a statement, with the real store: no text is lost, a frozen version never changes."""

import asyncio
import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

from desk_parts import KEY, OFFICER, SetClock, Sink, incident
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rvr_console.domain.consultation import Consultation
from rvr_console.domain.statement import SetStatement, Statement, StatementState
from rvr_console.domain.statement_content import (
    BackPage,
    MedicalConsent,
    PersonalStatement,
    StatementContent,
    StatementKind,
    Witness,
    paragraphs_of,
)
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Session
from rvr_console.services.statements import Statements, keep_signed
from rvr_console.storage.store import Store

WRITTEN = StatementContent(
    witness=Witness("Hannah Cole", over_18=True),
    unique_reference="1",
    taken_by="PC 2417",
    back=BackPage(
        no_dates=True,
        will_attend=True,
        medical=MedicalConsent.NO,
        needs="None",
        personal_statement=PersonalStatement.DECLINED,
    ),
)


class BareSetter:
    """Bytes that hang on the text alone: the typesetter has its own tests."""

    def set(self, order: StatementOrder) -> SetStatement:
        pdf = "\n".join(order.content.paragraphs).encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(pdf).hexdigest()
        return SetStatement(pdf, pdf, digest, digest, 1, (), "1", "True.")

    def preview(self, order: StatementOrder, pixels_per_inch: float) -> tuple[bytes, ...]:
        raise NotImplementedError


class StatementMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.store = Store(Path(self.folder.name) / "console.db", KEY)
        session = Session()
        session.set(replace(OFFICER, on_duty=True))
        self.clock = SetClock()
        self.desk = Desk(self.store, self.clock, Sink(), session)
        self.statements = Statements(self.desk, BareSetter())
        self.typed: list[tuple[str, ...]] = [()]
        self.frozen: list[tuple[str, tuple[str, ...]]] = []
        self.signed: list[int] = []

    def run(self, act):
        self.clock.forward(seconds=1)
        return self.loop.run_until_complete(act)

    @initialize()
    def begin(self) -> None:
        def case(tx) -> None:
            tx.incidents.put(incident("1", 1))
            tx.consultations.add(Consultation("c1", "1", OFFICER.collar, self.clock.now()))

        self.run(self.store.run(case))
        self.id = self.run(self.statements.start("c1", StatementKind.WITNESS)).id

    def now(self) -> Statement:
        found = self.run(self.store.run(lambda tx: tx.statements.get(self.id)))
        assert found is not None
        return found

    @rule(text=st.text(max_size=60))
    def type_text(self, text: str) -> None:
        paragraphs = paragraphs_of(text)
        was = self.now()
        try:
            kept = self.run(self.statements.save(self.id, replace(WRITTEN, paragraphs=paragraphs)))
        except RefusedError:
            assert was.state is not StatementState.DRAFT
            assert self.now() == was
        else:
            assert was.state is StatementState.DRAFT
            assert kept.content.paragraphs == paragraphs
            self.typed.append(paragraphs)

    @rule()
    def freeze(self) -> None:
        was = self.now()
        try:
            now = self.run(self.statements.freeze(self.id))
        except RefusedError:
            assert was.state is not StatementState.DRAFT or not was.content.paragraphs
            assert self.now() == was
        else:
            assert was.state is StatementState.DRAFT
            self.frozen.append((now.versions[-1].sha256, was.content.paragraphs))

    @rule(reason=st.sampled_from(["", " ", "Wrong day."]))
    def correct(self, reason: str) -> None:
        was = self.now()
        try:
            now = self.run(self.statements.correct(self.id, reason))
        except RefusedError:
            assert was.state is StatementState.DRAFT or not reason.strip()
        else:
            assert now.content == was.versions[-1].content

    @precondition(lambda self: self.frozen)
    @rule(data=st.data())
    def sign(self, data) -> None:
        number = data.draw(st.integers(1, len(self.frozen) + 1))
        was = self.now()
        try:
            self.run(self.desk.note(lambda work: keep_signed(work, self.id, number)))
        except RefusedError:
            assert was.state is not StatementState.FROZEN or number != len(was.versions)
        else:
            assert was.state is StatementState.FROZEN
            assert number == len(was.versions)
            self.signed.append(number)

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "id"):
            return
        now = self.now()
        history = [
            one.content.paragraphs
            for one in self.run(self.store.run(lambda tx: tx.statements.saves(self.id)))
        ]
        assert all(one in history for one in self.typed)
        assert list(now.signed) == self.signed
        assert len(now.versions) == len(self.frozen)
        for version, (sha256, paragraphs) in zip(now.versions, self.frozen, strict=True):
            assert (version.sha256, version.content.paragraphs) == (sha256, paragraphs)
            pdf = self.run(self.store.run(lambda tx, one=version: tx.statements.pdf(self.id, one)))
            assert hashlib.sha256(pdf).hexdigest() == sha256

    def teardown(self) -> None:
        self.store.close()
        self.loop.close()
        self.folder.cleanup()


TestStatementMachine = StatementMachine.TestCase
TestStatementMachine.settings = settings(
    max_examples=4, stateful_step_count=16, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
