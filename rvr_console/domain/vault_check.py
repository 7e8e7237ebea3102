"""The check of the whole vault: what is looked at, what is found, and what still proves evidence that is damaged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from rvr_console.domain.recording import RecordHead

T = TypeVar("T")


class EvidenceKind(StrEnum):
    RECORDING = "recording"
    EXHIBIT = "exhibit"
    STRAY = "stray"  # a file in the vault that is no sealed evidence


class FileState(StrEnum):
    INTACT = "intact"
    RECOVERED = "recovered"  # broke off, completed by recovery
    WRITING = "writing"  # is being written now
    OPEN = "open"  # never closed, and nobody writes it
    MISSING = "missing"
    DAMAGED = "damaged"  # changed, dropped, swapped, repeated or added bytes; not what the custody log knows
    SHORTER = "shorter"  # ends before a record that the custody log knows
    STRANGER = "stranger"  # signed by a key that is not one of the force's desks
    UNREADABLE = "unreadable"  # torn header, no sealed file, or the disk cannot read it
    UNKNOWN = "unknown"  # neither store nor custody log know it
    KEYS_MISSING = "keys_missing"  # the file holds, but its key envelopes are not here: nobody can open it


SOUND = frozenset({FileState.INTACT, FileState.RECOVERED, FileState.WRITING})


class RunCause(StrEnum):
    START = "start"
    SCHEDULE = "schedule"
    ASKED = "asked"


class RunOutcome(StrEnum):
    DONE = "done"
    CANCELLED = "cancelled"  # by a person, or because the console ended: nothing is concluded from it


@dataclass(frozen=True, slots=True)
class VaultFile:
    """One file. name: relative to the vault's folder, with "/". segment: 0 for a stray. size in bytes."""

    kind: EvidenceKind
    name: str
    evidence_id: str
    segment: int
    size: int


@dataclass(frozen=True, slots=True)
class LoggedHead:
    """A head as a custody entry holds it. entry: the entry's sequence number."""

    entry: int
    at: datetime
    head: RecordHead


@dataclass(frozen=True, slots=True)
class IntactPart:
    """The beginning of a file that holds. sha256: of those bytes, hex. vouched: the last logged head within it."""

    records: int
    size: int
    sha256: str
    duration_us: int
    vouched: LoggedHead | None = None


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What the walk over one file said. where: plain words, "" when nothing is wrong. intact: only when something is."""

    file: VaultFile
    state: FileState
    reason: str = ""
    where: str = ""
    duration_us: int = 0
    intact: IntactPart | None = None


@dataclass(frozen=True, slots=True)
class VaultFinding:
    """One thing wrong, in plain words. what: what it was; where: the fault's place; proof: what still proves it.

    is_new: the last finished check did not find it.
    """

    state: FileState
    kind: EvidenceKind
    evidence_id: str
    segment: int
    file: str
    what: str
    reason: str
    where: str = ""
    proof: tuple[str, ...] = ()
    is_new: bool = True

    def same_as(self, other: "VaultFinding") -> bool:
        return (self.state, self.file) == (other.state, other.file)

    def in_words(self) -> str:
        parts = [f"{self.what}: {self.reason}", self.where, *self.proof]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class VaultRun:
    """One check of the vault. seconds: spent working, without waiting. recorded_*: recordings alone, for their rate."""

    started_at: datetime
    ended_at: datetime
    cause: RunCause
    outcome: RunOutcome
    files: int
    size: int
    seconds: float
    sound: int
    recordings: int
    exhibits: int
    recorded_us: int = 0
    recorded_bytes: int = 0
    findings: tuple[VaultFinding, ...] = ()
    mended: tuple[str, ...] = ()  # files that the last check found wrong and that are sound again


@dataclass(frozen=True, slots=True)
class VaultCheckProgress:
    """An event: how far a check is. seconds_left: None while it cannot be told. waiting: for the end of a recorded call."""

    files_done: int
    files: int
    bytes_done: int
    size: int
    seconds_left: float | None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class VaultChecked:
    """An event: a check has ended and is kept."""

    run: VaultRun


class Watch(Protocol):
    """Looks on while files are read; called on the thread that reads."""

    def step(self, count: int) -> None:
        """`count` more bytes were read. May wait. Raises CheckStoppedError."""
        ...


class VaultFiles(Protocol):
    """The vault's files as the check sees them. Both methods block on the disk."""

    def listed(self) -> list[VaultFile]:
        """By name. Raises StorageError when the folder cannot be read."""
        ...

    def check(
        self, files: Sequence[VaultFile], heads: Sequence[LoggedHead], watch: Watch
    ) -> list[FileVerdict]:
        """All files of one recording or exhibit, without any key. heads: every one that the custody log holds of it.

        Raises CheckStoppedError.
        """
        ...

    def writing(self) -> frozenset[str]:
        """Evidence ids of what this console writes or wrote: an unclosed file of theirs is no finding."""
        ...

    def free_bytes(self) -> int:
        """Left on the vault's disk. Raises StorageError."""
        ...


class QuietWorker(Protocol):
    """A thread of its own that is in nobody's way."""

    async def run(self, act: Callable[[], T]) -> T: ...


class VaultRuns(Protocol):
    """Checks that were made. Insert only."""

    def add(self, run: VaultRun) -> None: ...

    def last(self, outcome: RunOutcome | None = None) -> VaultRun | None:
        """The newest, with its findings; of this outcome, if one is given."""
        ...
