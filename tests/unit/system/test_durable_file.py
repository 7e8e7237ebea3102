import os
from datetime import UTC

import pytest

from rvr_console.errors import StorageError
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk


@pytest.fixture
def synced(monkeypatch):
    """The inodes that were synced, in order."""
    seen = []
    real = {"fsync": os.fsync, "fdatasync": os.fdatasync}

    def record(name):
        def sync(descriptor):
            seen.append((name, os.fstat(descriptor).st_ino))
            real[name](descriptor)

        monkeypatch.setattr(os, name, sync)

    record("fsync")
    record("fdatasync")
    return seen


def test_create_makes_the_directory_entry_durable_and_never_replaces(tmp_path, synced):
    path = tmp_path / "a"
    file = DurableDisk().create(path)
    assert ("fsync", tmp_path.stat().st_ino) in synced
    file.write(b"abc")
    file.close()
    with pytest.raises(FileExistsError):
        DurableDisk().create(path)
    assert path.read_bytes() == b"abc"


def test_sync_is_fdatasync_of_the_file(tmp_path, synced):
    file = DurableDisk().create(tmp_path / "a")
    synced.clear()
    file.write(b"x")
    file.sync()
    file.close()
    file.close()
    assert synced == [("fdatasync", (tmp_path / "a").stat().st_ino)]


def test_only_the_owner_may_read(tmp_path):
    DurableDisk().create(tmp_path / "a").close()
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


def test_a_file_has_one_writer(tmp_path):
    path = tmp_path / "a"
    first = DurableDisk().create(path)
    with pytest.raises(StorageError, match="being written"):
        DurableDisk().append(path)
    first.close()
    second = DurableDisk().append(path)
    second.write(b"more")
    second.close()
    assert path.read_bytes() == b"more"


def test_append_never_makes_a_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        DurableDisk().append(tmp_path / "a")


def test_write_durable_syncs_file_before_its_name_and_folder_after(tmp_path, synced):
    path = tmp_path / "a"
    DurableDisk().write_durable(path, b"new")
    assert synced == [("fsync", path.stat().st_ino), ("fsync", tmp_path.stat().st_ino)]


@pytest.mark.parametrize("fails", ["write", "fsync"])
def test_write_durable_is_whole_or_not_at_all(tmp_path, monkeypatch, fails):
    path = tmp_path / "a"
    DurableDisk().write_durable(path, b"old")

    def refuse(*_):
        raise OSError(28, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, fails, refuse)
        with pytest.raises(OSError, match="full"):
            DurableDisk().write_durable(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_write_durable_goes_on_after_short_writes(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data)[:3]))
    DurableDisk().write_durable(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


@pytest.mark.parametrize("copy", [b"", b"456", b"4567890", b"xxxxxx"])
def test_cut_tail_refuses_while_the_copy_differs(tmp_path, copy):
    path, aside = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"0123456789")
    aside.write_bytes(copy)
    with pytest.raises(StorageError):
        DurableDisk().cut_tail(path, 4, aside)
    assert path.read_bytes() == b"0123456789"


def test_cut_tail_shortens_once_the_copy_holds_the_bytes(tmp_path):
    path, aside = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"0123456789")
    aside.write_bytes(b"456789")
    DurableDisk().cut_tail(path, 4, aside)
    assert path.read_bytes() == b"0123"


def test_reserve_takes_real_room_and_gives_it_once(tmp_path):
    reserve = DiskReserve(tmp_path / "reserve", 1024 * 1024)
    reserve.prepare()
    assert reserve.path.stat().st_blocks * 512 >= 1024 * 1024
    reserve.prepare()
    assert reserve.release()
    assert not reserve.path.exists()
    assert not reserve.release()


def test_no_room_for_the_reserve_means_no_recording(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "full")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(StorageError, match="no room"):
        DiskReserve(tmp_path / "reserve", 1024).prepare()
    assert not (tmp_path / "reserve").exists()


def test_free_bytes_is_what_the_system_says(tmp_path):
    figures = os.statvfs(tmp_path)
    assert abs(DurableDisk().free_bytes(tmp_path) - figures.f_bavail * figures.f_frsize) < 1 << 30


def test_clock_is_utc_and_never_goes_back():
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic_ns() <= clock.monotonic_ns()


def test_randomness_gives_what_is_asked_for():
    assert len(SystemRandomness().token_bytes(32)) == 32
    assert SystemRandomness().token_bytes(32) != SystemRandomness().token_bytes(32)
