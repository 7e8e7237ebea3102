"""Files made under a name that says "not complete", and given their own name once they are durable.

Nobody's file is written over. What a crash leaves is called `<name>.partial` and stays; the next try takes another name.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rvr_console.errors import RefusedError, StorageError
from rvr_console.system.durable_file import sync_folder

_MOST_NAMES = 1000
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_BUFFER = 1 << 20


def check_free(target: Path) -> None:
    """Raises RefusedError unless target can be made: its folder is there, and nothing or an empty folder has its name."""
    if not target.is_absolute() or not target.parent.is_dir():
        raise RefusedError(
            "There is no such folder.", kept="Nothing was written.", todo="Choose a folder that is there."
        )
    if not os.path.lexists(target):
        return
    if target.is_symlink() or not target.is_dir():
        raise RefusedError(
            f"There is a file called {target.name} already.",
            kept="It was left as it is.",
            todo="Choose another name.",
        )
    if any(target.iterdir()):
        raise RefusedError(
            f"The folder {target.name} is not empty.",
            kept="It was left as it is.",
            todo="Choose a new or empty folder.",
        )


def _partial_names(target: Path) -> Iterator[Path]:
    yield target.with_name(f"{target.name}.partial")
    for number in range(2, _MOST_NAMES):
        yield target.with_name(f"{target.name}.partial-{number}")
    raise StorageError(
        "There are too many incomplete files in this folder.",
        kept="Nothing was written.",
        todo="Choose another folder.",
    )


@contextmanager
def _durable(path: Path) -> Iterator[BinaryIO]:
    """A new file, on the disk when the block has ended."""
    with os.fdopen(os.open(path, _NEW, 0o600), "wb", buffering=_BUFFER) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


class StagedFolder:
    """A folder of files. Use `file` for each, then `publish` or `discard`. Raises OSError throughout."""

    def __init__(self, target: Path) -> None:
        check_free(target)
        self._target = target
        for self._part in _partial_names(target):
            try:
                self._part.mkdir(mode=0o700)
            except FileExistsError:
                continue
            break
        self._folders = {self._part}

    @contextmanager
    def file(self, path: str) -> Iterator[BinaryIO]:
        """A new file at this path below the folder ("/" between the parts)."""
        whole = self._part / path
        for folder in reversed(whole.relative_to(self._part).parents):
            if (below := self._part / folder) not in self._folders:
                below.mkdir(mode=0o700)
                self._folders.add(below)
        with _durable(whole) as file:
            yield file

    def publish(self) -> Path:
        """The target, complete and durable."""
        for folder in sorted(self._folders, reverse=True):
            sync_folder(folder)
        check_free(self._target)
        if self._target.exists():
            self._target.rmdir()  # it is empty; Windows would not rename over it
        self._part.rename(self._target)
        sync_folder(self._target.parent)
        return self._target

    def discard(self) -> None:
        """Remove what was written here; what cannot be removed stays under its `.partial` name."""
        shutil.rmtree(self._part, ignore_errors=True)


class StagedFile:
    """One file. Use `open` once, then `publish` or `discard`."""

    def __init__(self, target: Path) -> None:
        check_free(target)
        self._target = target
        self._part = next(name for name in _partial_names(target) if not os.path.lexists(name))

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        with _durable(self._part) as file:
            yield file

    def publish(self) -> Path:
        self._target.touch(
            mode=0o600, exist_ok=False
        )  # the name is claimed first: nobody's file is written over
        self._part.replace(self._target)
        sync_folder(self._target.parent)
        return self._target

    def discard(self) -> None:
        self._part.unlink(missing_ok=True)
