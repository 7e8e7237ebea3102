import asyncio
import logging
import stat
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlcipher3 import dbapi2

from rvr_console.domain.access import Role, User
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.repositories import Account, Transaction
from rvr_console.errors import BugError, KeyStoreError, RefusedError, StorageError
from rvr_console.storage import migrate as migrate_module
from rvr_console.storage.database import Database
from rvr_console.storage.store import Store
from rvr_console.storage.tables import METADATA
from rvr_console.storage.triggers import STATEMENTS
from rvr_console.system.single_instance import FileLock

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
CANARY = "Hannah Cole of 14 Alder Court"


def raw(path: Path, key: bytes = KEY) -> dbapi2.Connection:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    return connection


def account(collar: str = "2417", name: str = CANARY) -> Account:
    return Account(User(collar, name, "PC", Role.OFFICER), "West", "$argon2id$phc")


def log_one(tx: Transaction, subject: str = "case") -> None:
    tx.custody.append(NOW, "2417", CustodyAct.NOTE_WRITTEN, subject, purpose="", details={"text": CANARY})


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


def modes(folder: Path) -> list[int]:
    return [path.stat().st_mode for path in folder.iterdir()]


def backups(folder: Path) -> list[Path]:
    return list(folder.glob("*.before-*"))


async def test_nothing_is_ever_on_disk_in_clear(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", KEY)
    await store.run(lambda tx: tx.users.put(account()))
    await store.run(log_one)
    await store.run(lambda tx: tx.users.put(account(name="Somebody else")))
    while_open = contents(tmp_path)
    store.close()
    for data in while_open + contents(tmp_path):
        assert not data.startswith(b"SQLite format 3")
        for word in (b"Hannah", b"Alder", b"argon2id", b"CREATE TABLE", b"custody"):
            assert word not in data
    assert (tmp_path / "console.db").stat().st_size > 4096
    if sys.platform != "win32":
        assert {stat.S_IMODE(mode) for mode in modes(tmp_path)} == {0o600}


async def test_the_right_key_opens_it_again_and_a_wrong_one_is_told_plainly(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "console.db"
    store = Store(path, KEY)
    await store.run(lambda tx: tx.users.put(account()))
    store.close()
    before = path.read_bytes()
    wrong = bytes(32)
    with pytest.raises(KeyStoreError) as told:
        Store(path, wrong)
    assert "does not open with this key" in told.value.in_words()
    assert path.read_bytes() == before
    again = Store(path, KEY)
    assert await again.run(lambda tx: tx.users.get("2417")) == account()
    again.close()
    output = capfd.readouterr()
    everything = output.out + output.err + caplog.text
    assert KEY.hex() not in everything
    assert "argon2id" not in everything
    assert output.err == ""


def test_a_database_in_clear_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    plain = dbapi2.connect(str(path))
    plain.execute("CREATE TABLE t (a)")
    plain.commit()
    plain.close()
    before = path.read_bytes()
    assert before.startswith(b"SQLite format 3")
    with pytest.raises(StorageError, match="not encrypted"):
        Store(path, KEY)
    assert path.read_bytes() == before
    with pytest.raises(BugError):
        Store(tmp_path / "other.db", b"short")


async def test_settings_that_make_it_durable_and_forgetful(tmp_path: Path) -> None:
    database = Database(tmp_path / "console.db", KEY)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "recursive_triggers": 1,
        "temp_store": 2,
    }
    with database.transaction() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted}
    database.close()
    assert found == wanted


async def test_one_transaction_on_one_thread_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", KEY)

    def half(tx: Transaction) -> None:
        tx.users.put(account())
        log_one(tx)
        raise RefusedError("changed my mind")

    with pytest.raises(RefusedError):
        await store.run(half)
    assert await store.run(lambda tx: (tx.users.all(), tx.custody.all())) == ([], [])
    threads = await asyncio.gather(*(store.run(lambda _: threading.current_thread().name) for _ in range(5)))
    assert len(set(threads)) == 1
    assert threads[0].startswith("store")
    store.close()
    store.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("store")]
    with pytest.raises(StorageError, match="closed"):
        await store.run(lambda tx: tx.users.all())


async def test_models_and_migrated_schema_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    Store(path, KEY).close()
    database = Database(path, KEY)
    with database.transaction() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name != "alembic_version"},
        )
        difference = compare_metadata(context, METADATA)
        triggers = connection.execute(
            text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        ).scalar()
        checks = connection.execute(
            text("SELECT group_concat(sql) FROM sqlite_master WHERE sql LIKE '%CHECK%'")
        ).scalar()
    assert database.damage() == []
    database.close()
    assert difference == []
    assert triggers == len(STATEMENTS)
    assert "length(head_chain) = 32" in checks


def test_the_newest_step_is_the_one_named() -> None:
    head = ScriptDirectory.from_config(migrate_module.config()).get_current_head()
    assert head == migrate_module.newest_revision()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    Store(path, KEY).close()
    connection = raw(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StorageError, match="newer version"):
        Store(path, KEY)
    assert raw(path).execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


async def test_a_failed_update_puts_the_database_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "console.db"
    store = Store(path, KEY)
    await store.run(log_one)
    store.close()
    monkeypatch.setattr(migrate_module, "newest_revision", lambda: "next")

    def spoil(database: Database) -> None:
        with database.transaction() as connection:
            connection.execute(text("DROP TRIGGER custody_no_DELETE"))
            connection.execute(text("DELETE FROM custody"))

    monkeypatch.setattr(migrate_module, "_upgrade", spoil)
    with pytest.raises(StorageError, match="could not be updated") as told:
        Store(path, KEY)
    assert "put back" in told.value.in_words()
    monkeypatch.undo()
    again = Store(path, KEY)
    assert len(await again.run(lambda tx: tx.custody.all())) == 1
    assert await again.run(lambda tx: tx.custody.verify()) == []
    again.close()
    assert not backups(tmp_path)


async def test_a_good_update_leaves_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "console.db"
    store = Store(path, KEY)
    await store.run(log_one)
    store.close()
    monkeypatch.setattr(migrate_module, "newest_revision", lambda: "next")
    seen: list[bool] = []
    monkeypatch.setattr(migrate_module, "_upgrade", lambda _: seen.append(bool(backups(tmp_path))))
    Store(path, KEY).close()
    assert seen == [True]
    assert not backups(tmp_path)


def test_two_consoles_never_migrate_at_once(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    with FileLock(tmp_path / "console.db.migrating"), pytest.raises(RefusedError, match="already running"):
        Store(path, KEY)
    Store(path, KEY).close()
