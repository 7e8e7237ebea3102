"""The signing against who would have something else sealed: other files, other hands, a child, a text corrected meanwhile, a store that was changed."""

import io
from dataclasses import replace

import pytest
from desk_parts import MIDDLE, OFFICER, OLDEST, DeskWorld, incident
from exhibit_world import ExhibitWorld
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import text
from test_signing_service import NAME, Room
from test_statements_service import FULL

from rvr_console.domain import signing
from rvr_console.domain.events import Fault
from rvr_console.domain.sealed_document import begins_with_shown
from rvr_console.domain.signing import Stage
from rvr_console.domain.signing_gate import GatePolicy, GateRule
from rvr_console.domain.statement_content import Interpreting, ReadOver, Witness
from rvr_console.errors import RefusedError


@pytest.fixture
async def room(world: DeskWorld, tmp_path) -> Room:
    made = Room(world, ExhibitWorld(world, tmp_path))
    await made.frozen()
    return made


async def test_a_signature_that_was_exchanged_in_the_store_is_not_sealed(room: Room) -> None:
    await room.begin()
    await room.sign()

    def exchanged(tx) -> None:
        tx._connection.execute(text("DROP TRIGGER signing_acts_no_UPDATE"))
        other = "UPDATE signing_acts SET value = replace(value, 'Hannah Cole', 'Somebody Else') WHERE act = 'signed'"
        tx._connection.execute(text(other))

    await room.world.store.run(exchanged)
    waiting = await room.signing.seal(room.calls.shown[-1].id)
    assert (waiting.stage, "not the one that the custody log knows" in waiting.trouble) == (
        Stage.SIGNED,
        True,
    )
    assert await room.signing.sealing.seal_waiting() == 0


async def test_a_signature_that_somebody_put_into_the_store_is_not_sealed_and_is_told(room: Room) -> None:
    """By who holds the desk's keys: the next start would seal it by itself."""
    ceremony = await room.begin()
    digest, at = ceremony.sha256, room.world.clock.now()
    acts = [
        signing.Shown("phone", digest),
        *(signing.Read("phone", page, 1.0, 9.0) for page in range(len(ceremony.pages))),
        signing.AskDeclaration(),
        signing.Accepted("phone", digest),
        signing.Signed("phone", digest, NAME),
    ]

    def put_in(tx) -> None:
        for act in acts:
            tx.signings.add_act(ceremony.id, act, at, OFFICER.collar, None)

    await room.world.store.run(put_in)
    room.restart()
    assert await room.signing.sealing.seal_waiting() == 0
    now = await room.now()
    assert (now.stage, now.trouble) == (
        Stage.SIGNED,
        "The custody log knows of no signature under these pages.",
    )
    assert now.trouble in [fault.what for fault in room.world.sink.of(Fault)]
    assert await room.world.store.run(lambda tx: tx.exhibits.of_consultation(room.case)) == []


async def test_a_file_sent_under_the_ceremonys_number_never_passes_for_the_sealed_statement(
    room: Room,
) -> None:
    ceremony = await room.begin()
    await room.exhibits.bring(
        room.exhibits.facts(room.case, ceremony.id, untrusted_name="statement.pdf"),
        b"%PDF-1.7 not what was shown",
    )
    await room.sign()
    sealed = await room.signing.seal(ceremony.id)
    assert sealed.stage is Stage.SEALED
    data = room.exhibits.read(sealed.evidence_id)
    assert begins_with_shown(data, ceremony.size, ceremony.sha256)


async def test_the_interpreters_and_another_readers_box_are_not_signed_by_anybody_else(
    world: DeskWorld, tmp_path
) -> None:
    room = Room(world, ExhibitWorld(world, tmp_path))
    read_over, by = ReadOver(needed=True, reader="Sarah Cole"), Interpreting("Anna Kowalska", "Polish")
    await room.frozen(replace(FULL, read_over=read_over, interpreting=by))
    await room.begin()
    await room.sign()
    sealed = await room.signing.seal(room.calls.shown[-1].id)
    data = room.exhibits.read(sealed.evidence_id)
    roles = {
        str(one.get_object()["/NM"]).rpartition("_")[0]
        for page in PdfFileReader(io.BytesIO(data)).root["/Pages"]["/Kids"]
        for one in page.get_object().get("/Annots", ())
        if one.get_object()["/Subtype"] == "/Stamp"
    }
    assert roles == {"declaration", "witness", "witnessed_by", "read_over"}
    assert "Not signed here: the box of the reader and of the interpreter." in sealed.seal_words


async def test_a_statement_that_says_its_witness_is_a_child_closes_the_gate(
    world: DeskWorld, tmp_path
) -> None:
    rules = (GateRule("over_18", "Over 18", answer="over_18"),)
    room = Room(world, ExhibitWorld(world, tmp_path), GatePolicy("test", rules))
    adult = incident(OLDEST, 5, suitability={"over_18": True}, version=2)
    await world.dispatch.refresh_from_cad([adult, incident(MIDDLE, 3)])
    await room.frozen(replace(FULL, witness=Witness("Tom Cole", "Pupil", over_18=False, age=15)))
    assert not (await room.signing.gates.gate(room.case)).open
    with pytest.raises(RefusedError, match="Not met: Over 18"):
        await room.begin()


async def test_a_text_whose_pages_are_being_read_is_not_corrected_behind_them(room: Room) -> None:
    """Else the person could sign pages that wait for nobody, and the next version could not be shown."""
    ceremony = await room.begin()
    await room.read()
    with pytest.raises(RefusedError, match="being shown"):
        await room.statements.correct(room.statement.id, "The door was blue")
    await room.signing.stop(ceremony.id)
    await room.statements.correct(room.statement.id, "The door was blue")
    await room.statements.freeze(room.statement.id)
    again = await room.signing.begin(room.statement.id, 2)
    assert (again.version, again.stage) == (2, Stage.OFFERED)
