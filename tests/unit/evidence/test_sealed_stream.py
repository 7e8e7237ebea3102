import io

import pytest
from evidence_parts import (
    event,
    make_bench,
    media_piece,
    plain_of,
    records_of,
    team_ring,
    write_small,
)

from rvr_console.domain.recording import EventKind
from rvr_console.errors import BugError, EvidenceError
from rvr_console.evidence.record_format import MAX_PAYLOAD, RecordType, parse_final, parse_index
from rvr_console.evidence.record_scan import scan_file
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.segment_cipher import SegmentCipher
from rvr_console.system.durable_file import DurableDisk


@pytest.fixture
def bench(tmp_path):
    return make_bench(tmp_path)


@pytest.fixture
def recording(bench):
    return bench.vault.new_recording("session-1")


class CountingDisk(DurableDisk):
    """Counts syncs of segment files."""

    def __init__(self):
        self.syncs = 0

    def create(self, path):
        file, disk = super().create(path), self

        class Counting:
            write, close = staticmethod(file.write), staticmethod(file.close)

            @staticmethod
            def sync():
                disk.syncs += 1
                file.sync()

        return Counting()


def test_what_is_written_is_read(bench, recording):
    write_small(recording)
    with bench.vault.open(recording.path_of(1), team_ring()) as reader:
        assert reader.read() == plain_of()
        assert reader.size == len(plain_of())
        assert [e.kind for e in reader.events] == [EventKind.STARTED, EventKind.PAUSE]
        assert reader.events[1].detail == {"by": "officer"}
        assert reader.duration_us == 2_000_000
        assert reader.header.segment == 1


def test_nothing_of_it_stands_in_clear_in_the_folder(bench, recording):
    write_small(recording)
    for path in bench.folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert b"container header" not in data
            assert media_piece(0)[:8] not in data
            assert b"officer" not in data


def test_reader_seeks_as_a_file_does(bench, recording):
    write_small(recording)
    plain = io.BytesIO(plain_of())
    reader = bench.vault.open(recording.path_of(1), team_ring())
    for offset, whence, count in [
        (0, 0, 1),
        (15, 0, 2),
        (-7, 2, 100),
        (16, 0, 40),
        (3, 1, 5),
        (0, 2, 1),
        (500, 0, 3),
        (56, 0, 0),
        (17, 0, 130),
    ]:
        assert reader.seek(offset, whence) == plain.seek(offset, whence)
        assert reader.read(count) == plain.read(count)
        assert reader.tell() == plain.tell()
    for bad in ((-1, 0), (-1000, 2), (0, 9)):
        with pytest.raises(ValueError):
            reader.seek(*bad)
    buffered = io.BufferedReader(reader)
    buffered.seek(20)
    assert buffered.read(50) == plain_of()[20:70]
    buffered.close()
    with pytest.raises(ValueError):
        reader.read(1)


def test_time_leads_to_the_piece_that_starts_at_or_before_it(bench, recording):
    write_small(recording)
    reader = bench.vault.open(recording.path_of(1), team_ring())
    start = len(b"container header")
    for pts_us, piece in ((0, 0), (499_999, 0), (500_000, 1), (1_200_000, 2), (99_000_000, 4)):
        assert reader.media_offset_at(pts_us) == start + piece * 40
    reader.close()


def test_time_never_leads_past_a_piece_that_is_out_of_order(bench, recording):
    writer = recording.open_segment()
    for number, pts_us in enumerate((10, 30, 20, 40)):
        writer.append_media(bytes([number]) * 10, pts_us)
    writer.finish()
    with bench.vault.open(recording.path_of(1), team_ring()) as reader:
        found = [reader.media_offset_at(pts_us) for pts_us in (0, 10, 25, 30, 39, 99)]
    assert found == [0, 0, 0, 20, 20, 30]


def test_index_and_closing_record_say_what_is_there(bench, recording):
    write_small(recording)
    path = recording.path_of(1)
    scan = scan_file(path)
    cipher = SegmentCipher(bench.key(path), scan.header, scan.file_hash)

    def plain(record):
        data = path.read_bytes()[record.body_offset : record.body_offset + record.header.length]
        return cipher.open(record.header, data, record.chain_before, b"")

    assert [r.header.kind for r in scan.records[-2:]] == [RecordType.INDEX, RecordType.FINAL]
    with SealedReader(path, bench.key(path)) as reader:
        assert parse_index(plain(scan.records[-2])) == reader.index
    final = parse_final(plain(scan.records[-1]))
    assert (final.records, final.media_bytes, final.duration_us) == (9, len(plain_of()), 2_000_000)


def test_a_piece_longer_than_a_record_is_split(bench, recording):
    writer = recording.open_segment()
    long = bytes(range(256)) * (MAX_PAYLOAD // 256) + b"rest"
    writer.append_media(long, 5)
    writer.finish()
    assert [r.header.kind for r in records_of(recording.path_of(1))][:2] == [RecordType.MEDIA] * 2
    with bench.vault.open(recording.path_of(1), team_ring()) as reader:
        assert reader.read() == long


def test_reading_keeps_only_a_few_records_in_memory(bench, recording):
    write_small(recording, pieces=30)
    with bench.vault.open(recording.path_of(1), team_ring()) as reader:
        assert reader.read() == plain_of(30)
        assert len(reader._kept) <= 8
        reader.seek(0)
        assert reader.read(56) == plain_of(30)[:56]


def test_synced_at_half_a_second_or_256_kib_whichever_first(tmp_path):
    disk = CountingDisk()
    bench = make_bench(tmp_path, disk=disk)
    writer = bench.vault.new_recording("s").open_segment()
    before = disk.syncs
    writer.append_media(b"x", 0)
    assert disk.syncs == before
    bench.clock.ns += 500_000_000
    writer.append_media(b"x", 500_000)
    assert disk.syncs == before + 1
    writer.append_media(bytes(200 * 1024), 600_000)
    assert disk.syncs == before + 1
    writer.append_media(bytes(60 * 1024), 700_000)
    assert disk.syncs == before + 2
    writer.finish()


def test_head_names_the_last_durable_record_only(bench, recording):
    writer = recording.open_segment()
    assert writer.head.sequence == -1
    writer.append_media(b"x", 0)
    assert writer.head.sequence == -1
    writer.sync()
    assert writer.head.sequence == 0
    assert writer.head.chain == records_of(recording.path_of(1))[0].chain
    writer.append_event(event(EventKind.MARKER, 1))
    assert writer.head.sequence == 0
    writer.finish()
    assert writer.head == scan_file(recording.path_of(1)).head()


def test_media_may_not_precede_its_container_header(recording):
    writer = recording.open_segment()
    writer.append_media(b"x", 0)
    with pytest.raises(BugError):
        writer.append_init(b"late")
    writer.finish()


def test_a_closed_segment_takes_nothing_more(recording):
    writer = write_small(recording)
    for act in (
        lambda: writer.append_media(b"x", 0),
        lambda: writer.append_event(event(EventKind.GAP, 0)),
        writer.finish,
    ):
        with pytest.raises(BugError):
            act()


def test_another_key_opens_nothing(bench, recording):
    write_small(recording)
    write_small(recording)
    with pytest.raises(EvidenceError, match="does not belong"):
        SealedReader(recording.path_of(1), bench.key(recording.path_of(2)))


def test_a_record_changed_while_it_is_open_is_not_played(bench, recording):
    write_small(recording)
    path = recording.path_of(1)
    reader = bench.vault.open(path, team_ring())
    record = records_of(path)[3]
    with path.open("r+b") as file:
        file.seek(record.body_offset)
        file.write(b"!")
    with pytest.raises(EvidenceError, match="content was changed"):
        reader.read()
    reader.close()
