"""A long verification of the custody log tells how far it is, lets others in between, and says when it has ended."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import CustodyCheckMoved
from rvr_console.errors import StorageError
from rvr_console.services import custody
from rvr_console.services.custody import CustodyLog
from rvr_console.services.desk import Desk, Session, Work
from rvr_console.storage.store import Store


class Clock:
    """Each look at it is 100 ms later."""

    def __init__(self) -> None:
        self.ns = 0

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 13, 30, tzinfo=UTC)

    def monotonic_ns(self) -> int:
        self.ns += 100_000_000
        return self.ns


class Told:
    def __init__(self) -> None:
        self.moves: list[CustodyCheckMoved] = []

    def publish(self, event: object) -> None:
        if isinstance(event, CustodyCheckMoved):
            self.moves.append(event)


def some(work: Work) -> None:
    for _ in range(20):
        work.log(CustodyAct.NOTE_WRITTEN, "case")


@pytest.fixture
async def desk(tmp_path: Path):
    store, told = Store(tmp_path / "console.db", bytes(32)), Told()
    made = Desk(store, Clock(), told, Session())
    await made.note(some)
    yield made, told
    store.close()


async def test_it_tells_four_times_a_second_and_that_it_ended(desk, monkeypatch):
    monkeypatch.setattr(custody, "_BATCH", 1)
    made, told = desk
    assert await CustodyLog(made).verify_at_start() == []
    done = [move.done for move in told.moves]
    assert done == sorted(done)
    assert 5 <= len(done) <= 8  # twenty batches, each a tenth of a second
    assert all(move.running and move.of == 20 for move in told.moves[:-1])
    assert told.moves[-1] == CustodyCheckMoved(20, 20, running=False)


async def test_a_short_one_tells_nothing(desk):
    made, told = desk
    await CustodyLog(made).verify_at_start()
    assert told.moves == []


async def test_others_come_in_between_and_what_they_log_is_verified_too(desk, monkeypatch):
    monkeypatch.setattr(custody, "_BATCH", 1)
    made, told = desk
    log = CustodyLog(made)
    found, _ = await asyncio.gather(log.verify_at_start(), made.note(some))
    assert found == []
    assert log.health.entries == 40
    assert told.moves[-1].of == 40


async def test_it_ended_also_when_the_store_failed(desk, monkeypatch):
    monkeypatch.setattr(custody, "_BATCH", 1)
    made, told = desk
    real, calls = custody._check_some, []

    def failing(tx, run):
        calls.append(run)
        if len(calls) == 10:
            raise StorageError("The disk refused to read or write.")
        return real(tx, run)

    monkeypatch.setattr(custody, "_check_some", failing)
    with pytest.raises(StorageError):
        await CustodyLog(made).verify_at_start()
    assert told.moves[-1] == CustodyCheckMoved(9, 20, running=False)
