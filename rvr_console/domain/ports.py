"""What the inside needs of the outside. Adapters implement these; app.py passes them in."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from rvr_console.domain.recording import RecordHead, RecordingEvent


class Clock(Protocol):
    def now(self) -> datetime:
        """Wall time, aware, UTC."""
        ...

    def monotonic_ns(self) -> int:
        """CLOCK_MONOTONIC, shared by all processes of the machine."""
        ...


class Randomness(Protocol):
    def token_bytes(self, count: int) -> bytes: ...


class AppendFile(Protocol):
    """An open file that only grows."""

    def write(self, data: bytes) -> int:
        """Bytes really written: may be fewer than given. Raises OSError."""
        ...

    def sync(self) -> None:
        """Return once what was written survives power loss (fdatasync). Raises OSError."""
        ...

    def close(self) -> None: ...


class Disk(Protocol):
    """The file system, seen from evidence: nothing here deletes or overwrites."""

    def create(self, path: Path) -> AppendFile:
        """New file; FileExistsError if there is one. The directory entry is durable on return."""
        ...

    def append(self, path: Path) -> AppendFile: ...

    def write_durable(self, path: Path, data: bytes) -> None:
        """Temp file, write, fsync, rename, fsync of the directory: whole or not at all."""
        ...

    def free_bytes(self, folder: Path) -> int: ...


class SealedSegment(Protocol):
    """One open segment of a sealed recording. Not thread-safe: belongs to the recorder's thread."""

    @property
    def number(self) -> int: ...

    @property
    def head(self) -> RecordHead: ...

    def append_init(self, data: bytes) -> None:
        """Container header bytes, before any media."""
        ...

    def append_media(self, data: bytes, pts_us: int) -> None: ...

    def append_event(self, event: RecordingEvent) -> None: ...

    def sync(self) -> None:
        """Make everything appended durable. Raises StorageError; what was durable before stays so."""
        ...

    def finish(self) -> None:
        """INDEX and FINAL records, sync, close. Uses the reserve when the disk is full."""
        ...


class SegmentStore(Protocol):
    """Makes segments of one recording (one evidence id)."""

    @property
    def evidence_id(self) -> str: ...

    def open_segment(self) -> SealedSegment:
        """Next segment, its own data key; envelopes durable before it returns. Raises EvidenceError, StorageError."""
        ...


class EventSink(Protocol):
    """Where services and adapters publish domain events; safe from any thread."""

    def publish(self, event: object) -> None: ...
