"""Files that the person sends from their page: what is known of one, how far it is, and where its bytes go."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the page says of a file before a byte of it has come. Only lengths are checked.

    upload_id: 32 hexadecimal digits. untrusted_name: at most 1,024 characters, any of Unicode, never a path to use.
    untrusted_type: the browser's guess. how: "chosen", "taken" (with the device's camera) or "screen".
    modified_at: the device's own time stamp of the file. device: key of the admitted device that sends it.
    """

    consultation_id: str
    upload_id: str
    untrusted_name: str = field(repr=False)
    size: int
    untrusted_type: str
    description: str = field(repr=False)
    how: str
    device: str
    offered_at: datetime
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A whole file. sha256: over the bytes that were written. claimed_sha256: what the page computed. Both 64 hex digits.

    They agree unless the page told an untruth: the file is kept all the same, and flagged.
    """

    size: int
    sha256: str
    claimed_sha256: str

    @property
    def agrees(self) -> bool:
        return self.sha256 == self.claimed_sha256


class FileWriter(Protocol):
    """One file on its way into the evidence. write() is called on a thread of the intake, the others on the console's loop."""

    def write(self, chunk: bytes) -> None:
        """The next bytes of the file, at most 1 MiB. Raises StorageError when there is no room: the very same chunk comes again."""
        ...

    @property
    def sha256(self) -> str:
        """Over what was taken so far."""
        ...

    async def finish(self, received: ReceivedFile) -> None:
        """All bytes were written. On return the exhibit is sealed and durable, with its custody entry. Raises StorageError: asked again."""
        ...

    async def abandon(self, reason: str) -> None:
        """No more will come (plain words why). What was written stays as it is and is no exhibit; durable in the custody log."""
        ...


class ExhibitSink(Protocol):
    """Takes files into the evidence."""

    async def begin(self, facts: FileFacts) -> FileWriter:
        """Ready for the first byte. Raises StorageError (no room: asked again), RefusedError (this file is not taken).

        Comes again with the same upload id when the console was killed in the middle: the file starts anew.
        """
        ...


class UploadState(StrEnum):
    COMING = "coming"
    WAITING = "waiting"  # no room on the desk's disk, or the gateway cannot be reached
    CHECKING = "checking"
    RECEIVED = "received"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class UploadStatus:
    """How far one file is. received: bytes of it that the console has written. words: why it waits or failed, for the officer."""

    facts: FileFacts
    state: UploadState
    received: int = 0
    sha256: str = ""
    agrees: bool = True
    words: str = ""
