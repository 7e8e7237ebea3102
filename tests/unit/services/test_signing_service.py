"""The signing with the real store, vault and sealer: kept at each stage, resumed after a restart, voided cleanly, sealed once or later."""

import hashlib
from dataclasses import dataclass, field, replace

import pytest
from desk_parts import OFFICER, OTHER, OTHER_SERGEANT, PASSWORD, SERGEANT, DeskWorld
from exhibit_world import ExhibitWorld
from sqlalchemy import text
from test_statements_service import FULL, draft

from rvr_console.app.signing_parts import DeskGate
from rvr_console.documents.document_key import DocumentKey
from rvr_console.documents.signing import PdfSealer
from rvr_console.documents.signing_policy import load_signing_policy
from rvr_console.domain import signing
from rvr_console.domain.call import DocumentSaid, ShownDocument
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import ExhibitSource, RecordingMoment
from rvr_console.domain.sealed_document import (
    SealedDocument,
    SealJob,
    Signature,
    SignatureKind,
    begins_with_shown,
)
from rvr_console.domain.signing import Ceremony, PageProgress, Stage, VoidReason
from rvr_console.domain.signing_gate import GatePolicy, GateRule
from rvr_console.domain.statement import StatementState
from rvr_console.domain.statement_content import StatementContent
from rvr_console.errors import (
    AccessDeniedError,
    EvidenceError,
    RefusedError,
    StorageError,
    UntrustedInputError,
)
from rvr_console.evidence.document_identity import make_test_identity
from rvr_console.services.signing import Signing
from rvr_console.services.signing_gates import SigningGates
from rvr_console.services.signing_sealing import SigningSealing
from rvr_console.services.statements import statement_line
from rvr_console.services.values import CheckState

POLICY = GatePolicy("test", (GateRule("not_serious", "Not a serious offence", no_category=("murder",)),))
NAME = Signature(SignatureKind.TYPED, "Hannah Cole")
MOMENT = RecordingMoment("r-1", 2, 5_000_000)


@dataclass
class Calls:
    """The call's side: what the page was sent."""

    open: bool = True
    shown: list[ShownDocument] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def is_open(self, _consultation_id: str) -> bool:
        return self.open

    def show_document(self, _consultation_id: str, document: ShownDocument) -> None:
        self.shown.append(document)

    def end_document(self, _consultation_id: str, _document_id: str, how: str) -> None:
        self.ended.append(how)

    def recording_moment(self, _consultation_id: str) -> RecordingMoment | None:
        return MOMENT


class BrokenSealer(PdfSealer):
    why = ""

    def seal(self, job: SealJob) -> SealedDocument:
        if self.why:
            raise EvidenceError(self.why, kept="kept")
        return super().seal(job)


class Room:
    def __init__(self, world: DeskWorld, exhibits: ExhibitWorld, policy: GatePolicy = POLICY) -> None:
        self.policy = policy
        self.world, self.exhibits, self.calls = world, exhibits, Calls()
        made = make_test_identity("TEST Force", "desk-07", world.clock.now())
        self.sealer = BrokenSealer(DocumentKey(made.label, made.private_key, made.chain_pem), world.clock)
        self.restart()

    def restart(self) -> None:
        """The console started anew: only the store and the vault know what was."""
        sealing = SigningSealing(self.world.desk, self.calls, self.exhibits.intake, self.sealer)
        gates = SigningGates(self.world.desk, self.policy)
        self.signing = Signing(self.world.desk, self.calls, gates, sealing)

    async def frozen(self, content: StatementContent = FULL) -> None:
        self.statements, started = await draft(self.world)
        await self.statements.save(started.id, content)
        self.statement = await self.statements.freeze(started.id)
        self.case = self.statement.consultation_id

    async def begin(self) -> Ceremony:
        return await self.signing.begin(self.statement.id, len(self.statement.versions))

    async def says(self, act: signing.PageAct) -> None:
        await self.signing.said(self.case, DocumentSaid(self.calls.shown[-1].id, act), MOMENT)

    async def now(self) -> Ceremony:
        return (await self.signing.of_consultation(self.case))[-1]

    @property
    def digest(self) -> str:
        return self.calls.shown[-1].sha256

    async def read(self, device: str = "phone") -> None:
        await self.says(signing.Shown(device, self.digest))
        for page in range(self.calls.shown[-1].pages):
            await self.says(signing.Read(device, page, 0.4, 3.0))
            await self.says(signing.Read(device, page, 1.0, 7.0))

    async def sign(self) -> Ceremony:
        await self.read()
        ceremony = await self.signing.show_declaration(self.calls.shown[-1].id)
        await self.says(signing.Accepted("phone", self.digest))
        await self.says(signing.Signed("phone", self.digest, NAME))
        return ceremony

    async def checklist_line(self) -> tuple[CheckState, str]:
        item = await self.world.desk.note(lambda work: statement_line(work, work.consultation(self.case)))
        return item.state, item.words

    async def acts(self) -> list[CustodyAct]:
        wanted = {
            CustodyAct.DECLARATION_SHOWN, CustodyAct.SIGNING_OFFERED, CustodyAct.SIGNING_SHOWN, CustodyAct.SIGNING_READ, CustodyAct.DECLARED, CustodyAct.SIGNED,
            CustodyAct.STATEMENT_SIGNED, CustodyAct.STATEMENT_SEALED, CustodyAct.STATEMENT_NOT_SEALED, CustodyAct.SIGNING_VOID,
        }  # fmt: skip
        return [entry.act for entry in await self.world.log() if entry.act in wanted]


@pytest.fixture
async def room(world: DeskWorld, tmp_path) -> Room:
    made = Room(world, ExhibitWorld(world, tmp_path))
    await made.frozen()
    return made


async def test_from_the_offer_to_the_sealed_exhibit(room: Room) -> None:
    await room.begin()
    shown = room.calls.shown[-1]
    assert hashlib.sha256(shown.data).hexdigest() == shown.sha256
    assert shown.declaration == ""
    with pytest.raises(RefusedError, match="opens after"):
        await room.signing.show_declaration(shown.id)
    await room.sign()
    assert [one.stage for one in room.calls.shown] == ["reading", "declaring", "signing", "signed"]
    assert "true to the best of my knowledge" in room.calls.shown[-1].declaration
    sealed = await room.signing.seal(shown.id)
    assert (sealed.stage, sealed.level, room.calls.ended) == (Stage.SEALED, "PAdES B-B", ["sealed"])
    data = room.exhibits.read(sealed.evidence_id)
    assert begins_with_shown(data, shown.pages and len(shown.data), shown.sha256)
    assert hashlib.sha256(data).hexdigest() == sealed.sealed_sha256
    exhibit = await room.world.store.run(lambda tx: tx.exhibits.get(sealed.evidence_id))
    assert (exhibit.origin.source, exhibit.origin.moment) == (ExhibitSource.STATEMENT, MOMENT)
    assert exhibit.description == "Witness statement of Hannah Cole, version 1, signed, PAdES B-B"
    C = CustodyAct
    assert await room.acts() == [
        C.SIGNING_OFFERED, C.SIGNING_SHOWN, C.SIGNING_READ, C.DECLARATION_SHOWN, C.DECLARED, C.SIGNED, C.STATEMENT_SIGNED, C.STATEMENT_SEALED
    ]  # fmt: skip
    bound = next(e.details for e in await room.world.log() if e.act is C.STATEMENT_SEALED)
    assert (bound["shown_sha256"], bound["device"], bound["signature"]) == (shown.sha256, "phone", "typed")
    signed = next(e.details for e in await room.world.log() if e.act is C.SIGNED)
    assert signed["signature_sha256"] == bound["signature_sha256"] == NAME.digest
    assert NAME.digest != replace(NAME, name="Hannah Coles").digest
    assert (bound["segment"], bound["offset_us"], bound["exhibit"]) == ("2", "5000000", sealed.evidence_id)
    statements = await room.statements.of_consultation(room.case)
    assert statements[0].state is StatementState.SIGNED
    assert (await room.signing.seal(shown.id)).evidence_id == sealed.evidence_id, "never sealed twice"
    (told,) = await room.signing.sealed_of(room.case)
    assert (told[0].id, told[1]) == (shown.id, "Witness statement of Hannah Cole, version 1")


async def test_a_restart_at_every_stage_goes_on(room: Room) -> None:
    await room.begin()

    async def resumed() -> ShownDocument:
        room.restart()
        await room.signing.resume(room.case)
        return room.calls.shown[-1]

    assert (await resumed()).stage == "reading"
    await room.says(signing.Shown("phone", room.digest))
    await room.says(signing.Read("phone", 0, 1.0, 4.0))
    assert (await resumed()).read == (0,)
    await room.read()
    await room.signing.show_declaration(room.calls.shown[-1].id)
    assert (await resumed()).stage == "declaring"
    assert room.calls.shown[-1].device == "phone", "another device is not told what this one read"
    await room.says(signing.Accepted("phone", room.digest))
    assert (await resumed()).stage == "signing"
    await room.says(signing.Signed("phone", room.digest, NAME))
    assert (await resumed()).stage == "signed"
    before = await room.now()
    assert before.moments[Stage.SIGNED] == MOMENT
    assert (await room.signing.seal(before.id)).stage is Stage.SEALED


async def test_a_showing_that_ended_while_the_page_was_away_is_ended_there_too(room: Room) -> None:
    ceremony = await room.begin()
    await room.signing.stop(ceremony.id)
    room.calls.ended.clear()
    room.restart()
    await room.signing.resume(room.case)
    assert room.calls.ended == ["stopped"]


async def test_the_time_on_a_page_is_bounded_by_the_desks_clock_and_stored_now_and_then(room: Room) -> None:
    ceremony = await room.begin()
    await room.says(signing.Shown("phone", room.digest))
    room.world.clock.forward(seconds=3)
    await room.says(signing.Read("phone", 0, 1.0, 900_000.0))
    assert (await room.now()).pages[0].seconds == 3.0, "the page claimed ten days"
    other = replace(await room.now(), pages=(*(await room.now()).pages, PageProgress()), stage=Stage.SHOWN)
    stored = 0
    for second in range(600):
        room.world.clock.forward(seconds=1)
        act = room.signing._progress.bounded(other, signing.Read("phone", 0, 1.0, 4.0 + second))
        if not room.signing._progress.took(other, act):
            stored += 1
            other = replace(other, pages=(PageProgress(1.0, act.seconds), *other.pages[1:]))
    assert 0 < stored < 15
    assert ceremony.id == (await room.now()).id


async def test_other_pages_on_the_phone_void_it_and_the_officer_is_told(room: Room) -> None:
    await room.begin()
    await room.says(signing.Shown("phone", "f" * 64))
    assert ((await room.now()).stage, (await room.now()).void_reason) == (Stage.VOID, VoidReason.ALTERED)
    assert room.calls.ended == ["altered"]
    assert any("other pages" in event.what for event in room.world.sink.of(Fault))
    assert (await room.acts())[-1] is CustodyAct.SIGNING_VOID
    await room.says(signing.Read("phone", 0, 1.0, 1.0))  # what comes late changes nothing
    again = await room.begin()
    assert again.id != room.calls.shown[0].id, "the same version can be shown anew"


async def test_a_change_ends_the_showing_and_its_words_stay_out_of_the_log(room: Room) -> None:
    await room.begin()
    await room.says(signing.Shown("phone", room.digest))
    await room.says(signing.ChangeWanted("phone", "The door was blue"))
    assert (await room.now()).words == "The door was blue"
    assert room.calls.ended == ["change"]
    assert not any("blue" in str(entry) for entry in await room.world.log())
    with pytest.raises(RefusedError):
        await room.signing.seal(room.calls.shown[-1].id)


async def test_what_cannot_be_sealed_is_kept_marked_and_sealed_later(room: Room) -> None:
    await room.begin()
    await room.sign()
    room.sealer.why = "The desk's certificate for documents has expired."
    waiting = await room.signing.seal(room.calls.shown[-1].id)
    assert (waiting.stage, waiting.trouble) == (Stage.SIGNED, room.sealer.why)
    assert await room.checklist_line() == (CheckState.ATTENTION, "Signed, not sealed yet")
    assert (await room.acts())[-1] is CustodyAct.STATEMENT_NOT_SEALED
    room.restart()
    assert await room.signing.sealing.seal_waiting() == 0
    room.sealer.why = ""
    assert await room.signing.sealing.seal_waiting() == 1
    assert (await room.now()).stage is Stage.SEALED
    assert await room.checklist_line() == (CheckState.DONE, "Signed")
    assert await room.signing.sealing.seal_waiting() == 0


async def killed_at(room: Room, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """The console ends inside a sealing; then it is started anew."""
    await room.begin()
    await room.sign()

    def killed(*_: object) -> None:
        raise EvidenceError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr(where, killed)
        with pytest.raises(EvidenceError, match="killed here"):
            await room.signing.seal(room.calls.shown[-1].id)
    room.restart()


async def test_killed_before_it_is_an_exhibit_nothing_of_the_seal_is_kept_and_it_is_sealed_anew(
    room: Room, monkeypatch
) -> None:
    await killed_at(room, monkeypatch, "rvr_console.services.signing_steps.keep_step")
    assert (await room.now()).stage is Stage.SIGNED
    assert await room.world.store.run(lambda tx: tx.exhibits.of_consultation(room.case)) == []
    assert await room.signing.sealing.seal_waiting() == 1
    exhibits = await room.world.store.run(lambda tx: tx.exhibits.of_consultation(room.case))
    assert [one.evidence_id for one in exhibits] == [(await room.now()).evidence_id]


async def test_killed_behind_it_the_level_is_known_however_the_exhibit_is_described(
    room: Room, monkeypatch
) -> None:
    """Between the transaction and the sealed file's closing record, which recovery writes."""
    await killed_at(room, monkeypatch, "rvr_console.services.exhibit_intake.label_of")
    (exhibit,) = await room.world.store.run(lambda tx: tx.exhibits.of_consultation(room.case))
    await room.exhibits.exhibits.describe(exhibit.evidence_id, "Her statement, not PAdES B-LT")
    assert await room.signing.sealing.seal_waiting() == 0, "it is sealed"
    now = await room.signing.seal(room.calls.shown[-1].id)
    assert (now.stage, now.level, now.evidence_id) == (Stage.SEALED, "PAdES B-B", exhibit.evidence_id)
    assert now.sealed_sha256 == exhibit.content.sha256
    assert "no time stamp" in now.seal_words
    assert (await room.acts()).count(CustodyAct.STATEMENT_SEALED) == 1
    assert room.calls.ended == ["sealed"], "the page is told by whoever presses again"


async def test_who_may_not_sign_by_video_needs_a_sergeant(room: Room, monkeypatch) -> None:
    assert (await room.signing.gates.gate(room.case)).open
    assert len(load_signing_policy().rules) == 3
    monkeypatch.setattr("rvr_console.domain.signing_gate.GateRule.met", lambda *_: False)
    with pytest.raises(RefusedError, match="may not sign by video"):
        await room.begin()
    with pytest.raises(AccessDeniedError):
        await room.signing.gates.override_gate(room.case, "She is 19")
    room.world.act_as(SERGEANT)
    with pytest.raises(RefusedError):
        await room.signing.gates.override_gate(room.case, "  ")
    assert (await room.signing.gates.override_gate(room.case, "Her carer sits with her")).open
    room.world.act_as(OFFICER)
    assert (await room.begin()).stage is Stage.OFFERED
    entries = await room.world.log()
    decided = next(e for e in entries if e.act is CustodyAct.SIGNING_GATE_OVERRIDDEN)
    assert (decided.actor, decided.purpose) == (SERGEANT.collar, "Her carer sits with her")


async def test_a_sergeant_decides_at_the_officers_desk_who_stays_signed_in(room: Room, monkeypatch) -> None:
    monkeypatch.setattr("rvr_console.domain.signing_gate.GateRule.met", lambda *_: False)
    desk = DeskGate(room.signing.gates, room.world.sign_in)
    with pytest.raises(RefusedError, match="not right"):
        await desk.let_sign(room.case, SERGEANT.collar, "a guess", "Her carer sits with her")
    for person in (OTHER, OFFICER, OTHER_SERGEANT):
        with pytest.raises(AccessDeniedError):
            await desk.let_sign(room.case, person.collar, PASSWORD, "Her carer sits with her")
    with pytest.raises(RefusedError, match="reason"):
        await desk.let_sign(room.case, SERGEANT.collar, PASSWORD, " ")
    assert not (await room.signing.gates.gate(room.case)).open
    assert (await desk.let_sign(room.case, SERGEANT.collar, PASSWORD, "Her carer sits with her")).open
    assert room.world.session.user.collar == OFFICER.collar
    assert (await room.begin()).stage is Stage.OFFERED
    (decided,) = await room.world.logged(CustodyAct.SIGNING_GATE_OVERRIDDEN)
    assert (decided.actor, decided.purpose) == (SERGEANT.collar, "Her carer sits with her")
    denied = [one.actor for one in await room.world.logged(CustodyAct.ACCESS_DENIED)]
    assert denied == [OTHER.collar, OFFICER.collar, OTHER_SERGEANT.collar]
    known = [(one.actor, one.details) for one in await room.world.logged(CustodyAct.SIGNED_IN)]
    assert known.count((SERGEANT.collar, {"why": "one act"})) == 2
    assert not [one for one in await room.world.log() if PASSWORD in str(one)]


async def test_nothing_is_shown_without_a_call_and_acts_are_never_changed(room: Room) -> None:
    room.calls.open = False
    with pytest.raises(RefusedError, match="not open"):
        await room.begin()
    room.calls.open = True
    first = await room.begin()
    assert (await room.begin()).id == first.id, "asked twice, shown once"
    await room.says(signing.Shown("phone", room.digest))
    for table in ("signings", "signing_acts"):
        with pytest.raises(StorageError, match="never changed"):
            await room.world.store.run(
                lambda tx, table=table: tx._connection.execute(text(f"DELETE FROM {table}"))
            )


@pytest.mark.parametrize("untrusted", ["", "[]", '{"version": "1", "rules": []}', '{"version": "1", "rules": [{"id": "x"}]}',
    '{"version": "1", "rules": [{"id": "x", "label": "y", "answer": "a", "no_flag": "b"}]}', "[" * 5000])  # fmt: skip
def test_a_policy_that_is_wrong_is_refused(tmp_path, untrusted: str) -> None:
    (tmp_path / "signing.json").write_text(untrusted)
    with pytest.raises(UntrustedInputError):
        load_signing_policy(tmp_path / "signing.json")
