"""The simulator's own database: SQLite, write-ahead log, every commit on disk before the answer goes out."""

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rvr_console.errors import StorageError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY CHECK (one = 1), book TEXT NOT NULL, version INTEGER NOT NULL, sample INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS incidents (
  reference TEXT PRIMARY KEY, version INTEGER NOT NULL UNIQUE, state TEXT NOT NULL, taken_by TEXT,
  phone TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS incidents_phone ON incidents (phone);
CREATE INDEX IF NOT EXISTS incidents_name ON incidents (name);
CREATE TABLE IF NOT EXISTS aliases (desk TEXT NOT NULL, provisional TEXT NOT NULL, reference TEXT NOT NULL, PRIMARY KEY (desk, provisional)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acts (
  row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, reference TEXT NOT NULL,
  entry TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS acts_reference ON acts (reference, row);
CREATE TABLE IF NOT EXISTS sequences (desk TEXT NOT NULL, addressed TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (desk, addressed)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS created (id TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (day TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS duty (officer TEXT NOT NULL, since TEXT NOT NULL, on_duty INTEGER NOT NULL, PRIMARY KEY (officer, since)) WITHOUT ROWID;
"""


class Database:
    """One connection, one user at a time; safe from any thread. A second process on the same file is kept out by locking."""

    def __init__(self, folder: Path) -> None:
        """Open or create folder/cad.sqlite3. Raises StorageError."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._link = sqlite3.connect(
                folder / "cad.sqlite3", isolation_level=None, check_same_thread=False, timeout=5.0
            )
            self._link.row_factory = sqlite3.Row
            self._link.execute("PRAGMA journal_mode = WAL")
            self._link.execute("PRAGMA synchronous = FULL")
            self._link.executescript(_SCHEMA)
            self._link.execute("INSERT OR IGNORE INTO meta VALUES (1, ?, 0, 0)", (str(uuid.uuid4()),))
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"The control room's database in {folder} cannot be opened.",
                kept="Nothing was changed.",
                todo="Check that the folder can be written and holds a database of this program.",
            ) from error
        self._lock = threading.Lock()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it durable on leaving, or nothing. Raises StorageError (disk full, locked)."""
        with self._lock:
            try:
                self._link.execute("BEGIN IMMEDIATE")
                try:
                    yield self._link
                    self._link.execute("COMMIT")
                finally:
                    if self._link.in_transaction:
                        self._link.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise StorageError(
                    "The control room could not write this down.",
                    kept="Nothing was changed.",
                    todo="It can be sent again.",
                ) from error

    @contextmanager
    def look(self) -> Iterator[sqlite3.Connection]:
        """Reading only. Raises StorageError."""
        with self._lock:
            try:
                yield self._link
            except sqlite3.Error as error:
                raise StorageError(
                    "The control room could not read its book.", todo="Ask again in a moment."
                ) from error

    def close(self) -> None:
        with self._lock:
            self._link.close()


def book_and_version(link: sqlite3.Connection) -> tuple[str, int]:
    """Identity of this database, and the number of its last change."""
    row = link.execute("SELECT book, version FROM meta").fetchone()
    return row["book"], row["version"]


def next_version(link: sqlite3.Connection) -> int:
    row = link.execute("UPDATE meta SET version = version + 1 RETURNING version").fetchone()
    return int(row["version"])
