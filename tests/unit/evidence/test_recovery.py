import hashlib

import pytest
from evidence_parts import (
    SeededDesk,
    StillClock,
    make_bench,
    media_piece,
    plain_of,
    records_of,
    team_ring,
    write_small,
)

from rvr_console.errors import StorageError
from rvr_console.evidence.keys import EvidenceKeyRing
from rvr_console.evidence.record_format import RecordType
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.recovery import TAIL_LIMIT, RecoveryOutcome, recover_segment
from rvr_console.evidence.verification import VerificationStatus, verify_file
from rvr_console.system.clock import SystemRandomness
from rvr_console.system.durable_file import DurableDisk


@pytest.fixture
def bench(tmp_path):
    return make_bench(tmp_path)


@pytest.fixture
def closed(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording)
    return recording.path_of(1)


def torn_beside(path):
    return sorted(path.parent.glob(f"{path.name}.*.torn"))


def test_a_closed_file_is_left_alone(bench, closed):
    before = closed.read_bytes()
    result = bench.vault.recover(closed, team_ring())
    assert result.outcome == RecoveryOutcome.WAS_CLOSED
    assert result.head == scan_file(closed).head()
    assert closed.read_bytes() == before


@pytest.mark.parametrize("step", [37, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_cut_anywhere_every_whole_record_comes_back_and_no_byte_is_lost(bench, closed, step):
    data, records, key = closed.read_bytes(), records_of(closed), bench.key(closed)
    for size in range(records[0].offset, len(data), step):
        closed.write_bytes(data[:size])
        whole = sum(record.end <= size for record in records)
        result = bench.vault.recover(closed, team_ring())
        assert result.outcome == RecoveryOutcome.RECOVERED, size
        report = verify_file(closed, data_key=key)
        assert report.status == VerificationStatus.RECOVERED, report.in_words()
        after = closed.read_bytes()
        good = records[whole - 1].end if whole else records[0].offset
        assert after[:good] == data[:good]
        assert b"".join(t.read_bytes() for t in torn_beside(closed)) == data[good:size]
        assert [r.header.kind for r in records_of(closed)[whole:]] == [RecordType.RECOVERED, RecordType.FINAL]
        once = closed.read_bytes()
        assert bench.vault.recover(closed, team_ring()).outcome == RecoveryOutcome.WAS_CLOSED
        assert closed.read_bytes() == once
        for tail in torn_beside(closed):
            tail.unlink()


def test_the_recovered_stream_plays_up_to_the_break(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording, finish=False)
    path = recording.path_of(1)
    with path.open("ab") as file:
        file.write(bytes(4096))  # what some file systems leave after power loss
    result = bench.vault.recover(path, team_ring())
    assert [t.size for t in result.torn] == [4096]
    assert result.torn[0].sha256 == hashlib.sha256(bytes(4096)).hexdigest()
    with bench.vault.open(path, team_ring()) as reader:
        assert reader.read() == plain_of()
        assert reader.duration_us == 2_000_000
        assert len(reader.events) == 2


def test_without_a_key_the_file_is_kept_as_it_is_and_that_is_said(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording, finish=False)
    path = recording.path_of(1)
    with path.open("ab") as file:
        file.write(b"torn")
    before = path.read_bytes()
    result = bench.vault.recover(path, EvidenceKeyRing({}))
    assert result.outcome == RecoveryOutcome.KEPT
    assert "waits for somebody who can open it" in result.in_words()
    assert path.read_bytes() == before
    assert torn_beside(path) == []
    assert bench.vault.recover(path, team_ring()).outcome == RecoveryOutcome.RECOVERED


def test_only_the_desk_that_made_it_completes_it(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording, finish=False)
    path = recording.path_of(1)
    before = path.read_bytes()
    result = recover_segment(
        path,
        disk=DurableDisk(),
        clock=StillClock(),
        randomness=SystemRandomness(),
        signer=SeededDesk(8),
        data_key=lambda scan: bench.vault.data_key(scan, team_ring()),
    )
    assert result.outcome == RecoveryOutcome.KEPT
    assert "only the desk that made it" in result.reason
    assert path.read_bytes() == before


def test_a_file_that_ends_before_the_logged_head_did_not_break_off(bench):
    recording = bench.vault.new_recording("s")
    writer = write_small(recording, finish=False)
    path = recording.path_of(1)
    cut = path.read_bytes()[: records_of(path)[3].offset]
    path.write_bytes(cut)
    result = bench.vault.recover(path, team_ring(), writer.head)
    assert result.outcome == RecoveryOutcome.KEPT
    assert path.read_bytes() == cut


def test_a_closed_file_changed_in_the_middle_is_not_taken_for_a_break(bench, closed):
    data = bytearray(closed.read_bytes())
    data[records_of(closed)[3].body_offset] ^= 1
    closed.write_bytes(data)
    result = bench.vault.recover(closed, team_ring())
    assert result.outcome == RecoveryOutcome.KEPT
    assert "changed after it had been closed" in result.reason
    assert closed.read_bytes() == data


def test_bytes_behind_a_closing_record_are_not_taken_for_a_break(bench, closed):
    with closed.open("ab") as file:
        file.write(b"more")
    before = closed.read_bytes()
    assert bench.vault.recover(closed, team_ring()).outcome == RecoveryOutcome.KEPT
    assert closed.read_bytes() == before


def test_more_than_a_crash_can_leave_is_not_taken_for_a_break(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording, finish=False)
    path = recording.path_of(1)
    with path.open("ab") as file:
        file.write(bytes(TAIL_LIMIT + 1))
    assert bench.vault.recover(path, team_ring()).outcome == RecoveryOutcome.KEPT


@pytest.mark.parametrize("size", [0, 10, 300])
def test_a_torn_header_is_kept_and_reported(bench, closed, size):
    data = closed.read_bytes()[:size]
    closed.write_bytes(data)
    result = bench.vault.recover(closed, team_ring())
    assert result.outcome == RecoveryOutcome.KEPT
    assert closed.read_bytes() == data


def test_a_changed_header_is_kept_and_reported(bench, closed):
    data = bytearray(closed.read_bytes())
    place = data.index(b"TEST desk")
    data[place : place + 4] = b"REAL"
    closed.write_bytes(data)
    assert bench.vault.recover(closed, team_ring()).outcome == RecoveryOutcome.KEPT
    assert closed.read_bytes() == data


def test_a_file_still_being_written_is_not_touched(bench):
    recording = bench.vault.new_recording("s")
    writer = recording.open_segment()
    writer.append_media(media_piece(0), 0)
    with pytest.raises(StorageError, match="being written"):
        bench.vault.recover(recording.path_of(1), team_ring())
    writer.finish()
    assert verify_file(recording.path_of(1)).ok


def test_no_nonce_is_used_twice_although_a_number_is(bench):
    """The lost record and RECOVERED have one sequence number: were they under one key, their plaintexts would leak."""
    recording = bench.vault.new_recording("s")
    write_small(recording)
    path = recording.path_of(1)
    records, data = records_of(path), path.read_bytes()
    lost = records[-2]
    streams = []
    for _ in range(2):  # the same break, recovered twice: two salts, two key streams
        path.write_bytes(data[: lost.end - 1])
        bench.vault.recover(path, team_ring())
        again = records_of(path)[-2]
        assert again.header.sequence == lost.header.sequence
        streams.append(path.read_bytes()[again.body_offset :][:32])
    assert streams[0] != streams[1]


class Killed(BaseException):
    """Stands for the process being gone."""


class DyingDisk(DurableDisk):
    """Dies at the n-th act on the disk; a write is half done by then."""

    def __init__(self, acts):
        self.left = acts

    def act(self):
        if self.left == 0:
            raise Killed
        self.left -= 1

    def append(self, path):
        file, disk = super().append(path), self

        class Dying:
            close = staticmethod(file.close)

            @staticmethod
            def write(data):
                try:
                    disk.act()
                except Killed:
                    file.write(data[: len(data) // 2])
                    raise
                return file.write(data[: max(1, len(data) // 3)])

            @staticmethod
            def sync():
                disk.act()
                file.sync()

        return Dying()

    def write_durable(self, path, data):
        self.act()
        super().write_durable(path, data)
        self.act()

    def cut_tail(self, path, keep, copy):
        self.act()
        super().cut_tail(path, keep, copy)
        self.act()


def test_recovery_killed_at_any_act_goes_on_the_next_time(tmp_path):
    finished = False
    for acts in range(60):
        folder = tmp_path / str(acts)
        recording = make_bench(folder).vault.new_recording("s")
        write_small(recording, finish=False)
        path = recording.path_of(1)
        good = path.read_bytes()
        with path.open("ab") as file:
            file.write(b"RVRr\x02 torn tail")
        # dies twice: the second run starts from what the first one left
        vaults = [make_bench(folder, disk=DyingDisk(n)).vault for n in (acts, acts // 2)]
        for vault in vaults:
            try:
                vault.recover(path, team_ring())
                finished = True
            except Killed:
                pass
        bench = make_bench(folder)
        result = bench.vault.recover(path, team_ring())
        assert result.outcome in {RecoveryOutcome.RECOVERED, RecoveryOutcome.WAS_CLOSED}
        report = verify_file(path, data_key=bench.key(path))
        assert report.status == VerificationStatus.RECOVERED, report.in_words()
        assert path.read_bytes().startswith(good)
        assert any(t.read_bytes() == b"RVRr\x02 torn tail" for t in torn_beside(path))
        assert {t.name for t in torn_beside(path)} == {t.name for t in report.torn}
    assert finished, "the sweep never reached the end of recovery"
