"""The check of the whole vault: each thing done to a file behind the console's back is found, named and placed, once."""

import asyncio
import errno
import hashlib
import shutil
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from vault_rig import begin

from desk_parts import OFFICER  # isort: skip  # vault_rig makes these importable
from evidence_parts import SeededDesk, make_bench, recipients, write_small  # isort: skip

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.vault_check import (
    FileState,
    RunCause,
    RunOutcome,
    VaultChecked,
    VaultCheckProgress,
)
from rvr_console.errors import AccessDeniedError, RefusedError, StorageError
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.vault import Vault
from rvr_console.services import check_watch
from rvr_console.system.clock import SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk


@pytest.fixture
async def rig(tmp_path):
    made = await begin(tmp_path)
    yield made
    made.close()


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(bytes(data))


async def test_a_sound_vault_is_called_sound_and_the_log_says_so(rig):
    first, second = await rig.record(segments=2), await rig.record()
    run = await rig.checks.run(RunCause.START)
    assert (run.outcome, run.files, run.sound, run.recordings) == (RunOutcome.DONE, 3, 3, 2)
    assert run.size == sum(rig.path(e, n).stat().st_size for e, n in ((first, 1), (first, 2), (second, 1)))
    assert not run.findings
    entry = (await rig.world.logged(CustodyAct.VAULT_VERIFIED))[0]
    assert (entry.subject, entry.details["files"], entry.details["findings"]) == ("vault", "3", "0")
    assert rig.world.sink.of(VaultChecked)[-1].run == run == await rig.last_run()
    assert not rig.world.sink.of(Fault)


def change_byte(rig, path):
    flip(path, scan_file(path).records[4].body_offset)


def cut_at_a_record(rig, path):
    records = scan_file(path).records
    path.write_bytes(path.read_bytes()[: records[-2].offset])


def cut_before_the_middle_head(rig, path):
    path.write_bytes(path.read_bytes()[: scan_file(path).records[1].offset])


def tear_header(rig, path):
    path.write_bytes(path.read_bytes()[:90])


def sign_by_a_stranger(rig, path):
    other = Vault(
        path.parent.parent / "other",
        DurableDisk(),
        rig.bench.clock,
        SystemRandomness(),
        SeededDesk(9),
        recipients(),
        reserve=DiskReserve(path.parent.parent / "other" / "reserve.bin", 1024),
    )
    evidence_id = path.name[:-10]
    recording = other.continue_recording(evidence_id, rig.consultation)
    write_small(recording)
    shutil.copy(recording.path_of(1), path)


def put_another_in_its_place(rig, path):
    other = make_bench(path.parent.parent / "other").vault.continue_recording(path.name[:-10], "s")
    write_small(other)
    shutil.copy(other.path_of(1), path)


def lose_envelopes(rig, path):
    for envelope in (path.parent / "envelopes").iterdir():
        envelope.unlink()


FAULTS = [
    (change_byte, FileState.DAMAGED, "Record 4 was changed", "Fault from record 4 on, byte "),
    (cut_at_a_record, FileState.SHORTER, "It was cut: custody entry ", "Cut at byte "),
    (cut_before_the_middle_head, FileState.SHORTER, "the file ends after record 0", "Cut at byte "),
    (tear_header, FileState.UNREADABLE, "header", "Fault in the file header"),
    (sign_by_a_stranger, FileState.STRANGER, "signed by a stranger", "Fault in the file header"),
    (put_another_in_its_place, FileState.DAMAGED, "differs from custody entry", "Fault at or before record"),
    (lose_envelopes, FileState.KEYS_MISSING, "key envelopes are not here", "holds from beginning to end"),
    (lambda _rig, path: path.unlink(), FileState.MISSING, "missing from the vault", ""),
]


@pytest.mark.parametrize(("harm", "state", "reason", "where"), FAULTS)
async def test_each_harm_is_named_and_placed_with_what_still_proves_it(rig, harm, state, reason, where):
    hurt, sound = await rig.record(), await rig.record()
    path = rig.path(hurt)
    before = path.read_bytes()
    harm(rig, path)
    run = await rig.checks.run(RunCause.START)
    findings = [f for f in run.findings if f.evidence_id == hurt]
    assert [f.state for f in findings] == [state]
    found = findings[0]
    assert found.what.startswith("Segment 1 of the recording of ")
    assert "incident 155 of 21/11/2026" in found.what
    assert reason in found.reason
    assert where in found.where
    assert found.is_new
    if state is not FileState.KEYS_MISSING:
        assert not [f for f in run.findings if f.evidence_id == sound]
    if harm is change_byte:
        good = scan_file(path).good_end
        assert hashlib.sha256(before[:good]).hexdigest() in found.proof[0]
        assert "custody entry" in found.proof[-1].lower()
    if state in {FileState.MISSING, FileState.UNREADABLE, FileState.SHORTER}:
        assert "holds its head at record" in found.proof[-1]
    logged = [e for e in await rig.world.logged(CustodyAct.VAULT_DAMAGED) if e.subject == hurt]
    assert [e.details["state"] for e in logged] == [state.value]
    fault = rig.world.sink.of(Fault)[-1]
    assert "Nothing was changed" in fault.kept


async def test_what_the_log_vouches_for_within_a_damaged_file_is_said(rig):
    hurt = await rig.record()
    path = rig.path(hurt)
    flip(path, scan_file(path).records[-1].body_offset)
    run = await rig.checks.run(RunCause.START)
    heads = [e for e in await rig.world.logged(CustodyAct.RECORDING_HEAD) if e.subject == hurt]
    middle, end = heads
    said = " ".join(run.findings[0].proof)
    assert f"Custody entry {middle.sequence} " in said
    assert f"vouches for them up to record {middle.details['sequence']}." in said
    assert f"Custody entry {end.sequence} " in said
    assert f"holds its head at record {end.details['sequence']}:" in said


async def test_a_swapped_middle_segment_breaks_its_link_although_each_file_holds(rig):
    """Two segments whose heads were never logged: only the link shows that the first was replaced."""
    world = rig.world.recordings
    made = rig.vault.new_recording(rig.consultation)
    await world.started(rig.consultation, made.evidence_id)
    for number in (1, 2):
        write_small(made)
        await world.segment_started(made.evidence_id, number, made.path_of(number).name)
    put_another_in_its_place(rig, made.path_of(1))
    run = await rig.checks.run(RunCause.START)
    states = {f.segment: (f.state, f.reason) for f in run.findings}
    assert states[2][0] is FileState.DAMAGED
    assert "follows another version of segment 1" in states[2][1]


async def test_files_that_nobody_knows_are_named(rig):
    stranger = rig.vault.new_recording(rig.consultation)
    write_small(stranger)
    (rig.bench.folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    run = await rig.checks.run(RunCause.START)
    found = {f.file: f for f in run.findings}
    assert found[stranger.path_of(1).name].state is FileState.UNKNOWN
    assert "neither store nor custody log know it" in found[stranger.path_of(1).name].reason
    assert found["holiday.jpg"].state is FileState.UNKNOWN


async def test_a_changed_tail_that_recovery_set_aside_is_found(rig):
    evidence_id = await rig.record()
    aside = rig.bench.folder / (f"{evidence_id}_0001.rvrc.77-{hashlib.sha256(b'tail').hexdigest()[:16]}.torn")
    aside.write_bytes(b"tail")
    assert not (await rig.checks.run(RunCause.START)).findings
    aside.write_bytes(b"tael")
    run = await rig.checks.run(RunCause.START)
    assert [(f.file, f.state) for f in run.findings] == [(aside.name, FileState.DAMAGED)]


async def test_a_finding_is_told_once_and_its_mending_too(rig):
    path = rig.path(await rig.record())
    sound = path.read_bytes()
    flip(path, len(sound) - 1)
    first = await rig.checks.run(RunCause.START)
    second = await rig.checks.run(RunCause.SCHEDULE)
    assert [f.is_new for f in (*first.findings, *second.findings)] == [True, False]
    assert len(rig.world.sink.of(Fault)) == len(await rig.world.logged(CustodyAct.VAULT_DAMAGED)) == 1
    path.write_bytes(sound)
    third = await rig.checks.run(RunCause.SCHEDULE)
    assert (third.findings, third.mended) == ((), (path.name,))
    entries = await rig.world.logged(CustodyAct.VAULT_VERIFIED)
    assert any(e.subject == path.name[:-10] for e in entries)


async def test_a_recording_that_is_being_written_is_no_finding_but_one_left_open_is(rig):
    made = rig.vault.new_recording(rig.consultation)
    await rig.world.recordings.started(rig.consultation, made.evidence_id)
    write_small(made, finish=False)
    await rig.world.recordings.segment_started(made.evidence_id, 1, made.path_of(1).name)
    rig.writing = {made.evidence_id}
    assert not (await rig.checks.run(RunCause.SCHEDULE)).findings
    rig.writing = set()
    run = await rig.checks.run(RunCause.SCHEDULE)
    assert [f.state for f in run.findings] == [FileState.OPEN]


async def test_it_waits_while_a_call_is_recorded_and_says_so(rig, monkeypatch):
    monkeypatch.setattr(check_watch, "WAIT_SECONDS", 0.02)
    await rig.record()
    rig.busy = True
    waiting = asyncio.Event()
    loop = asyncio.get_running_loop()
    publish = rig.world.sink.publish

    def seen(event: object) -> None:
        publish(event)
        if isinstance(event, VaultCheckProgress) and event.waiting:
            loop.call_soon_threadsafe(waiting.set)

    rig.world.sink.publish = seen
    running = asyncio.ensure_future(rig.checks.run(RunCause.START))
    await asyncio.wait_for(waiting.wait(), 5)
    with pytest.raises(RefusedError, match="already"):
        await rig.checks.run(RunCause.ASKED)
    assert (await rig.health.now()).running.waiting
    rig.busy = False
    assert (await running).outcome is RunOutcome.DONE


async def test_cancelled_in_the_middle_it_keeps_what_it_found_and_calls_nothing_missing(rig):
    for _ in range(3):
        await rig.record()
    ids = sorted(rig.vault.recordings())
    flip(rig.path(ids[0]), 5000 if rig.path(ids[0]).stat().st_size > 5000 else 900)
    rig.path(ids[2]).unlink()
    real = rig.files.check

    def check_then_cancel(*arguments):
        done = real(*arguments)
        rig.checks.cancel()
        return done

    rig.files.check = check_then_cancel
    run = await rig.checks.run(RunCause.START)
    assert run.outcome is RunOutcome.CANCELLED
    assert [(f.evidence_id, f.state) for f in run.findings] == [(ids[0], FileState.DAMAGED)]
    rig.files.check = real
    health = await rig.health.now()
    assert health.checked is None
    assert len(health.findings) == 1
    whole = await rig.checks.run(RunCause.ASKED)
    assert {f.state: f.is_new for f in whole.findings} == {FileState.DAMAGED: False, FileState.MISSING: True}


async def test_health_says_room_at_the_measured_rate_and_what_is_wrong(rig):
    assumed = await rig.health.now()
    assert not assumed.measured
    assert assumed.checked is None
    evidence_id = await rig.record_minutes(2)
    await rig.checks.run(RunCause.START)
    health = await rig.health.now()
    rate = rig.path(evidence_id).stat().st_size * 30
    assert health.measured
    assert abs(health.bytes_per_hour - rate) < 2
    assert health.hours_left == health.free_bytes / health.bytes_per_hour
    assert health.sound
    assert (health.recordings, health.exhibits, health.checked.files) == (1, 0, 1)
    rig.path(evidence_id).unlink()
    await rig.checks.run(RunCause.ASKED)
    wrong = await rig.health.now()
    assert not wrong.sound
    assert "missing from the vault" in wrong.findings[0].in_words()


async def test_only_somebody_who_may_verify_may_ask(rig):
    rig.world.act_as(None)
    with pytest.raises(AccessDeniedError):
        await rig.checks.ask()
    with pytest.raises(AccessDeniedError):
        await rig.checks.ask_to_stop()
    rig.world.act_as(OFFICER)
    assert (await rig.checks.ask()).cause is RunCause.ASKED


async def test_who_stops_a_check_stands_in_the_log(rig):
    await rig.record()
    rig.busy = True  # it waits for the end of a recorded call
    running = asyncio.create_task(rig.checks.run(RunCause.START))
    await rig.world.desk.note(lambda _work: None)
    await rig.checks.ask_to_stop()
    assert (await running).outcome is RunOutcome.CANCELLED
    (entry,) = await rig.world.logged(CustodyAct.VAULT_CHECK_STOPPED)
    assert entry.actor == OFFICER.collar


async def test_what_a_check_found_can_not_be_changed_in_the_database(rig):
    rig.path(await rig.record()).unlink()
    await rig.checks.run(RunCause.START)
    for statement in (
        "UPDATE vault_findings SET state = 'intact'",
        "DELETE FROM vault_findings",
        "UPDATE vault_runs SET sound = 9",
        "DELETE FROM vault_runs",
    ):
        with pytest.raises(StorageError, match="never changed"):
            await rig.world.store.run(lambda tx, s=statement: tx._connection.execute(text(s)))


async def test_the_reading_is_done_on_a_thread_of_its_own_that_ends(rig):
    await rig.record()
    names = []
    real = rig.files.check

    def check(*arguments):
        names.append(threading.current_thread().name)
        return real(*arguments)

    rig.files.check = check
    await rig.checks.run(RunCause.START)
    assert names[0].startswith("vault-check")
    rig.thread.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("vault-check")]


async def test_exhibits_are_checked_too(rig):
    hurt, gone, sound = [await rig.receive(name.encode() * 50, name) for name in ("b1", "b2", "b3")]
    await rig.record()
    path = rig.exhibit_path(hurt)
    flip(path, scan_file(path).records[1].body_offset)
    rig.exhibit_path(gone).unlink()
    run = await rig.checks.run(RunCause.START)
    assert (run.recordings, run.exhibits, run.sound) == (1, 2, 2)
    found = {f.evidence_id: f for f in run.findings}
    assert set(found) == {hurt.evidence_id, gone.evidence_id}
    assert (found[hurt.evidence_id].state, found[gone.evidence_id].state) == (
        FileState.DAMAGED,
        FileState.MISSING,
    )
    assert found[gone.evidence_id].what.startswith("Exhibit HC/2 of incident 155 of 21/11/2026, 100 bytes")
    assert gone.content.sha256 in found[gone.evidence_id].proof[-1]
    assert hurt.content.sha256 in found[hurt.evidence_id].proof[-1]
    assert sound.evidence_id not in found


async def test_an_exhibit_that_broke_off_is_known_to_the_log_and_no_finding(rig):
    facts = rig.exhibits.facts(rig.consultation, "c1", size=500)
    writer = await rig.exhibits.intake.begin(facts)
    writer.write(b"half")
    await writer.abandon("the person closed the page")
    assert not (await rig.checks.run(RunCause.START)).findings


async def test_what_the_disk_cannot_read_is_named_and_the_rest_is_checked(rig, monkeypatch):
    hurt, sound = await rig.record(), await rig.record()
    real = Path.open

    def failing(self, *arguments, **named):
        if self == rig.path(hurt):
            raise OSError(errno.EIO, "Input/output error")
        return real(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", failing)
    run = await rig.checks.run(RunCause.START)
    monkeypatch.undo()
    assert [(f.evidence_id, f.state) for f in run.findings] == [(hurt, FileState.UNREADABLE)]
    assert "The disk could not read it: Input/output error." in run.findings[0].reason
    assert "holds its head at record" in run.findings[0].proof[-1]
    assert run.sound == 1
    assert sound


async def test_a_folder_that_is_gone_is_an_error_and_no_empty_vault(rig):
    await rig.record()
    rig.bench.folder.rename(rig.bench.folder.with_name("elsewhere"))
    with pytest.raises(StorageError, match="folder cannot be read"):
        await rig.checks.run(RunCause.START)
    assert await rig.last_run() is None
    with pytest.raises(StorageError, match="disk cannot be reached"):
        await rig.health.now()
