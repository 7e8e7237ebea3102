import mmap
import os
import threading

import av
import numpy as np
import pytest

from rvr_console.media.pictures import PictureWriter
from rvr_console.video import media_sandbox
from rvr_console.video.frame_slot import FrameSlot
from rvr_console.wire import picture_memory as layout


@pytest.fixture
def memory():
    memories = media_sandbox.make_picture_memories()
    descriptor = memories["victim.video"]
    writing = mmap.mmap(descriptor, layout.CAPACITY)
    yield descriptor, writing
    writing.close()
    media_sandbox.close_picture_memories(memories)


def grey(value, width=320, height=240):
    return av.VideoFrame.from_ndarray(np.full((height, width, 4), value, np.uint8), format="bgra")


def test_newest_only_and_only_once(memory) -> None:
    descriptor, writing = memory
    slot, writer = FrameSlot(f"memfd:{descriptor}"), PictureWriter(writing)
    assert slot.latest(0) is None
    for value in (1, 2, 3):
        writer.write(grey(value), captured_ns=value * 10)
    picture = slot.latest(0)
    assert (picture.sequence, picture.width, picture.height, picture.captured_ns) == (3, 320, 240, 30)
    assert picture.stride >= 320 * 4
    assert set(picture.data[: 320 * 4]) == {3}
    assert slot.latest(picture.sequence) is None
    slot.close()


def test_never_torn_while_the_writer_runs(memory) -> None:
    descriptor, writing = memory
    slot, writer = FrameSlot(f"memfd:{descriptor}"), PictureWriter(writing)
    frames = [grey(value, 1280, 720) for value in range(8)]
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            writer.write(frames[number % 8], number)

    thread = threading.Thread(target=write)
    thread.start()
    seen, after = 0, 0
    while seen < 60:
        picture = slot.latest(after)
        if picture is not None:
            pixels = np.frombuffer(picture.data, np.uint8)
            assert pixels.min() == pixels.max() == picture.sequence % 8 == picture.captured_ns % 8
            seen, after = seen + 1, picture.sequence
    stop.set()
    thread.join()
    slot.close()


def test_a_picture_being_overwritten_is_not_handed_out(memory) -> None:
    descriptor, writing = memory
    slot, writer = FrameSlot(f"memfd:{descriptor}"), PictureWriter(writing)
    writer.write(grey(9), 1)
    layout.BEGUN.pack_into(writing, layout.BEGUN_AT, 3)  # the writer is two ahead: in our buffer again
    assert slot.latest(0) is None
    layout.BEGUN.pack_into(writing, layout.BEGUN_AT, 2)
    assert slot.latest(0) is not None
    slot.close()


@pytest.mark.parametrize(
    "header", [(0, 0, 0), (2**31, 2**31, 2**32 - 1), (320, 240, 4), (320, 2**31, 1280), (2**30, 1, 4)]
)
def test_a_hostile_header_is_not_believed(memory, header) -> None:
    descriptor, writing = memory
    slot = FrameSlot(f"memfd:{descriptor}")
    width, height, stride = header
    layout.PICTURE.pack_into(writing, layout.PICTURE_AT[1], width, height, stride, 0, 0)
    layout.BEGUN.pack_into(writing, layout.DONE_AT, 1)
    assert slot.latest(0) is None
    slot.close()


def test_the_memory_cannot_be_pulled_away(memory) -> None:
    descriptor, _writing = memory
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 0)


@pytest.mark.parametrize("name", ["", "memfd:", "memfd:-1", "memfd:x", "shm:3", "../memfd:3"])
def test_other_names_are_refused(name) -> None:
    with pytest.raises(ValueError, match="picture memory"):
        FrameSlot(name)
