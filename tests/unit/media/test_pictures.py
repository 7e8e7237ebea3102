import mmap
import threading

import av
import numpy as np

from rvr_console.media import test_card
from rvr_console.media.pictures import PictureThread, PictureWriter, PlanarPicture, fitted, plane_strides
from rvr_console.wire import picture_memory as layout

VIDEO = ("victim", "video")


def test_the_aspect_is_kept_inside_the_box() -> None:
    assert fitted(640, 480, (400, 400)) == (400, 300)
    assert fitted(480, 640, (400, 400)) == (300, 400)
    assert fitted(640, 480, (1920, 1080)) == (1440, 1080)
    assert fitted(4000, 2, (16, 16)) == (16, 1)


def test_only_wanted_pictures_are_scaled_and_shown_in_their_colours() -> None:
    memory = mmap.mmap(-1, layout.CAPACITY)
    done = threading.Event()

    class Writer(PictureWriter):
        def write(self, frame, captured_ns, *, whole=False) -> None:
            super().write(frame, captured_ns, whole=whole)
            done.set()

    thread = PictureThread({VIDEO: Writer(memory)})
    assert not thread.wants(VIDEO)
    thread.set_view_size(VIDEO, (100, 100))
    assert thread.wants(VIDEO)
    strides = plane_strides(161, 121)
    luma, chroma = strides[0] * 121, strides[1] * 61
    red = bytes([81]) * luma + bytes([90]) * chroma + bytes([240]) * chroma  # ITU-R BT.601
    thread.offer(VIDEO, PlanarPicture(161, 121, strides, red, 77))
    assert done.wait(10)
    thread.close()
    width, height, stride, flags, captured_ns = layout.PICTURE.unpack_from(memory, layout.PICTURE_AT[1])
    assert (width, height, flags, captured_ns) == (100, 75, 0, 77)
    at = layout.buffer_at(1)
    pixels = np.frombuffer(memory[at : at + stride * height], np.uint8).reshape(height, stride // 4, 4)[
        :, :width
    ]
    blue, green, red_, alpha = pixels[height // 2, width // 2]
    assert red_ > 240
    assert max(blue, green) < 15
    assert alpha == 255
    memory.close()


def test_a_picture_too_large_for_the_memory_is_left_out() -> None:
    memory = mmap.mmap(-1, layout.CAPACITY)
    PictureWriter(memory).write(av.VideoFrame(3000, 1500, "bgra"), 1)
    assert layout.BEGUN.unpack_from(memory, layout.DONE_AT) == (0,)
    memory.close()


def test_the_card_carries_a_label_and_moves() -> None:
    card = test_card.TestCard("PC 1234")
    size = test_card.WIDTH * test_card.HEIGHT * 3 // 2
    one, two = card.picture(1, "12:00:00.0"), card.picture(2, "12:00:00.0")
    assert len(one) == len(two) == size
    assert one != two
    assert one != test_card.TestCard("PC 9999").picture(1, "12:00:00.0")
    assert test_card.TestCard("Ü" * 40).picture(10**9, "x" * 60)


def test_the_tone_is_quiet_and_joins_without_a_click() -> None:
    chunks = test_card.tone_chunks()
    wave = np.frombuffer(b"".join(chunks), "<i2").astype(int)
    assert len(chunks) == 50
    assert 100 < np.abs(wave).max() < 400
    assert abs(wave[0] - wave[-1]) < 30
