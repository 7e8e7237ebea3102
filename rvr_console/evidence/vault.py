"""The folder vault: the one door to sealed recordings. It lists itself again from its files alone.

<folder>/<evidence id>_0001.rvrc         segments
<folder>/<evidence id>_0001.rvrc.*.torn  what recovery set aside
<folder>/envelopes/                      key envelopes, durable before the first record
<folder>/reserve.bin                     room kept back for closing on a full disk
"""

import re
import stat
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rvr_console import __version__
from rvr_console.domain.ports import Clock, Randomness
from rvr_console.domain.recording import RecordHead
from rvr_console.errors import BugError, EvidenceError, StorageError
from rvr_console.evidence.envelope_store import EnvelopeStore, FolderEnvelopes
from rvr_console.evidence.keys import EnvelopeSet, KeyOpener, Recipients, seal_data_key
from rvr_console.evidence.record_format import (
    CONTENT_TYPE,
    SALT_BYTES,
    SegmentHeader,
    check_name,
    pack_header,
)
from rvr_console.evidence.record_scan import Scan, looks_closed, scan_file
from rvr_console.evidence.recovery import (
    TAIL_LIMIT,
    RecoverableDisk,
    RecoveryOutcome,
    RecoveryResult,
    recover_segment,
)
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.sealed_stream import SYNC_BYTES, Reserve, SealedWriter
from rvr_console.evidence.segment_cipher import DATA_KEY_BYTES, Signer, header_hash, key_commitment
from rvr_console.system.durable_file import DiskReserve

SEGMENT_SUFFIX = ".rvrc"
_SEGMENT_NAME = re.compile(r"(?P<evidence>[A-Za-z0-9][A-Za-z0-9_.-]{0,63})_(?P<number>[0-9]{4})\.rvrc")
_LAST_SEGMENT = 9999


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment file by its name. Whether its content keeps what the name says is for verification to find."""

    path: Path
    evidence_id: str
    number: int


def segment_name(evidence_id: str, number: int) -> str:
    """Of the file, without folders."""
    return f"{evidence_id}_{number:04d}{SEGMENT_SUFFIX}"


def is_own_file(path: Path) -> bool:
    """Not a link, folder, pipe or device: those were put there by somebody, and are never opened. Raises OSError."""
    return stat.S_ISREG(path.lstat().st_mode)


def _looks_closed(path: Path) -> bool:
    try:
        return looks_closed(path)
    except OSError:
        return (
            True  # the disk does not give it: nothing can be completed there, and the vault's check names it
        )


class TakenReserve(Reserve, Protocol):
    """Room on the disk that is taken before the first record and can be given up once."""

    def prepare(self) -> None:
        """Raises StorageError when the disk has not got it."""
        ...


class Vault:
    """Makes, finds and opens sealed recordings in one folder."""

    def __init__(
        self,
        folder: Path,
        disk: RecoverableDisk,
        clock: Clock,
        randomness: Randomness,
        signer: Signer,
        recipients: Recipients,
        *,
        envelope_stores: Sequence[EnvelopeStore] = (),
        reserve: "TakenReserve | None" = None,
    ) -> None:
        """envelope_stores: further places for envelopes (the database) beside the vault's own folder. Raises OSError."""
        self.folder = folder
        envelopes = folder / "envelopes"
        envelopes.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._disk = disk
        self._clock = clock
        self._randomness = randomness
        self._signer = signer
        self._recipients = recipients
        self._stores: tuple[EnvelopeStore, ...] = (FolderEnvelopes(envelopes, disk), *envelope_stores)
        self._reserve: TakenReserve = reserve if reserve is not None else DiskReserve(folder / "reserve.bin")

    def new_recording(self, session_id: str) -> "VaultRecording":
        """A recording with a new evidence id (UUID, RFC 9562 version 4). Raises EvidenceError without recipients."""
        self._recipients.check()
        evidence_id = str(uuid.UUID(bytes=self._randomness.token_bytes(16), version=4))
        return VaultRecording(self, evidence_id, session_id, 0, None)

    def continue_recording(self, evidence_id: str, session_id: str) -> "VaultRecording":
        """Go on after a crash: the next segment number, linked to the last record that holds. Raises EvidenceError."""
        self._recipients.check()
        stored = self.segments(evidence_id)
        previous: RecordHead | None = None
        for segment in reversed(stored):
            scan = scan_file(segment.path)
            if scan.header is not None:
                previous = scan.head()
                break
        return VaultRecording(self, evidence_id, session_id, stored[-1].number if stored else 0, previous)

    def recordings(self) -> list[str]:
        """Evidence ids, sorted."""
        return sorted({segment.evidence_id for segment in self._all()})

    def segments(self, evidence_id: str) -> list[StoredSegment]:
        """By number; a number missing in between is a missing file."""
        return sorted((s for s in self._all() if s.evidence_id == evidence_id), key=lambda s: s.number)

    def all_segments(self) -> list[StoredSegment]:
        """By name."""
        return sorted(self._all(), key=lambda s: s.path.name)

    def unfinished(self) -> list[StoredSegment]:
        """Segments without a closing record: being written, or broken off and waiting for recovery."""
        return sorted((s for s in self._all() if not _looks_closed(s.path)), key=lambda s: s.path.name)

    def recover(
        self,
        path: Path,
        opener: KeyOpener,
        expected_head: RecordHead | None = None,
        *,
        tail_limit: int = TAIL_LIMIT,
    ) -> RecoveryResult:
        """Complete a segment that broke off (see recovery.py). Never destroys bytes. Raises StorageError.

        A file that lies under another's name is a copy, or was put there: completing it would sign a second end for the other.
        """
        header = scan_file(path, check_signatures=False).header
        if header is not None and path.name != segment_name(header.evidence_id, header.segment):
            words = "It was never closed, and it lies under the name of another file."
            return RecoveryResult(RecoveryOutcome.KEPT, path, words)
        return recover_segment(
            path,
            disk=self._disk,
            clock=self._clock,
            randomness=self._randomness,
            signer=self._signer,
            data_key=lambda scan: self.data_key(scan, opener),
            expected_head=expected_head,
            tail_limit=tail_limit,
        )

    def data_key(self, scan: Scan, opener: KeyOpener) -> bytes:
        """The data key of a scanned segment, 32 bytes. Raises EvidenceError: no envelope, or none for this person."""
        if scan.header is None:
            reason = scan.fault.reason if scan.fault else "The file cannot be read."
            raise EvidenceError(reason, kept="The file is left as it is.")
        return opener.open_data_key(self._envelopes(scan))

    def open(self, path: Path, opener: KeyOpener) -> SealedReader:
        """For playback; verify first. Raises EvidenceError, OSError."""
        scan = scan_file(path, check_signatures=False)
        return SealedReader(path, self.data_key(scan, opener), scan)

    def _envelopes(self, scan: Scan) -> EnvelopeSet:
        if scan.header is None:
            raise BugError("no header")
        damaged: EvidenceError | None = None
        for store in self._stores:
            try:
                found = store.find(scan.header.evidence_id, scan.header.segment, scan.file_hash)
            except EvidenceError as error:
                damaged = error
                continue
            if found is not None:
                return found
        raise damaged or EvidenceError(
            "The recording's key envelopes are not here: they were deleted, or not copied with it.",
            kept="The recording itself is unchanged, and can still be verified.",
        )

    def _all(self) -> list[StoredSegment]:
        return [
            StoredSegment(path, match["evidence"], int(match["number"]))
            for path in self.folder.iterdir()
            if (match := _SEGMENT_NAME.fullmatch(path.name)) and is_own_file(path)
        ]

    def start_segment(
        self,
        evidence_id: str,
        session_id: str,
        number: int,
        previous: RecordHead | None,
        *,
        content_type: str = CONTENT_TYPE,
        sync_bytes: int = SYNC_BYTES,
    ) -> SealedWriter:
        """For VaultRecording and exhibits. Order: envelopes, reserve, file and directory entry, header. Raises KnownErrors."""
        if number > _LAST_SEGMENT:
            raise EvidenceError("The recording has too many segments.", kept="All of them are sealed.")
        data_key = self._randomness.token_bytes(DATA_KEY_BYTES)
        salt = self._randomness.token_bytes(SALT_BYTES)
        header = SegmentHeader(
            evidence_id=evidence_id,
            session_id=session_id,
            segment=number,
            previous=previous,
            salt=salt,
            key_commitment=key_commitment(data_key, salt),
            desk_key=self._signer.public_key,
            signer=self._signer.label,
            wall_time=self._clock.now().isoformat(timespec="microseconds"),
            monotonic_ns=self._clock.monotonic_ns(),
            app_version=__version__,
            content_type=content_type,
        )
        hashed = header_hash(pack_header(header))
        sealed = seal_data_key(data_key, self._recipients, evidence_id, number, hashed)
        for store in self._stores:
            store.keep(sealed)
        self._reserve.prepare()
        path = self.folder / segment_name(evidence_id, number)
        try:
            file = self._disk.create(path)
        except OSError as error:
            raise StorageError(
                "The recording's file could not be made.",
                kept="What was recorded before is safe.",
                todo="Check the evidence disk.",
            ) from error
        try:
            return SealedWriter(
                file,
                header,
                data_key,
                signer=self._signer,
                clock=self._clock,
                reserve=self._reserve,
                sync_bytes=sync_bytes,
            )
        except StorageError:
            file.close()
            raise


class VaultRecording:
    """The domain's SegmentStore: hands out the segments of one recording, each linked to the one before."""

    def __init__(
        self, vault: Vault, evidence_id: str, session_id: str, last_number: int, previous: RecordHead | None
    ) -> None:
        self._vault = vault
        self._evidence_id = check_name(evidence_id)
        self._session_id = check_name(session_id)
        self._number = last_number
        self._previous = previous
        self._open: SealedWriter | None = None

    @property
    def evidence_id(self) -> str:
        return self._evidence_id

    def path_of(self, number: int) -> Path:
        return self._vault.folder / segment_name(self._evidence_id, number)

    def open_segment(self) -> SealedWriter:
        """Next segment, its own data key. Finish the one before first: the link names its last durable record.

        Envelopes, header and directory entry are durable on return. Raises EvidenceError, StorageError.
        """
        if self._open is not None:
            self._previous = self._open.head
        number = self._number + 1
        try:
            self._open = self._vault.start_segment(
                self._evidence_id, self._session_id, number, self._previous
            )
        finally:
            if self.path_of(
                number
            ).exists():  # also when only a torn header got there: that number is used up
                self._number = number
        return self._open
