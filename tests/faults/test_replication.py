"""The cold copy's queue: durable, tried again, logged; a server that is away, says no, lies or loses what it had."""

import asyncio
import contextlib
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from vault_rig import VaultRig, begin

from evidence_parts import write_small  # isort: skip  # vault_rig makes it importable

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.replica import ReplicaCopy, ReplicaHealth, ReplicaReceipt
from rvr_console.errors import EvidenceError, RefusedError, ServiceDownError, StorageError
from rvr_console.evidence.replica_source import FolderReplicaSource
from rvr_console.services import replication as module
from rvr_console.services.replication import Replication

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
DOWN = ServiceDownError("The cold copy's server cannot be reached.")
WRONG_KEY = RefusedError("The cold copy's server does not accept this desk's access key.")


class MemoryReplica:
    """Keeps copies in memory; `trouble` is raised instead, by name or for all."""

    where = "evidence at memory"

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.puts: list[str] = []
        self.trouble: dict[str, Exception] = {}

    def _raise(self, name: str) -> None:
        if (error := self.trouble.get(name) or self.trouble.get("*")) is not None:
            raise error

    def check_terms(self) -> None:
        self._raise("terms")

    def put_once(self, name, path, watch):
        watch.step(0)
        self.puts.append(name)
        self._raise(name)
        self.held[name] = path.read_bytes()
        data = self.held[name]
        return ReplicaReceipt(
            name, f"v-{name}", len(data), hashlib.sha256(data).hexdigest(), "COMPLIANCE", UNTIL
        )

    def read(self, name, version):
        yield self.held[name]

    def listed(self):
        return [ReplicaCopy(name, f"v-{name}", len(data)) for name, data in self.held.items()]


@pytest.fixture
async def rig(tmp_path):
    made = await begin(tmp_path)
    yield made
    made.close()


def replication(rig: VaultRig, cold: MemoryReplica) -> Replication:
    source = FolderReplicaSource(rig.vault, rig.exhibits.vault.vault)
    return Replication(rig.world.desk, cold, source, rig.thread, lambda: rig.busy)


async def test_what_is_closed_is_copied_once_with_its_envelopes_and_logged(rig):
    recorded, exhibit = await rig.record(segments=2), await rig.receive()
    still_open = rig.vault.new_recording(rig.consultation)
    write_small(still_open, finish=False)
    (rig.bench.folder / "holiday.jpg").write_bytes(b"x")
    cold = MemoryReplica()
    service = replication(rig, cold)
    assert await service.copy_all() == 7
    envelopes = {n for n in cold.held if n.endswith(".json")}
    assert len(envelopes) == 4
    assert set(cold.held) - envelopes == {
        f"{recorded}_0001.rvrc",
        f"{recorded}_0002.rvrc",
        f"exhibits/{exhibit.evidence_id}_0001.rvrc",
    }
    assert cold.held[f"{recorded}_0001.rvrc"] == rig.path(recorded).read_bytes()
    logged = await rig.world.logged(CustodyAct.REPLICA_COPIED)
    assert len(logged) == 7
    entry = next(e for e in logged if e.details["file"] == f"{recorded}_0002.rvrc")
    assert entry.subject == recorded
    assert entry.details["file_sha256"] == hashlib.sha256(rig.path(recorded, 2).read_bytes()).hexdigest()
    assert entry.details["locked_until"] == "2027-01-01T00:00:00+00:00"
    assert await service.copy_all() == 0
    assert len(cold.puts) == 7


async def test_the_queue_survives_the_console_and_goes_on_where_it_stopped(rig, tmp_path):
    await rig.record(segments=2)
    cold = MemoryReplica()
    names = sorted(p.name for p in rig.bench.folder.glob("*.rvrc"))
    cold.trouble[names[1]] = DOWN
    with pytest.raises(ServiceDownError):
        await replication(rig, cold).copy_all()
    had = set(cold.held)
    assert names[0] in had
    rig.world.store.close()
    rig.thread.close()
    again = VaultRig(tmp_path)
    try:
        cold.trouble, cold.puts = {}, []
        service = replication(again, cold)
        assert (await service.health()).counts.waiting == 1
        assert await service.copy_all() == 1
        assert cold.puts == [names[1]]
        health = await service.health()
        assert (health.counts.copied, health.counts.waiting) == (4, 0)
        assert "4 files" in health.in_words()
    finally:
        again.close()


async def test_away_it_is_tried_again_with_growing_pauses_and_told_on_health_not_as_a_fault(rig, monkeypatch):
    await rig.record()
    cold = MemoryReplica()
    cold.trouble["*"] = DOWN
    pauses: list[float] = []
    tried = asyncio.Event()

    class Pause:
        def __init__(self, seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 4:
                cold.trouble.clear()
            if len(pauses) == 5:
                tried.set()

        async def __aenter__(self) -> None:
            if len(pauses) < 5:
                raise TimeoutError

        async def __aexit__(self, *_) -> None:
            pass

    monkeypatch.setattr(module.asyncio, "timeout", Pause)
    service = replication(rig, cold)
    running = asyncio.ensure_future(service.run())
    await tried.wait()
    monkeypatch.undo()
    service.stop()
    await running
    assert pauses == [5.0, 10.0, 20.0, 40.0, module.LOOK_SECONDS]
    assert len(cold.held) == 2
    assert not rig.world.sink.of(Fault)
    healths = rig.world.sink.of(ReplicaHealth)
    assert [bool(h.problem) for h in healths] == [True, False]
    assert "2 files wait since" in healths[0].in_words()
    assert "Tried again in" in healths[0].in_words()


async def test_wrong_credentials_are_told_once_and_nothing_is_sent(rig):
    await rig.record()
    cold = MemoryReplica()
    cold.trouble["terms"] = WRONG_KEY
    service = replication(rig, cold)
    told = asyncio.Event()
    publish = rig.world.sink.publish

    def seen(event: object) -> None:
        publish(event)
        if isinstance(event, ReplicaHealth):
            told.set()

    rig.world.sink.publish = seen
    running = asyncio.ensure_future(service.run())
    await asyncio.wait_for(told.wait(), 5)
    service.stop()
    await running
    assert [f.what for f in rig.world.sink.of(Fault)] == [WRONG_KEY.what]
    assert not cold.puts


async def test_a_copy_that_differs_is_a_fault_of_its_file_and_the_others_go_on(rig):
    first, second = sorted([await rig.record(), await rig.record()])
    cold = MemoryReplica()
    cold.trouble[f"{first}_0001.rvrc"] = EvidenceError("What came back is not what was sent.")
    service = replication(rig, cold)
    assert await service.copy_all() == 3
    assert f"{second}_0001.rvrc" in cold.held
    logged = await rig.world.logged(CustodyAct.REPLICA_FAULT)
    assert [(e.subject, e.details["file"]) for e in logged] == [(first, f"{first}_0001.rvrc")]
    health = await service.health()
    assert (health.counts.copied, health.counts.waiting, health.counts.faults) == (3, 0, 1)
    assert "What came back is not what was sent." in health.in_words()


async def test_a_copy_that_is_gone_later_is_found_and_told_once(rig):
    recorded = await rig.record()
    cold = MemoryReplica()
    service = replication(rig, cold)
    await service.copy_all()
    assert await service.check_copies() == []
    del cold.held[f"{recorded}_0001.rvrc"]
    assert await service.check_copies() == [f"{recorded}_0001.rvrc"]
    assert await service.check_copies() == [f"{recorded}_0001.rvrc"]
    assert len(rig.world.sink.of(Fault)) == 1
    assert "is gone" in (await service.health()).in_words()


async def test_copies_are_compared_at_start_without_being_asked(rig):
    recorded = await rig.record()
    cold = MemoryReplica()
    await replication(rig, cold).copy_all()
    del cold.held[f"{recorded}_0001.rvrc"]
    service = replication(rig, cold)
    told = asyncio.Event()
    publish = rig.world.sink.publish

    def seen(event: object) -> None:
        publish(event)
        if isinstance(event, Fault):
            told.set()

    rig.world.sink.publish = seen
    running = asyncio.ensure_future(service.run())
    await asyncio.wait_for(told.wait(), 5)
    service.stop()
    await running
    assert [e.details["file"] for e in await rig.world.logged(CustodyAct.REPLICA_FAULT)] == [
        f"{recorded}_0001.rvrc"
    ]


async def test_nothing_is_sent_while_a_call_is_recorded(rig):
    await rig.record()
    cold, rig.busy = MemoryReplica(), True
    service = replication(rig, cold)
    running = asyncio.ensure_future(service.run())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await asyncio.shield(running)
    assert not cold.puts
    service.stop()
    await running
    assert not cold.held


async def test_the_queue_can_not_be_changed_in_the_database(rig):
    await rig.record()
    await replication(rig, MemoryReplica()).copy_all()
    for statement in (
        "UPDATE replica_copies SET sha256 = ''",
        "DELETE FROM replica_copies",
        "DELETE FROM replica_queue",
    ):
        with pytest.raises(StorageError, match="never changed"):
            await rig.world.store.run(lambda tx, s=statement: tx._connection.execute(text(s)))
