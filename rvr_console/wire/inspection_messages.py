"""Between the console and its inspection program: one socket, the program asks for bytes of the file and answers with facts and pixels.

console -> program    u32 length, then JSON `Order`; later, for each READ, u32 length and so many bytes
program -> console    u8 kind, u32 length, then so many bytes:
    READY  nothing: started, nothing hostile read yet
    READ   u64 offset, u32 length: bytes of the file that it wants (fewer come at the end of the file)
    FACTS  JSON `Facts`, at most MAX_FACTS bytes: always the last but one, or the last if there are no pixels
    PIXELS RGBA, 8 bit, top row first, preview_width * preview_height * 4 bytes as the facts said
    TEXT   UTF-8, at most MAX_TEXT bytes: after facts whose outcome is "text"

An order to play goes on after its facts (outcome "plays"): for each command the program answers with pictures and sound, then DONE.
console -> program    u32 length, then COMMAND: u8 act, f64 seconds
    NEXT   one more packet of the film
    SEEK   go on from there: what lies before it is decoded and not sent
program -> console
    PICTURE f64 seconds, u16 width, u16 height, then BGRA, 8 bit, top row first
    SOUND   f64 seconds, then signed 16 bit little-endian samples, mono, 48 kHz, at most MAX_SOUND bytes
    DONE    u8: 1 at the film's end
All integers big-endian. What the program says is untrusted: it has read a hostile file.
"""

import struct
from enum import IntEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

FRAME = struct.Struct(">BI")
READ = struct.Struct(">QI")
LENGTH = struct.Struct(">I")
COMMAND = struct.Struct(">Bd")
PICTURE = struct.Struct(">dHH")
SOUND = struct.Struct(">d")
MAX_SOUND = 96_000
"""One second."""
MAX_STEP_PICTURES = 16
MAX_STEP_SOUND = 20 * MAX_SOUND
"""A command that is answered with more than this is no honest answer."""
MAX_ORDER = 4096
MAX_READ = 1024 * 1024
MAX_FACTS = 128 * 1024
MAX_SIDE = 4096
MAX_PIXELS = 64_000_000
"""Pictures with more pixels than this are never decoded."""
MAX_TAGS = 200
MAX_TEXT = 128 * 1024
MAX_PAGES = 2**20
_Text = Annotated[str, StringConstraints(max_length=300)]
_Side = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Kind(IntEnum):
    READY = 1
    READ = 2
    FACTS = 3
    PIXELS = 4
    PICTURE = 5
    SOUND = 6
    DONE = 7
    TEXT = 8


class Act(IntEnum):
    NEXT = 1
    SEEK = 2


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Order(_Message):
    """What to do with a file of this type (found by content) and size. at_seconds: which moment of a film; page: of a document, from 0.

    play: take commands after the facts; max_side is then that of its pictures.
    """

    content_type: Annotated[str, StringConstraints(max_length=128)]
    size: Annotated[int, Field(ge=0, le=2**53 - 1)]
    max_side: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    at_seconds: Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)] = 0.0
    page: Annotated[int, Field(ge=0, lt=MAX_PAGES)] = 0
    play: bool = False


class Facts(_Message):
    """What is in the file. outcome: a preview follows, a page of text follows, there is none for this kind, it was refused, or it plays; reason: why, in words.

    width, height: of the original, as stored. seconds: length of film or sound. made_at, camera, tags: as the file says,
    which anybody may have written. latitude, longitude: degrees, WGS 84. has_picture, has_sound: of a film that plays.
    pages: of a document. locked: it opens with a password only. scripts, attachments: how many a document carries, as far as it is easily seen.
    """

    outcome: Literal["shown", "text", "no_preview", "refused", "plays"]
    reason: _Text = ""
    preview_width: Annotated[int, Field(ge=0, le=MAX_SIDE)] = 0
    preview_height: Annotated[int, Field(ge=0, le=MAX_SIDE)] = 0
    width: _Side = 0
    height: _Side = 0
    frames: _Side = 0
    seconds: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] = 0.0
    codecs: _Text = ""
    truncated: bool = False
    has_picture: bool = False
    has_sound: bool = False
    pages: _Side = 0
    locked: bool = False
    scripts: _Side = 0
    attachments: _Side = 0
    made_at: _Text = ""
    camera: _Text = ""
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    tags: Annotated[tuple[tuple[_Text, _Text], ...], Field(max_length=MAX_TAGS)] = ()
