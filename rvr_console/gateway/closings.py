"""The append-only journal of closed links, beside the gateway's database.

One line for each closing: JSON, a space, and an HMAC-SHA256 chained over the line before. A line counts once it is
fsynced. A closed link stays closed by this file even if the database is edited or replaced.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

from rvr_console.errors import StorageError

_LABEL = b"rvr/gw1/closing\0"


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable, where the system can (POSIX)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Closings:
    """Rooms that are closed for ever. Not thread-safe: belongs to the store's thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Read the journal, or start one. Lines torn by a power loss stay in the file and do not count."""
        self._key = key
        self._path = path
        fresh = not path.exists()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        if fresh:
            os.fsync(self._file)
            sync_folder(path.parent)
        self._read()

    def _read(self) -> None:
        self._head = bytes(32)
        self.count = 0
        self._rooms: dict[str, Mapping[str, object]] = {}
        data = self._path.read_bytes()
        for line in data.split(b"\n"):
            self._take(line)
        self._torn = bool(data) and not data.endswith(b"\n")

    def _mac(self, text: bytes) -> bytes:
        return hmac.new(self._key, _LABEL + self._head + text, hashlib.sha256).digest()

    def _take(self, line: bytes) -> None:
        text, _, mac = line.rpartition(b" ")
        expected = self._mac(text)
        if not hmac.compare_digest(mac, expected.hex().encode()):
            return
        entry = json.loads(text)
        self._head = expected
        self.count += 1
        self._rooms[entry["room"]] = entry

    @property
    def head(self) -> bytes:
        return self._head

    @property
    def rooms(self) -> Mapping[str, Mapping[str, object]]:
        """By room: {room, epoch, at, statement}."""
        return self._rooms

    def append(self, entry: Mapping[str, object]) -> None:
        """Durable on return. Raises StorageError, and then the closing does not count."""
        try:
            if self._torn:
                # A failed write may have left half a line, or a whole one that was not acknowledged.
                os.write(self._file, b"\n")
                self._read()
            text = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
            mac = self._mac(text)
            line = text + b" " + mac.hex().encode() + b"\n"
            self._torn = True
            while line:
                line = line[os.write(self._file, line) :]
            os.fsync(self._file)
        except OSError as error:
            raise StorageError(
                f"The gateway cannot write its journal of closed links ({error.strerror}).",
                kept="The link is not closed yet.",
                todo="The desk tries again.",
            ) from error
        self._torn = False
        self._head = mac
        self.count += 1
        self._rooms[str(entry["room"])] = entry

    def close(self) -> None:
        os.close(self._file)
