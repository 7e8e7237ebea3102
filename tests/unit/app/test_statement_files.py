"""Signed statements for the bundle: what is in the vault, or a plain error; the text and its frozen pages stay in the database."""

import io
import sys
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("services", "evidence")]

from desk_parts import DeskWorld
from evidence_parts import team_ring
from exhibit_world import ExhibitWorld
from pypdf import PdfReader
from test_signing_service import Room

from rvr_console.app.signing_parts import StatementFiles
from rvr_console.domain.signing import Stage
from rvr_console.errors import KnownError


@pytest.fixture
async def room(tmp_path):
    world = DeskWorld(tmp_path / "console.db")
    await world.fill()
    made = Room(world, ExhibitWorld(world, tmp_path))
    await made.frozen()
    await made.begin()
    await made.sign()
    yield made
    world.store.close()


def sealed_files(root: Path, evidence_id: str) -> list[Path]:
    return [
        path
        for path in root.rglob("*")
        if path.is_file() and evidence_id in str(path) and path.suffix != ".json"
    ]


def files_of(room: Room) -> StatementFiles:
    return StatementFiles(room.signing, room.exhibits.vault, team_ring())


async def test_the_sealed_bytes_with_what_the_statement_is_called(room: Room) -> None:
    assert await files_of(room)(room.case) == [], "signed is not sealed"
    sealed = await room.signing.seal(room.calls.shown[-1].id)
    (file,) = await files_of(room)(room.case)
    assert file.data == room.exhibits.read(sealed.evidence_id)
    assert file.title == "Witness statement of Hannah Cole, version 1, signed, PAdES B-B"
    assert file.name == "statement-1-version-1.pdf"


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


async def test_the_back_page_never_goes_into_the_bundle(room: Room) -> None:
    """What the witness said to the police alone: how to reach them, and when."""
    await room.signing.seal(room.calls.shown[-1].id)
    back = await room.statements.open_pdf(room.statement.id, 1, "To compare", back=True)
    contact, dates = "07700 900371", "04/01/2027"
    assert contact in text_of(back)
    assert dates in text_of(back)
    files = await files_of(room)(room.case)
    assert [file.name for file in files] == ["statement-1-version-1.pdf"]
    said = text_of(files[0].data)
    assert "The door was broken." in said
    assert contact not in said
    assert dates not in said
    assert not PdfReader(io.BytesIO(files[0].data)).attachments
    log = "".join(str(entry) for entry in await room.world.log())
    assert contact not in log, "the custody extract goes along"
    assert "2027" not in log


@pytest.mark.parametrize("how", ["removed by hand", "half written", "one byte changed"])
async def test_a_file_that_is_not_whole_is_told_and_the_text_is_still_there(
    room: Room, how: str, tmp_path: Path
) -> None:
    sealed = await room.signing.seal(room.calls.shown[-1].id)
    found = sealed_files(tmp_path, sealed.evidence_id)
    assert found
    path = max(found, key=lambda one: one.stat().st_size)
    data = bytearray(path.read_bytes())
    path.unlink()
    if how == "half written":
        path.write_bytes(data[: len(data) // 2])
    elif how == "one byte changed":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    with pytest.raises(KnownError) as told:
        await files_of(room)(room.case)
    assert told.value.what
    assert room.statement.id not in told.value.what
    (kept,) = await room.statements.of_consultation(room.case)
    assert kept.content.paragraphs
    pdf = await room.statements.open_pdf(kept.id, 1, "To check")
    assert pdf == room.calls.shown[-1].data
    assert (await room.now()).stage is Stage.SEALED
