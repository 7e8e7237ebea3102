"""The custody log against somebody who has the database and its key."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from rvr_console.domain.custody import (
    CustodyAct,
    CustodyFault,
    FaultKind,
    commitment_of,
    digest_2,
    payload_bytes,
)
from rvr_console.domain.custody_check import MOST_FAULTS, LogCheck
from rvr_console.domain.repositories import Transaction
from rvr_console.errors import StorageError
from rvr_console.storage.store import Store

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
ENTRIES = 6


def append(tx: Transaction, count: int = 1, subject: str = "case") -> None:
    for number in range(count):
        tx.custody.append(
            NOW, "2417", CustodyAct.NOTE_WRITTEN, subject, purpose="", details={"number": str(number)}
        )


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    store = Store(tmp_path / "console.db", KEY)
    for _ in range(ENTRIES):
        await store.run(append)
    store.close()
    return tmp_path / "console.db"


def raw(path: Path, *, armed: bool) -> dbapi2.Connection:
    """armed: the triggers stand."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("PRAGMA recursive_triggers = ON")
    if not armed:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
    return connection


async def faults(path: Path) -> list[CustodyFault]:
    """What is found, but for the database's own rules, which these insiders do not put back."""
    store = Store(path, KEY)
    try:
        found = await store.run(lambda tx: tx.custody.verify())
        return [fault for fault in found if fault.kind is not FaultKind.UNGUARDED]
    finally:
        store.close()


async def test_an_untouched_log_is_intact(path: Path) -> None:
    assert await faults(path) == []
    assert await faults(path) == []


COPIED = "at, actor, act, subject, purpose, details, version, salt, commitment"
ALL = f"sequence, {COPIED}, previous, digest"
K = FaultKind
# name: (what the insider does, what is found, at which entry, in which words)
TAMPERING: dict[str, tuple[list[str], FaultKind, int, str]] = {
    "edit": (
        ['UPDATE custody SET details = \'{"number":"7"}\' WHERE sequence = 2'], K.EDITED, 2, "what entry 2 says"
    ),
    "edit actor": (["UPDATE custody SET actor = '2500' WHERE sequence = 0"], K.EDITED, 0, "what entry 0 says"),
    "edit time": (
        ["UPDATE custody SET at = '2026-11-21T13:31:00+00:00' WHERE sequence = 5"],
        K.EDITED, 5, "entry 5 was changed",
    ),
    "edit act": (["UPDATE custody SET act = 'cad_act' WHERE sequence = 4"], K.EDITED, 4, "entry 4 was changed"),
    "edit salt": (["UPDATE custody SET salt = zeroblob(32) WHERE sequence = 4"], K.EDITED, 4, "what entry 4 says"),
    "edit commitment": (
        ["UPDATE custody SET commitment = zeroblob(32) WHERE sequence = 4"], K.EDITED, 4, "entry 4 was changed"
    ),
    "not an entry": (["UPDATE custody SET digest = 5 WHERE sequence = 4"], K.UNREADABLE, 4, "not an entry"),
    "empty what it says": (
        ["UPDATE custody SET actor = '', subject = '', purpose = '', details = '{}', salt = NULL WHERE sequence = 3"],
        K.EDITED, 3, "what entry 3 says was removed",
    ),
    "delete first": (["DELETE FROM custody WHERE sequence = 0"], K.DELETED, 0, "entry 0 is missing"),
    "delete middle": (["DELETE FROM custody WHERE sequence = 3"], K.DELETED, 3, "entry 3 is missing"),
    "delete two": (["DELETE FROM custody WHERE sequence IN (3, 4)"], K.DELETED, 3, "entries 3 to 4 are missing"),
    "delete last": (["DELETE FROM custody WHERE sequence = 5"], K.DELETED, 5, "entry 5 is missing at the end"),
    "delete middle, close the hole": (
        [
            "DELETE FROM custody WHERE sequence = 3",
            "UPDATE custody SET sequence = sequence - 1 WHERE sequence > 3",
            "UPDATE custody_tip SET entries = entries - 1",
        ],
        K.DELETED, 3, "entry 3 was deleted, and the rest numbered anew",
    ),
    "delete last and mend the tip": (
        [
            "DELETE FROM custody WHERE sequence = 5",
            "UPDATE custody_tip SET entries = 5, digest = (SELECT digest FROM custody WHERE sequence = 4)",
        ],
        K.ROLLED_BACK, 5, "had 6 entries here before",
    ),
    "insert at the end": (
        [f"INSERT INTO custody ({ALL}) SELECT 6, {COPIED}, digest, zeroblob(32) FROM custody WHERE sequence = 5"],
        K.INSERTED, 6, "added behind the end",
    ),
    "insert between": (
        [
            "UPDATE custody SET sequence = 6 WHERE sequence = 5",
            f"INSERT INTO custody ({ALL}) SELECT 5, {COPIED}, previous, digest FROM custody WHERE sequence = 4",
            "UPDATE custody_tip SET entries = 7",
        ],
        K.INSERTED, 5, "place 5 is a copy",
    ),
    "reorder": (
        [
            "UPDATE custody SET sequence = 99 WHERE sequence = 2",
            "UPDATE custody SET sequence = 2 WHERE sequence = 3",
            "UPDATE custody SET sequence = 3 WHERE sequence = 99",
        ],
        K.REORDERED, 2, "entries 2 to 3 stand in another order",
    ),
    "empty it": (
        ["DELETE FROM custody", "UPDATE custody_tip SET entries = 0, digest = zeroblob(32)"],
        K.ROLLED_BACK, 0, "had 6 entries here before",
    ),
    "edit the tree's edge": (
        ["UPDATE custody_tip SET frontier = zeroblob(length(frontier))"], K.EDITED, 6, "edge of the log's tree"
    ),
    "edit a stored hash": (
        ["INSERT INTO custody_nodes VALUES (8, 0, zeroblob(32))"], K.EDITED, 6, "hashes of the log's tree"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
async def test_every_tampering_is_found_and_named_at_start(path: Path, name: str) -> None:
    statements, kind, sequence, words = TAMPERING[name]
    connection = raw(path, armed=False)
    for statement in statements:
        connection.execute(statement)
    connection.close()
    found = await faults(path)
    assert [f for f in found if (f.kind, f.sequence) == (kind, sequence) and words in f.what], found


def forge(connection: dbapi2.Connection, sequence: int, previous: bytes, subject: str) -> bytes:
    """An entry of the insider's own at this place, right in itself. Its digest."""
    salt, at = bytes(range(32)), NOW.isoformat()
    commitment = commitment_of(salt, payload_bytes("2417", "{}", "", subject))
    digest = digest_2(sequence, at, "cad_act", previous, commitment)
    connection.execute(
        f"INSERT OR REPLACE INTO custody ({ALL}) VALUES (?, ?, '2417', 'cad_act', ?, '', '{{}}', 2, ?, ?, ?, ?)",
        (sequence, at, subject, salt, commitment, previous, digest),
    )
    return digest


def digests(connection: dbapi2.Connection) -> list[bytes]:
    return [row[0] for row in connection.execute("SELECT digest FROM custody ORDER BY sequence")]


async def test_an_entry_replaced_by_one_that_is_right_in_itself(path: Path) -> None:
    connection = raw(path, armed=False)
    forge(connection, 2, digests(connection)[1], "another case")
    connection.close()
    (found,) = await faults(path)
    assert (found.kind, found.sequence) == (FaultKind.EDITED, 2)
    assert "entry 2 was replaced" in found.what


async def test_an_entry_put_in_that_is_right_in_itself(path: Path) -> None:
    connection = raw(path, armed=False)
    connection.execute("UPDATE custody SET sequence = sequence + 100 WHERE sequence >= 3")
    connection.execute("UPDATE custody SET sequence = sequence - 99 WHERE sequence >= 100")
    forge(connection, 3, digests(connection)[2], "another case")
    connection.execute("UPDATE custody_tip SET entries = 7")
    connection.close()
    found = (await faults(path))[0]
    assert (found.kind, found.sequence) == (FaultKind.INSERTED, 3)
    assert "entry 3 was put in afterwards: what stands at place 4 was written as entry 3" in found.what


async def test_rows_that_hide_behind_one_number_are_counted(path: Path) -> None:
    connection = raw(path, armed=False)
    connection.execute("CREATE TABLE other AS SELECT * FROM custody")
    connection.execute("DROP TABLE custody")
    connection.execute("ALTER TABLE other RENAME TO custody")
    connection.execute("INSERT INTO custody SELECT * FROM custody WHERE sequence = 2")
    connection.close()
    found = await faults(path)
    assert any("2 stands in the log a second time" in fault.what for fault in found)


NOT_AS_MADE: dict[str, tuple[str, str]] = {
    "no number": ("UPDATE custody SET sequence = NULL WHERE sequence = 2", "lists 5 entries but holds 6"),
    "one number for many": ("UPDATE custody SET sequence = 2 WHERE sequence > 2", "but holds 6"),
    "words for numbers": ("UPDATE custody SET sequence = 'x' || sequence", "is not an entry"),
    "numbers far away, no digests": (
        "UPDATE custody SET digest = 5, sequence = sequence + 1000000000000", "is not an entry"
    ),
    "bytes among numbers": ("UPDATE custody SET sequence = zeroblob(3) WHERE sequence = 3", "is not an entry"),
}  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("limit", [1, 2, 4])
@pytest.mark.parametrize("name", NOT_AS_MADE)
async def test_listing_a_table_that_is_not_as_made_ends_and_hides_nothing(
    path: Path, name: str, limit: int
) -> None:
    """The listing goes on behind the last row and counts once, at its end: no row may lead it in a circle or past others."""
    statement, words = NOT_AS_MADE[name]
    connection = raw(path, armed=False)
    connection.execute("CREATE TABLE other AS SELECT * FROM custody")
    connection.execute("DROP TABLE custody")
    connection.execute("ALTER TABLE other RENAME TO custody")
    connection.execute(statement)
    connection.close()

    def check(tx: Transaction) -> list[CustodyFault]:
        run = LogCheck()
        while not tx.custody.check(run, limit):
            pass
        assert run.entries <= ENTRIES
        return tx.custody.faults(run)

    store = Store(path, KEY)
    found = await store.run(check)
    store.close()
    assert any(words in fault.what for fault in found), found


async def test_a_tampered_log_of_many_entries_does_not_flood(path: Path) -> None:
    store = Store(path, KEY)
    await store.run(lambda tx: append(tx, 600))
    store.close()
    connection = raw(path, armed=False)
    connection.execute("UPDATE custody SET at = at || ' ' WHERE sequence > 100")
    connection.close()
    found = await faults(path)
    assert 0 < len(found) <= MOST_FAULTS + 2
    assert found[0].sequence == 101


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody SET purpose = 'x' WHERE sequence = 1",
        "DELETE FROM custody WHERE sequence = 1",
        "DELETE FROM custody",
        "INSERT OR REPLACE INTO custody SELECT * FROM custody WHERE sequence = 1",
        f"INSERT INTO custody ({ALL}) SELECT 9, {COPIED}, previous, digest FROM custody LIMIT 1",
        "DELETE FROM custody_tip",
        "DELETE FROM recordings",
        "DELETE FROM segments",
        "DELETE FROM marks",
        "UPDATE notes SET text = 'other'",
    ],
)
def test_the_database_itself_refuses(path: Path, statement: str) -> None:
    connection = raw(path, armed=True)
    if "custody" not in statement:
        _one_recording(connection)
    before = connection.execute("SELECT * FROM custody").fetchall()
    with pytest.raises(dbapi2.IntegrityError, match=r"never|only grows"):
        connection.execute(statement)
    assert connection.execute("SELECT * FROM custody").fetchall() == before
    connection.close()


def _one_recording(connection: dbapi2.Connection) -> None:
    for statement in (
        "INSERT INTO incidents VALUES ('1', 'x', 0, 1, '{}')",
        "INSERT INTO consultations VALUES ('c', '1', 'o', 'x', 'open', NULL, '[]', 0, '', '', '', '', 0, NULL, NULL, 0, 'victim')",
        "INSERT INTO recordings VALUES ('e', 'c', 'x', 'open', NULL)",
        "INSERT INTO segments VALUES ('e', 1, 'x', '', NULL, NULL, 0)",
        "INSERT INTO marks VALUES (1, 'e', 1, 'gap', 0, 1, '{}')",
        "INSERT INTO notes VALUES ('c', 0, 'x', 'text', NULL)",
    ):
        connection.execute(statement)


async def test_an_old_copy_put_back_is_found_and_stays_found(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copy(path, old)
    store = Store(path, KEY)
    await store.run(append)
    store.close()
    shutil.copy(old, path)
    found = await faults(path)
    assert "7 entries" in found[0].what
    store = Store(path, KEY)
    await store.run(lambda tx: append(tx, 3, "another case"))
    store.close()
    assert await faults(path), "new entries do not hide it"


@pytest.mark.parametrize(
    "harm",
    [lambda tip: tip.unlink(), lambda tip: tip.write_bytes(b""), lambda tip: tip.write_bytes(bytes(72))],
)
async def test_a_missing_or_forged_copy_of_the_end_is_said(path: Path, harm: Callable[[Path], None]) -> None:
    harm(path.with_name("console.db.tip"))
    (found,) = await faults(path)
    assert "missing or was changed" in found.what


async def test_a_copy_of_the_end_that_is_behind_is_a_crash_and_no_fault(path: Path) -> None:
    tip = path.with_name("console.db.tip")
    behind = tip.read_bytes()
    store = Store(path, KEY)
    await store.run(append)
    store.close()
    tip.write_bytes(behind)
    assert await faults(path) == []


async def test_work_goes_on_after_entries_were_cut_but_the_hole_stays_visible(path: Path) -> None:
    connection = raw(path, armed=True)
    connection.execute("DROP TRIGGER custody_no_DELETE")
    connection.execute("DELETE FROM custody WHERE sequence = 5")
    connection.close()
    store = Store(path, KEY)
    await store.run(append)
    store.close()
    assert await faults(path)


async def test_a_log_without_its_end_mark_stops_plainly(path: Path) -> None:
    connection = raw(path, armed=False)
    connection.execute("DELETE FROM custody_tip")
    connection.close()
    with pytest.raises(StorageError, match="end mark"):
        Store(path, KEY)


async def test_a_rule_that_somebody_put_in_is_named_and_taken_away(path: Path) -> None:
    """It would act with the console's own hand: here every account becomes what the insider is."""
    connection = raw(path, armed=True)
    connection.execute(
        "CREATE TRIGGER \"quiet'one\" AFTER INSERT ON custody BEGIN UPDATE users SET role = 'sergeant'; END"
    )
    connection.close()
    store = Store(path, KEY)
    found = await store.run(lambda tx: tx.custody.verify())
    store.close()
    assert [fault.kind for fault in found] == [FaultKind.UNGUARDED]
    assert "quiet'one (put in by somebody" in found[0].what
    left = raw(path, armed=True).execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'quiet%'")
    assert left.fetchone() == (0,)
    assert await faults(path) == []
