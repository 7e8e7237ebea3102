"""What can be said about a sealed recording: a report with status, reason, place and what could not be proved."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from rvr_console.domain.recording import RecordHead
from rvr_console.errors import EvidenceError
from rvr_console.evidence.record_format import (
    IndexEntry,
    RecordType,
    TornTail,
    parse_event,
    parse_final,
    parse_index,
    parse_recovered,
)
from rvr_console.evidence.record_scan import FaultKind, Scan, ScannedRecord, scan_file
from rvr_console.evidence.segment_cipher import SegmentCipher


class VerificationStatus(StrEnum):
    INTACT = "intact"  # closed by the recorder, unchanged
    RECOVERED = "recovered"  # broken off, completed by recovery; what is there is unchanged
    OPEN = "open"  # never closed: what is there holds, the end cannot be known from the file alone
    DAMAGED = "damaged"  # something was changed, cut, dropped, swapped, repeated or added
    UNREADABLE = "unreadable"  # not a sealed recording, or its header is torn


@dataclass(frozen=True, slots=True)
class Place:
    """Where the first fault is. record: sequence number, None for the file header; offset: bytes from the start."""

    record: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """Never a bare yes or no. not_proved: one plain sentence each. head: the last good record, None if unreadable."""

    status: VerificationStatus
    reason: str
    file: str
    where: Place | None = None
    not_proved: tuple[str, ...] = ()
    evidence_id: str = ""
    segment: int = 0
    signer: str = ""
    records: int = 0
    duration_us: int = 0
    head: RecordHead | None = None
    content_checked: bool = False
    torn: tuple[TornTail, ...] = ()

    @property
    def ok(self) -> bool:
        """True for intact and recovered only."""
        return self.status in {VerificationStatus.INTACT, VerificationStatus.RECOVERED}

    def in_words(self) -> str:
        """Plain English, several lines."""
        lines = [f"{self.file}: {self.status.value.upper()}. {self.reason}"]
        if self.where is not None:
            record = "file header" if self.where.record is None else f"record {self.where.record}"
            lines.append(f"Where: {record}, byte {self.where.offset}.")
        if self.evidence_id:
            checked = "signatures, order and content" if self.content_checked else "signatures and order"
            lines.append(
                f"Recording {self.evidence_id}, segment {self.segment}, signed by {self.signer}:"
                f" {self.records} records, {self.duration_us / 1e6:.1f} s; {checked} checked."
            )
        lines += [
            f"Set aside after a crash: {t.name}, {t.size} bytes, SHA-256 {t.sha256}." for t in self.torn
        ]
        lines += [f"Not proved: {sentence}" for sentence in self.not_proved]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """All segments of one recording and the links between them. broken_links: one plain sentence each."""

    segments: tuple[VerificationReport, ...]
    broken_links: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return bool(self.segments) and not self.broken_links and all(s.ok for s in self.segments)

    def in_words(self) -> str:
        return "\n".join([*(s.in_words() for s in self.segments), *self.broken_links])


def verify_file(
    path: Path,
    *,
    data_key: bytes | None = None,
    expected_head: RecordHead | None = None,
    trusted_desk_keys: Collection[bytes] | None = None,
) -> VerificationReport:
    """Check one segment file. Raises OSError only: a bad file is a report.

    data_key: also decrypt every record. expected_head: the last head in the custody log. trusted_desk_keys: raw
    Ed25519 keys (32 bytes) of the force's desks.
    """
    return _verify(path, data_key, expected_head, trusted_desk_keys)[0]


def verify_recording(
    paths: Sequence[Path],
    *,
    data_keys: Mapping[Path, bytes] | None = None,
    expected_heads: Mapping[int, RecordHead] | None = None,
    trusted_desk_keys: Collection[bytes] | None = None,
) -> RecordingReport:
    """Check all segments of one recording and that each follows the one before it. Raises OSError.

    expected_heads: segment number -> the last head in the custody log; a number without a file is a broken link.
    """
    keys, heads = data_keys or {}, expected_heads or {}
    reports: list[VerificationReport] = []
    scans: dict[int, Scan] = {}
    broken: list[str] = []
    for path in paths:
        scan = scan_file(path, check_signatures=False)
        number = scan.header.segment if scan.header else 0
        report, full = _verify(path, keys.get(path), heads.get(number), trusted_desk_keys)
        reports.append(report)
        if full.header is not None:
            if number in scans:
                broken.append(f"Segment {number} is there twice.")
            scans[number] = full
    broken += [f"Segment {n} is in the custody log but its file is missing." for n in heads if n not in scans]
    for number in sorted(scans):
        broken += broken_link(scans, number)
    return RecordingReport(tuple(reports), tuple(broken))


def broken_link(scans: Mapping[int, Scan], number: int) -> list[str]:
    """What is wrong between this segment and the one before it, one sentence at most. scans: by segment number."""
    header = scans[number].header
    if header is None:
        return []
    link = header.previous
    if link is None:
        return [] if number == 1 else [f"Segment {number} does not name the segment before it."]
    before = scans.get(link.segment)
    if before is None or before.header is None:
        return [f"Segment {number} follows segment {link.segment}, whose file is missing."]
    if before.header.evidence_id != header.evidence_id:
        return [f"Segment {number} belongs to another recording than segment {link.segment}."]
    if link.segment != number - 1:
        return [f"Between segment {link.segment} and segment {number} a segment is missing."]
    if before.chain_at(link.sequence) != link.chain:
        return [f"Segment {number} follows another version of segment {link.segment} than this one."]
    return []


def _verify(
    path: Path,
    data_key: bytes | None,
    expected: RecordHead | None,
    trusted: Collection[bytes] | None,
) -> tuple[VerificationReport, Scan]:
    content = _Content(data_key)
    scan = scan_file(path, on_header=content.begin, on_record=content.check)
    report = _judge(scan, expected, trusted)
    if scan.header is None:
        return report, scan
    report = replace(
        report,
        evidence_id=scan.header.evidence_id,
        segment=scan.header.segment,
        signer=scan.header.signer,
        records=len(scan.records),
        duration_us=max((r.header.pts_us for r in scan.records), default=0),
        head=scan.head(),
        not_proved=_not_proved(scan, data_key, expected, trusted),
        torn=content.torn,
        content_checked=data_key is not None and content.fault is None,
    )
    if content.fault is not None and (report.where is None or content.fault[1].offset < report.where.offset):
        report = replace(report, status=content.status, reason=content.fault[0], where=content.fault[1])
    return report, scan


def _judge(scan: Scan, expected: RecordHead | None, trusted: Collection[bytes] | None) -> VerificationReport:
    name, fault = scan.path.name, scan.fault
    if scan.header is None or (fault is not None and fault.kind == FaultKind.HEADER):
        reason = fault.reason if fault else "The file cannot be read."
        return VerificationReport(VerificationStatus.UNREADABLE, reason, name, Place(None, 0))
    if fault is not None and fault.kind != FaultKind.TORN:
        place = Place(fault.record, fault.offset)
        return VerificationReport(VerificationStatus.DAMAGED, fault.reason, name, place)
    if trusted is not None and scan.header.desk_key not in trusted:
        reason = "It is signed with a key that is not one of the force's desks."
        return VerificationReport(VerificationStatus.DAMAGED, reason, name, Place(None, 0))
    if expected is not None and (wrong := _against_log(scan, expected)):
        return VerificationReport(
            VerificationStatus.DAMAGED, wrong, name, Place(len(scan.records), scan.good_end)
        )
    if fault is not None:
        reason = f"{fault.reason} The recording broke off there, or was cut."
        return VerificationReport(VerificationStatus.OPEN, reason, name, Place(fault.record, fault.offset))
    if not scan.closed:
        reason = "It was never closed. What is there is unchanged and in order."
        return VerificationReport(VerificationStatus.OPEN, reason, name)
    if scan.recovered:
        reason = "It broke off and was completed by recovery. What is there is unchanged and in order."
        return VerificationReport(VerificationStatus.RECOVERED, reason, name)
    return VerificationReport(VerificationStatus.INTACT, "It is complete, unchanged and in order.", name)


def _against_log(scan: Scan, expected: RecordHead) -> str:
    head = scan.head()
    if (expected.evidence_id, expected.segment) != (head.evidence_id, head.segment):
        return "The custody log has another recording under this name."
    chain = scan.chain_at(expected.sequence)
    if chain is None:
        return (
            f"It was cut: the custody log knows record {expected.sequence},"
            f" the file ends after record {head.sequence}."
        )
    if chain != expected.chain:
        return f"It differs from the custody log at or before record {expected.sequence}."
    return ""


def _not_proved(
    scan: Scan,
    data_key: bytes | None,
    expected: RecordHead | None,
    trusted: Collection[bytes] | None,
) -> tuple[str, ...]:
    said = []
    if data_key is None:
        said.append("that the content opens: no key was used.")
    if trusted is None:
        said.append("that the signing key belongs to a desk of the force: no list of desks was given.")
    if scan.header is not None and scan.header.signer.startswith("TEST"):
        said.append("anything for a court: it is signed by a TEST desk.")
    if not scan.closed:
        since = "" if expected is None else f" after record {expected.sequence}, the last one logged"
        said.append(f"that nothing was cut from the end{since}: there is no closing record.")
    elif scan.recovered:
        said.append("what was recorded between the last good record and the break.")
    if scan.header is not None and scan.header.previous is not None:
        said.append(f"anything about segment {scan.header.previous.segment}: verify it as well.")
    return tuple(said)


class _Content:
    """Decrypts each record during the walk and checks what only a key can check."""

    def __init__(self, data_key: bytes | None) -> None:
        self._data_key = data_key
        self._cipher: SegmentCipher | None = None
        self._walked: list[IndexEntry] = []
        self._indexed: list[IndexEntry] = []
        self._last: ScannedRecord | None = None
        self._start_chain = b""
        self._media_bytes = 0
        self._recovered = False
        self.fault: tuple[str, Place] | None = None
        self.status = VerificationStatus.DAMAGED
        self.torn: tuple[TornTail, ...] = ()

    def begin(self, scan: Scan) -> None:
        if self._data_key is None or scan.header is None:
            return
        self._start_chain = scan.start_chain
        try:
            self._cipher = SegmentCipher(self._data_key, scan.header, scan.file_hash)
        except EvidenceError as error:
            self.status = VerificationStatus.UNREADABLE
            self.fault = (error.what, Place(None, 0))

    def check(self, record: ScannedRecord, body: bytes) -> None:
        if self._cipher is None or self.fault is not None:
            return
        try:
            plain = self._cipher.open(record.header, body, record.chain_before, record.recovery_salt)
            wrong = self._wrong(record, plain)
        except EvidenceError as error:
            wrong = error.what
        if wrong:
            reason = f"Record {record.header.sequence}: {wrong}"
            self.fault = (reason, Place(record.header.sequence, record.offset))
        self._last = record

    def _wrong(self, record: ScannedRecord, plain: bytes) -> str:
        head = record.header
        match head.kind:
            case RecordType.EVENT:
                if parse_event(plain).pts_us != head.pts_us:
                    return "its time differs from its event's time."
            case RecordType.INIT | RecordType.MEDIA:
                self._media_bytes += len(plain)
            case RecordType.INDEX:
                self._indexed += parse_index(plain)
            case RecordType.RECOVERED:
                return self._wrong_recovery(plain)
            case RecordType.FINAL:
                return self._wrong_final(record, plain)
        if head.kind != RecordType.INDEX:
            self._walked.append(IndexEntry(head.kind, head.sequence, head.pts_us, record.offset, head.length))
        return ""

    def _wrong_recovery(self, plain: bytes) -> str:
        note = parse_recovered(plain)
        self.torn = note.torn
        self._recovered = True
        sequence = self._last.header.sequence if self._last else -1
        chain = self._last.chain if self._last else self._start_chain
        if (note.good_sequence, note.good_chain) != (sequence, chain):
            return "the recovery note names another record than the one before it."
        return ""

    def _wrong_final(self, record: ScannedRecord, plain: bytes) -> str:
        note = parse_final(plain)
        if note.records != record.header.sequence or note.media_bytes != self._media_bytes:
            return "the closing record counts other records than the file has."
        if (note.how == "recovered") != self._recovered:
            return "the closing record says that the recording was closed in another way than it was."
        if note.how == "closed" and self._indexed != self._walked:
            return "the index differs from the records."
        return ""


def tails_gone(folder: Path, report: RecordingReport) -> list[str]:
    """What recovery set aside, as the sealed file itself says, and is no longer there as it was: one sentence each. Raises OSError."""
    tails = [tail for segment in report.segments for tail in segment.torn]
    return [
        f"What recovery set aside after a crash, {tail.name} ({tail.size} bytes), is missing or was changed."
        for tail in dict.fromkeys(tails)
        if not torn_file_holds(folder, tail)
    ]


def torn_file_holds(folder: Path, tail: TornTail) -> bool:
    """Is the tail that recovery set aside still there, unchanged? Raises OSError other than file not found."""
    try:
        with (folder / Path(tail.name).name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == tail.sha256
    except FileNotFoundError:
        return False
