"""Files that only grow and are on the disk when we say so.

Nothing here deletes or overwrites, with two stated exceptions: the reserve (a file of zeros of our own) is
removed to make room, and `cut_tail` shortens a file after it has read the same bytes back from a durable copy.
"""

import errno
import os
import sys
from pathlib import Path
from typing import BinaryIO

from rvr_console.errors import StorageError

RESERVE_BYTES = 64 * 1024 * 1024
_COMPARE_CHUNK = 1024 * 1024
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends without it
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive power loss. NTFS keeps names in its own journal: nothing to do there."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_data(descriptor: int) -> None:
    if sys.platform in {"win32", "darwin"}:
        os.fsync(descriptor)
    else:
        os.fdatasync(descriptor)


def _claim(descriptor: int, path: Path) -> None:
    """One writer at a time: recovery must never touch a file that is still being written."""
    if sys.platform == "win32":
        return  # the console itself is single-instance there
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StorageError(
            f"{path.name} is being written by another program.",
            kept="Nothing was changed.",
            todo="Close the other console first.",
        ) from error


class DurableFile:
    """An AppendFile on a real disk: O_APPEND, held by one writer, synced with fdatasync."""

    def __init__(self, path: Path, flags: int) -> None:
        self.path = path
        self._descriptor = os.open(path, flags | os.O_WRONLY | os.O_APPEND | _CLOEXEC | _BINARY, 0o600)
        try:
            _claim(self._descriptor, path)
        except StorageError:
            os.close(self._descriptor)
            raise

    def write(self, data: bytes) -> int:
        return os.write(self._descriptor, data)

    def sync(self) -> None:
        _sync_data(self._descriptor)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class DurableDisk:
    """The Disk port on the machine's own file system."""

    def create(self, path: Path) -> DurableFile:
        """New file; FileExistsError if there is one. The directory entry is durable on return."""
        made = DurableFile(path, os.O_CREAT | os.O_EXCL)
        sync_folder(path.parent)
        return made

    def append(self, path: Path) -> DurableFile:
        """Open an existing file for growing. FileNotFoundError, or StorageError while another writer holds it."""
        return DurableFile(path, 0)

    def write_durable(self, path: Path, data: bytes) -> None:
        """Temp file, write, fsync, rename, fsync of the directory: whole or not at all. Raises OSError."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        descriptor = os.open(temporary, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | _CLOEXEC | _BINARY, 0o600)
        try:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)

    def free_bytes(self, folder: Path) -> int:
        if sys.platform == "win32":
            import shutil

            return shutil.disk_usage(folder).free
        figures = os.statvfs(folder)
        return figures.f_bavail * figures.f_frsize

    def cut_tail(self, path: Path, keep: int, copy: Path) -> None:
        """Shorten `path` to `keep` bytes, but only when `copy` holds exactly the bytes that go.

        The caller holds the file through `append`, so that nobody writes meanwhile.
        Raises StorageError when the copy differs (nothing is changed then), OSError from the disk.
        """
        with path.open("r+b") as whole, copy.open("rb") as saved:
            os.fsync(saved.fileno())
            if not _same_bytes(whole, keep, saved):
                raise StorageError(
                    f"The copy {copy.name} does not hold the end of {path.name}.", kept="Nothing was changed."
                )
            whole.truncate(keep)
            os.fsync(whole.fileno())


def _same_bytes(whole: BinaryIO, offset: int, saved: BinaryIO) -> bool:
    whole.seek(offset)
    while True:
        ours, theirs = whole.read(_COMPARE_CHUNK), saved.read(_COMPARE_CHUNK)
        if ours != theirs:
            return False
        if not ours:
            return True


class DiskReserve:
    """Room kept back, so that a full disk still lets a recording close cleanly."""

    def __init__(self, path: Path, size: int = RESERVE_BYTES) -> None:
        self.path = path
        self._size = size

    def prepare(self) -> None:
        """Take the room if it is not taken yet. Raises StorageError when the disk has not got it."""
        try:
            if self.path.exists() and self.path.stat().st_size >= self._size:
                return
            descriptor = os.open(self.path, os.O_CREAT | os.O_WRONLY | _CLOEXEC | _BINARY, 0o600)
            try:
                self._allocate(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            self.path.unlink(missing_ok=True)
            raise StorageError(
                "The disk has no room for a recording.",
                kept="Recordings made before are safe.",
                todo="Free some space, then start the recording again.",
            ) from error

    def _allocate(self, descriptor: int) -> None:
        if sys.platform == "linux":
            os.posix_fallocate(descriptor, 0, self._size)
        else:  # written out: a sparse file would reserve nothing
            block = bytes(_COMPARE_CHUNK)
            for start in range(0, self._size, len(block)):
                part = block[: self._size - start]
                if os.write(descriptor, part) != len(part):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)

    def release(self) -> bool:
        """Give the room back to the recording. False when there was none left to give."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(self.path.parent)
        return True
