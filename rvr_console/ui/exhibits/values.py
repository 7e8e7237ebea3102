"""What the screens need of exhibits' pictures; the services behind it look at the originals in a sandbox."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rvr_console.domain.exhibit import Inspection


class Thumbnails(Protocol):
    """Small pictures, decoded where the original was inspected: nothing is decoded on the screens' thread."""

    async def thumbnail(self, evidence_id: str) -> Inspection:
        """Without a preview its words say why. Raises KnownError."""
        ...


class NoThumbnails:
    """While nothing makes pictures: every exhibit is shown by its kind."""

    async def thumbnail(self, _evidence_id: str) -> Inspection:
        return Inspection()


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """part: 0 to 1. words: real numbers ("131 of 214 MB")."""

    part: float
    words: str


Tell = Callable[[WorkProgress], None]
