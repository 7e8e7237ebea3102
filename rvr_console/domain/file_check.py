"""The check of a whole sealed file, which takes a while when the file is large: somebody waits for it, or looks on meanwhile."""

from dataclasses import dataclass
from enum import StrEnum


class CheckStatus(StrEnum):
    """STOPPED: the person ended it, or the disk did; nobody knows of the rest."""

    INTACT = "intact"
    DAMAGED = "damaged"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class CheckEnd:
    """words: for people; of a damaged file what is wrong with it."""

    status: CheckStatus
    words: str


HOLDS = CheckEnd(CheckStatus.INTACT, "Its sealed records hold and are those that were logged.")
NOT_SHOWN = CheckEnd(CheckStatus.STOPPED, "The check was stopped before its end; nothing was shown.")
SHOWN_IN_PART = CheckEnd(
    CheckStatus.STOPPED, "The check was stopped before its end; what was shown was checked, record by record."
)


class CheckStoppedError(Exception):
    """Raised in the middle of a walk over files: whoever waited stopped it. Never an error to be told."""


class CheckWatch:
    """part: how much has been checked, 0 to 1. Written by the thread that checks; read and stopped by another."""

    def __init__(self) -> None:
        self.part = 0.0
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True

    def passed(self, done: int, size: int) -> None:
        """By the thread that checks. Raises CheckStoppedError."""
        if self.stopped:
            raise CheckStoppedError
        self.part = min(1.0, done / max(1, size))
