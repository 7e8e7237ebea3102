"""The store against kill -9, a full disk and a disk that is gone: what was acknowledged is there, the rest is told."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.domain.access import Role, User
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.repositories import Account, Transaction
from rvr_console.errors import StorageError
from rvr_console.storage.database import Database
from rvr_console.storage.store import Store

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)

# Writes for ever; each number is printed once its transaction was acknowledged.
WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from rvr_console.domain.access import Role, User
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.repositories import Account
from rvr_console.storage.store import Store

def write(tx, number):
    tx.users.put(Account(User("n", str(number), "PC", Role.OFFICER), "West", "x"))
    tx.custody.append(datetime(2026, 1, 1, tzinfo=UTC), "n", CustodyAct.NOTE_WRITTEN, "case",
                      purpose="", details={"number": str(number)})

async def main():
    store = Store(Path(sys.argv[1]), bytes(range(32)))
    start = len(await store.run(lambda tx: tx.custody.all()))
    for number in range(start, start + 100000):
        await store.run(lambda tx: write(tx, number))
        print(number, flush=True)

asyncio.run(main())
"""


async def _state(path: Path) -> tuple[int, str]:
    """How many entries, and the name kept with the last of them; checks the log."""
    store = Store(path, KEY)
    try:
        assert await store.run(lambda tx: tx.custody.verify()) == []
        entries = await store.run(lambda tx: tx.custody.all())
        account = await store.run(lambda tx: tx.users.get("n"))
    finally:
        store.close()
    assert account is not None
    return len(entries), account.user.name


def _write_and_kill(path: Path, acknowledged: int) -> int:
    """The last number acknowledged before the kill; one more may have been read from the pipe after it."""
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    numbers = [int(child.stdout.readline()) for _ in range(acknowledged)]
    os.kill(child.pid, signal.SIGKILL)
    rest = child.stdout.read().split("\n")
    child.wait()
    child.stdout.close()
    numbers += [int(line) for line in rest[:-1]]  # the very last piece may be torn
    return numbers[-1]


@pytest.mark.parametrize("acknowledged", [1, 25])
async def test_kill_in_the_middle_loses_nothing_acknowledged(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "console.db"
    for _ in range(2):
        last = _write_and_kill(path, acknowledged)
        entries, name = await _state(path)
        assert entries >= last + 1
        assert name == str(entries - 1), "state and log entry are of one transaction"


def put_much(tx: Transaction, number: int) -> None:
    tx.users.put(Account(User(str(number), "x" * 3000, "PC", Role.OFFICER), "West", "x"))
    tx.custody.append(NOW, "n", CustodyAct.NOTE_WRITTEN, str(number), purpose="", details={})


async def test_a_full_disk_is_told_plainly_and_keeps_what_was_stored(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    store = Store(path, KEY)
    limited: Database = store._database
    kept = 0
    store._worker.submit(limited.limit_pages, 120).result()
    with pytest.raises(StorageError) as told:
        for number in range(200):
            await store.run(lambda tx, n=number: put_much(tx, n))
            kept += 1
    assert told.value.in_words() == (
        "The disk is full. Everything stored before is safe; the last change was not stored. "
        "Free some space, then repeat the last change."
    )
    assert 5 < kept < 200
    users, log = await store.run(lambda tx: (len(tx.users.all()), len(tx.custody.all())))
    assert (users, log) == (kept, kept)
    store._worker.submit(limited.limit_pages, 10_000).result()
    await store.run(lambda tx: put_much(tx, 999))
    assert await store.run(lambda tx: tx.custody.verify()) == []
    store.close()


async def test_secrets_never_reach_an_error(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", KEY)
    secret = "7k3mq9txw2hd5rvn8ecj4p6sab"

    def break_a_rule(tx: Transaction) -> None:
        tx.consultations.assign(secret, secret)

    with pytest.raises(StorageError) as told:
        await store.run(break_a_rule)
    error: BaseException | None = told.value
    while error is not None:
        assert secret not in str(error)
        assert secret not in repr(error)
        error = error.__cause__ or error.__context__
    store.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs rights that can be refused")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="cannot be reached"):
        Store(tmp_path / "console.db", KEY)


def test_a_path_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as told:
        Store(tmp_path / "file" / "console.db", KEY)
    assert "Check the disk" in told.value.in_words()


async def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    path = tmp_path / "console.db"
    store = Store(path, KEY)
    for number in range(20):
        await store.run(lambda tx, n=number: put_much(tx, n))
    store.close()
    data = bytearray(path.read_bytes())
    for place in range(4096 * 3 + 100, len(data), 4096):
        data[place] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(StorageError) as told:
        opened = Store(path, KEY)
        try:
            await opened.run(lambda tx: (tx.users.all(), tx.custody.all()))
        finally:
            opened.close()
    assert "damaged" in told.value.what or "disk" in told.value.what
