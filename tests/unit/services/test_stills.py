"""Stills: the pixels as received, an exhibit at once, its place in the recording, and nothing when nothing is coming in."""

import asyncio
import io
from pathlib import Path

import pytest
from desk_parts import EVIDENCE, OFFICER, OTHER, SERGEANT, DeskWorld
from exhibit_world import ExhibitWorld
from PIL import Image

from rvr_console.domain.call import Picture, Still
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import ExhibitSource, ExhibitState, RecordingMoment
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.errors import AccessDeniedError, RefusedError, StorageError
from rvr_console.services.live_call import LiveCall
from rvr_console.services.open_calls import OpenCalls
from rvr_console.services.stills import Stills
from rvr_console.video.still_png import png_of

WIDTH, HEIGHT, STRIDE = 5, 3, 32


def picture() -> Picture:
    rows = bytearray()
    for y in range(HEIGHT):
        row = b"".join(bytes([10 * x, 20 * y, 200 - x, 255]) for x in range(WIDTH))
        rows += row + bytes(STRIDE - len(row))
    return Picture(Party.VICTIM, 7, WIDTH, HEIGHT, STRIDE, bytes(rows))


class OneSession:
    def __init__(self) -> None:
        self.answer: Still | RefusedError = Still(picture(), (2, 61_500_000))
        self.snapshots: list[dict[str, str]] = []
        self.kinds: list[TrackKind] = []

    async def still(self, party: Party, kind: TrackKind) -> Still:
        assert party is Party.VICTIM
        self.kinds.append(kind)
        if isinstance(self.answer, RefusedError):
            raise self.answer
        return self.answer

    def recording_place(self):
        return (2, 62_000_000)

    def snapshot(self, detail: dict[str, str]) -> None:
        self.snapshots.append(detail)


class StillWorld(ExhibitWorld):
    def __init__(self, world: DeskWorld, folder: Path) -> None:
        super().__init__(world, folder)
        self.session, self.calls = OneSession(), OpenCalls()
        self.stills = Stills(world.desk, self.calls, self.intake, png_of)

    async def live(self) -> str:
        call = await self.world.in_call()
        live = LiveCall(call.id, self.session, asyncio.Queue(), evidence_id=EVIDENCE)
        self.calls._calls[call.id] = live
        return call.id


@pytest.fixture
def parts(world: DeskWorld, tmp_path: Path) -> StillWorld:
    return StillWorld(world, tmp_path)


async def test_every_pixel_is_kept_and_the_recording_says_so(parts: StillWorld) -> None:
    case = await parts.live()
    exhibit = await parts.stills.take_still(case, " bruise, left arm ")
    assert (str(exhibit.reference), exhibit.origin.producer) == ("AB/1", "A. Bennett")
    assert (exhibit.origin.source, exhibit.state) == (ExhibitSource.STILL, ExhibitState.SEALED)
    assert exhibit.origin.moment == RecordingMoment(EVIDENCE, 2, 61_500_000)
    assert (exhibit.content.found_type, exhibit.content.flags) == ("image/png", frozenset())
    assert exhibit.description == "bruise, left arm"
    with Image.open(io.BytesIO(parts.read(exhibit.evidence_id))) as image:
        assert (image.size, image.mode) == ((WIDTH, HEIGHT), "RGB")
        for x in range(WIDTH):
            for y in range(HEIGHT):
                assert image.getpixel((x, y)) == (200 - x, 20 * y, 10 * x)
    acts = [(e.act, e.actor) for e in await parts.world.log() if e.subject == exhibit.evidence_id]
    assert acts == [
        (CustodyAct.STILL_TAKEN, OFFICER.collar),
        (CustodyAct.EXHIBIT_RECEIVED, "console"),
        (CustodyAct.EXHIBIT_SEALED, "console"),
    ]
    assert parts.session.snapshots == [
        {
            "text": "Still AB/1",
            "exhibit": exhibit.evidence_id,
            "sha256": exhibit.content.sha256,
            "size": "5x3",
            "of_segment": "2",
            "of_us": "61500000",
        }
    ]


async def test_without_a_recording_there_is_no_place(parts: StillWorld) -> None:
    case = await parts.live()
    parts.session.answer = Still(picture(), None)
    exhibit = await parts.stills.take_still(case, kind=TrackKind.SCREEN)
    assert exhibit.origin.moment is None
    assert exhibit.origin.source is ExhibitSource.SCREEN_SHARE
    assert parts.session.kinds == [TrackKind.SCREEN]


async def test_no_picture_no_exhibit(parts: StillWorld) -> None:
    case = await parts.live()
    parts.session.answer = RefusedError("No picture is coming in just now, so no still was taken.")
    with pytest.raises(RefusedError):
        await parts.stills.take_still(case)
    parts.calls._calls.clear()
    with pytest.raises(RefusedError, match="not open"):
        await parts.stills.take_still(case)
    assert parts.vault.exhibits() == []
    assert await parts.world.logged(CustodyAct.STILL_TAKEN) == []


async def test_only_the_cases_own_officer_takes_stills(parts: StillWorld) -> None:
    case = await parts.live()
    for user in (OTHER, SERGEANT):
        parts.world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await parts.stills.take_still(case)
    assert parts.vault.exhibits() == []


async def test_on_a_full_disk_there_is_no_half_still(parts: StillWorld) -> None:
    case = await parts.live()
    parts.disk.free = 0
    with pytest.raises(StorageError):
        await parts.stills.take_still(case)
    assert parts.session.snapshots == []
    assert await parts.world.logged(CustodyAct.STILL_TAKEN) == []


async def test_the_place_of_an_upload_is_the_sessions_own(parts: StillWorld) -> None:
    case = await parts.live()
    assert parts.calls.recording_moment(case) == RecordingMoment(EVIDENCE, 2, 62_000_000)
    assert parts.calls.recording_moment("other") is None
