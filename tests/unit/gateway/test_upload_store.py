"""What the gateway holds of files: quotas before a byte, durable offsets, nothing older than a day."""

import errno
import os

import pytest

from rvr_console.errors import StorageError
from rvr_console.gateway import upload_store
from rvr_console.gateway.upload_store import KEPT_S, SPARE, UploadRefusedError, UploadStore
from rvr_console.wire.upload_sealing import FILE_LIMIT, LARGEST_SEALED, sealed_size

ROOM, OTHER, AUTH = "a" * 32, "b" * 32, "c" * 64


def upload(number: int) -> str:
    return f"{number:032x}"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    made = UploadStore(tmp_path, clock, lambda _folder: 10**12)
    yield made
    made.close()


def test_bytes_are_taken_in_order_and_read_again(store):
    store.expect(upload(1), ROOM, AUTH, 10)
    assert store.append(upload(1), 0, [b"01234"]).held == 5
    for offset, data in ((0, b"x"), (6, b"x"), (5, b"123456")):
        with pytest.raises(UploadRefusedError):
            store.append(upload(1), offset, [data])
    assert store.append(upload(1), 5, [b"56789"]).complete
    assert store.read(upload(1), 3, 4) == b"3456"
    assert store.read(upload(1), 10, 5) == b""
    assert store.read(upload(2), 0, 5) == b""


def test_expecting_again_is_no_error_but_nothing_else_may_take_the_id(store):
    store.expect(upload(1), ROOM, AUTH, 10)
    store.append(upload(1), 0, [b"01234"])
    assert store.expect(upload(1), ROOM, AUTH, 10).held == 5
    for room, size in ((OTHER, 10), (ROOM, 11)):
        with pytest.raises(UploadRefusedError, match="gone"):
            store.expect(upload(1), room, AUTH, size)
    store.drop(upload(1))
    with pytest.raises(UploadRefusedError, match="gone"):
        store.expect(upload(1), ROOM, AUTH, 10)


def test_quotas_by_declared_sizes(store, monkeypatch):
    with pytest.raises(UploadRefusedError, match="too_large"):
        store.expect(upload(1), ROOM, AUTH, LARGEST_SEALED + 1)
    with pytest.raises(UploadRefusedError, match="too_large"):
        store.expect(upload(1), ROOM, AUTH, 0)
    for number in range(4):
        store.expect(upload(number), ROOM, AUTH, sealed_size(FILE_LIMIT))
    with pytest.raises(UploadRefusedError, match="quota"):
        store.expect(upload(9), ROOM, AUTH, 50_000_000)
    store.drop(upload(0))
    with pytest.raises(UploadRefusedError, match="quota"):
        store.expect(upload(9), ROOM, AUTH, 50_000_000)
    store.expect(upload(9), OTHER, AUTH, 50_000_000)
    monkeypatch.setattr(upload_store, "MOST_PER_ROOM", 1)
    with pytest.raises(UploadRefusedError, match="quota"):
        store.expect(upload(10), OTHER, AUTH, 50)


def test_a_disk_that_would_fill_up_is_refused_before_a_byte(tmp_path, clock):
    free = [2_000 + SPARE]
    store = UploadStore(tmp_path, clock, lambda _folder: free[0])
    store.expect(upload(1), ROOM, AUTH, 1_500)
    with pytest.raises(UploadRefusedError, match="full"):
        store.expect(upload(2), ROOM, AUTH, 1_000)
    store.append(upload(1), 0, [bytes(1_000)])
    store.expect(upload(2), ROOM, AUTH, 1_000)
    store.close()


def test_a_write_that_fails_leaves_what_was_held(store, monkeypatch):
    store.expect(upload(1), ROOM, AUTH, 100)
    store.append(upload(1), 0, [b"held"])

    def full(_handle: int, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageError):
        store.append(upload(1), 4, [b"more"])
    monkeypatch.undo()
    assert store.find(upload(1)).held == 4
    assert store.append(upload(1), 4, [b"more"]).held == 8
    assert store.read(upload(1), 0, 100) == b"heldmore"


def test_after_a_start_only_what_was_acknowledged_is_there(tmp_path, clock, store):
    store.expect(upload(1), ROOM, AUTH, 100)
    store.append(upload(1), 0, [b"acknowledged"])
    store.expect(upload(2), ROOM, AUTH, 100)
    store.drop(upload(2))
    store.close()
    with (tmp_path / f"{upload(1)}.part").open("ab") as file:
        file.write(b"written, but never acknowledged")
    for left in (upload(2), upload(3)):
        (tmp_path / f"{left}.part").write_bytes(b"left over")
    again = UploadStore(tmp_path, clock, lambda _folder: 10**12)
    assert (tmp_path / f"{upload(1)}.part").read_bytes() == b"acknowledged"
    assert [path.stem for path in tmp_path.glob("*.part")] == [upload(1)]
    assert again.append(upload(1), 12, [b"!"]).held == 13
    assert again.find(upload(2)).dropped
    again.close()


def test_nothing_stays_longer_than_a_day(tmp_path, clock, store):
    store.expect(upload(1), ROOM, AUTH, 100)
    store.append(upload(1), 0, [b"data"])
    clock.now += 3600
    store.expect(upload(2), ROOM, AUTH, 100)
    clock.now += KEPT_S - 3601
    store.expire()
    assert store.find(upload(1)).held == 4
    clock.now += 1
    store.expire()
    assert store.find(upload(1)) is None
    assert [path.stem for path in tmp_path.glob("*.part")] == [upload(2)]
    clock.now += 3600
    store.close()
    UploadStore(tmp_path, clock).close()
    assert list(tmp_path.glob("*.part")) == []
