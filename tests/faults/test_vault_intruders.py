"""What is put into the vault's folder in the place of a file, or beside the files: never read, never believed, named."""

import errno
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from vault_rig import begin

from evidence_parts import team_ring  # isort: skip  # vault_rig makes it importable

from rvr_console.app.start_recovery import recover_recordings
from rvr_console.domain.events import Fault
from rvr_console.domain.vault_check import EvidenceKind, FileState, RunCause
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
