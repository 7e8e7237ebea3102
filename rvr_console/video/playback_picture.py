"""What is shown of a party at a moment of playback: the camera, or the shared screen with the camera's picture inset."""

import av
import numpy as np
from numpy.typing import NDArray

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video.playback_reel import PlaybackReel

INSET_PART = 4  # the inset is a quarter as wide and high as the shared screen
_MARGIN = 8


def what(reel: PlaybackReel, party: Party, session_us: int) -> str:
    """Which pictures there are of the party now, such as "screen video"; "" for none. It changes when what is shown must."""
    kinds = (TrackKind.SCREEN, TrackKind.VIDEO) if party is Party.VICTIM else (TrackKind.VIDEO,)
    return " ".join(kind.value for kind in kinds if not reel.empty(party, session_us, kind))


def picture_of(
    reel: PlaybackReel, party: Party, session_us: int, width: int, height: int
) -> tuple[int, int, bytes] | None:
    """The picture within width x height, proportions kept: its own width, height and rows of BGRA; None if there is none."""
    there = what(reel, party, session_us)
    camera = reel.decoder(party).frame if TrackKind.VIDEO in there else None
    screen = reel.decoder(party, TrackKind.SCREEN).frame if TrackKind.SCREEN in there else None
    main = screen or camera
    if main is None:
        return None
    pixels = scaled(main, width, height, "bgra")
    if screen is not None and camera is not None:
        inset(pixels, scaled(camera, pixels.shape[1] // INSET_PART, pixels.shape[0] // INSET_PART, "bgra"))
    return pixels.shape[1], pixels.shape[0], pixels.tobytes()


def scaled(frame: av.VideoFrame, width: int, height: int, form: str) -> NDArray[np.uint8]:
    """The frame within width x height, as an array of its own: rows, columns, channels."""
    scale = min(width / frame.width, height / frame.height)
    wide, high = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    return np.array(frame.reformat(width=wide, height=high, format=form).to_ndarray(), np.uint8)


def inset(large: NDArray[np.uint8], small: NDArray[np.uint8]) -> None:
    """Put the small picture into the lower right corner of the large one, with a light edge; left out where it does not fit."""
    high, wide = small.shape[0] + 2, small.shape[1] + 2
    bottom, right = large.shape[0] - _MARGIN, large.shape[1] - _MARGIN
    if high > bottom or wide > right:
        return
    large[bottom - high : bottom, right - wide : right] = 232
    large[bottom - high + 1 : bottom - 1, right - wide + 1 : right - 1] = small
