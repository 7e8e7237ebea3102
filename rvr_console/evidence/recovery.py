"""Completing a segment that broke off (crash, power loss) without destroying a byte.

Order, so that being killed at any point loses nothing and the next run goes on: verify to the last good record; copy
what follows into a file of its own and make it durable; only then shorten the segment to its good end (`cut_tail`
compares once more); append RECOVERED, which names every file set aside with its SHA-256, then FINAL. A file that ends
in FINAL is left alone. A sequence number may have been used by the lost record before: RECOVERED therefore brings a
salt, and with it keys of its own, so that no nonce is used twice under one key.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from rvr_console import __version__
from rvr_console.domain.ports import AppendFile, Clock, Disk, Randomness
from rvr_console.domain.recording import RecordHead
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.record_format import (
    SALT_BYTES,
    TAG_BYTES,
    FinalNote,
    RecordType,
    RecoveredNote,
    SegmentHeader,
    TornTail,
    pack_final,
    pack_recovered,
)
from rvr_console.evidence.record_scan import FaultKind, Scan, ScannedRecord, ends_in_final, scan_file
from rvr_console.evidence.segment_cipher import RecordSealer, SegmentCipher, Signer

# What can lie behind the last durable record is 256 KiB and one record of 1 MiB. A longer bad end is no crash.
TAIL_LIMIT = 4 * 1024 * 1024
_TORN_NAME = re.compile(r"\.(?P<offset>[0-9]{1,16})-(?P<hash>[0-9a-f]{16})\.torn")


class RecoverableDisk(Disk, Protocol):
    """A Disk that can also shorten a file, but only after comparing with a durable copy."""

    def cut_tail(self, path: Path, keep: int, copy: Path) -> None: ...


class RecoveryOutcome(StrEnum):
    WAS_CLOSED = "was_closed"  # nothing to do
    RECOVERED = "recovered"
    KEPT = "kept"  # left exactly as it is, for the reason given


@dataclass(frozen=True, slots=True)
class RecoveryResult:
    """What recovery did with one file. head: FINAL if closed now; torn: all tails ever set aside from this file."""

    outcome: RecoveryOutcome
    path: Path
    reason: str
    head: RecordHead | None = None
    torn: tuple[TornTail, ...] = ()

    def in_words(self) -> str:
        tails = " ".join(f"{t.size} bytes were set aside in {t.name}." for t in self.torn)
        return f"{self.path.name}: {self.reason} {tails}".strip()


class _KeptError(Exception):
    """The file must be left as it is; the text says why."""


def recover_segment(
    path: Path,
    *,
    disk: RecoverableDisk,
    clock: Clock,
    randomness: Randomness,
    signer: Signer,
    data_key: Callable[[Scan], bytes],
    expected_head: RecordHead | None = None,
    app_version: str = __version__,
    tail_limit: int = TAIL_LIMIT,
) -> RecoveryResult:
    """Complete one segment file. Idempotent; safe to be killed at any point.

    data_key: gets the segment's data key (Vault.data_key with an opener); when it raises EvidenceError the file is
    kept as it is and the result says so. expected_head: the last head in the custody log; a file that ends before it
    did not merely break off and is kept untouched. tail_limit: the most bytes that a crash can leave behind the last good
    record. Raises StorageError (disk, or the file is still being written).
    """
    try:
        file = disk.append(path)  # held from here on: a recorder that is still writing makes this fail
        try:
            return _Recovery(path, file, disk, clock, randomness, signer, app_version, tail_limit).run(
                data_key, expected_head
            )
        finally:
            file.close()
    except _KeptError as kept:
        return RecoveryResult(RecoveryOutcome.KEPT, path, str(kept))
    except OSError as error:
        raise StorageError(
            "The disk refused the recovery of a recording.",
            kept="Nothing was lost.",
            todo="Free some space or check the disk, then start again.",
        ) from error


@dataclass(frozen=True, slots=True)
class _Recovery:
    path: Path
    file: AppendFile
    disk: RecoverableDisk
    clock: Clock
    randomness: Randomness
    signer: Signer
    app_version: str
    tail_limit: int

    def run(self, data_key: Callable[[Scan], bytes], expected_head: RecordHead | None) -> RecoveryResult:
        media = _MediaBytes()
        scan = scan_file(self.path, on_record=media.count)
        if scan.closed and scan.fault is None:
            return RecoveryResult(
                RecoveryOutcome.WAS_CLOSED, self.path, "It was closed properly.", scan.head()
            )
        header = _check_recoverable(scan, self.signer, expected_head, self.tail_limit)
        tail = _tail(scan, self.tail_limit)
        try:
            cipher = SegmentCipher(data_key(scan), header, scan.file_hash)
        except EvidenceError as error:
            raise _KeptError(f"It broke off and waits for somebody who can open it: {error.what}") from error
        if tail:
            self.disk.cut_tail(self.path, scan.good_end, _set_aside(scan, tail, self.disk))
        torn = _torn_files(self.path)
        sealer = RecordSealer(cipher, self.signer, scan.file_hash, scan.head(), scan.last_signature)
        self._append(self._closing_records(scan, sealer, torn, media.total))
        reason = "It broke off and is now completed; every record up to the break is kept."
        return RecoveryResult(RecoveryOutcome.RECOVERED, self.path, reason, sealer.head, torn)

    def _closing_records(
        self, scan: Scan, sealer: RecordSealer, torn: tuple[TornTail, ...], media_bytes: int
    ) -> bytes:
        sealer.start_recovered(self.randomness.token_bytes(SALT_BYTES))
        head = scan.head()
        when = self.clock.now().isoformat(timespec="microseconds")
        pts_us = max((record.header.pts_us for record in scan.records), default=0)
        note = RecoveredNote(head.sequence, head.chain, torn, when, self.app_version)
        recovered = sealer.seal(RecordType.RECOVERED, pack_recovered(note), pts_us)
        final = FinalNote(sealer.head.sequence + 1, media_bytes, pts_us, "recovered")
        return recovered + sealer.seal(RecordType.FINAL, pack_final(final), pts_us)

    def _append(self, data: bytes) -> None:
        left = data
        while left:
            left = left[self.file.write(left) :]
        self.file.sync()


class _MediaBytes:
    def __init__(self) -> None:
        self.total = 0

    def count(self, record: ScannedRecord, _body: bytes) -> None:
        if record.header.kind in {RecordType.INIT, RecordType.MEDIA}:
            self.total += record.header.length - TAG_BYTES


def _check_recoverable(
    scan: Scan, signer: Signer, expected: RecordHead | None, tail_limit: int
) -> SegmentHeader:
    """The header. Raises _KeptError when this is not simply a recording that broke off."""
    if scan.header is None or (scan.fault and scan.fault.kind in {FaultKind.HEADER, FaultKind.FORGED_HEADER}):
        raise _KeptError(f"It cannot be read. {scan.fault.reason if scan.fault else ''}")
    if signer.public_key != scan.header.desk_key:
        raise _KeptError(
            f"It broke off, and only the desk that made it can complete it: {scan.header.signer}."
        )
    if expected is not None and scan.chain_at(expected.sequence) != expected.chain:
        raise _KeptError(
            f"It does not reach, or differs from, record {expected.sequence} of the custody log."
        )
    if scan.closed or scan.size - scan.good_end > tail_limit:
        raise _KeptError(f"It was changed, not broken off. {scan.fault.reason if scan.fault else ''}")
    return scan.header


def _tail(scan: Scan, tail_limit: int) -> bytes:
    """The bytes behind the last good record. Raises _KeptError when a closing record stands at their end."""
    with scan.path.open("rb") as file:
        file.seek(scan.good_end)
        tail = file.read(tail_limit + 1)
    if ends_in_final(tail):
        raise _KeptError(
            f"It was changed after it had been closed. {scan.fault.reason if scan.fault else ''}"
        )
    return tail


def _set_aside(scan: Scan, tail: bytes, disk: RecoverableDisk) -> Path:
    hashed = hashlib.sha256(tail).hexdigest()
    aside = scan.path.with_name(f"{scan.path.name}.{scan.good_end}-{hashed[:16]}.torn")
    if not aside.exists() or aside.read_bytes() != tail:
        disk.write_durable(aside, tail)
    return aside


def _torn_files(path: Path) -> tuple[TornTail, ...]:
    """Every tail set aside from this file, also by a recovery that was killed before it could say so."""
    found = []
    for beside in sorted(path.parent.glob(f"{path.name}.*.torn")):
        if _TORN_NAME.fullmatch(beside.name[len(path.name) :]):
            data = beside.read_bytes()
            found.append(TornTail(beside.name, len(data), hashlib.sha256(data).hexdigest()))
    return tuple(found)
