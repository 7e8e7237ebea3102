"""One console a data folder: a lock file with the holder's process number; a second one is told plainly."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from rvr_console.errors import RefusedError, StorageError

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCK_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_LOCK_BYTE = 1 << 20  # beyond the text, so that another process may still read it on Windows
_TEXT_LIMIT = 32


class FileLock:
    """An exclusive lock, held until `release` or the end of the process, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Raises RefusedError when another process holds it, StorageError when the file cannot be made."""
        if self._descriptor is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise StorageError(
                f"The data folder cannot be written: {error.strerror}.",
                kept="Nothing was changed.",
                todo="Check the disk and the folder's rights.",
            ) from error
        try:
            _lock(descriptor)
        except OSError as error:
            holder = _read_holder(descriptor)
            os.close(descriptor)
            raise RefusedError(
                f"The console is already running here{holder}.",
                kept="The running one was not disturbed.",
                todo="Use the window that is open, or close it first.",
            ) from error
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _read_holder(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    untrusted_text = os.read(descriptor, _TEXT_LIMIT).decode("ascii", "replace")
    return f" (process {int(untrusted_text)})" if untrusted_text.isdecimal() else ""


class SingleInstance(FileLock):
    """The lock of a whole data folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir / "console.lock")
