"""A still is taken from a picture as received, never from one that was scaled for the screen."""

import asyncio
import io
import mmap
import threading

import av
import numpy as np
import pytest

from rvr_console.domain.recording import EventKind, Party, TrackKind
from rvr_console.errors import RefusedError
from rvr_console.media.pictures import PictureThread, PictureWriter, PlanarPicture, plane_strides
from rvr_console.video import call_stills, media_sandbox
from rvr_console.video.call_stills import CallStills
from rvr_console.video.call_wishes import CallWishes
from rvr_console.wire import picture_memory as layout

VIDEO = ("victim", "video")


def planar(width: int, height: int, level: int, captured_ns: int) -> PlanarPicture:
    strides = plane_strides(width, height)
    luma, chroma = strides[0] * height, strides[1] * ((height + 1) // 2)
    return PlanarPicture(
        width, height, strides, bytes([level]) * luma + bytes([128]) * 2 * chroma, captured_ns
    )


class Link:
    """The media process, as far as pictures go."""

    def __init__(self, memory: mmap.mmap) -> None:
        self.written = threading.Semaphore(0)
        outer = self

        class Writer(PictureWriter):
            def write(self, frame, captured_ns, *, whole=False) -> None:
                super().write(frame, captured_ns, whole=whole)
                outer.written.release()

        self.pictures = PictureThread({VIDEO: Writer(memory)})
        self.shown: list[bool] = []

    def show_whole(self, party: Party, kind: TrackKind, *, on: bool) -> None:
        self.shown.append(on)
        self.pictures.show_whole((party.value, kind.value), on=on)
        if on:
            self.pictures.offer(VIDEO, planar(642, 482, 180, 5_000))


class Recorder:
    def __init__(self) -> None:
        self.running, self.noted = True, []

    def place(self, at_ns=None):
        return None if not self.running else (3, at_ns)

    def remember(self, kind, detail) -> None:
        self.noted.append((kind, detail))


class Session(CallStills):
    def __init__(self, media, recorder) -> None:
        self._media, self._recorder = media, recorder


@pytest.fixture
def parts():
    memories = media_sandbox.make_picture_memories()
    writing = mmap.mmap(memories["victim.video"], layout.CAPACITY)
    link, wishes = Link(writing), CallWishes()
    wishes._link = link
    wishes._open_picture((Party.VICTIM, TrackKind.VIDEO), f"memfd:{memories['victim.video']}")
    yield link, wishes, Recorder()
    link.pictures.close()
    wishes._close_pictures()
    writing.close()
    media_sandbox.close_picture_memories(memories)


async def test_the_still_has_the_received_size_whatever_the_view_has(parts) -> None:
    link, wishes, recorder = parts
    link.pictures.set_view_size(VIDEO, (100, 100))
    link.pictures.offer(VIDEO, planar(642, 482, 60, 4_000))
    assert await asyncio.to_thread(link.written.acquire, timeout=10)
    assert wishes.whole_picture(Party.VICTIM, TrackKind.VIDEO) is None
    still = await Session(wishes, recorder).still(Party.VICTIM)
    assert (still.picture.width, still.picture.height, still.place) == (642, 482, (3, 5_000))
    assert still.picture.data[0] > 170
    assert link.shown == [True, False]
    link.pictures.offer(VIDEO, planar(642, 482, 60, 6_000))
    assert await asyncio.to_thread(link.written.acquire, timeout=10)
    assert await asyncio.to_thread(link.written.acquire, timeout=10)
    assert (
        wishes.picture(Party.VICTIM, 0, TrackKind.VIDEO).width,
        wishes.whole_picture(Party.VICTIM, TrackKind.VIDEO),
    ) == (100, None)


async def test_it_comes_also_while_nobody_looks_at_the_picture(parts) -> None:
    _, wishes, recorder = parts
    assert (await Session(wishes, recorder).still(Party.VICTIM)).picture.width == 642


async def test_no_picture_is_said_and_the_view_is_put_back(parts, monkeypatch: pytest.MonkeyPatch) -> None:
    link, wishes, recorder = parts
    monkeypatch.setattr(call_stills, "STILL_SECONDS", 0.05)
    monkeypatch.setattr(link.pictures, "offer", lambda *_: None)
    with pytest.raises(RefusedError, match="No picture"):
        await Session(wishes, recorder).still(Party.VICTIM)
    assert link.shown == [True, False]
    wishes._link = None
    with pytest.raises(RefusedError):
        await Session(wishes, recorder).still(Party.VICTIM)


def test_a_snapshot_is_stated_only_in_a_recording_that_runs(parts) -> None:
    _, wishes, recorder = parts
    session = Session(wishes, recorder)
    session.snapshot({"text": "Still AB/1"})
    recorder.running = False
    session.snapshot({"text": "Still AB/2"})
    assert recorder.noted == [(EventKind.SNAPSHOT, {"text": "Still AB/1"})]
    assert session.recording_place() is None


def test_colours_survive_the_way_into_a_png() -> None:
    from rvr_console.domain.call import Picture
    from rvr_console.video.still_png import png_of

    frame = av.VideoFrame.from_ndarray(np.full((16, 24, 4), (10, 120, 250, 255), np.uint8), format="bgra")
    plane = frame.planes[0]
    data = png_of(Picture(Party.VICTIM, 1, 24, 16, plane.line_size, bytes(plane)))
    with av.open(io.BytesIO(data), "r", format="png_pipe") as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert (pixels == (250, 120, 10)).all()
