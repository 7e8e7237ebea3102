"""The custody log as the store keeps it, and what holds it from outside: signed checkpoints, cosignatures, time stamps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rvr_console.domain.custody import CustodyAct, CustodyEntry, CustodyFault
from rvr_console.domain.custody_check import LogCheck, LogTip
from rvr_console.domain.merkle import Tree


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """number: from 0, no holes. size: entries covered. digest: SHA-256 of the note's signed text (32 bytes)."""

    number: int
    size: int
    at: datetime
    digest: bytes
    note: str


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A checkpoint that is to be time-stamped. reason: plain words."""

    number: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StoredStamp:
    """An authority's answer. stamped_at: its time. response: TimeStampResp, DER (RFC 3161)."""

    number: int
    at: datetime
    stamped_at: datetime
    authority: str
    response: bytes


@dataclass(frozen=True, slots=True)
class Cosignature:
    """Another desk's signature under a checkpoint of ours. line: as in the signed note."""

    number: int
    cosigner: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """An entry that was changed so that it says nothing any more. act, subject: as they stand in its row."""

    sequence: int
    act: str
    subject: str


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """What a look through the log found, oldest first. unreadable: left out of entries; the check of the log names them too."""

    entries: list[CustodyEntry]
    unreadable: list[UnreadableEntry]


class Custody(Protocol):
    """Append only. `all`, `of` and `about` raise EvidenceError where one entry cannot be read: what is shown is whole."""

    def append(
        self,
        at: datetime,
        actor: str,
        act: CustodyAct,
        subject: str,
        *,
        purpose: str,
        details: dict[str, str],
    ) -> CustodyEntry: ...

    def all(self) -> list[CustodyEntry]: ...

    def of(self, subject: str) -> list[CustodyEntry]: ...

    def about(self, subjects: Iterable[str]) -> list[CustodyEntry]:
        """Entries about any of these, oldest first."""
        ...

    def readable_of(self, subject: str) -> FoundEntries:
        """As `of`, for checks that must not end at a spoilt entry."""
        ...

    def of_acts(self, acts: Iterable[CustodyAct], first: int, count: int) -> FoundEntries:
        """Entries of these acts among the `count` from `first` on."""
        ...

    def tip(self) -> LogTip: ...

    def root(self) -> bytes:
        """Root of the Merkle tree over all entries."""
        ...

    def tree(self) -> Tree:
        """For proofs over what is stored; verify each before it is given away."""
        ...

    def check(self, run: LogCheck, limit: int) -> bool:
        """Feed the next entries, at most `limit`, to a check. True when it has seen them all."""
        ...

    def faults(self, run: LogCheck) -> list[CustodyFault]:
        """What a finished check found; in the same transaction as the `check` that returned True."""
        ...

    def verify(self) -> list[CustodyFault]:
        """The whole chain, and that nothing is missing at its end."""
        ...


class CustodySeals(Protocol):
    """Insert only."""

    def add(self, checkpoint: StoredCheckpoint) -> None: ...

    def last(self) -> StoredCheckpoint | None: ...

    def get(self, number: int) -> StoredCheckpoint | None: ...

    def all(self) -> list[StoredCheckpoint]:
        """By number."""
        ...

    def since(self, number: int) -> list[StoredCheckpoint]:
        """Those after this number."""
        ...

    def request_stamp(self, request: StampRequest) -> None:
        """Nothing happens when that checkpoint is to be stamped already."""
        ...

    def pending_stamps(self) -> list[StampRequest]: ...

    def last_request(self) -> StampRequest | None: ...

    def add_stamp(self, stamp: StoredStamp) -> None: ...

    def stamps(self) -> list[StoredStamp]: ...

    def add_cosignature(self, cosignature: Cosignature) -> None:
        """Nothing happens when that cosigner signed that checkpoint already."""
        ...

    def cosignatures(self, numbers: Iterable[int]) -> Sequence[Cosignature]: ...
