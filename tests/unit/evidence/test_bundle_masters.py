"""What recovery set aside goes into a bundle as the sealed file names it: missing, changed or added tails are said."""

import hashlib
from datetime import UTC, datetime

import pytest
from evidence_parts import make_bench, team_ring, write_small

from rvr_console.domain.bundle import BundleRecording
from rvr_console.evidence.bundle_masters import load_masters
from rvr_console.evidence.bundle_meter import Meter
from rvr_console.evidence.verification import RecordingReport, tails_gone


@pytest.fixture
def bench(tmp_path):
    return make_bench(tmp_path)


@pytest.fixture
def recovered(bench):
    """A recording that broke off in the middle of a record, completed; its tail lies beside it."""
    recording = bench.vault.new_recording("s")
    write_small(recording)
    path = recording.path_of(1)
    path.write_bytes(path.read_bytes()[:-300])
    bench.vault.recover(path, team_ring())
    return path


def loaded(bench, path):
    recording = BundleRecording(path.name[:-10], datetime(2026, 3, 4, tzinfo=UTC))
    (master,) = load_masters([recording], bench.vault, team_ring(), Meter(lambda _told: None, lambda: False))
    return master


def test_the_tail_that_is_named_goes_in(bench, recovered):
    (tail,) = recovered.parent.glob("*.torn")
    master = loaded(bench, recovered)
    assert (master.state, master.torn, master.closed_to_us) == ("recovered", [tail], [])


def test_a_tail_that_is_gone_or_changed_is_said(bench, recovered):
    (tail,) = recovered.parent.glob("*.torn")
    tail.write_bytes(tail.read_bytes()[:-1])
    (said,) = loaded(bench, recovered).closed_to_us
    assert said.startswith(f"What recovery set aside after a crash, {tail.name}")
    tail.unlink()
    master = loaded(bench, recovered)
    assert master.torn == []
    assert "is missing or was changed" in master.closed_to_us[0]


def test_a_tail_that_somebody_put_there_is_left_out_and_said(bench, recovered):
    """Named as recovery names them, with its own hash: nothing but the sealed file says that it is none."""
    (tail,) = recovered.parent.glob("*.torn")
    data = b"made up"
    put = tail.with_name(f"{recovered.name}.4711-{hashlib.sha256(data).hexdigest()[:16]}.torn")
    put.write_bytes(data)
    master = loaded(bench, recovered)
    assert master.torn == [tail]
    assert master.closed_to_us == [f"{put.name} was not set aside by recovery: left out."]


def test_nothing_is_said_of_a_recording_without_tails(tmp_path):
    assert tails_gone(tmp_path, RecordingReport((), ())) == []
