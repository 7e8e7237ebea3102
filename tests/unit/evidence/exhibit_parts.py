"""Parts that the exhibit tests share: a vault for exhibits, an origin, and a disk that runs full."""

import errno
import hashlib
from pathlib import Path

from evidence_parts import SeededDesk, StillClock, recipients, team_ring

from rvr_console.domain.exhibit import ExhibitLabel, ExhibitOrigin, ExhibitSource, RecordingMoment
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.system.clock import SystemRandomness
from rvr_console.system.durable_file import DurableDisk

ORIGIN = ExhibitOrigin(
    "consultation-1",
    ExhibitSource.UPLOAD,
    "Hannah Cole",
    "door.jpg",
    "image/jpeg",
    "ab" * 16,
    RecordingMoment("1f0c", 2, 1_500_000),
)


class RoomyDisk(DurableDisk):
    """Says how much is free; writes fail with ENOSPC once `room` bytes have been written."""

    def __init__(self, room: int = 1 << 40) -> None:
        self.room = room
        self.free = 1 << 40

    def free_bytes(self, folder: Path) -> int:
        return self.free

    def create(self, path: Path):
        return _RoomyFile(super().create(path), self)


class _RoomyFile:
    def __init__(self, file, disk: RoomyDisk) -> None:
        self._file, self._disk = file, disk

    def write(self, data: bytes) -> int:
        if self._disk.room <= 0:
            raise OSError(errno.ENOSPC, "no space")
        done = self._file.write(data[: self._disk.room])
        self._disk.room -= done
        return done

    def sync(self) -> None:
        self._file.sync()

    def close(self) -> None:
        self._file.close()


def exhibit_vault(folder: Path, disk=None, *, keep_free: int = 0) -> ExhibitVault:
    return ExhibitVault(
        folder,
        disk or RoomyDisk(),
        StillClock(),
        SystemRandomness(),
        SeededDesk(),
        recipients(),
        keep_free=keep_free,
    )


def bytes_of(size: int, seed: bytes = b"file") -> bytes:
    return hashlib.shake_256(seed).digest(size)


def label_for(content, origin=ORIGIN, reference: str = "HC/1") -> ExhibitLabel:
    return ExhibitLabel(origin, reference, content, "2026-03-04T13:52:31+00:00", content.sha256, "the door")


def seal_whole(vault: ExhibitVault, data: bytes, origin=ORIGIN, chunk: int = 1 << 20):
    """(evidence id, content, head)"""
    writer = vault.begin(origin, len(data))
    for start in range(0, len(data), chunk):
        writer.write(data[start : start + chunk])
    content = writer.end_content()
    return writer.evidence_id, content, writer.seal(label_for(content, origin))


def read_back(vault: ExhibitVault, evidence_id: str) -> bytes:
    with vault.open(evidence_id, team_ring()) as reader:
        return reader.read()
