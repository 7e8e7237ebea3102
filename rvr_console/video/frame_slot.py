"""The console's reading end of a party's picture memory: the newest decoded picture, never a torn one."""

import contextlib
import mmap
import os
from dataclasses import dataclass

from rvr_console.wire import picture_memory as layout

_TRIES = 4


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """A decoded picture. data: BGRA, 8 bit, top row first, `stride` bytes a row. captured_ns: CLOCK_MONOTONIC.

    whole: as received, not scaled.
    """

    sequence: int
    width: int
    height: int
    stride: int
    captured_ns: int
    data: bytes
    whole: bool = False


class FrameSlot:
    """Opens the memory named in a `PictureSlot` message. Call `latest` from any one thread."""

    def __init__(self, name: str) -> None:
        """Raises ValueError for a name of another form, OSError if the memory is gone."""
        kind, _, descriptor = name.partition(":")
        if kind != "memfd" or not descriptor.isdigit():
            raise ValueError("not the name of a picture memory")
        own = os.dup(int(descriptor))
        try:
            self._memory = mmap.mmap(own, layout.CAPACITY, access=mmap.ACCESS_READ)
        finally:
            os.close(own)

    def latest(self, after_sequence: int) -> PictureFrame | None:
        """The newest picture if it is newer than number `after_sequence`, as a copy."""
        for _ in range(_TRIES):
            (number,) = layout.BEGUN.unpack_from(self._memory, layout.DONE_AT)
            if number == 0 or number <= after_sequence:
                return None
            untrusted = layout.PICTURE.unpack_from(self._memory, layout.PICTURE_AT[number & 1])
            width, height, stride, flags, captured_ns = untrusted
            if not (0 < width <= stride // 4 and height > 0 and stride * height <= layout.MAX_PICTURE_BYTES):
                return None  # torn or malformed: the next one will do
            at = layout.buffer_at(number)
            data = self._memory[at : at + stride * height]
            (begun,) = layout.BEGUN.unpack_from(self._memory, layout.BEGUN_AT)
            if begun <= number + 1:  # the writer has not come round to this buffer again
                whole = flags == layout.WHOLE
                return PictureFrame(number, width, height, stride, captured_ns, data, whole)
        return None

    def close(self) -> None:
        with contextlib.suppress(BufferError):
            self._memory.close()
