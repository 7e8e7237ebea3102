"""Everything that somebody may do to a sealed file, and that verification says what and where."""

from dataclasses import replace

import pytest
from evidence_parts import SeededDesk, make_bench, records_of, team_ring, write_small

from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_format import (
    NO_RECORD,
)
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.verification import VerificationStatus, torn_file_holds, verify_file
from rvr_console.system.durable_file import DurableDisk

WRONG = {VerificationStatus.DAMAGED, VerificationStatus.UNREADABLE, VerificationStatus.OPEN}


@pytest.fixture
def bench(tmp_path):
    return make_bench(tmp_path / "vault")


@pytest.fixture
def closed(bench):
    recording = bench.vault.new_recording("s")
    write_small(recording)
    return recording.path_of(1)


@pytest.fixture
def unclosed(bench):
    """Path and logged head of a file that was never closed."""
    recording = bench.vault.new_recording("s")
    writer = write_small(recording, finish=False)
    return recording.path_of(1), writer.head


def pieces(path):
    """The file as header and whole records."""
    data, records = path.read_bytes(), records_of(path)
    return data[: records[0].offset], [data[r.offset : r.end] for r in records]


def test_a_closed_file_is_intact(bench, closed):
    desk = SeededDesk().public_key
    report = verify_file(closed, data_key=bench.key(closed), trusted_desk_keys={desk})
    assert report.status == VerificationStatus.INTACT
    assert report.ok
    assert report.content_checked
    assert report.not_proved == ("anything for a court: it is signed by a TEST desk.",)
    assert "INTACT" in report.in_words()
    keyless = verify_file(closed)
    assert keyless.status == VerificationStatus.INTACT
    assert not keyless.content_checked
    assert any("no key was used" in sentence for sentence in keyless.not_proved)


@pytest.mark.parametrize("bit", [1, 0x80])
def test_any_byte_changed_is_found(tmp_path, closed, bit):
    sweep_flips(tmp_path / closed.name, closed.read_bytes(), bit, step=17)


@pytest.mark.slow
@pytest.mark.parametrize("bit", [1, 2, 4, 8, 16, 32, 64, 128])
def test_every_byte_changed_is_found(tmp_path, closed, bit):
    sweep_flips(tmp_path / closed.name, closed.read_bytes(), bit, step=1)


def sweep_flips(path, data, bit, step):
    for place in range(0, len(data), step):
        changed = bytearray(data)
        changed[place] ^= bit
        path.write_bytes(changed)
        report = verify_file(path)
        assert report.status in WRONG, place
        assert report.where is not None, place
        assert report.where.offset <= place, place


@pytest.mark.parametrize("step", [29, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_closed_file_cut_anywhere_is_found(tmp_path, closed, step):
    data, path = closed.read_bytes(), tmp_path / closed.name
    for size in range(0, len(data), step):
        path.write_bytes(data[:size])
        assert verify_file(path).status in WRONG, size


def test_a_file_longer_than_its_closing_record_is_found(closed):
    with closed.open("ab") as file:
        file.write(b"\x00")
    report = verify_file(closed)
    assert report.status == VerificationStatus.DAMAGED
    assert "behind the closing record" in report.reason


def test_a_record_dropped_swapped_or_repeated_is_found_where_it_is(tmp_path, closed):
    head, records = pieces(closed)
    path = tmp_path / closed.name
    for place in range(len(records) - 1):
        path.write_bytes(head + b"".join(records[:place] + records[place + 1 :]))
        report = verify_file(path)
        assert report.status == VerificationStatus.DAMAGED
        assert report.where.record == place
        assert f"Record {place} is missing" in report.reason
    for place in range(len(records) - 1):
        swapped = [*records]
        swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
        path.write_bytes(head + b"".join(swapped))
        assert verify_file(path).status == VerificationStatus.DAMAGED
        assert verify_file(path).where.record == place
    for place in range(len(records)):
        path.write_bytes(head + b"".join(records[: place + 1] + records[place:]))
        report = verify_file(path)
        assert report.status == VerificationStatus.DAMAGED
        assert report.where.record == place + 1


def test_records_of_another_recording_do_not_fit(bench, tmp_path, closed):
    other = bench.vault.new_recording("s")
    write_small(other)
    head, records = pieces(closed)
    foreign = pieces(other.path_of(1))[1]
    for place in range(len(records)):
        mixed = [*records[:place], foreign[place], *records[place + 1 :]]
        path = tmp_path / closed.name
        path.write_bytes(head + b"".join(mixed))
        report = verify_file(path)
        assert report.status == VerificationStatus.DAMAGED
        assert report.where.record == place
        assert "signature does not hold" in report.reason


def test_numbers_made_to_fit_do_not_help(tmp_path, closed):
    head, records = pieces(closed)
    moved = bytearray(records[4])
    moved[12:16] = (3).to_bytes(4, "big")
    path = tmp_path / closed.name
    path.write_bytes(head + b"".join(records[:3]) + bytes(moved) + b"".join(records[4:]))
    assert verify_file(path).where.record == 3


def test_a_file_never_closed_is_open_and_says_what_that_leaves_unproved(unclosed):
    path, head = unclosed
    report = verify_file(path, expected_head=head)
    assert report.status == VerificationStatus.OPEN
    assert not report.ok
    assert report.where is None
    assert any("last one logged" in sentence for sentence in report.not_proved)


def test_a_never_closed_file_cut_at_a_record_boundary_is_found_by_the_logged_head(tmp_path, unclosed):
    source, head = unclosed
    data, path = source.read_bytes(), tmp_path / source.name
    for record in records_of(source):
        path.write_bytes(data[: record.offset])
        assert verify_file(path).status == VerificationStatus.OPEN, "the file alone cannot know"
        report = verify_file(path, expected_head=head)
        assert report.status == VerificationStatus.DAMAGED
        assert "It was cut" in report.reason
        assert report.where.record == record.header.sequence


@pytest.mark.parametrize("step", [31, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_a_never_closed_file_cut_anywhere_is_found_by_the_logged_head(tmp_path, unclosed, step):
    source, head = unclosed
    data, path = source.read_bytes(), tmp_path / source.name
    for size in range(0, len(data), step):
        path.write_bytes(data[:size])
        report = verify_file(path, expected_head=head)
        assert report.status in {VerificationStatus.DAMAGED, VerificationStatus.UNREADABLE}, size


def test_a_head_logged_before_any_record_holds(unclosed):
    path, head = unclosed
    scan = scan_file(path)
    start = replace(head, sequence=NO_RECORD, chain=scan.start_chain)
    assert verify_file(path, expected_head=start).status == VerificationStatus.OPEN
    assert (
        verify_file(path, expected_head=replace(start, chain=bytes(32))).status == VerificationStatus.DAMAGED
    )


def test_another_version_of_a_recording_differs_from_the_log(closed):
    head = scan_file(closed).head()
    for changed in (
        replace(head, chain=bytes(32)),
        replace(head, sequence=head.sequence + 1),
        replace(head, segment=2),
        replace(head, evidence_id="other"),
    ):
        assert verify_file(closed, expected_head=changed).status == VerificationStatus.DAMAGED
    assert verify_file(closed, expected_head=head).status == VerificationStatus.INTACT


def test_a_forgers_own_complete_recording_is_found_by_the_list_of_desks(closed):
    report = verify_file(closed, trusted_desk_keys={SeededDesk(8).public_key})
    assert report.status == VerificationStatus.DAMAGED
    assert "not one of the force's desks" in report.reason


@pytest.mark.parametrize("size", [0, 1, 19, 20, 200])
def test_a_torn_header_is_unreadable_not_a_crash(tmp_path, closed, size):
    path = tmp_path / "torn.rvrc"
    path.write_bytes(closed.read_bytes()[:size])
    report = verify_file(path)
    assert report.status == VerificationStatus.UNREADABLE
    assert report.head is None
    with pytest.raises(EvidenceError):
        SealedReader(path, bytes(32))


def test_something_else_is_unreadable(tmp_path):
    path = tmp_path / "film.rvrc"
    path.write_bytes(b"\x1aE\xdf\xa3" + bytes(4000))
    assert verify_file(path).status == VerificationStatus.UNREADABLE


def test_a_giant_length_costs_no_memory(tmp_path, closed):
    head, records = pieces(closed)
    huge = bytearray(records[2])
    huge[8:12] = b"\xff\xff\xff\xff"
    path = tmp_path / "x.rvrc"
    path.write_bytes(head + records[0] + records[1] + bytes(huge))
    assert verify_file(path).where.record == 2


def test_the_key_of_another_recording_is_told_apart_from_damage(bench, closed):
    other = bench.vault.new_recording("s")
    write_small(other)
    report = verify_file(closed, data_key=bench.key(other.path_of(1)))
    assert report.status == VerificationStatus.UNREADABLE
    assert "does not belong to this recording" in report.reason
    assert not report.content_checked


def test_a_recovered_file_says_so_and_names_what_was_set_aside(bench, unclosed):
    path, head = unclosed
    with path.open("ab") as file:
        file.write(b"RVRr\x02\x00\x00\x00\x00\x00\x01\x00")
    bench.vault.recover(path, team_ring(), head)
    report = verify_file(path, data_key=bench.key(path), expected_head=head)
    assert report.status == VerificationStatus.RECOVERED
    assert report.ok
    assert [t.size for t in report.torn] == [12]
    assert torn_file_holds(path.parent, report.torn[0])
    (path.parent / report.torn[0].name).write_bytes(b"other")
    assert not torn_file_holds(path.parent, report.torn[0])
    (path.parent / report.torn[0].name).unlink()
    assert not torn_file_holds(path.parent, report.torn[0])
    assert report.torn[0].name in report.in_words()


def test_any_byte_changed_in_a_recovered_file_is_found(bench, tmp_path, unclosed):
    path, _ = unclosed
    bench.vault.recover(path, team_ring())
    sweep_flips(tmp_path / path.name, path.read_bytes(), 1, step=13)


def test_verification_changes_nothing(bench, closed):
    before = (closed.read_bytes(), closed.stat().st_mtime_ns, sorted(bench.folder.rglob("*")))
    verify_file(closed, data_key=bench.key(closed))
    assert (closed.read_bytes(), closed.stat().st_mtime_ns, sorted(bench.folder.rglob("*"))) == before
    assert DurableDisk().free_bytes(bench.folder) > 0
