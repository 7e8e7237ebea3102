"""A folder that several desks share: each lays down checkpoints of its custody log, others put their cosignatures beside them.

<folder>/<log id>/<number, 9 digits>.json             a checkpoint with its proof
<folder>/<log id>/<number>.<16 digits of a key>.cosig  another desk's signature line
"""

import os
import re
import stat
from pathlib import Path

from rvr_console.domain.ports import Disk
from rvr_console.errors import ServiceDownError

_LOG = re.compile(r"[0-9a-f]{32}")
_DROP = re.compile(r"(?P<number>[0-9]{9})\.json")
_LIMIT = 64 * 1024


def _down(error: OSError) -> ServiceDownError:
    return ServiceDownError(
        f"The folder where desks cosign cannot be used: {error.strerror}.",
        kept="The custody log is signed and kept here as always.",
        todo="If it goes on, tell IT.",
    )


class CosignFolder:
    """Blocking: for a worker thread. Everything read from it is untrusted and limited in size. Raises ServiceDownError."""

    def __init__(self, folder: Path, disk: Disk, memory: Path) -> None:
        """memory: a file of this desk alone, where it keeps how far it followed the others."""
        self._folder = folder
        self._disk = disk
        self._memory = memory

    def logs(self) -> list[str]:
        try:
            return sorted(path.name for path in self._folder.iterdir() if _LOG.fullmatch(path.name))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _down(error) from error

    def drops(self, log_id: str, since: int) -> list[tuple[int, bytes]]:
        """(number, untrusted content) from this number on, ascending."""
        try:
            numbers = [number for number in self._numbers(log_id) if number >= since]
            return [(number, _read(self._folder / log_id / _name(number))) for number in numbers]
        except OSError as error:
            raise _down(error) from error

    def last(self, log_id: str) -> tuple[int, bytes] | None:
        """The newest, None when there is none."""
        try:
            numbers = self._numbers(log_id)
            return (numbers[-1], _read(self._folder / log_id / _name(numbers[-1]))) if numbers else None
        except OSError as error:
            raise _down(error) from error

    def _numbers(self, log_id: str) -> list[int]:
        try:
            names = [_DROP.fullmatch(path.name) for path in (self._folder / log_id).iterdir()]
        except FileNotFoundError:
            return []
        return sorted(int(name["number"]) for name in names if name is not None)

    def lay(self, log_id: str, number: int, data: bytes) -> None:
        self._write(self._folder / log_id / _name(number), data)

    def sign(self, log_id: str, number: int, key: bytes, data: bytes) -> None:
        self._write(self._folder / log_id / f"{number:09d}.{key.hex()[:16]}.cosig", data)

    def signatures(self, log_id: str, number: int) -> list[bytes]:
        """Untrusted content of the cosignatures beside a checkpoint."""
        try:
            return [
                _read(path) for path in sorted((self._folder / log_id).glob(f"{number:09d}.*.cosig"))[:32]
            ]
        except OSError as error:
            raise _down(error) from error

    def remembered(self) -> bytes | None:
        try:
            return self._memory.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _down(error) from error

    def remember(self, data: bytes) -> None:
        self._write(self._memory, data)

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._disk.write_durable(path, data)
        except OSError as error:
            raise _down(error) from error


def _name(number: int) -> str:
    return f"{number:09d}.json"


def _read(path: Path) -> bytes:
    """Anybody may write there: a pipe would be waited for without end, a link leads elsewhere. What is no file is empty."""
    flags = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    if path.is_symlink():
        return b""
    with os.fdopen(os.open(path, flags), "rb") as file:
        return file.read(_LIMIT) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
