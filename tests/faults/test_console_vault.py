"""A whole console over its vault: copied to a real object store, damage found at the next start, a lost database filled again."""

from dataclasses import replace

import pytest

from rvr_console.app.replica_link import AccessKey, ReplicaPlace, keep_access_key
from rvr_console.domain import events
from rvr_console.domain.recording import EventKind, RecordingEvent
from rvr_console.domain.vault_check import FileState, VaultChecked
from rvr_console.domain.vault_listing import Relisted
from rvr_console.system.durable_file import DurableDisk
from tests.faults.console_officer import key_store
from tests.faults.console_town import Town, town
from tests.seaweed_rig import ACCESS, BUCKET, SECRET, Seaweed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def sealed_recording(desk, consultation_id: str) -> str:
    """What the recorder would leave: one closed segment, its head in the log."""
    console = desk.console
    made = console.vault.new_recording(consultation_id)
    await console.recordings.started(consultation_id, made.evidence_id)
    writer = made.open_segment()
    await console.recordings.segment_started(made.evidence_id, 1, made.path_of(1).name)
    writer.append_event(RecordingEvent(EventKind.STARTED, 0, {}))
    for number in range(20):
        writer.append_media(bytes([number]) * 5000, number * 500_000)
    writer.finish()
    await console.recordings.segment_closed(writer.head)
    await console.recordings.closed(made.evidence_id)
    return made.evidence_id


async def test_copied_then_damaged_then_without_its_database(tmp_path, monkeypatch):
    store = Seaweed(tmp_path / "weed").start()
    try:
        store.make_bucket()
        async with town(tmp_path / "town") as place:
            keys = key_store(place.paths).load(may_create=False)
            keep_access_key(place.paths, keys.device, AccessKey(ACCESS, SECRET), DurableDisk())
            there = ReplicaPlace(store.endpoint, False, BUCKET, "us-east-1", "", 1)
            options = Town.options
            monkeypatch.setattr(Town, "options", lambda self: replace(options(self), replica=there))
            async with place.desk() as desk:
                await desk.told.wait(lambda event: isinstance(event, VaultChecked))
                await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
                taken = await desk.officer.take()
                recorded = await sealed_recording(desk, taken.id)
                assert await desk.console.replica_link.replication.copy_all() == 2
                health = await desk.console.vault_watch.health.now()
                assert health.cold_copy.counts.copied == 2
                assert not (await desk.console.vault_watch.checks.ask()).findings
            path = place.paths.vault / f"{recorded}_0001.rvrc"
            whole = path.read_bytes()
            path.write_bytes(whole[:40_000] + b"?" + whole[40_001:])
            async with place.desk() as desk:
                run = (await desk.told.wait(lambda event: isinstance(event, VaultChecked))).run
                assert [(f.evidence_id, f.state) for f in run.findings] == [(recorded, FileState.DAMAGED)]
                await desk.told.wait(lambda e: isinstance(e, events.Fault) and "check of the vault" in e.what)
                receipts = await desk.console.store.run(lambda tx: tx.replica.receipts())
                version = next(r.version for r in receipts if r.name == path.name)
            copy = store.client().get_object(BUCKET, f"vault/{path.name}", version_id=version)
            path.write_bytes(copy.read())
            copy.close()
            copy.release_conn()
            assert path.read_bytes() == whole
            for left in place.paths.database.parent.glob(f"{place.paths.database.name}*"):
                left.unlink()
            async with place.desk() as desk:
                back = await desk.told.wait(lambda event: isinstance(event, Relisted))
                assert (back.recordings, back.exhibits, back.not_listed) == (1, 0, ())
                run = (await desk.told.wait(lambda event: isinstance(event, VaultChecked))).run
                assert not run.findings
                known = await desk.console.store.run(lambda tx: tx.recordings.get(recorded))
                assert known.consultation_id == taken.id
    finally:
        store.kill()
