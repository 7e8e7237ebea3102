"""One walk over a sealed file: finds every record, follows the chain, checks the signatures. Needs no key.

Reading, verification and recovery all start from it, so that they cannot disagree about where a file ends.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from rvr_console.domain.recording import RecordHead
from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_format import (
    HEADER_PREFIX_BYTES,
    RECORD_HEADER_BYTES,
    RECORD_MAGIC,
    SALT_BYTES,
    SIGNATURE_BYTES,
    RecordHeader,
    RecordType,
    SegmentHeader,
    header_json_length,
    parse_header,
    parse_record_header,
)
from rvr_console.evidence.segment_cipher import (
    first_chain,
    header_hash,
    header_message,
    next_chain,
    record_message,
    signature_holds,
)

READ_BUFFER = 1024 * 1024
_END_BYTES = 4096
_FINAL_START = RECORD_MAGIC + bytes([RecordType.FINAL, 0, 0, 0])


class FaultKind(StrEnum):
    HEADER = "header"  # the file header cannot be read
    FORGED_HEADER = "forged_header"  # readable, but its signature does not hold
    TORN = "torn"  # the file ends inside a record
    RECORD = "record"  # a whole record is wrong


@dataclass(frozen=True, slots=True)
class ScanFault:
    """The first thing wrong. record: sequence number of the record concerned, None for the header."""

    kind: FaultKind
    reason: str
    offset: int
    record: int | None = None


@dataclass(frozen=True, slots=True)
class ScannedRecord:
    """A record that holds. chain: the value after it, chain_before: before it; offset: of its header in the file."""

    header: RecordHeader
    offset: int
    chain_before: bytes
    chain: bytes
    signature: bytes
    recovery_salt: bytes = b""

    @property
    def body_offset(self) -> int:
        return self.offset + RECORD_HEADER_BYTES

    @property
    def end(self) -> int:
        return self.body_offset + self.header.length + SIGNATURE_BYTES


@dataclass(slots=True)
class Scan:
    """What a walk found. good_end: offset behind the last record that holds; fault: why it stopped there, if it did."""

    path: Path
    size: int
    header: SegmentHeader | None = None
    file_hash: bytes = b""
    header_signature: bytes = b""
    start_chain: bytes = b""
    good_end: int = 0
    records: list[ScannedRecord] = field(default_factory=list)
    fault: ScanFault | None = None

    @property
    def closed(self) -> bool:
        return bool(self.records) and self.records[-1].header.kind == RecordType.FINAL

    @property
    def recovered(self) -> bool:
        return any(record.header.kind == RecordType.RECOVERED for record in self.records)

    @property
    def last_signature(self) -> bytes:
        return self.records[-1].signature if self.records else self.header_signature

    def head(self) -> RecordHead:
        """The last good record. Raises EvidenceError when the header could not be read."""
        if self.header is None:
            raise EvidenceError("The recording's header cannot be read.", kept="The file is left as it is.")
        if not self.records:
            return RecordHead(self.header.evidence_id, self.header.segment, -1, self.start_chain)
        last = self.records[-1]
        return RecordHead(self.header.evidence_id, self.header.segment, last.header.sequence, last.chain)

    def chain_at(self, sequence: int) -> bytes | None:
        """Chain value after a record (-1: after the header); None when the file has no such good record."""
        if sequence == -1:
            return self.start_chain
        return self.records[sequence].chain if 0 <= sequence < len(self.records) else None


OnHeader = Callable[[Scan], None]
OnRecord = Callable[[ScannedRecord, bytes], None]


def scan_file(
    path: Path,
    *,
    check_signatures: bool = True,
    on_header: OnHeader | None = None,
    on_record: OnRecord | None = None,
) -> Scan:
    """Walk from the start to the end or the first fault.

    on_header is called once the header has been read; on_record gets each good record with its sealed body.

    check_signatures=False leaves out the signatures of the records (not of the header), for a file verified before.
    Raises OSError; a bad file is no error but a Scan with a fault.
    """
    with path.open("rb", buffering=READ_BUFFER) as file:
        scan = Scan(path, os.fstat(file.fileno()).st_size)
        try:
            _read_header(file, scan)
        except EvidenceError as error:
            scan.fault = ScanFault(FaultKind.HEADER, error.what, 0)
        if scan.fault is None:
            if on_header is not None:
                on_header(scan)
            walk = _Walk(file, scan, check_signatures, on_record)
            while walk.step():
                pass
    return scan


def looks_closed(path: Path) -> bool:
    """Does the file end in what looks like a closing record? Quick, for finding files that need recovery; no proof."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _END_BYTES))
        return ends_in_final(file.read(_END_BYTES))


def ends_in_final(data: bytes) -> bool:
    """Do the bytes end in one whole record that calls itself FINAL?"""
    start = data.rfind(_FINAL_START)
    length = int.from_bytes(data[start + 8 : start + 12], "big")
    return start >= 0 and len(data) - start == RECORD_HEADER_BYTES + length + SIGNATURE_BYTES


def _read_header(file: BinaryIO, scan: Scan) -> None:
    prefix = file.read(HEADER_PREFIX_BYTES)
    header_bytes = prefix + file.read(header_json_length(prefix))
    header = parse_header(header_bytes)
    signature = file.read(SIGNATURE_BYTES)
    if len(signature) != SIGNATURE_BYTES:
        raise EvidenceError("The file header is cut short.")
    scan.header = header
    scan.file_hash = header_hash(header_bytes)
    scan.header_signature = signature
    scan.start_chain = first_chain(header_bytes, signature)
    scan.good_end = len(header_bytes) + SIGNATURE_BYTES
    if not signature_holds(header.desk_key, signature, header_message(header_bytes)):
        scan.fault = ScanFault(
            FaultKind.FORGED_HEADER, "The file header was changed: its signature does not hold.", 0
        )


class _Walk:
    """The state between two records of a walk."""

    def __init__(
        self, file: BinaryIO, scan: Scan, check_signatures: bool, on_record: OnRecord | None
    ) -> None:
        self._file = file
        self._scan = scan
        self._check = check_signatures
        self._on_record = on_record
        self._chain = scan.start_chain
        self._signature = scan.header_signature
        self._last = None if not scan.records else scan.records[-1].header.kind
        self._recovery_salt = b""

    def step(self) -> bool:
        """Read one record. False at the end of the file or at the first fault, which then stands in the scan."""
        scan, offset, number = self._scan, self._scan.good_end, len(self._scan.records)
        left = scan.size - offset
        if left <= 0:
            return False
        if self._last == RecordType.FINAL:
            return self._stop(FaultKind.RECORD, f"There are {left} bytes behind the closing record.")
        if left < RECORD_HEADER_BYTES:
            return self._stop(FaultKind.TORN, f"The file ends inside record {number}.")
        packed = self._file.read(RECORD_HEADER_BYTES)
        try:
            header = parse_record_header(packed)
        except EvidenceError as error:
            return self._stop(FaultKind.RECORD, f"Record {number}: {error.what}")
        if wrong := self._out_of_order(header, number):
            return self._stop(FaultKind.RECORD, wrong)
        if left < RECORD_HEADER_BYTES + header.length + SIGNATURE_BYTES:
            return self._stop(FaultKind.TORN, f"The file ends inside record {number}.")
        return self._take(header, packed, offset)

    def _take(self, header: RecordHeader, packed: bytes, offset: int) -> bool:
        scan, number = self._scan, header.sequence
        body, signature = self._file.read(header.length), self._file.read(SIGNATURE_BYTES)
        if len(body) != header.length or len(signature) != SIGNATURE_BYTES:
            return self._stop(FaultKind.TORN, f"The file ends inside record {number}.")
        chain = next_chain(self._chain, packed, body, self._signature)
        desk_key = scan.header.desk_key if scan.header else b""
        if self._check and not signature_holds(
            desk_key, signature, record_message(scan.file_hash, number, chain)
        ):
            return self._stop(
                FaultKind.RECORD,
                f"Record {number} was changed, or does not belong after record {number - 1}:"
                " its signature does not hold.",
            )
        if header.kind == RecordType.RECOVERED:
            self._recovery_salt = body[:SALT_BYTES]
        record = ScannedRecord(header, offset, self._chain, chain, signature, self._recovery_salt)
        scan.records.append(record)
        scan.good_end = record.end
        self._chain, self._signature, self._last = chain, signature, header.kind
        if self._on_record is not None:
            self._on_record(record, body)
        return True

    def _out_of_order(self, header: RecordHeader, number: int) -> str:
        if header.sequence > number:
            return f"Record {number} is missing: record {header.sequence} stands in its place."
        if header.sequence < number:
            return f"Record {header.sequence} stands again where record {number} should be."
        after = {
            RecordType.INDEX: {RecordType.INDEX, RecordType.RECOVERED, RecordType.FINAL},
            RecordType.RECOVERED: {RecordType.RECOVERED, RecordType.FINAL},
        }
        if self._last in after and header.kind not in after[self._last]:
            return f"Record {number} is of a kind that cannot stand there."
        return ""

    def _stop(self, kind: FaultKind, reason: str) -> bool:
        self._scan.fault = ScanFault(kind, reason, self._scan.good_end, len(self._scan.records))
        return False
