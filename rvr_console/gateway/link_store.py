"""The gateway's memory of links: SQLite, every row under an HMAC, closings in a journal of their own.

Rooms, hashes, states and times only: no secret, no name, no address. Not thread-safe: one thread at a time (made by the program's main, used by the rooms' worker).
"""

import hmac
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rvr_console.errors import BugError, RefusedError, StorageError
from rvr_console.gateway.closings import Closings
from rvr_console.gateway.link_rows import Link, RowSeals, load_key
from rvr_console.wire.desk_messages import MAX_LIFE, CloseLink, IssueLink, SignedStatement
from rvr_console.wire.gateway_messages import Reason
from rvr_console.wire.link_states import NOT_BEGUN, OPEN, TRANSITIONS, LinkState

_FORGET_EXPIRED_S = 7 * 24 * 3600
_SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
  room TEXT PRIMARY KEY, auth_hash TEXT NOT NULL, state TEXT NOT NULL, epoch INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, closing TEXT NOT NULL, mac BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS journal (
  id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL, head BLOB NOT NULL, mac BLOB NOT NULL
) STRICT;
"""


class LinkRefusedError(RefusedError):
    """The gateway says no. reason: as in gateway_messages; epoch: the link's, when the reason is an old one."""

    def __init__(self, reason: Reason, epoch: int | None = None) -> None:
        super().__init__(f"The gateway refused: {reason}.")
        self.reason: Reason = reason
        self.epoch = epoch


class LinkStore:
    def __init__(self, folder: Path, now_s: Callable[[], float] = time.time) -> None:
        """Open or make the store. Raises StorageError: in use, unreadable, or its journal was cut."""
        self._now = now_s
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        base = folder / "links.sqlite"
        journal = folder / "closings.log"
        self._seals = RowSeals(
            load_key(folder / "gateway.key", fresh=not base.exists() and not journal.exists())
        )
        try:
            self._closings = Closings(journal, self._seals.journal_key)
            self._base = sqlite3.connect(base, timeout=1.0, isolation_level=None, check_same_thread=False)
            for pragma in (
                "locking_mode=EXCLUSIVE",
                "journal_mode=WAL",
                "synchronous=FULL",
                "secure_delete=ON",
            ):
                self._base.execute(f"PRAGMA {pragma}")
            self._base.executescript(_SCHEMA)
            self._recover()
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"The gateway cannot use its folder ({type(error).__name__}: {error}).",
                todo="Check that no other gateway uses it, and that the disk is well.",
            ) from error

    def _recover(self) -> None:
        """After a start: no connection survived; closings in the journal win; a cut journal is refused."""
        row = self._base.execute("SELECT count, head, mac FROM journal").fetchone()
        if row is not None:
            count, head, mac = row
            wrong = not hmac.compare_digest(mac, self._seals.note(count, head))
            if (
                wrong
                or count > self._closings.count
                or (count == self._closings.count and head != self._closings.head)
            ):
                raise StorageError(
                    "The gateway's journal of closed links was cut or changed.",
                    kept="No link was opened.",
                    todo="Restore closings.log from its newest copy.",
                )
        with self._base:
            self._base.execute("BEGIN IMMEDIATE")
            self._note_journal()
            back = {
                LinkState.WAITING: LinkState.ISSUED,
                LinkState.LIVE: LinkState.DROPPED,
                LinkState.PAUSED: LinkState.DROPPED,
            }
            for (room,) in self._base.execute("SELECT room FROM link").fetchall():
                link = self._read(room)
                if link is None:
                    continue
                if link.state in NOT_BEGUN and self._now() > link.expires_at + _FORGET_EXPIRED_S:
                    self._base.execute("DELETE FROM link WHERE room = ?", (room,))
                elif link.state in back:
                    self._write(replace(link, state=back[link.state]))

    def _note_journal(self) -> None:
        count, head = self._closings.count, self._closings.head
        mac = self._seals.note(count, head)
        self._base.execute("INSERT OR REPLACE INTO journal VALUES (1, ?, ?, ?)", (count, head, mac))

    def _read(self, room: str) -> Link | None:
        """The row if it verifies and the journal does not hold its closing."""
        row = self._base.execute(
            "SELECT room, auth_hash, state, epoch, expires_at, changed_at, closing, mac FROM link WHERE room = ?",
            (room,),
        ).fetchone()
        if row is None or room in self._closings.rooms:
            return None
        try:
            link = Link(row[0], row[1], LinkState(row[2]), *row[3:7])
        except ValueError:
            return None
        return link if hmac.compare_digest(row[7], self._seals.row(link)) else None

    def _write(self, link: Link) -> None:
        link = replace(link, changed_at=int(self._now()))
        values = (
            link.room,
            link.auth_hash,
            link.state.value,
            link.epoch,
            link.expires_at,
            link.changed_at,
            link.closing,
        )
        self._base.execute(
            "INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*values, self._seals.row(link))
        )

    def find(self, room: str) -> Link | None:
        """The link if it is open: None for unknown, closed, expired and tampered alike."""
        link = self._read(room)
        if link is None or link.state not in OPEN or link.over(self._now()):
            return None
        return link

    def _open(self, room: str) -> Link:
        link = self.find(room)
        if link is None:
            raise LinkRefusedError("unavailable")
        return link

    def issue(self, statement: IssueLink) -> Link:
        """Durable on return; the same statement again is no error. Raises LinkRefusedError, StorageError."""
        now = self._now()
        if (
            statement.room in self._closings.rooms
            or not now < statement.expires_at <= now + MAX_LIFE.total_seconds()
        ):
            raise LinkRefusedError("unavailable")
        there = self._base.execute("SELECT 1 FROM link WHERE room = ?", (statement.room,)).fetchone()
        if there is not None:
            link = self._open(statement.room)
            if (link.auth_hash, link.expires_at) != (statement.auth_hash, statement.expires_at):
                raise LinkRefusedError("exists")
            return link
        # The issuing desk's first join carries the epoch it names here, so the row starts one below it.
        link = Link(
            statement.room,
            statement.auth_hash,
            LinkState.ISSUED,
            statement.epoch - 1,
            statement.expires_at,
            0,
        )
        self._commit(link)
        return link

    def join(self, room: str, epoch: int) -> Link:
        """A desk enters with a higher epoch than any before. Raises LinkRefusedError, StorageError."""
        link = self._open(room)
        if epoch <= link.epoch:
            raise LinkRefusedError("old_epoch", link.epoch)
        link = replace(link, epoch=epoch)
        self._commit(link)
        return link

    def step(self, room: str, state: LinkState) -> Link:
        """Another open state. Staying put is allowed. Raises LinkRefusedError, StorageError."""
        if state not in OPEN:
            raise BugError("a link is closed by close() and expires by its time")
        link = self._open(room)
        if state is link.state:
            return link
        if state not in TRANSITIONS[link.state]:
            raise LinkRefusedError("malformed")
        link = replace(link, state=state)
        self._commit(link)
        return link

    def close_link(self, statement: CloseLink, signed: SignedStatement) -> int:
        """Close for ever: journal first, then the row. Returns the epoch. Again is no error.

        Raises LinkRefusedError, StorageError.
        """
        done = self._closings.rooms.get(statement.room)
        if done is not None:
            return int(str(done["epoch"]))
        link = self._read(statement.room)
        if link is not None and statement.epoch < link.epoch:
            raise LinkRefusedError("old_epoch", link.epoch)
        closing = json.dumps(signed.model_dump(), sort_keys=True, separators=(",", ":"))
        entry = {
            "room": statement.room,
            "epoch": statement.epoch,
            "at": int(self._now()),
            "statement": closing,
        }
        # An unknown or tampered row is closed in the journal all the same: no later edit can open it.
        self._closings.append(entry)
        if link is not None:
            self._commit(replace(link, state=LinkState.CLOSED, epoch=statement.epoch, closing=closing))
        return statement.epoch

    def _commit(self, link: Link) -> None:
        try:
            with self._base:
                self._base.execute("BEGIN IMMEDIATE")
                self._note_journal()
                self._write(link)
        except sqlite3.Error as error:
            raise StorageError(
                f"The gateway cannot write its database ({type(error).__name__}).",
                kept="Links stay as they were.",
                todo="Check the gateway's disk.",
            ) from error

    def close(self) -> None:
        self._base.close()
        self._closings.close()
