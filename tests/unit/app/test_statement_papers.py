"""A statement's front and back in a folder: the frozen bytes, for one person's eyes, logged first; all of it or nothing."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "services"))

from desk_parts import DISCLOSURE, SERGEANT, DeskWorld
from test_statements_service import draft

from rvr_console.app.statement_papers import StatementPapers
from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import AccessDeniedError, RefusedError, StorageError


@pytest.fixture
async def frozen(tmp_path):
    """World, statements and a frozen statement; a sergeant of the team is signed in."""
    world = DeskWorld(tmp_path / "console.db")
    await world.fill()
    statements, first = await draft(world)
    await statements.freeze(first.id)
    world.act_as(SERGEANT)
    yield world, statements, first
    world.store.close()


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def papers(frozen, label: str = "TEST desk-07") -> StatementPapers:
    world, statements, _ = frozen
    return StatementPapers(world.desk, statements, label)


async def reads(frozen) -> list[tuple[str, str]]:
    log = await frozen[0].logged(CustodyAct.STATEMENT_READ)
    return [(entry.purpose, entry.details["back"]) for entry in log]


async def test_the_frozen_bytes_under_names_that_say_what_they_are(frozen, folder) -> None:
    _, statements, first = frozen
    names = await papers(frozen).save(first.id, 1, str(folder), "Charging file")
    assert await reads(frozen) == [("Charging file", "yes"), ("Charging file", "no")]
    stem = f"TEST-statement-155-{first.id[:8]}-version-1"
    assert names == [f"{stem}-front-unsigned.pdf", f"{stem}-back.pdf"]
    front, back = (folder / name for name in names)
    assert front.read_bytes() == await statements.open_pdf(first.id, 1, "To compare")
    assert back.read_bytes() == await statements.open_pdf(first.id, 1, "To compare", back=True)
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (front, back)} == {0o600}
    (real,) = {name.split("statement-")[0] for name in await papers(frozen, "desk-07").save(
        first.id, 1, str(folder), "Charging file"
    )}  # fmt: skip
    assert real == ""


async def test_a_name_that_is_taken_stays_as_it_is(frozen, folder) -> None:
    first = frozen[2]
    (taken,) = (await papers(frozen).save(first.id, 1, str(folder), "Once"))[1:]
    (folder / taken).write_bytes(b"somebody's own")
    again = await papers(frozen).save(first.id, 1, str(folder), "Twice")
    assert (folder / taken).read_bytes() == b"somebody's own"
    assert [name.split("version-")[1] for name in again] == ["1-1-front-unsigned.pdf", "1-1-back.pdf"]
    link = folder / again[0].replace("1-1-front", "1-2-front")
    link.symlink_to(folder / "elsewhere.pdf")  # led into by nobody: nothing is written through it
    third = await papers(frozen).save(first.id, 1, str(folder), "Thrice")
    assert "version-1-3-" in third[0]
    assert not (folder / "elsewhere.pdf").exists()


async def test_a_full_disk_leaves_neither_page_and_the_act_in_the_log(frozen, folder, monkeypatch) -> None:
    first, synced = frozen[2], []
    real = os.fsync

    def full_at_the_second(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr("rvr_console.app.new_files.os.fsync", full_at_the_second)
        with pytest.raises(StorageError, match="The statement could not be written: No space left") as told:
            await papers(frozen).save(first.id, 1, str(folder), "Charging file")
    assert told.value.kept == "The statement is stored as it was."
    assert list(folder.iterdir()) == []
    assert len(await reads(frozen)) == 2
    with pytest.raises(StorageError, match="could not be written"):
        await papers(frozen).save(first.id, 1, str(folder / "gone"), "Charging file")


async def test_who_may_not_have_the_back_page_gets_neither_and_no_purpose_gets_nothing(
    frozen, folder
) -> None:
    world, _, first = frozen
    with pytest.raises(RefusedError, match="purpose"):
        await papers(frozen).save(first.id, 1, str(folder), " ")
    await world.store.run(lambda tx: tx.consultations.assign(first.consultation_id, DISCLOSURE.collar))
    world.act_as(DISCLOSURE)
    with pytest.raises(AccessDeniedError):
        await papers(frozen).save(first.id, 1, str(folder), "Schedule")
    assert list(folder.iterdir()) == []
    assert await reads(frozen) == []
    assert (await world.logged(CustodyAct.ACCESS_DENIED))[-1].actor == DISCLOSURE.collar
