"""What is put into the vault's folder in the place of a file, or beside the files: never read, never believed, named."""

import errno
import json
import os
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parents[1]))

from vault_rig import begin

from evidence_parts import team_ring  # isort: skip  # vault_rig makes it importable

from rvr_console.app.start_recovery import recover_recordings
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.vault_check import EvidenceKind, FileState, RunCause
from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.replica_source import FolderReplicaSource


@pytest.fixture
async def rig(tmp_path):
    made = await begin(tmp_path)
    yield made
    made.close()


def link_to_itself_elsewhere(path):
    path.rename(path.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent / "elsewhere")


def link_to_nothing(path):
    path.unlink()
    path.symlink_to("nothing")


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [link_to_itself_elsewhere, link_to_nothing, pipe, folder])
async def test_what_is_no_file_is_never_read_and_stops_no_check(rig, harm):
    """A link that leads nowhere once ended every check; a pipe held its thread, and the console's start, for ever."""
    hurt, sound = await rig.record(), await rig.record()
    harm(rig.path(hurt))
    run = await rig.checks.run(RunCause.START)
    assert (hurt, FileState.MISSING) in {(f.evidence_id, f.state) for f in run.findings}
    (stray,) = [f for f in run.findings if f.kind is EvidenceKind.STRAY]
    assert stray.file == rig.path(hurt).name
    assert "no file of its own" in stray.reason
    assert not [f for f in run.findings if f.evidence_id == sound]
    assert rig.vault.unfinished() == []
    assert rig.vault.recordings() == [sound]
    source = FolderReplicaSource(rig.vault, None)
    assert [item.evidence_id for item in source.ready(lambda name: name.endswith(".json"))] == [sound]


async def test_a_file_that_the_disk_does_not_give_is_left_to_the_check(rig, monkeypatch):
    hurt = await rig.record()
    real = Path.open

    def failing(self, *args, **kwargs):
        if self == rig.path(hurt):
            raise OSError(errno.EIO, "input/output error")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", failing)
    assert rig.vault.unfinished() == []  # the console starts
    run = await rig.checks.run(RunCause.START)
    assert [f.state for f in run.findings] == [FileState.UNREADABLE]


def change_each_key(value):
    for one in value["envelopes"]:
        one["sealed"] = one["sealed"][:-2] + "00"


def take_one_away(value):
    del value["envelopes"][0]


@pytest.mark.parametrize(
    ("harm", "words"),
    [(change_each_key, "does not open any more"), (take_one_away, "one is missing")],
)
async def test_a_changed_key_envelope_is_found_while_a_copy_may_still_be_had(rig, harm, words):
    """Without it the recording is gone for good, though every byte of its file is there: the quietest way to destroy one."""
    hurt = await rig.record()
    await rig.record()
    (path,) = rig.vault.folder.glob(f"envelopes/{hurt}_*.json")
    value = json.loads(path.read_bytes())
    harm(value)
    path.write_bytes(json.dumps(value).encode())
    run = await rig.checks.run(RunCause.START)
    (found,) = run.findings
    assert (found.evidence_id, found.state) == (hurt, FileState.KEYS_MISSING)
    assert words in found.reason


async def test_a_copy_without_its_end_under_another_name_accuses_no_recording(rig):
    """Recovery once completed such a copy, and logged its new end as that of the recording it was copied from."""
    kept = await rig.record()
    path = rig.path(kept)
    twin = path.with_name("0b5c2c1e-0000-4000-8000-000000000009_0001.rvrc")
    twin.write_bytes(path.read_bytes()[: scan_file(path).records[-1].offset])
    before = twin.read_bytes()
    await recover_recordings(rig.vault, team_ring(), rig.world.recordings, rig.world.sink)
    assert twin.read_bytes() == before
    (told,) = rig.world.sink.of(Fault)
    assert "under the name of another file" in told.what
    run = await rig.checks.run(RunCause.START)
    assert [f.file for f in run.findings] == [twin.name]


async def inside(rig, *statements):
    """As somebody who has the database and its key; its rules are put back afterwards."""

    def run(tx):
        connection = tx._connection
        rules = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _sql in rules:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for statement, values in statements:
            connection.exec_driver_sql(statement, values)
        for _name, sql in rules:
            connection.exec_driver_sql(sql)

    await rig.world.store.run(run)


def rows_of(evidence_id):
    tables = ("marks", "segments", "recordings")
    return [(f"DELETE FROM {table} WHERE evidence_id = ?", (evidence_id,)) for table in tables]


@pytest.mark.parametrize("file_too", [False, True])
async def test_a_recording_whose_rows_were_taken_out_is_missed(rig, file_too):
    """No list and no bundle would ever show it again; the file alone looked sound."""
    hidden, _kept = await rig.record(), await rig.record()
    await inside(rig, *rows_of(hidden))
    if file_too:
        rig.path(hidden).unlink()
    run = await rig.checks.run(RunCause.START)
    (found,) = run.findings
    assert (found.evidence_id, found.state) == (hidden, FileState.MISSING if file_too else FileState.UNKNOWN)
    assert "the custody log knows it" in found.reason or "custody log says" in found.reason
    assert not (await rig.checks.run(RunCause.SCHEDULE)).findings[0].is_new


async def test_a_last_segment_that_was_taken_out_with_its_row_is_missed(rig):
    """Nothing follows it, so no link is broken; and nobody expects its file any more."""
    cut = await rig.record(segments=3)
    await inside(rig, ("DELETE FROM segments WHERE evidence_id = ? AND number = 3", (cut,)))
    rig.path(cut, 3).unlink()
    (found,) = (await rig.checks.run(RunCause.START)).findings
    assert (found.evidence_id, found.state) == (cut, FileState.DAMAGED)
    assert "(segment 3)" in found.reason


async def test_a_recording_that_was_moved_to_another_case_is_named(rig):
    moved = await rig.record()
    await inside(
        rig,
        ("PRAGMA defer_foreign_keys = ON", ()),
        ("UPDATE consultations SET id = 'elsewhere' WHERE id = ?", (rig.consultation,)),
        ("UPDATE recordings SET consultation_id = 'elsewhere' WHERE evidence_id = ?", (moved,)),
        *[
            (
                f"UPDATE {table} SET consultation_id = 'elsewhere' WHERE consultation_id = ?",
                (rig.consultation,),
            )
            for table in ("links",)
        ],
    )
    (found,) = (await rig.checks.run(RunCause.START)).findings
    assert (found.evidence_id, found.state) == (moved, FileState.DAMAGED)
    assert "(consultation)" in found.reason


async def test_rows_that_say_something_else_than_the_log_are_named(rig):
    photo, other = await rig.receive(b"a photo"), await rig.receive(b"another", "a2")
    moved = await rig.record()
    assert not (await rig.checks.run(RunCause.START)).findings
    number = "UPDATE exhibits SET number = ? WHERE evidence_id = ?"
    await inside(
        rig,
        (number, (7, photo.evidence_id)),
        (number, (1, other.evidence_id)),
        (number, (2, photo.evidence_id)),
    )
    run = await rig.checks.run(RunCause.START)
    assert {(f.evidence_id, f.state) for f in run.findings} == {
        (photo.evidence_id, FileState.DAMAGED),
        (other.evidence_id, FileState.DAMAGED),
    }
    assert all("(reference): its row was changed" in f.reason for f in run.findings)
    assert "reference: HC/1" in next(f for f in run.findings if f.evidence_id == photo.evidence_id).proof[0]
    assert moved not in {f.evidence_id for f in run.findings}


@pytest.mark.parametrize("column", ["at", "details"])
async def test_one_unreadable_entry_hides_nothing_else(rig, column):
    """A spoilt entry once ended the check of the whole vault, and blinded it for twenty thousand entries around."""
    spoilt, hidden, kept = await rig.record(), await rig.record(), await rig.record()
    entries = await rig.world.store.run(lambda tx: tx.custody.of(spoilt))
    begun = next(entry for entry in entries if entry.act is CustodyAct.RECORDING_STARTED)
    await inside(
        rig,
        (f"UPDATE custody SET {column} = 'tea' WHERE sequence = ?", (begun.sequence,)),
        *rows_of(hidden),
    )
    run = await rig.checks.run(RunCause.START)
    found = {f.evidence_id: f for f in run.findings}
    assert (len(run.findings), found.keys()) == (2, {spoilt, hidden})
    assert found[hidden].state is FileState.UNKNOWN
    assert found[spoilt].state is FileState.UNREADABLE
    assert f"Custody entry {begun.sequence}: It cannot be read" in found[spoilt].in_words()
    assert kept not in found
    with pytest.raises(EvidenceError, match="cannot be read"):  # what is handed over is whole or not at all
        await rig.world.store.run(lambda tx: tx.custody.of(spoilt))


async def test_exchanged_files_open_under_neither_name(rig):
    """Whoever asks the vault for one exhibit never gets the bytes of another, not even before anything else is compared."""
    one, two = await rig.receive(b"a photo"), await rig.receive(b"another", "a2")
    first, second = rig.exhibit_path(one), rig.exhibit_path(two)
    aside = first.rename(first.with_name("aside"))
    second.rename(first)
    aside.rename(second)
    for exhibit in (one, two):
        with pytest.raises(EvidenceError, match="is another's"):
            rig.exhibits.read(exhibit.evidence_id)
    run = await rig.checks.run(RunCause.START)
    assert {f.state for f in run.findings} == {FileState.DAMAGED}
    assert len(run.findings) == 2


async def test_a_file_that_broke_off_is_no_evidence_that_was_taken_out(rig):
    writer = await rig.exhibits.intake.begin(rig.exhibits.facts(rig.consultation, "b1"))
    writer.write(b"half")
    await writer.abandon("withdrawn by the person")
    assert not (await rig.checks.run(RunCause.START)).findings
