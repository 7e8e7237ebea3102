"""Which files a program and its children write, deleted ones too: Linux fanotify, so only for root."""

import ctypes
import os
import resource
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

_CLOSE_WRITE = 0x08
_MARK_ADD, _MARK_FILESYSTEM = 0x01, 0x100
_CLOEXEC, _UNLIMITED_QUEUE, _UNLIMITED_MARKS = 0x01, 0x10, 0x20
_EVENT = struct.Struct("=IBBHQii")  # fanotify_event_metadata, fanotify(7)
_AT_FDCWD = -100
_DISK_KINDS = {"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "overlay", "f2fs", "zfs"}


@dataclass
class Written:
    """A file that was written and closed. descriptor: keeps the content readable though the file may be deleted."""

    path: str
    descriptor: int


def mounted() -> list[str]:
    """Mount points of file systems that keep files."""
    lines = Path("/proc/mounts").read_text().splitlines()
    fields = [line.split() for line in lines]
    return sorted({part[1] for part in fields if part[2] in _DISK_KINDS and "ro" not in part[3].split(",")})


def _belongs(pid: int, marker: bytes) -> bool:
    """True if the process or one of its parents carries the marker in its environment, or is gone already."""
    for _ in range(20):
        try:
            if marker in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                return True
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            return True
        if pid <= 1:
            return False
    return False


class WrittenFiles:
    """Watches every disk of the machine from `start` to `stop`. Raises PermissionError without root."""

    def __init__(self, marker: str) -> None:
        """marker: NAME=value in the environment of the watched program; its children inherit it."""
        self._marker = marker.encode()
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._found: dict[tuple[int, int], Written] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="written-files")
        flags = _CLOEXEC | _UNLIMITED_QUEUE | _UNLIMITED_MARKS
        self._queue = self._libc.fanotify_init(flags, os.O_RDONLY | os.O_CLOEXEC)
        if self._queue < 0:
            raise PermissionError(ctypes.get_errno(), "Files that are written can be watched by root only.")
        os.set_blocking(self._queue, False)

    def start(self) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65536)), hard))
        for place in mounted():
            mask = ctypes.c_uint64(_CLOSE_WRITE)
            marks = _MARK_ADD | _MARK_FILESYSTEM
            self._libc.fanotify_mark(self._queue, marks, mask, _AT_FDCWD, os.fsencode(place))
        self._thread.start()

    def stop(self) -> list[Written]:
        """Every file that was written and closed, each once."""
        self._ended.set()
        self._thread.join()
        self._take()
        os.close(self._queue)
        return list(self._found.values())

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self._take()

    def _take(self) -> None:
        while True:
            try:
                events = os.read(self._queue, 65536)
            except BlockingIOError:
                return
            for start in range(0, len(events), _EVENT.size):
                *_, descriptor, pid = _EVENT.unpack_from(events, start)
                self._keep(descriptor, pid)

    def _keep(self, descriptor: int, pid: int) -> None:
        if descriptor < 0:
            return
        about = os.fstat(descriptor)
        known = (about.st_dev, about.st_ino)
        if pid == os.getpid() or known in self._found or not _belongs(pid, self._marker):
            os.close(descriptor)
            return
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        self._found[known] = Written(path, descriptor)
