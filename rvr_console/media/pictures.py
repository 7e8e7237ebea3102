"""Scales the newest decoded picture of each track to the size asked for and puts it into shared memory. Own thread."""

import logging
import mmap
import threading
from dataclasses import dataclass

import av
from av.video.reformatter import VideoReformatter

from rvr_console.wire import picture_memory as layout
from rvr_console.wire.media_messages import PictureOf

_LOG = logging.getLogger(__name__)
MAX_SOURCE_SIDE = 4096


@dataclass(frozen=True, slots=True)
class PlanarPicture:
    """An I420 picture: the three planes one after another, rows padded to `strides` bytes."""

    width: int
    height: int
    strides: tuple[int, int, int]
    data: bytes | bytearray
    captured_ns: int


def plane_strides(width: int, height: int) -> tuple[int, int, int]:
    """Row lengths in bytes that the scaler wants for a yuv420p picture of this size."""
    luma, blue, red = av.VideoFrame(width, height, "yuv420p").planes
    return (luma.line_size, blue.line_size, red.line_size)


def fitted(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """The greatest size of the same aspect inside `box`."""
    scale = min(box[0] / width, box[1] / height)
    return max(1, min(box[0], round(width * scale))), max(1, min(box[1], round(height * scale)))


class PictureWriter:
    """The writing end of one picture's memory (see `rvr_console.wire.picture_memory`)."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        self._number = 0

    def write(self, frame: av.VideoFrame, captured_ns: int, *, whole: bool = False) -> None:
        """Publish a BGRA frame. whole: it was not scaled. Frames too large for the memory are left out."""
        plane = frame.planes[0]
        size = plane.line_size * frame.height
        if size > layout.MAX_PICTURE_BYTES:
            return
        number = self._number = self._number + 1
        memory = self._memory
        layout.BEGUN.pack_into(memory, layout.BEGUN_AT, number)
        at = layout.buffer_at(number)
        memory[at : at + size] = memoryview(plane)[:size]
        layout.PICTURE.pack_into(
            memory,
            layout.PICTURE_AT[number & 1],
            frame.width,
            frame.height,
            plane.line_size,
            layout.WHOLE if whole else 0,
            captured_ns,
        )
        layout.BEGUN.pack_into(memory, layout.DONE_AT, number)


class PictureThread:
    """Takes pictures from the event loop, never makes it wait, and scales only the newest of each track."""

    def __init__(self, writers: dict[PictureOf, PictureWriter]) -> None:
        self._writers = writers
        self._boxes: dict[PictureOf, tuple[int, int]] = {}
        self._newest: dict[PictureOf, PlanarPicture] = {}
        self._whole: set[PictureOf] = set()
        self._wake = threading.Condition()
        self._closed = False
        self._scalers = {of: VideoReformatter() for of in writers}
        self._thread = threading.Thread(target=self._main, name="pictures", daemon=True)
        self._thread.start()

    def set_view_size(self, of: PictureOf, box: tuple[int, int]) -> None:
        with self._wake:
            self._boxes[of] = box

    def show_whole(self, of: PictureOf, *, on: bool) -> None:
        """While on, pictures of the track are published as received."""
        with self._wake:
            (self._whole.add if on else self._whole.discard)(of)

    def wants(self, of: PictureOf) -> bool:
        """Whether this picture would be used now: someone looks at it and the last one is taken."""
        with self._wake:
            looked_at = of in self._boxes or of in self._whole
            return looked_at and of in self._writers and of not in self._newest

    def offer(self, of: PictureOf, picture: PlanarPicture) -> None:
        with self._wake:
            self._newest[of] = picture
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _main(self) -> None:
        while True:
            with self._wake:
                while not self._newest and not self._closed:
                    self._wake.wait()
                if self._closed:
                    return
                of, picture = self._newest.popitem()
                box = None if of in self._whole else self._boxes.get(of)
            try:
                self._show(of, picture, box)
            except (av.FFmpegError, ValueError, MemoryError):
                _LOG.warning("A decoded picture of %dx%d could not be shown", picture.width, picture.height)

    def _show(self, of: PictureOf, picture: PlanarPicture, box: tuple[int, int] | None) -> None:
        """box: None for a picture as received."""
        source = av.VideoFrame(picture.width, picture.height, "yuv420p")
        at, view = 0, memoryview(picture.data)
        for plane, stride in zip(source.planes, picture.strides, strict=True):
            size = stride * plane.height
            memoryview(plane)[:size] = view[at : at + size]
            at += size
        width, height = picture.width, picture.height
        if box is not None:
            width, height = fitted(width, height, box)
        # one thread: the scaler's own pool costs more than it saves at these sizes
        scaled = self._scalers[of].reformat(source, width, height, "bgra", threads=1)
        self._writers[of].write(scaled, picture.captured_ns, whole=box is None)
