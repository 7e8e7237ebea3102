"""What could not be sealed at once: by itself while the console runs, told once, whatever was wrong. Real store, vault, pyHanko."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from desk_parts import OFFICER, SERGEANT, DeskWorld
from exhibit_world import ExhibitWorld
from test_signing_service import NAME, Room

from rvr_console.documents.document_key import DocumentKey
from rvr_console.documents.signing import PdfSealer
from rvr_console.domain import signing
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.sealed_document import SealedDocument, SealJob, Signature, SignatureKind
from rvr_console.domain.signing import Stage, VoidReason
from rvr_console.domain.strokes import MOST_POINTS, MOST_UNTRUSTED, checked, points
from rvr_console.errors import RefusedError, StorageError, UntrustedInputError
from rvr_console.evidence.document_identity import make_test_identity


@pytest.fixture
async def room(world: DeskWorld, tmp_path) -> Room:
    made = Room(world, ExhibitWorld(world, tmp_path))
    await made.frozen()
    await made.begin()
    return made


def faults(room: Room) -> list[str]:
    return [one.what for one in room.world.sink.of(Fault)]


async def test_while_the_console_runs_it_is_tried_again_and_told_once(room: Room) -> None:
    await room.sign()
    sealing = room.signing.sealing
    assert await sealing.seal_overdue() == 0, "just signed: the officer seals it"
    assert (await room.now()).trouble == ""
    room.sealer.why = "The desk's certificate for documents has expired."
    await room.signing.seal(room.calls.shown[-1].id)
    for _ in range(3):
        assert await sealing.seal_overdue() == 0
    assert faults(room).count(room.sealer.why) == 1
    assert (await room.acts()).count(CustodyAct.STATEMENT_NOT_SEALED) == 1
    room.sealer.why = ""
    assert await sealing.seal_overdue() == 1
    assert ((await room.now()).stage, (await room.now()).trouble) == (Stage.SEALED, "")
    assert room.calls.ended == ["sealed"]


async def test_a_sealer_that_seals_other_pages_seals_nothing(room: Room, monkeypatch) -> None:
    """A valid seal over pages that the person never saw: the file is no exhibit, the statement waits."""
    await room.sign()
    real = PdfSealer.seal

    def others(sealer: PdfSealer, job: SealJob) -> SealedDocument:
        made = real(sealer, job)
        return replace(made, data=made.data.replace(b"%PDF-1.7", b"%PDF-2.0", 1))

    monkeypatch.setattr(PdfSealer, "seal", others)
    waiting = await room.signing.seal(room.calls.shown[-1].id)
    assert (waiting.stage, waiting.evidence_id) == (Stage.SIGNED, "")
    assert "did not begin with the pages" in waiting.trouble
    assert "did not begin with the pages" in faults(room)[-1]
    assert await room.world.store.run(lambda tx: tx.exhibits.of_consultation(room.case)) == []
    monkeypatch.undo()
    assert await room.signing.sealing.seal_overdue() == 1


async def test_what_nobody_sealed_is_sealed_after_ten_minutes(room: Room) -> None:
    await room.sign()
    room.world.clock.forward(seconds=9 * 60)
    assert await room.signing.sealing.seal_overdue() == 0
    room.world.clock.forward(seconds=2 * 60)
    assert await room.signing.sealing.seal_overdue() == 1


async def test_killed_between_signature_and_seal_all_is_there_at_the_next_start(room: Room) -> None:
    await room.sign()
    room.restart()
    assert (await room.now()).signature == NAME
    await room.signing.resume(room.case)
    assert room.calls.shown[-1].stage == "signed"
    by_timer, by_hand = await asyncio.gather(
        room.signing.sealing.seal_waiting(), room.signing.seal(room.calls.shown[-1].id)
    )
    assert (by_timer, by_hand.stage) == (1, Stage.SEALED)
    exhibits = await room.world.store.run(lambda tx: tx.exhibits.of_consultation(room.case))
    assert [one.evidence_id for one in exhibits] == [by_hand.evidence_id], "both pressed at once: sealed once"


@pytest.mark.parametrize(
    ("days", "said"), [(365 * 40, "has expired, or the clock is wrong"), (-3, "behind the time")]
)
async def test_a_wrong_clock_or_an_expired_certificate_keeps_it_signed_and_says_so(
    room: Room, days: int, said: str
) -> None:
    await room.sign()
    right = room.world.clock.wall
    room.world.clock.wall = right + timedelta(days=days)
    waiting = await room.signing.seal(room.calls.shown[-1].id)
    assert waiting.stage is Stage.SIGNED
    assert said in waiting.trouble
    assert said in faults(room)[-1]
    room.world.clock.wall = right
    assert await room.signing.sealing.seal_overdue() == 1


async def test_without_a_certificate_it_waits_for_one(room: Room) -> None:
    await room.sign()
    good, room.sealer = room.sealer, PdfSealer(None, room.world.clock)
    room.restart()
    waiting = await room.signing.seal(room.calls.shown[-1].id)
    assert (waiting.stage, "has no certificate" in waiting.trouble) == (Stage.SIGNED, True)
    room.sealer = good
    room.restart()
    assert await room.signing.sealing.seal_overdue() == 1


async def test_a_broken_key_is_said_and_nothing_is_lost(room: Room) -> None:
    await room.sign()
    made = make_test_identity("TEST Force", "desk-07", room.world.clock.now())
    good = room.sealer
    room.sealer = PdfSealer(DocumentKey(made.label, b"no key", made.chain_pem), room.world.clock)
    room.restart()
    waiting = await room.signing.seal(room.calls.shown[-1].id)
    assert waiting.stage is Stage.SIGNED
    assert waiting.trouble
    room.sealer = good
    room.restart()
    assert await room.signing.sealing.seal_overdue() == 1


async def test_a_full_disk_keeps_it_signed_and_the_next_try_seals_it(room: Room, monkeypatch) -> None:
    await room.sign()
    real = room.exhibits.intake.keep

    async def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full.", kept="Nothing was written.")

    monkeypatch.setattr(room.exhibits.intake, "keep", full)
    with pytest.raises(StorageError, match="disk is full"):
        await room.signing.seal(room.calls.shown[-1].id)
    assert (await room.now()).stage is Stage.SIGNED
    assert await room.signing.sealing.seal_waiting() == 0
    monkeypatch.setattr(room.exhibits.intake, "keep", real)
    assert await room.signing.sealing.seal_waiting() == 1


async def test_a_drop_in_the_middle_of_the_transfer_offers_the_same_bytes_again(room: Room) -> None:
    first = room.calls.shown[-1]
    room.restart()
    await room.signing.resume(room.case)
    again = room.calls.shown[-1]
    assert (again.id, again.data, again.sha256, again.stage) == (
        first.id,
        first.data,
        first.sha256,
        "reading",
    )


async def test_a_drop_between_the_acts_repeats_and_never_skips_one(room: Room) -> None:
    ident = room.calls.shown[-1].id
    await room.says(signing.Signed("phone", room.digest, NAME))  # said before anything was read: not taken
    await room.says(signing.Accepted("phone", room.digest))
    assert (await room.now()).stage is Stage.OFFERED
    await room.read()
    await room.says(signing.Accepted("phone", room.digest))  # before the officer showed the declaration
    assert (await room.now()).stage is Stage.READ
    await room.signing.show_declaration(ident)
    for _ in range(2):
        await room.says(signing.Accepted("phone", room.digest))
    for _ in range(2):
        await room.says(signing.Signed("phone", room.digest, NAME))
    await room.says(signing.Signed("phone", room.digest, replace(NAME, name="Somebody Else")))
    assert (await room.now()).signature == NAME
    assert (await room.acts()).count(CustodyAct.SIGNED) == 1


async def test_no_strokes_one_dot_and_very_many_points(room: Room) -> None:
    await room.read()
    await room.signing.show_declaration(room.calls.shown[-1].id)
    await room.says(signing.Accepted("phone", room.digest))
    await room.says(signing.Signed("phone", room.digest, Signature(SignatureKind.DRAWN, "", (), 0)))
    assert (await room.now()).stage is Stage.DECLARED, "nothing drawn is no signature"
    with pytest.raises(RefusedError, match="dot"):
        checked([[[5, 5]]])
    with pytest.raises(UntrustedInputError, match="too large"):
        checked([[[place % 1000, 7] for place in range(MOST_UNTRUSTED + 1)]])
    line = [[place % 1000, place % 400] for place in range(100_000)]
    kept = checked([line])
    assert 100 < points(kept) <= MOST_POINTS
    many = Signature(SignatureKind.DRAWN, "", kept, 100_000)
    await room.says(signing.Signed("phone", room.digest, many))
    sealed = await room.signing.seal(room.calls.shown[-1].id)
    assert sealed.stage is Stage.SEALED
    assert len(room.exhibits.read(sealed.evidence_id)) < 400_000


async def test_altered_pages_are_void_and_cannot_be_sealed(room: Room) -> None:
    await room.says(signing.Shown("phone", "0" * 64))
    assert (await room.now()).void_reason is VoidReason.ALTERED
    with pytest.raises(RefusedError):
        await room.signing.seal(room.calls.shown[-1].id)


async def test_a_gate_that_closes_while_the_pages_are_read_shows_no_declaration(
    room: Room, monkeypatch
) -> None:
    """CAD adds a flag meanwhile: the pages stay, and a sergeant can still decide."""
    await room.read()
    ident = room.calls.shown[-1].id
    monkeypatch.setattr("rvr_console.domain.signing_gate.GateRule.met", lambda *_: False)
    with pytest.raises(RefusedError, match="may not sign by video"):
        await room.signing.show_declaration(ident)
    assert (await room.now()).stage is Stage.READ
    room.world.act_as(SERGEANT)
    await room.signing.gates.override_gate(room.case, "Her carer sits with her")
    room.world.act_as(OFFICER)
    assert (await room.signing.show_declaration(ident)).asked_at is not None
