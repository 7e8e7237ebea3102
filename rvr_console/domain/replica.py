"""The vault's cold copy: a second place that takes each file once and lets nobody overwrite or delete it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rvr_console.domain.counting import counted
from rvr_console.domain.vault_check import Watch


@dataclass(frozen=True, slots=True)
class ReplicaItem:
    """A file of the vault that is to be copied. name: relative to the vault's folder, with "/"; also its name there."""

    name: str
    evidence_id: str


@dataclass(frozen=True, slots=True)
class ReplicaReceipt:
    """A copy that was read back and compared. version: the server's. sha256: hex, of the whole file. locked: mode of the lock."""

    name: str
    version: str
    size: int
    sha256: str
    locked: str
    locked_until: datetime


@dataclass(frozen=True, slots=True)
class ReplicaCopy:
    """One version as the server lists it."""

    name: str
    version: str
    size: int


class EvidenceReplica(Protocol):
    """Put once, read, list. There is no way here to overwrite or to delete. Every method blocks on the network.

    All raise ServiceDownError (not there now: try again later) and RefusedError (it says no: credentials, place, lock).
    """

    @property
    def where(self) -> str:
        """For people: the place, without any secret."""
        ...

    def check_terms(self) -> None:
        """The place is there, takes this desk's credentials and locks objects."""
        ...

    def put_once(self, name: str, path: Path, watch: Watch) -> ReplicaReceipt:
        """Copy a file that no longer changes; read it back and compare. The same file there already is taken as it is.

        Raises EvidenceError when another file lies under this name or when what came back differs, OSError when the
        file cannot be read here, CheckStoppedError.
        """
        ...

    def read(self, name: str, version: str) -> Iterator[bytes]: ...

    def listed(self) -> list[ReplicaCopy]:
        """Every version that is no delete marker."""
        ...


class ReplicaSource(Protocol):
    """The vault as the copy sees it. Blocks on the disk."""

    def ready(self, known: Callable[[str], bool]) -> list[ReplicaItem]:
        """Closed segments, what recovery set aside, and envelopes, except known ones. Raises StorageError."""
        ...

    def path_of(self, name: str) -> Path: ...


@dataclass(frozen=True, slots=True)
class ReplicaCounts:
    """size: bytes copied. waiting_since: when the oldest of those that wait was queued."""

    copied: int
    size: int
    last_copied_at: datetime | None
    waiting: int
    waiting_since: datetime | None
    faults: int


class ReplicaQueue(Protocol):
    """What is to be copied and what was. Insert only."""

    def names(self) -> set[str]: ...

    def add(self, item: ReplicaItem, at: datetime) -> None: ...

    def pending(self) -> list[ReplicaItem]:
        """Queued, not copied, and without a fault of their own; oldest first."""
        ...

    def copied(self, receipt: ReplicaReceipt, at: datetime) -> None: ...

    def receipts(self) -> list[ReplicaReceipt]: ...

    def fault(self, name: str, at: datetime, words: str) -> None:
        """A file that cannot be copied, or whose copy is not what it was."""
        ...

    def faults(self) -> list[tuple[str, str]]:
        """Name and words, oldest first."""
        ...

    def counts(self) -> ReplicaCounts: ...


@dataclass(frozen=True, slots=True)
class ReplicaHealth:
    """The cold copy for the Health page; also an event. next_try_seconds: None while it works or nothing waits."""

    where: str
    counts: ReplicaCounts
    problem: str = ""
    next_try_seconds: float | None = None
    faults: tuple[str, ...] = ()

    def in_words(self) -> str:
        """Plain English, one paragraph."""
        done, counts = [f"Cold copy in {self.where}:"], self.counts
        last = counts.last_copied_at
        when = f", the last on {last.astimezone():%d/%m/%Y %H:%M}" if last else ""
        done.append(
            f"{counted(counts.copied, 'file')}, {counts.size / 1e6:,.1f} MB copied, read back and locked{when}."
        )
        if counts.waiting:
            since = (
                f" since {counts.waiting_since.astimezone():%d/%m/%Y %H:%M}" if counts.waiting_since else ""
            )
            done.append(
                f"{counted(counts.waiting, 'file')} {'waits' if counts.waiting == 1 else 'wait'}{since}."
            )
        if self.problem:
            done.append(self.problem)
        if self.next_try_seconds is not None:
            done.append(f"Tried again in {self.next_try_seconds:,.0f} s.")
        return " ".join([*done, *self.faults])
