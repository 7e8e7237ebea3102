"""Writing one sealed segment: append-only, every record signed, synced at 0.5 s or 256 KiB. Reading is sealed_reader.py."""

import errno
from collections.abc import Iterator
from typing import Protocol

from rvr_console.domain.ports import AppendFile, Clock
from rvr_console.domain.recording import RecordHead, RecordingEvent
from rvr_console.errors import BugError, StorageError
from rvr_console.evidence.record_format import (
    MAX_PAYLOAD,
    FinalNote,
    IndexEntry,
    RecordType,
    SegmentHeader,
    pack_event,
    pack_final,
    pack_header,
    pack_index,
)
from rvr_console.evidence.segment_cipher import (
    RecordSealer,
    SegmentCipher,
    Signer,
    header_hash,
    header_head,
    header_message,
)

SYNC_BYTES = 256 * 1024
SYNC_NS = 500_000_000
_RECORD_OVERHEAD = 24 + 64
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Reserve(Protocol):
    """Room on the disk that can be given up once."""

    def release(self) -> bool:
        """False when there was nothing (left) to give."""
        ...


class _Appender:
    """Gets every byte into the file in order: loops on short writes, gives up the reserve when the disk is full.

    Bytes that could not be written wait here and go first next time, so a record is never left half behind another.
    """

    def __init__(self, file: AppendFile, reserve: Reserve | None) -> None:
        self._file = file
        self._reserve = reserve
        self._waiting = b""
        self.disk_full = False

    def write(self, data: bytes) -> None:
        """Raises OSError; what was not written waits."""
        self._waiting = self._waiting + data if self._waiting else data
        while self._waiting:
            try:
                done = self._file.write(self._waiting)
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                self.disk_full = True
                if self._reserve is None or not self._reserve.release():
                    raise
                continue
            if done == len(self._waiting):
                self._waiting = b""
            elif done > 0:
                self._waiting = self._waiting[done:]
            else:
                raise OSError(errno.EIO, "the disk takes no bytes")

    def sync(self) -> None:
        self.write(b"")
        self._file.sync()

    def close(self) -> None:
        self._file.close()


class SealedWriter:
    """The domain's SealedSegment over an AppendFile. One append_media is one record (more above 1 MiB): gather first.

    `head` is the last **durable** record, so that a head in the custody log is never ahead of the disk.
    Once the disk is full the piece at hand is still sealed in the reserve, StorageError is raised, further media
    is refused and events and finish() still work. Not thread-safe.
    """

    def __init__(
        self,
        file: AppendFile,
        header: SegmentHeader,
        data_key: bytes,
        *,
        signer: Signer,
        clock: Clock,
        reserve: Reserve | None = None,
        sync_bytes: int = SYNC_BYTES,
    ) -> None:
        """Writes and syncs the signed header. sync_bytes: how much may be written between two syncs. Raises StorageError."""
        header_bytes = pack_header(header)
        file_hash = header_hash(header_bytes)
        signature = signer.sign(header_message(header_bytes))
        cipher = SegmentCipher(data_key, header, file_hash)
        self._sealer = RecordSealer(
            cipher, signer, file_hash, header_head(header, header_bytes, signature), signature
        )
        self._out = _Appender(file, reserve)
        self._clock = clock
        self._sync_bytes = sync_bytes
        self._number = header.segment
        self._offset = len(header_bytes) + len(signature)
        self._entries: list[IndexEntry] = []
        self._media_bytes = 0
        self._last_pts_us = 0
        self._media_begun = False
        self._finished = False
        self._closing = False
        self._unsynced = 0
        self._synced_ns = clock.monotonic_ns()
        self._durable = self._sealer.head
        self._write(header_bytes + signature)
        self.sync()

    @property
    def number(self) -> int:
        return self._number

    @property
    def head(self) -> RecordHead:
        """The last record that is safe on the disk; sequence -1 when only the header is."""
        return self._durable

    @property
    def disk_full(self) -> bool:
        return self._out.disk_full

    @property
    def finished(self) -> bool:
        return self._finished

    def append_init(self, data: bytes) -> None:
        if self._media_begun:
            raise BugError("INIT after the first MEDIA")
        self._append_content(RecordType.INIT, data, 0)

    def append_media(self, data: bytes, pts_us: int) -> None:
        """One fragment at pts_us (µs from the segment's start). Raises StorageError when the disk is full."""
        self._media_begun = True
        self._append_content(RecordType.MEDIA, data, pts_us)

    def append_event(self, event: RecordingEvent) -> None:
        self._check_open()
        self._append(RecordType.EVENT, pack_event(event), event.pts_us)
        self._sync_if_due()

    def sync(self) -> None:
        """Make everything appended durable. Raises StorageError; what was durable before stays so."""
        try:
            self._out.sync()
        except OSError as error:
            raise self._storage_error(error) from error
        self._unsynced = 0
        self._synced_ns = self._clock.monotonic_ns()
        self._durable = self._sealer.head

    def go_on(self) -> None:
        """After the disk was full: write what waits and take media again. Raises StorageError while there is no room."""
        self.sync()
        self._out.disk_full = False

    def finish(self) -> None:
        """INDEX and FINAL records, sync, close. Uses the reserve when the disk is full. Raises StorageError."""
        self._check_open(adding=False)
        if not self._closing:  # a second call after a failed one only writes what is still waiting
            self._closing = True
            end = b"".join(self._sealer.seal(*part) for part in self._closing_parts())
        else:
            end = b""
        self._write(end)
        self.sync()
        self._finished = True
        self._out.close()

    def abandon(self) -> None:
        """Let go of the file as it is, without closing records: recovery at the next start does the rest."""
        self._finished = True
        self._out.close()

    def _closing_parts(self) -> Iterator[tuple[RecordType, bytes, int]]:
        for part in pack_index(self._entries):
            yield RecordType.INDEX, part, self._last_pts_us
        note = FinalNote(self._sealer.head.sequence + 1, self._media_bytes, self._last_pts_us, "closed")
        yield RecordType.FINAL, pack_final(note), self._last_pts_us

    def _append_content(self, kind: RecordType, data: bytes, pts_us: int) -> None:
        self._check_open()
        if self._out.disk_full:
            raise _disk_full_error()
        for start in range(0, len(data), MAX_PAYLOAD):
            part = data[start : start + MAX_PAYLOAD]
            self._media_bytes += len(part)
            self._append(kind, part, pts_us)
        self._sync_if_due()
        if self._out.disk_full:
            self.sync()
            raise _disk_full_error()

    def _append(self, kind: RecordType, payload: bytes, pts_us: int) -> None:
        record = self._sealer.seal(kind, payload, pts_us)
        # booked before it is written: a record that has to wait for the disk still belongs into the index
        entry = IndexEntry(
            kind, self._sealer.head.sequence, pts_us, self._offset, len(record) - _RECORD_OVERHEAD
        )
        self._entries.append(entry)
        self._last_pts_us = max(self._last_pts_us, pts_us)
        self._offset += len(record)
        self._unsynced += len(record)
        self._write(record)

    def _write(self, data: bytes) -> None:
        try:
            self._out.write(data)
        except OSError as error:
            raise self._storage_error(error) from error

    def _sync_if_due(self) -> None:
        if self._unsynced >= self._sync_bytes or self._clock.monotonic_ns() - self._synced_ns >= SYNC_NS:
            self.sync()

    def _check_open(self, adding: bool = True) -> None:
        if self._finished or (self._closing and adding):
            raise BugError("the segment is closed")

    def _storage_error(self, error: OSError) -> StorageError:
        if error.errno in _FULL:
            return _disk_full_error()
        return StorageError(
            f"The disk refused the recording ({errno.errorcode.get(error.errno or 0, 'unknown error')}).",
            kept="Everything sealed before is safe.",
            todo="Check the disk; the recording is completed at the next start.",
        )


def _disk_full_error() -> StorageError:
    return StorageError(
        "The disk is full.",
        kept="Everything recorded up to here is kept and can be closed.",
        todo="Free some space before you record again.",
    )
