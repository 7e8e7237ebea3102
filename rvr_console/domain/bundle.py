"""A hand-over bundle: what a court, the defence or a prosecutor is given, decided and logged before a byte is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rvr_console.domain.recording import RecordHead


@dataclass(frozen=True, slots=True)
class BundleRecipient:
    """Who alone can open an encrypted bundle. age_key: public key of the age format, "age1..."."""

    name: str
    age_key: str


@dataclass(frozen=True, slots=True)
class BundleRecording:
    """A sealed recording that goes in whole. heads: the last head logged of each segment."""

    evidence_id: str
    started_at: datetime
    heads: tuple[RecordHead, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleExhibit:
    """An exhibit whose original goes in bit for bit. reference: "AB/1"; sha256: of the original, 64 hex digits.

    name, description: as the outside gave them, shown as text only. media_type: found by content. warnings: plain words,
    such as "distressing"; runs: it can carry a program, or pretends to be something else.
    """

    evidence_id: str
    reference: str
    size: int
    sha256: str
    media_type: str
    received_at: datetime
    producer: str
    name: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    warnings: tuple[str, ...] = ()
    runs: bool = False


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A finished file, such as a PDF or an extract of the custody log. name: [A-Za-z0-9_.-], no folder."""

    name: str
    title: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class BundleOrder:
    """All that goes in. target: the folder to be made, or, with recipients, the one encrypted file to be made."""

    incident: str
    made_by: str
    made_at: datetime
    purpose: str
    target: Path
    recipients: tuple[BundleRecipient, ...] = ()
    recordings: tuple[BundleRecording, ...] = ()
    exhibits: tuple[BundleExhibit, ...] = ()
    documents: tuple[BundleFile, ...] = ()
    custody: tuple[BundleFile, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BundleProgress:
    """part: 0 to 1. words: real numbers ("AB/1: 131 of 214 MB")."""

    part: float
    words: str


@dataclass(frozen=True, slots=True)
class BundleMade:
    """digest: SHA-256 of bundle.json, which vouches for everything else; hex. notes: what is not as it should be."""

    path: Path
    digest: str
    files: int
    size: int
    notes: tuple[str, ...] = ()


Tell = Callable[[BundleProgress], None]


class BundleMaker(Protocol):
    def check_target(self, target: Path, recipients: Sequence[BundleRecipient]) -> None:
        """Before anything is logged: can it be written there, are the keys good? Blocks on that disk. Raises RefusedError."""
        ...

    def make(self, order: BundleOrder, tell: Tell, stopped: Callable[[], bool]) -> BundleMade | None:
        """Blocking: for a worker thread. None when stopped; nothing is left at the target then.

        Raises StorageError, EvidenceError, RefusedError; nothing is left at the target then.
        """
        ...
