"""Any sequence of acts from the first word typed to the seal, with the real services, store and vault: nothing typed is lost, no version
changes, and nothing is signed or sealed that the person did not see, read to its end and declare on the very phone they signed on."""

import asyncio
import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from desk_parts import OFFICER, OTHER, SERGEANT
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from signing_machine_parts import MachineRoom, altered
from test_statement_machine import WRITTEN

from rvr_console.domain import signing
from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.sealed_document import Signature, SignatureKind, begins_with_shown
from rvr_console.domain.signing import Ceremony, Stage
from rvr_console.domain.statement import StatementState
from rvr_console.errors import AccessDeniedError, EvidenceError, RefusedError, RvrError, StorageError
from rvr_console.services.desk import Work
from rvr_console.storage.signing_repository import SqlSignings

NAMES = {
    device: Signature(SignatureKind.TYPED, name)
    for device, name in (("phone", "Hannah Cole"), ("tablet", "H. Cole"))
}
DEVICES = st.sampled_from(["phone", "phone", "tablet"])
WHICH = st.sampled_from([0, 0, 0, 1])
PARAGRAPHS = st.lists(
    st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=8),
    min_size=1,
    max_size=5,
)


class SigningLife(RuleBasedStateMachine):
    """Beside the product stand the phones, which know what was really on their screens, and a book of what was typed and frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.room = MachineRoom(Path(self.folder.name))
        self.typed: list[list[tuple[str, ...]]] = [[], []]
        self.frozen: list[list[tuple[str, tuple[str, ...]]]] = [[], []]
        self.told: set[tuple[str, str]] = set()
        self.vulnerable = self.overridden = False
        self.opened: set[str] = set()

    def run(self, act):
        self.room.world.clock.forward(seconds=1)
        return self.loop.run_until_complete(act)

    def tried(self, act) -> bool:
        """False when it was refused."""
        try:
            self.run(act)
        except (RefusedError, EvidenceError):
            return False
        return True

    @initialize(steps=st.integers(2, 6))
    def begin(self, steps: int) -> None:
        """Somewhere on the way already, so that a short run comes to the end too."""
        self.run(self.room.open())
        self.type_text(0, ["I live alone.", "The door was broken.", "Nobody was there."])
        self.freeze(0)
        self.go_on("phone", steps)

    # --- what is stored ---
    def statement(self, which: int):
        return self.run(self.room.world.store.run(lambda tx: tx.statements.get(self.room.ids[which])))

    def ceremonies(self) -> list[Ceremony]:
        return self.run(self.room.world.store.run(lambda tx: tx.signings.of_consultation(self.room.case)))

    def one(self, place: int) -> Ceremony | None:
        """The newest mostly; sometimes one that ended long ago."""
        found = self.ceremonies()
        return found[-1 - place % len(found)] if found else None

    # --- the text ---
    @rule(which=WHICH, paragraphs=PARAGRAPHS)
    def type_text(self, which: int, paragraphs: list[str]) -> None:
        was, new = self.statement(which), tuple(paragraphs)
        stored = self.tried(self.room.statements.save(self.room.ids[which], replace(WRITTEN, paragraphs=new)))
        assert stored is (was.state is StatementState.DRAFT or was.content.paragraphs == new)
        if stored:
            self.typed[which].append(new)

    @rule(which=WHICH)
    def freeze(self, which: int) -> None:
        was = self.statement(which)
        if self.tried(self.room.statements.freeze(self.room.ids[which])):
            assert was.state is StatementState.DRAFT
            self.frozen[which].append((self.statement(which).versions[-1].sha256, was.content.paragraphs))

    @rule(which=WHICH, reason=st.sampled_from(["Wrong day.", "Wrong day.", " "]))
    def correct(self, which: int, reason: str) -> None:
        before = self.ceremonies()
        if self.tried(self.room.statements.correct(self.room.ids[which], reason)):
            assert reason.strip()
            shown = [one for one in before if one.statement_id == self.room.ids[which]]
            assert not any(one.stage in signing.OPEN and not one.past(Stage.SIGNED) for one in shown)

    @rule(which=WHICH, words=st.sampled_from(["The door was blue.", "It was Monday."]))
    def correct_and_freeze(self, which: int, words: str) -> None:
        self.correct(which, "Wrong.")
        self.type_text(which, [words])
        self.freeze(which)

    # --- the officer and the sergeant ---
    @rule(which=WHICH, back=st.sampled_from([0, 0, 0, 1]))
    def offer(self, which: int, back: int) -> None:
        number = len(self.frozen[which]) - back
        if self.tried(self.room.signing.begin(self.room.ids[which], number)):
            assert not self.vulnerable or self.overridden, "the gate was closed"
            assert self.ceremonies()[-1].version == len(self.frozen[which])

    @rule(place=st.sampled_from([0, 0, 0, 1, 2]))
    def ask_declaration(self, place: int) -> None:
        one = self.one(place)
        if one and self.tried(self.room.signing.show_declaration(one.id)):
            self.told.add((one.id, one.device))

    @rule(place=st.sampled_from([0, 0, 0, 1, 2]), rare=st.integers(0, 3))
    def stop(self, place: int, rare: int) -> None:
        one = self.one(place)
        if one and not rare and self.tried(self.room.signing.stop(one.id)):
            assert not one.past(Stage.SIGNED)

    @rule(vulnerable=st.booleans())
    def cad_says(self, vulnerable: bool) -> None:
        self.run(self.room.flag(vulnerable=vulnerable))
        self.vulnerable = vulnerable

    @rule(
        user=st.sampled_from([OFFICER, OTHER, SERGEANT]), reason=st.sampled_from(["Her carer is there.", ""])
    )
    def override(self, user, reason: str) -> None:
        self.room.world.act_as(user)
        try:
            self.run(self.room.signing.gates.override_gate(self.room.case, reason))
        except (AccessDeniedError, RefusedError):
            assert user is not SERGEANT or not reason
        else:
            assert (user, bool(reason)) == (SERGEANT, True)
            self.overridden = True
        finally:
            self.room.world.act_as(OFFICER)

    @rule(which=WHICH)
    def another_officer_tries(self, which: int) -> None:
        self.room.world.act_as(OTHER)
        try:
            for act in (
                self.room.signing.begin(self.room.ids[which], 1),
                self.room.statements.correct(self.room.ids[which], "Mine now."),
            ):
                with pytest.raises(AccessDeniedError):
                    self.run(act)
        finally:
            self.room.world.act_as(OFFICER)

    # --- the phones ---
    def says(self, ceremony: str, act: signing.PageAct) -> None:
        self.run(self.room.say(ceremony, act))

    @rule(device=DEVICES, on_the_way=st.sampled_from([False] * 9 + [True]))
    def render(self, device: str, on_the_way: bool) -> None:
        """What was offered last comes to this phone, whole or altered; it says the hash of what it has."""
        if not self.room.calls.shown:
            return
        shown, phone = self.room.calls.shown[-1], self.room.phones[device]
        data = altered(shown.data) if on_the_way else shown.data
        before = self.one_of(shown.id)
        if before.past(Stage.SIGNED):  # what was on the screen for the signature stays what it was
            self.says(shown.id, signing.Shown(device, hashlib.sha256(data).hexdigest()))
            return
        phone.render(shown.id, data)
        if before.device != device:
            phone.seen.pop(shown.id, None)
            phone.accepted.discard(shown.id)
            self.told.discard((shown.id, device))
        self.says(shown.id, signing.Shown(device, phone.hash(shown.id)))

    def one_of(self, ceremony: str) -> Ceremony:
        return next(one for one in self.ceremonies() if one.id == ceremony)

    @rule(
        device=DEVICES,
        place=st.sampled_from([0, 0, 0, 1]),
        page=st.integers(0, 3),
        part=st.sampled_from([0.4, 1.0]),
    )
    def read(self, device: str, place: int, page: int, part: float) -> None:
        one = self.one(place)
        if one is None:
            return
        if part == 1.0 and one.id in self.room.phones[device].rendered:
            self.room.phones[device].seen.setdefault(one.id, set()).add(page)
        self.says(one.id, signing.Read(device, page, part, 3.0))

    @rule(device=DEVICES, place=st.sampled_from([0, 0, 0, 1]))
    def accept(self, device: str, place: int) -> None:
        one = self.one(place)
        if one is None:
            return
        phone = self.room.phones[device]
        if (one.id, device) in self.told:
            phone.accepted.add(one.id)
        self.says(one.id, signing.Accepted(device, phone.hash(one.id)))

    @rule(device=DEVICES, place=st.sampled_from([0, 0, 0, 1]))
    def sign(self, device: str, place: int) -> None:
        one = self.one(place)
        if one:
            digest = self.room.phones[device].hash(one.id)
            self.says(one.id, signing.Signed(device, digest, NAMES[device]))

    @rule(device=DEVICES, rare=st.integers(0, 4))
    def wish_change(self, device: str, rare: int) -> None:
        one = self.one(0)
        if one and not rare:
            self.says(one.id, signing.ChangeWanted(device, "It was Tuesday."))

    @rule(device=DEVICES, steps=st.sampled_from([1, 2, 3, 4, 5, 5, 6, 6, 6]))
    def go_on(self, device: str, steps: int) -> None:
        """The honest way, so that the end is reached too: show, read all, declare, accept, sign, seal."""
        if not any(one.stage in signing.OPEN for one in self.ceremonies()):
            if self.statement(0).state is StatementState.SIGNED:
                self.correct_and_freeze(0, "It was not locked.")
            self.offer(0, 0)
        one = self.one(0)
        if one is None:
            return
        ways = (
            lambda: self.render(device, False),
            lambda: [self.read(device, 0, page, 1.0) for page in range(len(one.pages))],
            lambda: self.ask_declaration(0),
            lambda: self.accept(device, 0),
            lambda: self.sign(device, 0),
            lambda: self.seal(0, "well"),
        )
        for way in ways[:steps]:
            way()

    # --- sealing, and what breaks ---
    @rule(place=st.sampled_from([0, 0, 1]), mood=st.sampled_from(["well", "well", "cannot", "other pages"]))
    def seal(self, place: int, mood: str) -> None:
        one = self.one(place)
        if one is None:
            return
        self.room.sealer.mood = mood
        sealed = self.tried(self.room.signing.seal(one.id)) and self.one_of(one.id).stage is Stage.SEALED
        assert not sealed or mood == "well" or one.stage is Stage.SEALED
        self.room.sealer.mood = "well"

    @rule()
    def restart(self) -> None:
        self.room.restart()
        self.run(self.room.signing.resume(self.room.case))

    @rule()
    def start_seals_what_waits(self) -> None:
        self.room.restart()
        waiting = sum(one.stage is Stage.SIGNED for one in self.ceremonies())
        assert self.run(self.room.signing.sealing.seal_waiting()) == waiting

    @rule(
        what=st.sampled_from(["go_on", "seal", "correct", "freeze", "offer"]),
        at=st.sampled_from(["log", "act"]),
    )
    def dies_in_the_middle(self, what: str, at: str) -> None:
        """The store fails within the act: nothing of it is there afterwards, and the custody log says nothing of it."""
        one, before = self.one(0), self.everything()
        acts = {
            "go_on": lambda: one and self.says(one.id, signing.Shown("tablet", one.sha256)),
            "seal": lambda: one and self.run(self.room.signing.seal(one.id)),
            "correct": lambda: self.run(self.room.statements.correct(self.room.ids[0], "Wrong.")),
            "freeze": lambda: self.run(self.room.statements.freeze(self.room.ids[0])),
            "offer": lambda: self.run(self.room.signing.begin(self.room.ids[0], len(self.frozen[0]))),
        }

        def dies(*_args, **_more):
            raise OSError("power")

        target, name = (Work, "log") if at == "log" else (SqlSignings, "add_act")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(target, name, dies)
            try:
                acts[what]()
            except StorageError:
                assert self.everything() == before
            except RvrError:
                pass
            else:
                if at == "act" and what in {"correct", "freeze", "offer"}:
                    self.note_what_was_done(what)
        self.room.restart()

    def note_what_was_done(self, what: str) -> None:
        if what == "freeze":
            version = self.statement(0).versions[-1]
            self.frozen[0].append((version.sha256, version.content.paragraphs))
        elif what == "offer":
            assert not self.vulnerable or self.overridden

    def everything(self) -> tuple[object, ...]:
        entries = self.run(self.room.world.store.run(lambda tx: len(tx.custody.all())))
        return self.statement(0), self.statement(1), self.ceremonies(), entries

    # --- what always holds ---
    @invariant()
    def nothing_is_lost_and_nothing_unseen_is_signed(self) -> None:
        if not hasattr(self.room, "ids"):
            return

        def read(tx):
            of = tx.statements
            saves = [[one.content.paragraphs for one in of.saves(i)] for i in self.room.ids]
            found = [of.get(i) for i in self.room.ids]
            return found, saves, tx.signings.of_consultation(self.room.case), tx.custody.all()

        statements, saves, ceremonies, log = self.run(self.room.world.store.run(read))
        signed = [one for one in ceremonies if one.past(Stage.SIGNED)]
        for which, now in enumerate(statements):
            assert all(one in saves[which] for one in self.typed[which]), "typed words are lost"
            assert [(one.sha256, one.content.paragraphs) for one in now.versions] == self.frozen[which]
            mine = [one.version for one in signed if one.statement_id == now.id]
            assert list(now.signed) == mine, "half signed, or signed twice"
        for one in ceremonies:
            if one.past(Stage.SIGNED):
                self.check_seen(one)
            else:
                assert (one.signature, one.evidence_id, one.sealed_sha256) == (None, "", ""), "half signed"
        self.check_log(log, signed)

    def check_seen(self, one: Ceremony) -> None:
        phone, which = self.room.phones[one.device], self.room.ids.index(one.statement_id)
        text = "\n".join(self.frozen[which][one.version - 1][1]).encode()
        assert phone.rendered[one.id] == text, "not the pages that were on the screen"
        assert phone.seen[one.id] >= set(range(len(one.pages))), "a page was not read there"
        assert one.id in phone.accepted, "the declaration was not shown or not accepted there"
        assert one.signature == NAMES[one.device]
        if one.stage is Stage.SEALED and one.id not in self.opened:
            self.opened.add(one.id)
            data = self.room.exhibits.read(one.evidence_id)
            assert begins_with_shown(data, len(text), one.sha256)
            assert data == text + NAMES[one.device].digest.encode()

    @staticmethod
    def check_log(log: list[CustodyEntry], signed: list[Ceremony]) -> None:
        """The custody log binds the pages, the phone, the signature and the place in the recording of each; and seals once."""
        entries = [one for one in log if one.act is CustodyAct.SIGNED]
        wanted = [
            (
                one.id,
                one.sha256,
                one.device,
                NAMES[one.device].digest,
                str(one.moments[Stage.SIGNED].offset_us),
            )
            for one in signed
        ]
        keys = ("signing", "shown_sha256", "device", "signature_sha256", "offset_us")
        assert [tuple(entry.details[key] for key in keys) for entry in entries] == wanted
        sealed = [entry.details["signing"] for entry in log if entry.act is CustodyAct.STATEMENT_SEALED]
        assert sorted(sealed) == sorted(one.id for one in signed if one.stage is Stage.SEALED)

    def teardown(self) -> None:
        self.room.world.store.close()
        self.loop.close()
        self.folder.cleanup()


QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))
# The same lives in every quick run, and none made shorter: making it shorter takes longer than a test may. The sweep draws new ones.
SigningLife.TestCase.settings = settings(
    QUIET, max_examples=3, stateful_step_count=14, derandomize=True, phases=(Phase.generate,)
)
TestSigningLife = SigningLife.TestCase


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_many_lives_of_a_statement() -> None:
    run_state_machine_as_test(SigningLife, settings=settings(QUIET, max_examples=60, stateful_step_count=50))
