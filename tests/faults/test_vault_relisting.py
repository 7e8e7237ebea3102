"""The database is lost: the vault's folder alone gives the list of recordings and exhibits back, and what is not back is said."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from vault_rig import VaultRig, begin

from desk_parts import OFFICER  # isort: skip  # vault_rig makes these importable
from evidence_parts import SeededDesk, event, media_piece, team_ring  # isort: skip

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import ExhibitState
from rvr_console.domain.recording import EventKind
from rvr_console.domain.repositories import RecordingStatus
from rvr_console.domain.vault_check import RunCause
from rvr_console.errors import AccessDeniedError
from rvr_console.evidence.vault_listing import FolderVaultListing
from rvr_console.services.check_watch import CheckWatch
from rvr_console.services.vault_relisting import VaultRelisting


@pytest.fixture
async def rig(tmp_path):
    made = await begin(tmp_path)
    yield made
    made.close()


def relisting(rig: VaultRig) -> VaultRelisting:
    listing = FolderVaultListing(rig.vault, rig.exhibits.vault, team_ring(), {SeededDesk().public_key})
    return VaultRelisting(rig.world.desk, listing, rig.thread)


def watch() -> CheckWatch:
    return CheckWatch(lambda: False, lambda _progress: None)


async def with_an_empty_database(rig: VaultRig, folder: Path) -> VaultRig:
    rig.world.store.close()
    rig.thread.close()
    for name in ("console.db", "console.db.tip"):
        (folder / name).unlink()
    return VaultRig(folder)


async def test_recordings_and_exhibits_come_back_with_ids_segments_times_and_state(rig, tmp_path):
    recorded = await rig.record(segments=2)
    exhibit = await rig.receive(b"photo " * 40)
    before = await rig.world.store.run(lambda tx: tx.recordings.get(recorded))
    again = await with_an_empty_database(rig, tmp_path)
    try:
        service = relisting(again)
        assert await service.knows_nothing()
        report = await service.relist(watch())
        assert (report.recordings, report.exhibits, report.consultations, report.not_listed) == (1, 1, 1, ())
        found = await again.world.store.run(lambda tx: tx.recordings.get(recorded))
        assert found.consultation_id == before.consultation_id == rig.consultation
        assert [(s.number, s.file, s.head, s.closed) for s in found.segments] == [
            (s.number, s.file, s.head, s.closed) for s in before.segments
        ]
        assert found.status is RecordingStatus.CLOSED
        assert [m.kind for m in found.marks] == [EventKind.PAUSE, EventKind.PAUSE]
        back = await again.world.store.run(lambda tx: tx.exhibits.get(exhibit.evidence_id))
        assert (back.reference, back.content, back.origin, back.head) == (
            exhibit.reference,
            exhibit.content,
            exhibit.origin,
            exhibit.head,
        )
        assert back.state is ExhibitState.SEALED
        assert not await service.knows_nothing()
    finally:
        again.close()


async def test_it_is_logged_told_and_says_what_could_not_be_rebuilt(rig, tmp_path):
    recorded = await rig.record()
    again = await with_an_empty_database(rig, tmp_path)
    try:
        report = await relisting(again).relist(watch())
        entries = await again.world.logged(CustodyAct.VAULT_LISTED_AGAIN)
        assert [e.subject for e in entries] == [recorded, "vault"]
        assert (entries[1].details["recordings"], entries[1].details["exhibits"]) == ("1", "0")
        said = " ".join(report.not_rebuilt)
        for lost in ("notes", "custody log", "incidents", "accounts"):
            assert lost in said
            assert lost in entries[1].details["not_rebuilt"]
        fault = again.world.sink.of(Fault)[-1]
        assert "1 recording and 0 exhibits were listed again" in fault.what
        assert "backup" in fault.todo
        # From now on the log vouches for what was found: a later cut is seen.
        path = again.path(recorded)
        path.write_bytes(path.read_bytes()[:-1])
        run = await again.checks.run(RunCause.START)
        assert [f.state.value for f in run.findings] == ["shorter"]
    finally:
        again.close()


async def test_damaged_strange_and_unclosed_files_are_not_called_sound(rig, tmp_path):
    hurt, open_one = await rig.record(), rig.vault.new_recording(rig.consultation)
    writer = open_one.open_segment()
    writer.append_event(event(EventKind.STARTED, 0))
    writer.append_media(media_piece(1), 10)
    writer.sync()
    writer.abandon()
    data = bytearray(rig.path(hurt).read_bytes())
    data[-90] ^= 1
    rig.path(hurt).write_bytes(bytes(data))
    torn = rig.vault.new_recording(rig.consultation)
    torn.open_segment().abandon()
    torn.path_of(1).write_bytes(torn.path_of(1).read_bytes()[:50])
    again = await with_an_empty_database(rig, tmp_path)
    try:
        report = await relisting(again).relist(watch())
        states = await again.world.store.run(
            lambda tx: {r.evidence_id: r.status for r in tx.recordings.all()}
        )
        assert states == {hurt: RecordingStatus.FAULT, open_one.evidence_id: RecordingStatus.FAULT}
        assert [words.split(":")[0] for words in report.not_listed] == [torn.path_of(1).name]
    finally:
        again.close()


async def test_what_the_store_knows_stays_and_nobody_may_open_what_belongs_to_nobody(rig, tmp_path):
    recorded = await rig.record()
    assert (await relisting(rig).relist(watch())).recordings == 0
    assert not await rig.world.logged(CustodyAct.VAULT_LISTED_AGAIN)
    again = await with_an_empty_database(rig, tmp_path)
    try:
        await relisting(again).relist(watch())
        await again.world.fill()
        again.world.act_as(OFFICER)
        with pytest.raises(AccessDeniedError):
            await again.world.recordings.view(recorded, "to look")
        assert not await again.world.recordings.list_for_review()
    finally:
        again.close()
