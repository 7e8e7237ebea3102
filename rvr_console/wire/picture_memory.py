"""Layout of the memory that carries the newest decoded picture of a track from the media process to the console.

Header (little-endian, 64 bytes), then two picture buffers. Picture n lies in buffer n & 1, so a writer busy with n + 1 leaves n
alone; a reader only has to start again if the writer got two pictures ahead while it copied.
    0  u64 begun      number of the picture being written or written last
    8  u64 done       number of the newest complete picture, 0 if none
   16  per buffer (24 bytes): u32 width, u32 height, u32 stride (bytes), u32 flags, u64 capture time (CLOCK_MONOTONIC, ns)
Pixels are BGRA, 8 bit, top row first. Flags: 1 = as received, not scaled.
"""

import struct

HEADER_BYTES = 64
BEGUN = struct.Struct("<Q")
BEGUN_AT = 0
DONE_AT = 8
PICTURE = struct.Struct("<IIIIQ")
PICTURE_AT = (16, 40)
WHOLE = 1
MAX_PICTURE_BYTES = 2560 * 1440 * 4
CAPACITY = HEADER_BYTES + 2 * MAX_PICTURE_BYTES


def buffer_at(number: int) -> int:
    """Offset of the pixels of picture `number`."""
    return HEADER_BYTES + (number & 1) * MAX_PICTURE_BYTES
