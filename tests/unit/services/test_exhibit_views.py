"""Looking at exhibits: nothing is shown without its entry in the log, distressing material only with a purpose, copies compared."""

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from desk_parts import DISCLOSURE, OFFICER, OTHER, SERGEANT, DeskWorld
from exhibit_parts import team_ring
from exhibit_world import ExhibitWorld

from rvr_console.app.exhibit_copy import ExhibitCopies
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import Exhibit, Inspection, Look, Preview
from rvr_console.domain.file_check import HOLDS, CheckEnd, CheckStatus, CheckStoppedError, CheckWatch
from rvr_console.domain.film import OpenFilm
from rvr_console.errors import AccessDeniedError, EvidenceError, RefusedError, StorageError
from rvr_console.evidence.exhibit_walk import FileWalk
from rvr_console.services.exhibit_views import BLURRED_SIDE, DISTRESSING, SMALL_PURPOSE, ExhibitViews

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"


class OneLook:
    """An inspector that counts."""

    def __init__(self) -> None:
        self.looked: list[tuple[str, int, float]] = []
        self.pages: list[int] = []
        self.answer = Inspection("", {"camera": "Acme"}, Preview(1, 1, b"\1\2\3\4"))
        self.fails: Exception | None = None
        self.end = HOLDS

    def warm(self) -> None:
        self.looked.append(("warm", 0, 0.0))

    def play(self, exhibit: Exhibit, checked: Callable[[CheckEnd], None]) -> OpenFilm:
        self.looked.append((exhibit.evidence_id, -1, 0.0))
        asyncio.get_running_loop().run_in_executor(None, checked, self.end)
        return cast("OpenFilm", self)

    async def inspect(self, exhibit: Exhibit, look: Look, watch: CheckWatch | None = None) -> Inspection:
        if watch is not None and watch.stopped:
            raise CheckStoppedError
        if self.fails is not None:
            raise self.fails
        self.pages.append(look.page)
        self.looked.append((exhibit.evidence_id, look.max_side, look.at_seconds))
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


async def test_pages_are_turned_under_the_purpose_that_was_logged(parts: ViewWorld, exhibit: Exhibit) -> None:
    viewed = await parts.views.view(exhibit.evidence_id, "statement")
    await parts.views.turn(viewed, 3, 9000)
    assert parts.inspector.pages[-1] == 3
    assert parts.inspector.looked[-1][1] == 4096, "no more pixels than the program may send"
    assert await parts.viewed() == [(OFFICER.collar, "statement")]
    parts.inspector.fails = EvidenceError("Record 4 was changed.")
    with pytest.raises(EvidenceError):
        await parts.views.turn(viewed, 4)
    verified = await parts.world.logged(CustodyAct.EXHIBIT_VERIFIED)
    assert [one.details["status"] for one in verified] == ["intact", "damaged"]


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
    assert hidden.words == DISTRESSING
    assert parts.inspector.looked[-1] == (exhibit.evidence_id, BLURRED_SIDE, 0.0), (
        "nothing sharper leaves the sandbox"
    )
    looks = len(parts.inspector.looked)
    await parts.views.thumbnail(exhibit.evidence_id)
    assert len(parts.inspector.looked) == looks, "the blur is in memory"
    assert len(await parts.viewed()) == 1, "a blur is no view"
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


@pytest.mark.parametrize("fault", ["", "The sealed file of HC/1 holds 3 of 206 bytes."])
async def test_opening_verifies_and_the_log_says_what_was_found(
    parts: ViewWorld, exhibit: Exhibit, fault: str
) -> None:
    parts.inspector.fails = EvidenceError(fault) if fault else None
    parts.inspector.end = CheckEnd(CheckStatus.DAMAGED, fault) if fault else HOLDS
    await parts.views.play(exhibit.evidence_id, "review")
    for _ in range(1000):
        if await parts.world.logged(CustodyAct.EXHIBIT_VERIFIED):
            break
    if fault:
        with pytest.raises(EvidenceError):
            await parts.views.view(exhibit.evidence_id, "review")
    else:
        await parts.views.view(exhibit.evidence_id, "review")
    status = "damaged" if fault else "intact"
    entries = await parts.world.logged(CustodyAct.EXHIBIT_VERIFIED)
    assert [one.details["status"] for one in entries] == [status, status]
    assert fault in entries[0].details["words"]
    assert {one.subject for one in entries} == {exhibit.evidence_id}


async def test_opening_that_is_stopped_shows_nothing_and_the_log_says_so(
    parts: ViewWorld, exhibit: Exhibit
) -> None:
    watch = CheckWatch()
    watch.stop()
    assert await parts.views.view(exhibit.evidence_id, "review", watch=watch) is None
    assert parts.inspector.looked == []
    assert await parts.viewed() == [(OFFICER.collar, "review")]
    (entry,) = await parts.world.logged(CustodyAct.EXHIBIT_VERIFIED)
    assert (entry.details["status"], "nothing was shown" in entry.details["words"]) == ("stopped", True)


async def test_a_copy_tells_its_progress_and_can_be_cancelled(
    parts: ViewWorld, exhibit: Exhibit, tmp_path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    data = bytes(5 << 20)
    large = await parts.bring(parts.facts(exhibit.consultation_id, "b2", size=len(data)), data)
    told: list[int] = []
    made = await parts.views.save_copy(large.evidence_id, "court", folder, told.append)
    assert made is not None
    assert made.stat().st_size == len(data)
    await asyncio.sleep(0)
    assert told == sorted(told)
    assert told[-1] == len(data)
    made.unlink()

    class Wait:
        """Halts the copy's thread after its first block, until the loop has been asked whether to go on."""

        asked = threading.Event()

        def __call__(self) -> bool:
            self.asked.set()
            return True

    wait, plain = Wait(), parts.copies.copy

    async def halting(of, where, tell, stopped):
        def told_then_waits(done: int) -> None:
            tell(done)
            wait.asked.wait(5)

        return await plain(of, where, told_then_waits, stopped)

    parts.copies.copy = halting
    stopped = await parts.views.save_copy(large.evidence_id, "court", folder, told.append, wait)
    assert stopped is None
    assert list(folder.iterdir()) == []
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_COPIED)) == 2, "the attempt stays in the log"
    (entry,) = await parts.world.logged(CustodyAct.COPY_NOT_MADE)
    assert (entry.subject, entry.details["why"]) == (large.evidence_id, "it was cancelled")


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


async def test_a_folder_that_becomes_a_link_into_the_own_data_gets_nothing(
    parts: ViewWorld, exhibit: Exhibit, tmp_path: Path
) -> None:
    """Between the look at the folder and the copy, whoever sits at the desk may put another in its place."""
    folder, own, plain = tmp_path / "court", tmp_path / "own", parts.copies.copy
    folder.mkdir()
    (own / "vault").mkdir(parents=True)

    async def swapped(*arguments):
        folder.rmdir()
        folder.symlink_to(own / "vault")
        return await plain(*arguments)

    parts.copies.copy = swapped
    with pytest.raises(RefusedError, match="own data"):
        await parts.views.save_copy(exhibit.evidence_id, "court", folder)
    assert list((own / "vault").iterdir()) == []
    assert len(await parts.world.logged(CustodyAct.COPY_NOT_MADE)) == 1


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


async def test_a_copy_waits_for_the_check_of_the_whole_file(
    parts: ViewWorld, exhibit: Exhibit, tmp_path, monkeypatch
) -> None:
    """The check comes to its end behind the last byte that is copied: it is waited for, not stopped."""
    asked, must_hold, walk = threading.Event(), FileWalk.must_hold, parts.vault.walk

    def slow(*given):
        found = walk(*given)
        if not asked.wait(2):
            raise CheckStoppedError
        return found

    def ask(walked: FileWalk) -> None:
        asked.set()
        must_hold(walked)

    monkeypatch.setattr(FileWalk, "must_hold", ask)
    monkeypatch.setattr(parts.vault, "walk", slow)
    monkeypatch.setattr(parts.vault, "known_scan", lambda _path: None)
    made = await parts.copies.copy(exhibit, tmp_path)
    assert made is not None
    assert made.read_bytes() == JPEG


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
