"""The vault's check by itself: at start and on its schedule, given way to calls, ended cleanly; a lost store filled first."""

import asyncio
import sys
import threading
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from vault_rig import VaultRig, begin

from evidence_parts import SeededDesk, team_ring  # isort: skip  # vault_rig makes these importable

from rvr_console.app.vault_watch import RecordedCalls, VaultWatch
from rvr_console.domain.events import CallStateChanged, RecorderStatusChanged
from rvr_console.domain.recording import RecorderState, RecorderStatus
from rvr_console.domain.vault_check import RunCause, RunOutcome, VaultChecked, VaultCheckProgress
from rvr_console.domain.vault_listing import Relisted
from rvr_console.system.durable_file import DurableDisk


@pytest.fixture
async def rig(tmp_path):
    made = await begin(tmp_path)
    yield made
    made.close()


class Waiting:
    """The first event of a kind that a test waits for."""

    def __init__(self, rig: VaultRig) -> None:
        self._publish, self._loop = rig.world.sink.publish, asyncio.get_running_loop()
        self._wanted: list[tuple[type, int, asyncio.Event]] = []
        self._seen: list[object] = []
        rig.world.sink.publish = self.publish

    def publish(self, event: object) -> None:
        self._publish(event)
        self._loop.call_soon_threadsafe(self._note, event)

    def _note(self, event: object) -> None:
        self._seen.append(event)
        for kind, count, found in self._wanted:
            if sum(isinstance(e, kind) for e in self._seen) >= count:
                found.set()

    async def until(self, kind: type, count: int = 1) -> list:
        found = asyncio.Event()
        self._wanted.append((kind, count, found))
        async with asyncio.timeout(10):
            if sum(isinstance(e, kind) for e in self._seen) < count:
                await found.wait()
        return [e for e in self._seen if isinstance(e, kind)]


def watch_over(rig: VaultRig, recorded: RecordedCalls, hours: float = 24.0) -> VaultWatch:
    return VaultWatch(
        rig.world.desk,
        rig.vault,
        DurableDisk(),
        {SeededDesk().public_key},
        recorded,
        exhibits=rig.exhibits.vault,
        opener=team_ring(),
        hours=hours,
    )


def status(consultation: str, state: RecorderState) -> RecorderStatusChanged:
    return RecorderStatusChanged(consultation, RecorderStatus(state, 1, 0, 0, 0, 0))


def test_a_call_is_recorded_until_its_recorder_or_the_call_ends():
    class Sink:
        def publish(self, event):
            pass

    calls = RecordedCalls(Sink())
    calls.publish(status("a", RecorderState.RECORDING))
    calls.publish(status("b", RecorderState.PAUSED))
    assert calls.any()
    calls.publish(status("a", RecorderState.CLOSED))
    assert calls.any()
    calls.publish(CallStateChanged("b", "closed", secure=False))
    assert not calls.any()
    calls.publish(status("a", RecorderState.RECORDING))
    calls.publish(status("a", RecorderState.FAULT))
    assert not calls.any()
    calls.publish(status("a", RecorderState.RECORDING))
    calls.is_open = lambda _consultation_id: False  # torn down without a last word
    assert not calls.any()


async def test_checked_at_start_and_again_on_the_schedule(rig):
    await rig.record()
    waiting = Waiting(rig)
    watch = watch_over(rig, RecordedCalls(rig.world.sink), hours=0.05 / 3600)
    watch.start()
    first, second = (await waiting.until(VaultChecked, 2))[:2]
    await watch.stop()
    assert [first.run.cause, second.run.cause] == [RunCause.START, RunCause.SCHEDULE]
    assert not first.run.findings
    assert not [t for t in threading.enumerate() if t.name.startswith("vault-check")]


async def test_the_end_of_the_console_does_not_wait_for_a_call_or_a_check(rig):
    await rig.record()
    waiting, recorded = Waiting(rig), RecordedCalls(rig.world.sink)
    recorded.publish(status("a", RecorderState.RECORDING))
    watch = watch_over(rig, recorded)
    watch.start()
    progress = await waiting.until(VaultCheckProgress)
    assert progress[0].waiting
    async with asyncio.timeout(3):
        await watch.stop()
    run = (await waiting.until(VaultChecked))[0].run
    assert (run.outcome, run.files, run.findings) == (RunOutcome.CANCELLED, 0, ())
    assert not [t for t in threading.enumerate() if t.name.startswith("vault-check")]


async def test_a_store_that_lost_everything_is_filled_before_the_check(rig, tmp_path):
    recorded = await rig.record()
    rig.close()
    for name in ("console.db", "console.db.tip"):
        (tmp_path / name).unlink()
    again = VaultRig(tmp_path)
    waiting = Waiting(again)
    watch = watch_over(again, RecordedCalls(again.world.sink))
    watch.start()
    run = (await waiting.until(VaultChecked))[0].run
    assert (await waiting.until(Relisted))[0].recordings == 1
    await watch.stop()
    assert not run.findings
    assert await again.world.store.run(lambda tx: tx.recordings.get(recorded)) is not None
    again.close()
