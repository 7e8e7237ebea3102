"""Looking at exhibits: nothing is shown without its entry in the log, distressing material only with a purpose, copies compared."""

import errno
import os
from pathlib import Path
from typing import cast

import pytest
from desk_parts import DISCLOSURE, OFFICER, OTHER, SERGEANT, DeskWorld
from exhibit_parts import team_ring
from exhibit_world import ExhibitWorld

from rvr_console.app.exhibit_copy import ExhibitCopies
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import Exhibit, Inspection, Preview
from rvr_console.domain.film import OpenFilm
from rvr_console.errors import AccessDeniedError, EvidenceError, RefusedError, StorageError
from rvr_console.services.exhibit_views import DISTRESSING, SMALL_PURPOSE, ExhibitViews

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"


class OneLook:
    """An inspector that counts."""

    def __init__(self) -> None:
        self.looked: list[tuple[str, int, float]] = []
        self.answer = Inspection("", {"camera": "Acme"}, Preview(1, 1, b"\1\2\3\4"))
        self.fails: Exception | None = None

    def warm(self) -> None:
        self.looked.append(("warm", 0, 0.0))

    def play(self, exhibit: Exhibit) -> OpenFilm:
        self.looked.append((exhibit.evidence_id, -1, 0.0))
        return cast("OpenFilm", self)

    async def inspect(self, exhibit: Exhibit, max_side: int, at_seconds: float = 0.0) -> Inspection:
        if self.fails is not None:
            raise self.fails
        self.looked.append((exhibit.evidence_id, max_side, at_seconds))
        return self.answer


class ViewWorld(ExhibitWorld):
    def __init__(self, world: DeskWorld, folder: Path) -> None:
        super().__init__(world, folder)
        self.inspector = OneLook()
        self.copies = ExhibitCopies(self.vault, team_ring(), folder / "own")
        self.views = ExhibitViews(world.desk, self.exhibits, self.inspector, self.copies)

    async def viewed(self) -> list[tuple[str, str]]:
        return [(e.actor, e.purpose) for e in await self.world.logged(CustodyAct.EXHIBIT_VIEWED)]


@pytest.fixture
async def parts(world: DeskWorld, tmp_path: Path) -> ViewWorld:
    return ViewWorld(world, tmp_path)


@pytest.fixture
async def exhibit(parts: ViewWorld) -> Exhibit:
    call = await parts.world.in_call()
    return await parts.bring(parts.facts(call.id), JPEG)


async def test_facts_are_read_once_it_is_sealed(parts: ViewWorld, exhibit: Exhibit) -> None:
    await parts.views.inspect_new(exhibit)
    assert (await parts.exhibits.get(exhibit.evidence_id)).facts == {"camera": "Acme"}
    (entry,) = await parts.world.logged(CustodyAct.EXHIBIT_INSPECTED)
    assert (entry.actor, entry.details["words"]) == ("console", "A preview was made.")
    await parts.views.thumbnail(exhibit.evidence_id)
    assert len(parts.inspector.looked) == 1  # it is in memory


async def test_a_damaged_file_is_told_and_costs_nothing_else(parts: ViewWorld, exhibit: Exhibit) -> None:
    parts.inspector.fails = EvidenceError("The sealed file of HC/1 holds 3 of 206 bytes.")
    await parts.views.inspect_new(exhibit)
    (fault,) = parts.world.sink.of(Fault)
    assert "HC/1" in fault.what
    with pytest.raises(EvidenceError):
        await parts.views.view(exhibit.evidence_id, "review")
    assert await parts.viewed() == [(OFFICER.collar, "review")]  # the attempt is logged


async def test_thumbnails_are_logged_once_a_person(parts: ViewWorld, exhibit: Exhibit) -> None:
    for _ in range(3):
        assert (await parts.views.thumbnail(exhibit.evidence_id)).preview is not None
    parts.world.act_as(SERGEANT)
    await parts.views.thumbnail(exhibit.evidence_id)
    assert await parts.viewed() == [(OFFICER.collar, SMALL_PURPOSE), (SERGEANT.collar, SMALL_PURPOSE)]
    for user in (OTHER, DISCLOSURE):
        parts.world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await parts.views.thumbnail(exhibit.evidence_id)
    parts.world.act_as(None)
    with pytest.raises(AccessDeniedError):
        await parts.views.thumbnail(exhibit.evidence_id)


async def test_distressing_material_opens_with_a_purpose_only(parts: ViewWorld, exhibit: Exhibit) -> None:
    await parts.views.thumbnail(exhibit.evidence_id)
    await parts.exhibits.mark_distressing(exhibit.evidence_id, on=True)
    hidden = await parts.views.thumbnail(exhibit.evidence_id)
    assert (hidden.words, hidden.preview) == (DISTRESSING, None)
    with pytest.raises(RefusedError):
        await parts.views.view(exhibit.evidence_id, " ")
    seen = await parts.views.view(exhibit.evidence_id, "injury grading", at_seconds=2.5)
    assert seen.inspection.preview is not None
    assert parts.inspector.looked[-1] == (exhibit.evidence_id, 2048, 2.5)
    assert (await parts.viewed())[-1] == (OFFICER.collar, "injury grading")


async def test_a_film_is_played_only_with_a_purpose_that_is_logged_first(
    parts: ViewWorld, exhibit: Exhibit
) -> None:
    with pytest.raises(RefusedError):
        await parts.views.play(exhibit.evidence_id, " ")
    parts.world.act_as(OTHER)
    with pytest.raises(AccessDeniedError):
        await parts.views.play(exhibit.evidence_id, "curious")
    assert parts.inspector.looked == []
    parts.world.act_as(SERGEANT)
    played = await parts.views.play(exhibit.evidence_id, "review")
    assert played.film is parts.inspector
    assert await parts.viewed() == [(SERGEANT.collar, "review")]


async def test_a_copy_is_the_original_and_never_written_over(
    parts: ViewWorld, exhibit: Exhibit, tmp_path: Path
) -> None:
    folder = tmp_path / "court"
    folder.mkdir()
    first = await parts.views.save_copy(exhibit.evidence_id, "court", folder)
    second = await parts.views.save_copy(exhibit.evidence_id, "court", folder)
    assert first.name == f"HC_1_{exhibit.evidence_id}.jpg"
    assert first != second
    assert first.read_bytes() == second.read_bytes() == JPEG
    assert sorted(folder.iterdir()) == sorted([first, second])
    for entry in await parts.world.logged(CustodyAct.EXHIBIT_COPIED):
        assert (entry.purpose, entry.details["folder"]) == ("court", str(folder))


async def test_what_could_be_run_gets_a_harmless_ending(parts: ViewWorld, exhibit: Exhibit, tmp_path) -> None:
    page = await parts.bring(
        parts.facts(exhibit.consultation_id, "b1", untrusted_name="a.jpg"), b"<html><script>1</script>"
    )
    made = await parts.views.save_copy(page.evidence_id, "court", tmp_path)
    assert made.suffix == ".bin"


@pytest.mark.parametrize("where", ["own", "missing"])
async def test_folders_that_will_not_do(parts: ViewWorld, exhibit: Exhibit, tmp_path, where) -> None:
    (tmp_path / "own").mkdir()
    with pytest.raises(RefusedError):
        await parts.views.save_copy(exhibit.evidence_id, "court", tmp_path / where)
    assert await parts.world.logged(CustodyAct.EXHIBIT_COPIED) == []


async def test_a_copy_on_a_full_disk_leaves_nothing_behind(
    parts: ViewWorld, exhibit: Exhibit, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    permit = await parts.exhibits.get(exhibit.evidence_id)
    with pytest.raises(StorageError, match="No space"):
        await parts.copies.copy(permit, folder)
    assert list(folder.iterdir()) == []


async def test_a_copy_that_is_not_the_original_is_not_made(
    parts: ViewWorld, exhibit: Exhibit, tmp_path
) -> None:
    from dataclasses import replace

    folder = tmp_path / "out"
    folder.mkdir()
    other = replace(exhibit, content=replace(exhibit.content, sha256="0" * 64))
    with pytest.raises(EvidenceError, match="does not hold the bytes"):
        await parts.copies.copy(other, folder)
    assert list(folder.iterdir()) == []


async def test_a_sandbox_is_started_when_a_file_begins_to_come(parts: ViewWorld) -> None:
    from rvr_console.services.exhibit_intake import ExhibitIntake

    call = await parts.world.in_call()
    told: list[Exhibit] = []
    intake = ExhibitIntake(parts.world.desk, parts.vault, expected=parts.views.warm, sealed=told.append)
    writer = await intake.begin(parts.facts(call.id))
    assert parts.inspector.looked == [("warm", 0, 0.0)]
    writer.write(JPEG)
    await writer.finish(parts.received(JPEG))
    assert [str(e.reference) for e in told] == ["HC/1"]
