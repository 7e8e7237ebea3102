"""A film or sound that came as an exhibit, while it is played from its sealed form. Its bytes are hostile and are decoded in a sandbox."""

from dataclasses import dataclass, field
from typing import Protocol

PLAYED = ("video/", "audio/")


def plays(found_type: str) -> bool:
    """Whether an exhibit of this type (by content) is played rather than shown as one picture."""
    return found_type.startswith(PLAYED)


@dataclass(frozen=True, slots=True)
class FilmPicture:
    """pixels: BGRA, 8 bit, top row first, width * 4 bytes a row. sequence: grows with each picture. seconds: its place."""

    sequence: int
    seconds: float
    width: int
    height: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FilmStatus:
    """position, length: seconds; length 0 while unknown. opening: its sandbox is not ready yet.

    checked: how much of the whole sealed file has been checked while it plays, 0 to 1; what is shown was checked before.
    seeking: the picture of the wanted place is not there yet. fault: why it does not play (on), in words; "" while it does.
    """

    position: float = 0.0
    length: float = 0.0
    playing: bool = False
    opening: bool = True
    seeking: bool = False
    has_picture: bool = False
    has_sound: bool = False
    fault: str = ""
    checked: float = 1.0


class OpenFilm(Protocol):
    """Everything returns at once. Pictures and status are the newest; nothing is queued for a slow screen."""

    def status(self) -> FilmStatus: ...

    def picture(self, after: int) -> FilmPicture | None:
        """The newest, if its sequence is greater than `after`."""
        ...

    def play(self) -> None:
        """From its start again, if it is at its end."""
        ...

    def pause(self) -> None: ...

    def seek(self, seconds: float) -> None: ...

    def step(self, pictures: int) -> None:
        """Pause, and show the next picture (1) or the one before (-1)."""
        ...

    def close(self) -> None:
        """End it and forget its pictures. Safe to call twice."""
        ...


class SoundOut(Protocol):
    """Where sound goes: mono, signed 16 bit little-endian, 48 kHz. Never waits."""

    def play(self, pcm: bytes) -> None: ...

    def close(self) -> None: ...


class SilentSound:
    """Where nothing is to be heard."""

    def play(self, pcm: bytes) -> None:
        pass

    def close(self) -> None:
        pass
