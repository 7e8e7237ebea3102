"""Time stamps by a real authority: asked for, verified, kept pending while it is away, refused when they are not its own."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import KnownError, ServiceDownError
from rvr_console.evidence.desk_identity import TestAuthority
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.evidence.timestamp_http import HttpTimestamps
from rvr_console.evidence.timestamps import TimestampAuthority
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody import CustodyLog
from rvr_console.services.custody_stamps import CustodyStamps
from rvr_console.services.desk import Desk, Session
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.storage.store import Store
from rvr_console.system.durable_file import DurableDisk
from tests.tsa_rig import Tsa, openssl

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="the openssl command is not installed"
)


class MovedClock:
    def __init__(self) -> None:
        self.wall = datetime.now(UTC)

    def now(self) -> datetime:
        return self.wall

    def monotonic_ns(self) -> int:
        return 0


class Ignored:
    def publish(self, event: object) -> None:
        return


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tsa, str]]:
    tsa = Tsa(tmp_path_factory.mktemp("tsa"))
    tsa.make()
    url = tsa.start()
    yield tsa, url
    tsa.stop()


@pytest.fixture
def tsa(running: tuple[Tsa, str]) -> Tsa:
    running[0].mode = "good"
    running[0].asked.clear()
    return running[0]


@pytest.fixture
def authority(tsa: Tsa, running: tuple[Tsa, str]) -> TimestampAuthority:
    return TimestampAuthority(HttpTimestamps(running[1]), tsa.authority_pem)


def test_a_stamp_is_one_that_openssl_accepts(tsa: Tsa, authority: TimestampAuthority, tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    stamped = authority.stamp(b"checkpoint")
    assert before <= stamped.at <= datetime.now(UTC) + timedelta(seconds=2)
    assert stamped.authority == "TEST time stamps"
    assert authority.check(b"checkpoint", stamped.response) == stamped
    (tmp_path / "data").write_bytes(b"checkpoint")
    (tmp_path / "stamp.tsr").write_bytes(stamped.response)
    said = openssl("ts", "-verify", "-data", tmp_path / "data", "-in", tmp_path / "stamp.tsr",
                   "-CAfile", tsa.folder / "ca.pem")  # fmt: skip
    assert b"Verification: OK" in said


@pytest.mark.parametrize("mode", ["down", "garbage", "huge", "html", "other", "refusing"])
def test_no_other_answer_is_taken_for_a_stamp(tsa: Tsa, authority: TimestampAuthority, mode: str) -> None:
    tsa.mode = mode
    with pytest.raises(ServiceDownError) as told:
        authority.stamp(b"checkpoint")
    assert "kept and asked for again" in told.value.in_words()


def test_a_stamp_of_another_authority_or_for_other_data_is_refused(
    authority: TimestampAuthority, running: tuple[Tsa, str], tmp_path: Path
) -> None:
    stamped = authority.stamp(b"checkpoint")
    with pytest.raises(ServiceDownError, match="not signed by the configured authority"):
        authority.check(b"another", stamped.response)
    other = Tsa(tmp_path / "other")
    other.make("TEST time stamps")
    with pytest.raises(ServiceDownError, match="not signed by the configured authority"):
        TimestampAuthority(HttpTimestamps(running[1]), other.authority_pem).stamp(b"checkpoint")
    imprint = stamped.response.index(hashlib.sha256(b"checkpoint").digest())
    for place in range(imprint, imprint + 60, 7):  # the hash, the serial number, the time
        changed = bytearray(stamped.response)
        changed[place] ^= 0x41
        with pytest.raises(ServiceDownError):
            authority.check(b"checkpoint", bytes(changed))


def test_an_authority_that_is_not_there_and_settings_that_are_wrong() -> None:
    away = TimestampAuthority(HttpTimestamps("http://127.0.0.1:9/tsa"), pem_of_some_authority())
    with pytest.raises(ServiceDownError, match="cannot be reached"):
        away.stamp(b"checkpoint")
    for url in ("", "ftp://a", "file:///etc/passwd", "https://", "https://user:word@a/"):
        with pytest.raises(KnownError, match="address of the time-stamp authority"):
            HttpTimestamps(url)
    for pem in (b"", b"nonsense"):
        with pytest.raises(KnownError, match="certificates of the time-stamp authority"):
            TimestampAuthority(HttpTimestamps("https://a"), pem)


def pem_of_some_authority() -> bytes:
    return TestAuthority.create("Test Force", datetime.now(UTC)).certificate_pem


async def test_stamps_wait_while_the_authority_is_away_and_come_when_it_is_back(
    tsa: Tsa, authority: TimestampAuthority, tmp_path: Path
) -> None:
    store = Store(tmp_path / "console.db", bytes(range(32)))
    clock = MovedClock()
    desk = Desk(store, clock, Ignored(), Session())
    identity = TestAuthority.create("Test Force", clock.now()).enrol_desk("D1", clock.now())
    mirror = CheckpointMirror(tmp_path / "custody" / "desk.jsonl", DurableDisk())
    checkpoints = Checkpoints(desk, identity, desk_signature_holds, mirror)
    custody = CustodyLog(desk, checkpoints, CustodyStamps(desk, authority))

    async def grow() -> None:
        await desk.note(lambda work: work.log(CustodyAct.NOTE_WRITTEN, "case"))

    tsa.mode = "down"
    await grow()
    assert (await custody.seal("case submitted")).stamps.pending == 1
    health = await custody.send_stamps()
    assert (health.stamps.pending, health.stamps.last) == (1, None)
    assert "answers with status 503" in health.stamps.trouble
    await grow()
    assert (await custody.seal()).stamps.pending == 1, "asked for within a day: no daily one"
    clock.wall += timedelta(days=1, seconds=1)
    assert (await custody.seal()).stamps.pending == 2, "the daily one, though nothing was added since"
    tsa.mode = "good"
    health = await custody.send_stamps()
    assert (health.stamps.pending, health.stamps.trouble) == (0, "")
    assert health.stamps.last is not None
    stamps, notes = await store.run(
        lambda tx: (tx.custody_seals.stamps(), [one.note for one in tx.custody_seals.all()])
    )
    assert [one.number for one in stamps] == [0, 1]
    for one in stamps:
        assert authority.check(notes[one.number].encode(), one.response).authority == one.authority
    clock.wall += timedelta(days=2)
    assert (await custody.seal()).stamps.pending == 0, "a log that did not grow is not stamped again"
    assert (await custody.send_stamps()).stamps.pending == 0
    assert await custody.verify_at_start() == []

    def exchange(tx) -> None:
        """As somebody who has the database: each checkpoint gets the other one's answer, or another time."""
        run = tx._connection.exec_driver_sql
        run("DROP TRIGGER custody_stamps_no_UPDATE")
        for number, other in ((0, stamps[1]), (1, stamps[0])):
            run("UPDATE custody_stamps SET response = ? WHERE number = ?", (other.response, number))

    def move(tx) -> None:
        run = tx._connection.exec_driver_sql
        for one in stamps:
            run("UPDATE custody_stamps SET response = ? WHERE number = ?", (one.response, one.number))
        run("UPDATE custody_stamps SET stamped_at = ? WHERE number = 1", ("2025-01-01T00:00:00+00:00",))

    await store.run(exchange)
    found = [fault.what for fault in await custody.verify_at_start()]
    assert found == [f"the time stamp of signed checkpoint {number} is not over it" for number in (0, 1)]
    await store.run(move)
    (moved,) = await custody.verify_at_start()
    assert "checkpoint 1 gives another time" in moved.what
    store.close()


async def test_without_an_authority_nothing_is_asked_for(tmp_path: Path) -> None:
    store = Store(tmp_path / "console.db", bytes(range(32)))
    stamps = CustodyStamps(Desk(store, MovedClock(), Ignored(), Session()))
    await stamps.ask_daily(None)
    assert await stamps.send() == 0
    assert not (await store.run(stamps.facts)).configured
    store.close()
