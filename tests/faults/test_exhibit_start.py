"""What the console does at start with exhibits that a crash left: completed, stated once, listed again, never silent."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "services"))

from desk_parts import DeskWorld
from evidence_parts import SeededDesk, StillClock, recipients
from exhibit_parts import ORIGIN, seal_whole, team_ring
from exhibit_world import ExhibitWorld

from rvr_console.app.start_recovery import recover_exhibits
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import ExhibitState
from rvr_console.errors import StorageError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.system.clock import SystemRandomness

JPEG = b"\xff\xd8\xff\xe0" + bytes(3_000_000) + b"\xff\xd9"


@pytest.fixture
async def parts(tmp_path: Path):
    world = DeskWorld(tmp_path / "console.db")
    await world.fill()
    yield ExhibitWorld(world, tmp_path)
    world.store.close()


async def start_again(parts: ExhibitWorld, folder: Path) -> ExhibitWorld:
    """As a console that was killed and started again: the files are nobody's any more."""
    after = ExhibitWorld(parts.world, folder)
    parts.world.sink.seen.clear()
    await recover_exhibits(after.vault, team_ring(), after.exhibits, parts.world.sink)
    return after


async def test_an_upload_that_broke_off_is_stated_once_and_comes_again(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    writer = await parts.intake.begin(parts.facts(call.id))
    writer.write(JPEG[: 1 << 20])
    writer.write(JPEG[1 << 20 : 2 << 20])
    writer._opened._writer.abandon()
    after = await start_again(parts, tmp_path)
    (told,) = parts.world.sink.of(Fault)
    assert "incomplete: 2,097,152 bytes" in told.what
    (entry,) = await parts.world.logged(CustodyAct.EXHIBIT_BROKEN_OFF)
    assert (entry.details["consultation"], entry.details["original_name"]) == (call.id, "door.jpg")
    await start_again(parts, tmp_path)
    assert parts.world.sink.of(Fault) == []
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_BROKEN_OFF)) == 1
    exhibit = await after.bring(after.facts(call.id), JPEG)  # the same upload, from its first byte
    assert str(exhibit.reference) == "HC/1"
    assert after.read(exhibit.evidence_id) == JPEG


async def test_killed_between_entry_and_seal_it_is_an_exhibit(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    writer = await parts.intake.begin(parts.facts(call.id))
    writer.write(JPEG)

    def cut(_label: object) -> None:
        raise StorageError("the power is gone")

    writer._opened.seal = cut
    with pytest.raises(StorageError):
        await writer.finish(parts.received(JPEG))
    writer._opened._writer.abandon()
    after = await start_again(parts, tmp_path)
    assert parts.world.sink.of(Fault) == []
    (exhibit,) = await after.exhibits.of_consultation(call.id)
    assert exhibit.state is ExhibitState.RECOVERED
    assert after.read(exhibit.evidence_id) == JPEG
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_RECOVERED)) == 1


async def test_a_torn_header_is_logged_once_and_told_each_time(parts: ExhibitWorld, tmp_path) -> None:
    torn = parts.vault.folder / "0b5c2c1e-0000-4000-8000-000000000001_0001.rvrc"
    torn.write_bytes(b"\x89RVR-EC1\r\n")
    for _ in range(2):
        await start_again(parts, tmp_path)
        (told,) = parts.world.sink.of(Fault)
        assert "cannot be read" in told.what
        assert len(await parts.world.logged(CustodyAct.EXHIBIT_BROKEN_OFF)) == 1
    assert torn.read_bytes() == b"\x89RVR-EC1\r\n"


async def test_with_an_older_database_exhibits_are_listed_again(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    kept = await parts.bring(parts.facts(call.id), JPEG)

    def forget(tx) -> None:
        from sqlalchemy import text

        for table in ("exhibit_changes", "exhibits"):
            tx._connection.execute(text(f"DROP TRIGGER {table}_no_DELETE"))
            tx._connection.execute(text(f"DELETE FROM {table}"))

    await parts.world.store.run(forget)
    after = await start_again(parts, tmp_path)
    (told,) = parts.world.sink.of(Fault)
    assert "HC/1 was in the vault, but not in the database" in told.what
    (exhibit,) = await after.exhibits.of_consultation(call.id)
    assert (exhibit.reference, exhibit.content, exhibit.origin) == (kept.reference, kept.content, kept.origin)
    assert (exhibit.state, exhibit.head) == (ExhibitState.SEALED, kept.head)
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_LISTED_AGAIN)) == 1
    await start_again(parts, tmp_path)
    assert parts.world.sink.of(Fault) == []


async def test_nothing_left_nothing_said(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    await parts.bring(parts.facts(call.id), JPEG)
    gone = await parts.intake.begin(parts.facts(call.id, "b1"))
    gone.write(b"half")
    await gone.abandon("withdrawn by the person")
    before = await parts.world.log()
    await start_again(parts, tmp_path)
    assert parts.world.sink.of(Fault) == []
    assert await parts.world.log() == before


async def planted(parts: ExhibitWorld, call_id: str, desk: SeededDesk) -> None:
    """Sealed by somebody who has the public keys and writes to the folder: nothing of it is secret."""
    vault = ExhibitVault(
        parts.vault.folder, parts.disk, StillClock(), SystemRandomness(), desk, recipients(), keep_free=0
    )
    origin = replace(ORIGIN, consultation_id=call_id, upload_id="ef" * 16, moment=None)
    seal_whole(vault, b"never sent by anybody", origin)


async def test_what_a_stranger_sealed_is_never_taken_for_an_exhibit(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    await planted(parts, call.id, SeededDesk(9))
    for _ in range(2):
        after = await start_again(parts, tmp_path)
        assert await after.exhibits.of_consultation(call.id) == []
        (told,) = parts.world.sink.of(Fault)
        assert "signed by a stranger" in told.what
    assert await parts.world.logged(CustodyAct.EXHIBIT_LISTED_AGAIN) == []


@pytest.mark.parametrize("upload", ["a1", ""], ids=["a file that was sent", "a still"])
async def test_a_second_name_for_a_sealed_file_makes_no_second_exhibit(
    parts: ExhibitWorld, tmp_path, upload: str
) -> None:
    call = await parts.world.in_call()
    if upload:
        kept = await parts.bring(parts.facts(call.id, upload), JPEG)
    else:
        origin = replace(ORIGIN, consultation_id=call.id, upload_id="", moment=None)
        kept = await parts.intake.keep(origin, JPEG)
    path = parts.vault.path_of(kept.evidence_id)
    shutil.copy(path, path.with_name("0b5c2c1e-0000-4000-8000-000000000009_0001.rvrc"))
    after = await start_again(parts, tmp_path)
    (exhibit,) = await after.exhibits.of_consultation(call.id)
    assert exhibit.evidence_id == kept.evidence_id
    (told,) = parts.world.sink.of(Fault)
    assert "under the name of another" in told.what
    assert await parts.world.logged(CustodyAct.EXHIBIT_LISTED_AGAIN) == []
