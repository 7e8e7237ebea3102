"""A database of the first schema keeps its custody entries as they are; the tree is grown over them and goes on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from rvr_console.domain.custody import GENESIS, CustodyAct, digest_1
from rvr_console.domain.merkle import leaf_hash, verify_consistency, verify_inclusion
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import EvidenceError
from rvr_console.storage.custody_tip_file import Tip, TipFile
from rvr_console.storage.database import Database
from rvr_console.storage.migrate import config
from rvr_console.storage.store import Store

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
OLD = 300
# Frozen: the digest of the last of these entries as version 1 of the console wrote it.
OLD_END = "db8f0d9a4ee46b292a0e56409cd53163c8e000fc2963575b9aa3ae6c1ab5cf45"


def first_schema(path: Path) -> bytes:
    """A database of the first schema with entries of version 1. The last digest."""
    database = Database(path, KEY)
    previous = GENESIS
    with database.transaction() as connection:
        command.upgrade(config(connection), "0001")
        for sequence in range(OLD):
            at = (NOW + timedelta(seconds=sequence)).isoformat()
            details = f'{{"a":"Zoë \\"{sequence}\\"","b":"x"}}'
            digest = digest_1(sequence, at, "2417", "note_written", "case", "why", details, previous)
            connection.execute(
                text(
                    "INSERT INTO custody VALUES (:s, :at, '2417', 'note_written', 'case', 'why', :details, :previous, :digest)"
                ),
                {"s": sequence, "at": at, "details": details, "previous": previous, "digest": digest},
            )
            previous = digest
    database.close()
    TipFile(path.with_name(path.name + ".tip"), KEY).write(Tip(OLD, previous))
    return previous


def append(tx: Transaction, count: int) -> None:
    for number in range(count):
        tx.custody.append(
            NOW,
            "2417",
            CustodyAct.NOTE_WRITTEN,
            "case",
            purpose="",
            details={"b": str(number), "a": "Zoë \n\x7f"},
        )


async def test_old_entries_still_verify_and_new_ones_follow_them(tmp_path: Path) -> None:
    end = first_schema(tmp_path / "console.db")
    store = Store(tmp_path / "console.db", KEY)
    before = await store.run(lambda tx: tx.custody.root())
    assert await store.run(lambda tx: tx.custody.verify()) == []
    await store.run(lambda tx: append(tx, 250))
    assert await store.run(lambda tx: tx.custody.verify()) == []
    entries = await store.run(lambda tx: tx.custody.all())
    store.close()
    assert [entry.version for entry in entries] == [1] * OLD + [2] * 250
    assert entries[OLD].previous == end == entries[OLD - 1].digest
    assert all(entry.computed_digest() == entry.digest for entry in entries)
    assert len({entry.salt for entry in entries[OLD:]}) == 250
    store = Store(tmp_path / "console.db", KEY)
    root = await store.run(lambda tx: tx.custody.root())
    size = len(entries)
    for place in (0, 255, 256, 299, 300, 511, 549):
        path = await store.run(lambda tx, n=place: tx.custody.tree().inclusion(n, size))
        assert verify_inclusion(leaf_hash(entries[place].digest), place, size, path, root)
    proof = await store.run(lambda tx: tx.custody.tree().consistency(OLD, size))
    assert verify_consistency(OLD, size, before, root, proof)
    tip = await store.run(lambda tx: tx.custody.tip())
    store.close()
    assert len(bytes.fromhex(tip.log_id)) == 16


async def test_the_bytes_of_version_1_are_those_of_the_first_console(tmp_path: Path) -> None:
    """Computed once by the first console's own code."""
    assert first_schema(tmp_path / "console.db").hex() == OLD_END


async def test_no_proof_from_a_log_with_a_hole(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", KEY)
    await store.run(lambda tx: append(tx, 5))

    def cut(tx: Transaction) -> None:
        tx._connection.exec_driver_sql("DROP TRIGGER custody_no_DELETE")
        tx._connection.exec_driver_sql("DELETE FROM custody WHERE sequence = 3")

    await store.run(cut)
    with pytest.raises(EvidenceError, match="not whole"):
        await store.run(lambda tx: tx.custody.tree().inclusion(0, 5))
    store.close()
