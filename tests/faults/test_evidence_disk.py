"""A disk that is full, slow to take bytes, or loses what was not synced: nothing acknowledged may be lost."""

import errno
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "evidence"))

from evidence_parts import (  # the parts lie beside the unit tests
    CountedRandomness,
    event,
    make_bench,
    media_piece,
    plain_of,
    team_ring,
    write_small,
)

from rvr_console.domain.recording import EventKind
from rvr_console.errors import StorageError
from rvr_console.evidence.recovery import RecoveryOutcome
from rvr_console.evidence.verification import VerificationStatus, verify_file
from rvr_console.system.durable_file import DiskReserve, DurableDisk


class BoundedDisk(DurableDisk):
    """Takes so many bytes into segment files, then says ENOSPC; the bytes that still fit are taken."""

    def __init__(self, room, code=errno.ENOSPC):
        self.room = room
        self.code = code

    def create(self, path):
        file, disk = super().create(path), self

        class Bounded:
            close, sync = staticmethod(file.close), staticmethod(file.sync)

            @staticmethod
            def write(data):
                if disk.room == 0:
                    raise OSError(disk.code, "injected")
                done = file.write(data[: disk.room])
                disk.room -= done
                return done

        return Bounded()


class BoundedReserve(DiskReserve):
    """Gives its room to a BoundedDisk."""

    def __init__(self, path, disk, size):
        super().__init__(path, size)
        self.disk = disk
        self.size = size

    def release(self):
        given = super().release()
        if given:
            self.disk.room += self.size
        return given


def bounded_bench(folder, room, reserve=64 * 1024, code=errno.ENOSPC):
    disk = BoundedDisk(room, code)
    bench = make_bench(folder, disk=disk, randomness=CountedRandomness())
    bench.vault._reserve = BoundedReserve(folder / "reserve.bin", disk, reserve)
    return bench, disk


def record_until_full(bench, recording):
    """As a recorder does it: on the first StorageError stop, state the gap, close. How many pieces were accepted."""
    writer, accepted, told = recording.open_segment(), 0, False
    try:
        writer.append_init(b"container header")
        for number in range(5):
            accepted = number + 1  # the piece at hand when the disk fills is kept as well
            writer.append_media(media_piece(number), number * 500_000)
    except StorageError:
        told = True
    writer.append_event(event(EventKind.GAP, accepted * 500_000, cause="disk_full"))
    writer.finish()
    return accepted, told


def size_of_closed(folder):
    bench, disk = bounded_bench(folder, 10**9)
    record_until_full(bench, bench.vault.new_recording("s"))
    return 10**9 - disk.room


@pytest.mark.parametrize("step", [41, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_disk_full_at_any_byte_closes_cleanly_from_the_reserve(tmp_path, step):
    told_at_least_once = False
    for room in range(0, size_of_closed(tmp_path / "whole") + 1, step):
        bench, _ = bounded_bench(tmp_path / str(room), room)
        recording = bench.vault.new_recording("s")
        accepted, told = record_until_full(bench, recording)
        told_at_least_once |= told
        path = recording.path_of(1)
        report = verify_file(path, data_key=bench.key(path))
        assert report.status == VerificationStatus.INTACT, (room, report.in_words())
        with bench.vault.open(path, team_ring()) as reader:
            written = reader.read()
            if accepted:
                assert written == plain_of(accepted)
            else:  # the disk was full before the container header was taken, or while it was
                assert written in {b"", b"container header"}
            assert reader.events[-1].detail == {"cause": "disk_full"}
    assert told_at_least_once


def test_once_the_disk_was_full_no_more_media_is_taken(tmp_path):
    bench, _ = bounded_bench(tmp_path, 900)
    recording = bench.vault.new_recording("s")
    writer = recording.open_segment()
    with pytest.raises(StorageError, match="disk is full"):
        for number in range(9):
            writer.append_media(media_piece(number), number)
    assert writer.disk_full
    head = writer.head
    with pytest.raises(StorageError):
        writer.append_media(b"more", 10)
    assert writer.head == head
    writer.finish()
    assert verify_file(recording.path_of(1)).status == VerificationStatus.INTACT


def write_seven(writer):
    for number in range(7):
        writer.append_media(media_piece(number), number)
        writer.sync()
    writer.finish()


@pytest.mark.parametrize("step", [53, pytest.param(1, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_reserve_used_up_as_well_loses_nothing_that_was_synced(tmp_path, step):
    start = 900  # behind the header
    whole, unbounded = bounded_bench(tmp_path / "whole", 10**9)
    write_seven(whole.vault.new_recording("s").open_segment())
    for room in range(start, 10**9 - unbounded.room - 1, step):
        bench, disk = bounded_bench(tmp_path / str(room), room, reserve=1)
        recording = bench.vault.new_recording("s")
        with pytest.raises(StorageError):
            writer = recording.open_segment()
            write_seven(writer)
        head = writer.head
        with pytest.raises(StorageError):
            writer.finish()
        writer.abandon()
        path = recording.path_of(1)
        assert verify_file(path, expected_head=head).status == VerificationStatus.OPEN
        disk.room = 10**6
        assert bench.vault.recover(path, team_ring(), head).outcome == RecoveryOutcome.RECOVERED
        with bench.vault.open(path, team_ring()) as reader:
            count = sum(entry.kind.name == "MEDIA" for entry in reader.index)
            assert count >= min(head.sequence + 1, 7)  # INDEX may be among the durable ones
            assert reader.read() == b"".join(media_piece(n) for n in range(count))


def test_room_that_comes_back_lets_the_same_segment_close(tmp_path):
    bench, disk = bounded_bench(tmp_path, 1100, reserve=1)
    recording = bench.vault.new_recording("s")
    writer = recording.open_segment()
    with pytest.raises(StorageError):
        for number in range(9):
            writer.append_media(media_piece(number), number)
    with pytest.raises(StorageError):
        writer.finish()
    disk.room = 10**6
    writer.finish()
    path = recording.path_of(1)
    assert verify_file(path, data_key=bench.key(path)).status == VerificationStatus.INTACT


def test_a_disk_that_fails_otherwise_is_told_and_keeps_its_reserve(tmp_path):
    bench, disk = bounded_bench(tmp_path, 1000, code=errno.EIO)
    recording = bench.vault.new_recording("s")
    writer = recording.open_segment()
    with pytest.raises(StorageError, match="EIO") as caught:
        for number in range(9):
            writer.append_media(media_piece(number), number)
    assert caught.value.kept
    assert not writer.disk_full
    assert (tmp_path / "reserve.bin").exists()
    disk.room = 10**6
    writer.finish()
    assert verify_file(recording.path_of(1)).status == VerificationStatus.INTACT


class FitfulDisk(DurableDisk):
    """Every write takes one to seven bytes only."""

    def create(self, path):
        file, turn = super().create(path), iter(range(10**9))

        class Fitful:
            close, sync = staticmethod(file.close), staticmethod(file.sync)

            @staticmethod
            def write(data):
                return file.write(data[: 1 + next(turn) % 7])

        return Fitful()


def test_short_writes_make_the_same_file(tmp_path):
    files = []
    for name, disk in (("a", DurableDisk()), ("b", FitfulDisk())):
        bench = make_bench(tmp_path / name, disk=disk, randomness=CountedRandomness())
        recording = bench.vault.new_recording("s")
        write_small(recording)
        files.append(recording.path_of(1).read_bytes())
    assert files[0] == files[1]


def test_a_disk_that_takes_nothing_and_says_nothing_is_told(tmp_path):
    class Mute(DurableDisk):
        def create(self, path):
            file = super().create(path)

            class Nothing:
                close, sync = staticmethod(file.close), staticmethod(file.sync)

                @staticmethod
                def write(_data):
                    return 0

            return Nothing()

    bench = make_bench(tmp_path, disk=Mute())
    with pytest.raises(StorageError, match="EIO"):
        bench.vault.new_recording("s").open_segment()


class PowerDisk(DurableDisk):
    """Remembers how far the file was synced; `cut` leaves that much and a part of the rest, as a power loss does."""

    def __init__(self):
        self.synced = 0

    def create(self, path):
        file, disk = super().create(path), self
        self.path = path

        class Watched:
            close, write = staticmethod(file.close), staticmethod(file.write)

            @staticmethod
            def sync():
                file.sync()
                disk.synced = path.stat().st_size

        return Watched()

    def cut(self, left, zeros):
        data = self.path.read_bytes()
        rest = data[self.synced : self.synced + left]
        self.path.write_bytes(data[: self.synced] + (bytes(len(rest)) if zeros else rest))


@pytest.mark.parametrize("zeros", [False, True])
def test_power_loss_at_any_piece_costs_half_a_second_at_most(tmp_path, zeros):
    """Pieces of 0.1 s, nobody calls sync but the writer itself."""
    for pieces in range(1, 24):
        disk = PowerDisk()
        bench = make_bench(tmp_path / f"{pieces}", disk=disk)
        recording = bench.vault.new_recording("s")
        writer = recording.open_segment()
        for number in range(pieces):
            bench.clock.ns += 100_000_000
            writer.append_media(media_piece(number), number * 100_000)
        head = writer.head
        writer.abandon()
        disk.cut(left=pieces * 7, zeros=zeros)
        result = bench.vault.recover(recording.path_of(1), team_ring(), head)
        assert result.outcome == RecoveryOutcome.RECOVERED, result.in_words()
        with bench.vault.open(recording.path_of(1), team_ring()) as reader:
            kept = reader.read()
            assert kept == b"".join(media_piece(n) for n in range(len(kept) // 40))
            assert pieces - len(kept) // 40 < 5


def test_real_full_device_reaches_the_person_in_words(tmp_path):
    """/dev/full answers every write with ENOSPC: the error number of a real disk, not of an injected one."""

    class Full(DurableDisk):
        def create(self, path):
            path.symlink_to("/dev/full")
            return self.append(path)

    bench = make_bench(tmp_path, disk=Full())
    with pytest.raises(StorageError, match="disk is full"):
        bench.vault.new_recording("s").open_segment()
    assert not (tmp_path / "reserve.bin").exists()
