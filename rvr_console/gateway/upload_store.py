"""Sealed files on their way: one ciphertext file each, and a row that says how much of it is durable.

The gateway takes an upload only when the desk expects it, and forgets the bytes when the desk has them, after 24 hours
at the latest. It holds no key and no name. Not thread-safe: belongs to the uploads' thread.
"""

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from rvr_console.errors import RefusedError, StorageError
from rvr_console.gateway.closings import sync_folder
from rvr_console.wire.upload_sealing import LARGEST_SEALED, TOTAL_LIMIT

KEPT_S = 24 * 3600
"""How long a file's ciphertext and its share of the link's total stay at most."""
ROOM_LIMIT = TOTAL_LIMIT + TOTAL_LIMIT // 10_000
"""Sealed bytes of one link: the files' own, and the tags."""
MOST_PER_ROOM = 1_000
SPARE = 256 * 1024 * 1024
"""Bytes of the disk that uploads leave free: the links' database needs some."""
Reason = Literal["too_large", "quota", "full", "gone"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS upload (
  id TEXT PRIMARY KEY, room TEXT NOT NULL, auth_hash TEXT NOT NULL, size INTEGER NOT NULL, held INTEGER NOT NULL,
  begun_at INTEGER NOT NULL, dropped INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS upload_room ON upload (room);
"""


@dataclass(frozen=True, slots=True)
class Upload:
    """size, held: sealed bytes, whole and durable here. begun_at: Unix seconds. dropped: the bytes are gone for good."""

    id: str
    room: str = field(repr=False)
    auth_hash: str = field(repr=False)
    size: int
    held: int
    begun_at: int
    dropped: bool

    @property
    def complete(self) -> bool:
        return self.held == self.size


class UploadRefusedError(RefusedError):
    """Not taken. reason: as in gateway_messages.Expected."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"The gateway does not take this upload: {reason}.")
        self.reason: Reason = reason


def _disk_trouble(error: OSError | sqlite3.Error) -> StorageError:
    return StorageError(
        f"The gateway cannot write a file that is being sent ({type(error).__name__}).",
        kept="What it acknowledged is safe.",
        todo="Check the gateway's disk.",
    )


class UploadStore:
    """now_s: Unix seconds. free_bytes: room left on the disk of a folder."""

    def __init__(
        self,
        folder: Path,
        now_s: Callable[[], float] = time.time,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        """Open or make the store; bytes that were not acknowledged are cut off. Raises StorageError."""
        self._folder = folder
        self._now, self._free = now_s, free_bytes
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._base = sqlite3.connect(
                folder / "uploads.sqlite", timeout=1.0, isolation_level=None, check_same_thread=False
            )
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL"):
                self._base.execute(f"PRAGMA {pragma}")
            self._base.executescript(_SCHEMA)
            self._recover()
        except (sqlite3.Error, OSError) as error:
            raise _disk_trouble(error) from error

    def _recover(self) -> None:
        """After a start: each file ends where its row says; files without a row are leftovers."""
        self.expire()
        for path in self._folder.glob("*.part"):
            upload = self.find(path.stem)
            if upload is None or upload.dropped:
                path.unlink()
            elif path.stat().st_size > upload.held:
                os.truncate(path, upload.held)

    def _path(self, upload_id: str) -> Path:
        # Ids are 32 hexadecimal digits, checked at the edge: never anything else of a path.
        return self._folder / f"{upload_id}.part"

    def find(self, upload_id: str) -> Upload | None:
        row = self._base.execute(
            "SELECT id, room, auth_hash, size, held, begun_at, dropped FROM upload WHERE id = ?", (upload_id,)
        ).fetchone()
        if row is None:
            return None
        name, room, auth_hash, size, held, begun_at, dropped = row
        return Upload(name, room, auth_hash, size, held, begun_at, bool(dropped))

    def expect(self, upload_id: str, room: str, auth_hash: str, size: int) -> Upload:
        """Take this upload from now on; durable on return, again is no error. Raises UploadRefusedError, StorageError."""
        known = self.find(upload_id)
        if known is not None:
            if (known.room, known.size) != (room, size) or known.dropped:
                raise UploadRefusedError("gone")
            return known
        if not 0 < size <= LARGEST_SEALED:
            raise UploadRefusedError("too_large")
        total, count = self._base.execute(
            "SELECT coalesce(sum(size), 0), count(*) FROM upload WHERE room = ?", (room,)
        ).fetchone()
        if total + size > ROOM_LIMIT or count >= MOST_PER_ROOM:
            raise UploadRefusedError("quota")
        promised = self._base.execute("SELECT coalesce(sum(size - held), 0) FROM upload WHERE NOT dropped")
        if self._free(self._folder) < promised.fetchone()[0] + size + SPARE:
            raise UploadRefusedError("full")
        upload = Upload(upload_id, room, auth_hash, size, 0, int(self._now()), dropped=False)
        try:
            with contextlib.closing(self._path(upload_id).open("wb")) as made:
                os.fsync(made.fileno())
            sync_folder(self._folder)
            self._base.execute(
                "INSERT INTO upload VALUES (?, ?, ?, ?, 0, ?, 0)",
                (upload_id, room, auth_hash, size, upload.begun_at),
            )
        except (sqlite3.Error, OSError) as error:
            raise _disk_trouble(error) from error
        return upload

    def append(self, upload_id: str, offset: int, pieces: Sequence[bytes]) -> Upload:
        """Bytes at exactly the end of what is held; durable on return. Raises UploadRefusedError, StorageError."""
        upload, held = self.find(upload_id), offset + sum(map(len, pieces))
        if upload is None or upload.dropped or offset != upload.held or held > upload.size:
            raise UploadRefusedError("gone")
        try:
            handle = os.open(self._path(upload_id), os.O_WRONLY)
            try:
                os.lseek(handle, offset, os.SEEK_SET)
                for piece in pieces:
                    view = memoryview(piece)
                    while view:
                        view = view[os.write(handle, view) :]
                os.fsync(handle)
            finally:
                os.close(handle)
            self._base.execute("UPDATE upload SET held = ? WHERE id = ?", (held, upload_id))
        except (sqlite3.Error, OSError) as error:
            raise _disk_trouble(error) from error
        return replace(upload, held=held)

    def read(self, upload_id: str, offset: int, length: int) -> bytes:
        """At most `length` bytes from there; empty at the end of what is held, or once dropped. Raises StorageError."""
        upload = self.find(upload_id)
        if upload is None or upload.dropped:
            return b""
        try:
            with self._path(upload_id).open("rb") as file:
                file.seek(offset)
                return file.read(max(0, min(length, upload.held - offset)))
        except OSError as error:
            raise _disk_trouble(error) from error

    def drop(self, upload_id: str) -> None:
        """Forget the bytes. The row stays for its share of the total until it expires. Again is no error."""
        try:
            self._base.execute("UPDATE upload SET dropped = 1 WHERE id = ?", (upload_id,))
            self._path(upload_id).unlink(missing_ok=True)
        except (sqlite3.Error, OSError) as error:
            raise _disk_trouble(error) from error

    def expire(self) -> None:
        """Forget everything begun 24 hours ago. Raises StorageError."""
        before = int(self._now()) - KEPT_S
        try:
            old = self._base.execute("SELECT id FROM upload WHERE begun_at <= ?", (before,)).fetchall()
            for (upload_id,) in old:
                self._path(upload_id).unlink(missing_ok=True)
            self._base.execute("DELETE FROM upload WHERE begun_at <= ?", (before,))
        except (sqlite3.Error, OSError) as error:
            raise _disk_trouble(error) from error

    def close(self) -> None:
        self._base.close()
