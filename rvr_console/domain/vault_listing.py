"""What the vault's files say of themselves, for a store that has lost its knowledge of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rvr_console.domain.exhibit import ListedExhibit
from rvr_console.domain.recording import RecordHead, RecordingEvent
from rvr_console.domain.vault_check import Watch


@dataclass(frozen=True, slots=True)
class ListedSegment:
    """One segment file. head: its last good record. events: empty when nobody present can open it. words: what is wrong."""

    number: int
    file: str
    session_id: str
    started_at: datetime
    head: RecordHead
    closed: bool
    recovered: bool
    events: tuple[RecordingEvent, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class ListedRecording:
    """By segment number; at least one. unreadable: files of it that tell nothing."""

    evidence_id: str
    segments: tuple[ListedSegment, ...]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedExhibit:
    """An exhibit's file after its signatures were checked. head: None when they do not hold; listed.words then says why."""

    listed: ListedExhibit
    head: RecordHead | None
    recovered: bool = False


class VaultListing(Protocol):
    """Both block on the disk and read every file."""

    def recordings(self, watch: Watch) -> Sequence[ListedRecording]:
        """Raises StorageError, CheckStoppedError."""
        ...

    def exhibits(self, watch: Watch) -> Sequence[SealedExhibit]:
        """Raises StorageError, CheckStoppedError."""
        ...


@dataclass(frozen=True, slots=True)
class Relisted:
    """An event: the store was filled again from the vault's files. not_listed: files that could not be, with the reason."""

    recordings: int
    exhibits: int
    consultations: int
    not_listed: tuple[str, ...]

    @property
    def not_rebuilt(self) -> tuple[str, ...]:
        """What the vault's files do not hold, in plain words."""
        return NOT_IN_THE_VAULT


NOT_IN_THE_VAULT = (
    "incidents, officers and teams: each consultation stands under a reference made of its id, and belongs to nobody until somebody is given it",
    "notes, safety answers, consent, contact attempts, reviews and acts for CAD",
    "the custody log from before: only a backup of the database or an exported bundle has it",
    "heads logged before: whether the end of a file that was never closed had been cut is no longer known",
    "files that were deleted from the vault: nothing is left that names them",
    "accounts and assignments",
    "what was added to exhibits after they were sealed: later descriptions, marks and inspection results",
)
