"""One frame of a play-anywhere copy: the pictures, words where there is none, and the master's mark below.

Both cameras side by side; while a screen is shared it is large at the left, the cameras one above the other at the right.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from rvr_console.domain.recording import Party, TrackKind

HALF = (640, 480)
FOOTER = 32
WIDTH, HEIGHT = HALF[0] * 2, HALF[1] + FOOTER
VIDEO, SCREEN = TrackKind.VIDEO, TrackKind.SCREEN
_GROUND, _CARD, _INK, _STRIP, _STRIP_INK = (
    (15, 22, 28),
    (31, 41, 50),
    (232, 237, 242),
    (11, 17, 22),
    (235, 183, 90),
)

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the frame, in pixels."""

    left: int
    top: int
    width: int
    height: int


SIDE_BY_SIDE = {
    (Party.VICTIM, VIDEO): Area(0, 0, *HALF),
    (Party.OFFICER, VIDEO): Area(HALF[0], 0, *HALF),
}
WITH_SCREEN = {
    (Party.VICTIM, SCREEN): Area(0, 0, 960, 480),
    (Party.VICTIM, VIDEO): Area(960, 0, 320, 240),
    (Party.OFFICER, VIDEO): Area(960, 240, 320, 240),
}


@dataclass(frozen=True, slots=True)
class CopyMark:
    """What every frame says of the master. sha256: of the sealed master, hexadecimal."""

    evidence_id: str
    sha256: str

    def words(self) -> str:
        return f"WORKING COPY of {self.evidence_id}  SHA-256 {self.sha256[:16]}"


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _wrap(words: str, draw: ImageDraw.ImageDraw, size: int, width: int) -> str:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, font=_font(size)) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=64)
def card(words: str, width: int, height: int) -> Rgb:
    """A plain card with its words in the middle. The array is shared: do not write to it."""
    image = Image.new("RGB", (width, height), _CARD)
    draw = ImageDraw.Draw(image)
    lines = _wrap(words, draw, 26, width - 80)
    draw.multiline_text(
        (width / 2, height / 2), lines, fill=_INK, font=_font(26), anchor="mm", align="center", spacing=10
    )
    return np.asarray(image)


@lru_cache(maxsize=4)
def footer(mark: str, clock: str) -> Rgb:
    image = Image.new("RGB", (WIDTH, FOOTER), _STRIP)
    draw = ImageDraw.Draw(image)
    draw.text((16, FOOTER / 2), mark, fill=_STRIP_INK, font=_font(18), anchor="lm")
    draw.text((WIDTH - 16, FOOTER / 2), clock, fill=_INK, font=_font(18), anchor="rm")
    return np.asarray(image)


def place(canvas: Rgb, area: Area, picture: Rgb) -> None:
    """Put a picture (no larger than the area) into the area, centred, never stretched."""
    part = canvas[area.top : area.top + area.height, area.left : area.left + area.width]
    part[:] = _GROUND
    height, width = picture.shape[:2]
    top, left = (area.height - height) // 2, (area.width - width) // 2
    part[top : top + height, left : left + width] = picture


def session_clock(time_us: int) -> str:
    seconds = time_us // 1_000_000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
