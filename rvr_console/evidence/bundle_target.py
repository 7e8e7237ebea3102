"""Where a bundle is written: a folder in clear, or one file in the age format (age-encryption.org/v1) for named recipients.

Both pull the bundle's files one after the other, so that nothing is kept in memory and the encrypted one never lies in
clear on a disk: tar blocks go straight into age.
"""

import io
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

import pyrage

from rvr_console.domain.bundle import BundleRecipient
from rvr_console.errors import BugError, RefusedError
from rvr_console.system.staged import StagedFile, StagedFolder, check_free

T = TypeVar("T")
_END_OF_TAR = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True, slots=True)
class BundleItem:
    """One file of the bundle. path: "/" between the parts; size: bytes that chunks will give."""

    path: str
    size: int
    chunks: Iterable[bytes]


class BundleTarget(Protocol):
    def write(self, items: Iterable[BundleItem]) -> Path:
        """All of it, durable and under its own name on return. What items raises comes through; then nothing is left.

        Raises OSError, RefusedError.
        """
        ...


class FolderTarget:
    def __init__(self, target: Path) -> None:
        self._target = target

    def write(self, items: Iterable[BundleItem]) -> Path:
        stage = StagedFolder(self._target)
        return _whole(lambda: self._fill(stage, items), stage.discard)

    @staticmethod
    def _fill(stage: StagedFolder, items: Iterable[BundleItem]) -> Path:
        for item in items:
            with stage.file(item.path) as file:
                for chunk in item.chunks:
                    file.write(chunk)
        return stage.publish()


class AgeTarget:
    def __init__(self, target: Path, recipients: Sequence[BundleRecipient], made_at: datetime) -> None:
        self._target, self._made_at = target, made_at
        self._recipients = [read_recipient(one) for one in recipients]

    def write(self, items: Iterable[BundleItem]) -> Path:
        stage = StagedFile(self._target)
        name = self._target.name.partition(".")[0]
        source = _Pulled(_tar(items, name, int(self._made_at.timestamp())))

        def fill() -> Path:
            with stage.open() as file:
                sink = _Sink(file)
                try:
                    pyrage.encrypt_io(source, sink, self._recipients)
                except pyrage.EncryptError as error:
                    raise source.failed or sink.failed or BugError("age refused the bundle") from error
            return stage.publish()

        return _whole(fill, stage.discard)


def read_recipient(recipient: BundleRecipient) -> "pyrage.x25519.Recipient":
    """Raises RefusedError for what is no public key of the age format."""
    try:
        return pyrage.x25519.Recipient.from_str(recipient.age_key.strip())
    except pyrage.RecipientError as error:
        raise RefusedError(
            f"The key of {recipient.name} is not a public key of the age format.",
            kept="Nothing was written.",
            todo="Ask for the key again: it begins with age1.",
        ) from error


def check_target(target: Path, recipients: Sequence[BundleRecipient]) -> None:
    """Raises RefusedError."""
    check_free(target)
    for recipient in recipients:
        read_recipient(recipient)


def _whole(fill: Callable[[], T], discard: Callable[[], None]) -> T:
    """All or nothing, whatever happens."""
    try:
        return fill()
    except BaseException:
        discard()
        raise


def _tar(items: Iterable[BundleItem], top: str, at: int) -> Iterator[bytes]:
    """POSIX.1-2001 (pax) archive, streamed."""
    for item in items:
        entry = tarfile.TarInfo(f"{top}/{item.path}")
        entry.size, entry.mtime, entry.mode = item.size, at, 0o600
        yield entry.tobuf(tarfile.PAX_FORMAT)
        written = 0
        for chunk in item.chunks:
            written += len(chunk)
            yield chunk
        if written != item.size:
            raise BugError("a file of the bundle has another size than was said")
        yield bytes(-written % tarfile.BLOCKSIZE)
    yield _END_OF_TAR


class _Pulled(io.RawIOBase):
    """What a generator gives, as a file to read. failed: what it raised, which age would turn into words."""

    def __init__(self, source: Iterator[bytes]) -> None:
        super().__init__()
        self._source = source
        self._left = memoryview(b"")
        self.failed: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # any buffer of bytes
        while not self._left:
            try:
                self._left = memoryview(next(self._source))
            except StopIteration:
                return 0
            except BaseException as error:
                self.failed = error
                raise
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


class _Sink(io.RawIOBase):
    """Remembers why the disk refused."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.failed: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | memoryview") -> int:  # type: ignore[override] # any buffer of bytes
        try:
            return self._file.write(data)
        except OSError as error:
            self.failed = error
            raise
