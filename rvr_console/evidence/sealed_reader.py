"""Reading a sealed segment as a seekable stream of its media. Plaintext exists in memory only, a few records at a time."""

import io
from bisect import bisect_right
from collections import OrderedDict
from pathlib import Path

from rvr_console.domain.recording import RecordingEvent
from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_format import (
    TAG_BYTES,
    IndexEntry,
    RecordType,
    SegmentHeader,
    parse_event,
)
from rvr_console.evidence.record_scan import Scan, ScannedRecord, scan_file
from rvr_console.evidence.segment_cipher import SegmentCipher

_KEPT_RECORDS = 8
_CONTENT = {RecordType.INIT, RecordType.MEDIA}


class SealedReader(io.RawIOBase):
    """The decrypted INIT and MEDIA payloads, one after the other, as one file. Not thread-safe.

    Opens what holds: a file with a fault is readable up to it (`scan.fault` says so; verify first for evidence).
    """

    def __init__(self, path: Path, data_key: bytes, scan: Scan | None = None) -> None:
        """scan: of the same file, if there is one already. Raises EvidenceError (wrong key, unreadable), OSError."""
        super().__init__()
        self.scan = scan if scan is not None else scan_file(path, check_signatures=False)
        if self.scan.header is None:
            reason = self.scan.fault.reason if self.scan.fault else ""
            raise EvidenceError(reason or "The file cannot be read.", kept="The file is left as it is.")
        self._cipher = SegmentCipher(data_key, self.scan.header, self.scan.file_hash)
        self._header = self.scan.header
        self._content: list[ScannedRecord] = []
        self._starts: list[int] = []  # offset of each content record in the decrypted stream
        self._size = 0
        self._media: list[
            tuple[int, int]
        ] = []  # latest time up to and with a MEDIA record, its offset in the stream
        self._latest = 0
        for record in self.scan.records:
            if record.header.kind in _CONTENT:
                self._add(record)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0
        self._file = path.open("rb", buffering=0)

    def _add(self, record: ScannedRecord) -> None:
        """The next record of the content."""
        self._content.append(record)
        self._starts.append(self._size)
        if record.header.kind == RecordType.MEDIA:
            self._latest = max(self._latest, record.header.pts_us)
            self._media.append((self._latest, self._size))
        self._size += record.header.length - TAG_BYTES

    @property
    def header(self) -> SegmentHeader:
        return self._header

    @property
    def events(self) -> list[RecordingEvent]:
        """All EVENT records in file order. Raises EvidenceError when one does not open."""
        return [
            parse_event(self._open(record))
            for record in self.scan.records
            if record.header.kind == RecordType.EVENT
        ]

    @property
    def index(self) -> list[IndexEntry]:
        """Every INIT, MEDIA and EVENT record, from the record headers (the same for closed and broken-off files)."""
        kinds = {*_CONTENT, RecordType.EVENT}
        return [
            IndexEntry(r.header.kind, r.header.sequence, r.header.pts_us, r.offset, r.header.length)
            for r in self.scan.records
            if r.header.kind in kinds
        ]

    @property
    def duration_us(self) -> int:
        """The latest time that any record carries, µs from the segment's start."""
        return max((record.header.pts_us for record in self.scan.records), default=0)

    @property
    def size(self) -> int:
        """Length of the decrypted stream in bytes."""
        return self._size

    def media_offset_at(self, pts_us: int) -> int:
        """Offset in the decrypted stream of the last MEDIA record before any that starts after pts_us (0 if none)."""
        place = bisect_right(self._media, pts_us, key=lambda entry: entry[0])
        return self._media[place - 1][1] if place else 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}.get(whence)
        if base is None or base + offset < 0:
            raise ValueError("seek outside the recording")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # the stub's Buffer has no item access
        """Fills across record borders. Raises EvidenceError when a record's tag does not fit."""
        if self.closed:
            raise ValueError("the reader is closed")
        view, done = memoryview(buffer).cast("B"), 0
        while done < len(view) and self._position < self._size:
            place = bisect_right(self._starts, self._position) - 1
            plain = self._open(self._content[place])
            inside = self._position - self._starts[place]
            part = plain[inside : inside + len(view) - done]
            view[done : done + len(part)] = part
            done += len(part)
            self._position += len(part)
        return done

    def close(self) -> None:
        if not self.closed:
            self._kept.clear()
            self._file.close()
        super().close()

    def _open(self, record: ScannedRecord) -> bytes:
        sequence = record.header.sequence
        if sequence in self._kept:
            self._kept.move_to_end(sequence)
            return self._kept[sequence]
        self._file.seek(record.body_offset)
        body = b""
        while len(body) < record.header.length:
            part = self._file.read(record.header.length - len(body))
            if not part:
                raise EvidenceError("The file became shorter while it was read.")
            body += part
        plain = self._cipher.open(record.header, body, record.chain_before, record.recovery_salt)
        self._kept[sequence] = plain
        if len(self._kept) > _KEPT_RECORDS:
            self._kept.popitem(last=False)
        return plain
