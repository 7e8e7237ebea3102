"""What the review page needs of sealed playback, in values of its own; app/ brings the vault and the player to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import EventKind, GapCause, Party
from rvr_console.services.values import ViewPermit

TOGETHER_US = 200_000


class Seal(Enum):
    """What may be done after verification. MARKED: it plays, and says what could not be shown. REFUSED: it does not play."""

    VERIFIED = auto()
    MARKED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Verification:
    """status: the one word for the custody log. headline: for the chip over the picture. details: plain sentences."""

    seal: Seal
    status: str
    headline: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """part: 0 to 1. words: real numbers ("131 of 214 MB checked")."""

    part: float
    words: str


@dataclass(frozen=True, slots=True)
class ReviewMark:
    """A thing on the timeline, µs of session time.

    whole: nothing at all was recorded meanwhile (pause, no connection). party: whose, if it concerns one alone.
    """

    event: EventKind
    start_us: int
    end_us: int
    words: str
    whole: bool = False
    party: Party | None = None
    cause: GapCause | None = None


@dataclass(frozen=True, slots=True)
class ReviewTimeline:
    """begins: wall time of session time 0. joins: (start, end) of each sealed segment, µs."""

    begins: datetime
    duration_us: int
    joins: tuple[tuple[int, int], ...]
    marks: tuple[ReviewMark, ...]

    def next_gap(self, after_us: int) -> ReviewMark | None:
        """The first gap that begins after this time; those of several tracks that begin together count as one."""
        later = after_us + TOGETHER_US
        gaps = (mark for mark in self.marks if mark.event is EventKind.GAP and mark.start_us > later)
        return min(gaps, key=lambda mark: mark.start_us, default=None)


@dataclass(frozen=True, slots=True)
class PlaybackStatus:
    """card: words while nothing was recorded, else "". fault: why it cannot be read on, else ""."""

    position_us: int = 0
    playing: bool = False
    card: str = ""
    fault: str = ""


class OpenRecording(Protocol):
    """A verified recording, open for watching. Nothing here waits but close."""

    @property
    def timeline(self) -> ReviewTimeline: ...

    def status(self) -> PlaybackStatus: ...

    def picture(self, party: Party, after: int) -> Picture | None:
        """The newest picture of the party if it is newer than number `after`."""
        ...

    def has_picture(self, party: Party) -> bool:
        """False while the recording has none of this party at this time."""
        ...

    def play(self) -> None: ...

    def pause(self) -> None: ...

    def seek(self, session_us: int) -> None: ...

    def step(self, frames: int) -> None: ...

    def set_speed(self, speed: float) -> None: ...

    def set_volume(self, volume: float) -> None: ...

    def set_view_size(self, party: Party, width: int, height: int) -> None: ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """recording is None exactly when the verification refused it."""

    verification: Verification
    recording: OpenRecording | None


Tell = Callable[[WorkProgress], None]


class ReviewPlayback(Protocol):
    async def open(self, permit: ViewPermit, progress: Tell) -> Opened:
        """Verify everything, then open. progress is called on the event loop. Raises EvidenceError, StorageError."""
        ...

    async def save_copy(
        self, permit: ViewPermit, folder: Path, progress: Tell, cancelled: Callable[[], bool]
    ) -> Path | None:
        """Where the complete copy is; None if cancelled, and then nothing is left of it. Raises KnownError."""
        ...
