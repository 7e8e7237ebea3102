"""The custody log counted by its index of subjects: what only one of the two ways leads to is found."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from rvr_console.domain.custody import CustodyAct, CustodyFault, commitment_of, digest_2, payload_bytes
from rvr_console.domain.custody_check import RowCount
from rvr_console.domain.merkle import Frontier, leaf_hash
from rvr_console.domain.repositories import Transaction
from rvr_console.storage.custody_count import count_some
from rvr_console.storage.store import Store

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
ENTRIES = 6


def append(tx: Transaction, count: int = 1, subject: str = "case") -> None:
    for _ in range(count):
        tx.custody.append(NOW, "2417", CustodyAct.NOTE_WRITTEN, subject, purpose="", details={})


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    store = Store(tmp_path / "console.db", KEY)
    await store.run(lambda tx: append(tx, ENTRIES))
    store.close()
    return tmp_path / "console.db"


def raw(path: Path) -> dbapi2.Connection:
    """The rules of the database taken away."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    return connection


async def faults(path: Path) -> list[CustodyFault]:
    store = Store(path, KEY)
    try:
        return await store.run(lambda tx: tx.custody.verify())
    finally:
        store.close()


@contextmanager
def without_the_index(path: Path) -> Iterator[dbapi2.Connection]:
    """The insider makes SQLite forget the index of subjects, does something, and puts the index back as it was."""
    told = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = 'ix_custody_subject'"
    connection = raw(path)
    index = connection.execute(told).fetchone()
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_custody_subject'")
    connection.close()
    connection = raw(path)
    yield connection
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
    connection.close()


async def test_a_row_that_only_the_index_still_has_is_counted(path: Path) -> None:
    with without_the_index(path) as connection:
        connection.execute("DELETE FROM custody WHERE sequence = 5")
    assert any("lists 5 entries but holds 6" in fault.what for fault in await faults(path))


def add_one_that_fits(connection: dbapi2.Connection) -> None:
    """An entry right in itself and in its place, with tip and tree to match."""
    digests = [row[0] for row in connection.execute("SELECT digest FROM custody ORDER BY sequence")]
    salt, at = bytes(32), NOW.isoformat()
    commitment = commitment_of(salt, payload_bytes("2417", "{}", "", "case"))
    digest = digest_2(ENTRIES, at, "cad_act", digests[-1], commitment)
    connection.execute(
        "INSERT INTO custody (sequence, at, actor, act, subject, purpose, details, version, salt, commitment, previous, digest)"
        " VALUES (?, ?, '2417', 'cad_act', 'case', '', '{}', 2, ?, ?, ?, ?)",
        (ENTRIES, at, salt, commitment, digests[-1], digest),
    )
    frontier = Frontier()
    for one in (*digests, digest):
        frontier.append(leaf_hash(one))
    connection.execute(
        "UPDATE custody_tip SET entries = ?, digest = ?, frontier = ?",
        (ENTRIES + 1, digest, frontier.to_bytes()),
    )


async def test_a_row_that_the_index_does_not_lead_to_is_counted(path: Path) -> None:
    """It fits the chain and the tip, and nobody who asks for its subject would see it."""
    with without_the_index(path) as connection:
        add_one_that_fits(connection)
    assert any("lists 7 entries but holds 6" in fault.what for fault in await faults(path))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
async def test_the_count_in_pieces_is_the_count(tmp_path: Path, size: int) -> None:
    """Subjects with none, one and many entries, the empty one too; entries that come meanwhile are left for later."""
    store = Store(tmp_path / "console.db", KEY)
    for subject in ("b", "", "case", "b", "case", "case", "case", "z"):
        await store.run(lambda tx, subject=subject: append(tx, 1, subject))
    count = RowCount(tip=8, listed=8)

    def piece(tx: Transaction) -> None:
        before = count.rows
        count_some(tx._connection, count, tx.custody.tip().entries, size)
        assert count.rows - before <= 2 * size
        append(tx, 1, "a")
        append(tx, 1, "zz")

    while not count.done:
        await store.run(piece)
    store.close()
    assert count.rows == 8
