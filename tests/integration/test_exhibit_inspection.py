"""From a file on its way to its picture on the desk: real vault, real sandbox, real store."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "services"))

from desk_parts import DeskWorld
from exhibit_parts import team_ring
from exhibit_world import ExhibitWorld
from hostile_files import film, noise, photo_with_place, png_bomb

from rvr_console.app.exhibit_copy import ExhibitCopies
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Exhibit
from rvr_console.errors import EvidenceError
from rvr_console.evidence.exhibit_inspection import ExhibitInspection
from rvr_console.services.exhibit_views import ExhibitViews
from rvr_console.system.sandbox import closed_sandbox

pytestmark = pytest.mark.skipif(closed_sandbox() is None, reason="this system has no sandbox")


class InspectedWorld(ExhibitWorld):
    def __init__(self, world: DeskWorld, folder: Path) -> None:
        super().__init__(world, folder)
        self.inspection = ExhibitInspection(self.vault, team_ring())
        copies = ExhibitCopies(self.vault, team_ring(), folder / "own")
        self.views = ExhibitViews(world.desk, self.exhibits, self.inspection, copies)


@pytest.fixture
async def parts(tmp_path: Path):
    world = DeskWorld(tmp_path / "console.db")
    await world.fill()
    made = InspectedWorld(world, tmp_path)
    yield made
    made.inspection.close()
    world.store.close()


async def test_a_photograph_and_a_bomb_come_to_the_desk(
    parts: InspectedWorld, record_property: Callable[[str, object], None]
) -> None:
    call = await parts.world.in_call()
    parts.views.warm()
    original = photo_with_place()
    photo = await parts.bring(parts.facts(call.id), original)
    began = time.monotonic()
    await parts.views.inspect_new(photo)
    record_property("seconds_to_first_thumbnail", round(time.monotonic() - began, 2))
    known = await parts.exhibits.get(photo.evidence_id)
    assert known.facts["latitude"] == "51.507350"
    assert known.facts["exif.Model"] == "Phone 3"
    small = await parts.views.thumbnail(photo.evidence_id)
    assert small.preview is not None
    assert (small.preview.width, small.preview.height) == (240, 320)
    assert parts.read(photo.evidence_id) == original  # place and all: nothing is taken out of it

    bomb = await parts.bring(
        parts.facts(call.id, "b1", untrusted_name="x.png", untrusted_type="image/png"), png_bomb()
    )
    seen = await parts.views.view(bomb.evidence_id, "what is it")
    assert seen.inspection.preview is None
    assert "64 million" in seen.inspection.words
    assert parts.read(bomb.evidence_id) == png_bomb()
    acts = [e.act for e in await parts.world.log() if e.subject == bomb.evidence_id]
    assert acts == [
        CustodyAct.EXHIBIT_RECEIVED,
        CustodyAct.EXHIBIT_SEALED,
        CustodyAct.EXHIBIT_VIEWED,
        CustodyAct.EXHIBIT_VERIFIED,
    ]
    assert seen.inspection.facts["too_large"] == "yes"


async def test_a_film_plays_from_its_sealed_form(parts: InspectedWorld) -> None:
    call = await parts.world.in_call()
    facts = parts.facts(call.id, untrusted_name="a.mp4", untrusted_type="video/mp4")
    sealed = await parts.bring(facts, film((320, 240), 30))
    opened = (await parts.views.play(sealed.evidence_id, "statement")).film
    opened.seek(2.5)
    pause = threading.Event()
    async with asyncio.timeout(20):
        while (shown := opened.picture(0)) is None or shown.seconds < 2.4:
            assert not opened.status().fault
            await asyncio.to_thread(pause.wait, 0.01)
    assert (shown.width, shown.height) == (320, 240)
    assert 240 <= shown.pixels[0] <= 255
    parts.inspection.close()  # the console's end
    assert opened.picture(0) is None
    (entry,) = await parts.world.logged(CustodyAct.EXHIBIT_VIEWED)
    assert entry.purpose == "statement"


async def test_a_damaged_exhibit_is_named_with_what_it_was(parts: InspectedWorld) -> None:
    call = await parts.world.in_call()
    data = noise("PNG", (700, 700))
    exhibit: Exhibit = await parts.bring(parts.facts(call.id), data)
    path = parts.vault.path_of(exhibit.evidence_id)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    with pytest.raises(EvidenceError, match="HC/1 holds"):
        await parts.views.view(exhibit.evidence_id, "review")
    (verified,) = await parts.world.logged(CustodyAct.EXHIBIT_VERIFIED)
    assert verified.details["status"] == "damaged"
