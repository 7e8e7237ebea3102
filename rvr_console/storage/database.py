"""Opening the embedded database: SQLCipher 4 with a raw key, durable settings, and its errors in plain words.

One connection, used on one thread. The file is created readable by its owner only and is encrypted from its first page.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from rvr_console.errors import BugError, KeyStoreError, KnownError, StorageError

KEY_SIZE = 32
_PLAIN_HEADER = b"SQLite format 3\x00"
_BUSY_SECONDS = 10
_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",  # REPLACE must fire the delete triggers too
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA trusted_schema = OFF",
)
# Primary result codes of SQLite (sqlite.org/rescode.html).
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _CONSTRAINT, _NOTADB = (
    5,
    6,
    8,
    10,
    11,
    13,
    14,
    19,
    26,
)


class Database:
    """An open, unlocked database. Use and close it on the thread that made it."""

    def __init__(self, path: Path, key: bytes) -> None:
        """path: file, created if missing. key: 32 bytes. Raises KeyStoreError (wrong key), StorageError."""
        if len(key) != KEY_SIZE:
            raise BugError("the database key has 32 bytes")
        self.path = path
        with in_plain_words():
            _prepare_file(path)
            raw = _connect(path, key)
        self._raw = raw
        self._engine = _engine(raw)
        self._connection: Connection | None = self._engine.connect()

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            raise StorageError("The store is closed.", kept="What was stored is safe.")
        return self._connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """BEGIN IMMEDIATE … COMMIT, durable on exit; any exception undoes everything."""
        with in_plain_words(), self.connection.begin():
            yield self.connection

    def limit_pages(self, pages: int) -> None:
        """Let the file grow to this many pages of 4096 bytes and no further."""
        self._raw.execute(f"PRAGMA max_page_count = {pages:d}")

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it, so no old copies stay in it."""
        with in_plain_words():
            self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def damage(self) -> list[str]:
        """What is wrong with the file: page seals, structure, references. Empty when sound."""
        found: list[str] = []
        with in_plain_words():
            found += [str(row[0]) for row in self._raw.execute("PRAGMA cipher_integrity_check")]
            found += [str(row[0]) for row in self._raw.execute("PRAGMA integrity_check") if row[0] != "ok"]
            found += [
                f"broken reference in {row[0]}" for row in self._raw.execute("PRAGMA foreign_key_check")
            ]
        return found

    def close(self) -> None:
        """Checkpoint and close; safe to call twice."""
        if self._connection is None:
            return
        try:
            self.checkpoint()
        finally:
            self._connection.close()
            self._connection = None
            self._engine.dispose()
            self._raw.close()


def _prepare_file(path: Path) -> None:
    """Make the file for its owner only; refuse one that is not encrypted."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        head = os.read(descriptor, len(_PLAIN_HEADER))
    finally:
        os.close(descriptor)
    if head == _PLAIN_HEADER:
        raise StorageError(
            "The database is not encrypted, so it was not opened.",
            kept="It was left as it is.",
            todo="Call IT: it was not written by this console.",
        )


def _connect(path: Path, key: bytes) -> Any:
    raw = dbapi2.connect(str(path), timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        raw.execute("PRAGMA cipher_log_level = NONE")
        raw.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchall()
        for setting in _SETTINGS:
            raw.execute(setting).fetchall()
    except dbapi2.Error:
        raw.close()
        raise
    return raw


def _engine(raw: Any) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: raw,
        poolclass=StaticPool,
        hide_parameters=True,  # values never reach an exception's text
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn errors of SQLite and the file system into ours. Our own pass through."""
    try:
        yield
    except DBAPIError as error:
        raise plain_error(error.orig) from error
    except dbapi2.Error as error:
        raise plain_error(error) from error
    except OSError as error:
        raise StorageError(
            f"The store cannot be reached: {error.strerror or 'the disk refused'}.",
            kept="Everything stored before is safe; the last change was not stored.",
            todo="Check the disk, then repeat the last change.",
        ) from error


_KEPT = "Everything stored before is safe; the last change was not stored."


def plain_error(error: BaseException | None) -> KnownError | BugError:
    """The error to raise for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == _NOTADB:
        return KeyStoreError(
            "The database does not open with this key.",
            kept="Nothing was changed.",
            todo="Unlock with the key or passphrase it was made with, or restore a backup.",
        )
    if code == _FULL:
        return StorageError(
            "The disk is full.", kept=_KEPT, todo="Free some space, then repeat the last change."
        )
    if code in {_BUSY, _LOCKED}:
        return StorageError(
            "Another program holds the database.", kept=_KEPT, todo="Close the other program, then try again."
        )
    if code in {_IOERR, _READONLY, _CANTOPEN}:
        return StorageError(
            "The disk refused to read or write.",
            kept=_KEPT,
            todo="Check the disk, then repeat the last change.",
        )
    if code == _CORRUPT:
        return StorageError(
            "The database is damaged.",
            kept="Sealed recordings are kept apart from it and are not affected.",
            todo="Restore the latest backup, and keep the damaged file.",
        )
    if code == _CONSTRAINT:
        # SQLite names the rule or the columns, never the values.
        return StorageError(f"The store refused the change: {error}.", kept=_KEPT)
    return BugError(f"the store was used wrongly: {error}")
