"""The folder vault's exhibits: sealed like recordings, in a folder of their own, listed again from their files alone.

<vault>/exhibits/<evidence id>_0001.rvrc     one segment each; a higher number only when a full disk tore the first header
<vault>/exhibits/envelopes/                  key envelopes, durable before the first record
There is no reserve here: an upload waits for room, and never takes what a recording needs to go on and close.
"""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rvr_console.domain.exhibit import ExhibitLabel, ExhibitOrigin, ListedExhibit
from rvr_console.domain.file_check import CheckWatch
from rvr_console.domain.ports import Clock, Randomness
from rvr_console.domain.recording import EventKind, RecordHead, RecordingEvent
from rvr_console.errors import EvidenceError
from rvr_console.evidence.envelope_store import EnvelopeStore
from rvr_console.evidence.exhibit_label import read_label, read_origin
from rvr_console.evidence.exhibit_writer import ExhibitWriter, waits
from rvr_console.evidence.keys import KeyOpener, Recipients
from rvr_console.evidence.record_scan import OnHeader, OnRecord, Scan, scan_file
from rvr_console.evidence.recovery import RecoverableDisk, RecoveryResult
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.evidence.sealed_stream import SealedWriter
from rvr_console.evidence.segment_cipher import Signer
from rvr_console.evidence.vault import StoredSegment, Vault, segment_name

KEEP_FREE = 512 * 1024 * 1024  # left to recordings: more than ten minutes of two pictures
EXHIBIT_SYNC_BYTES = (
    16 * 1024 * 1024
)  # the sender keeps its own copy until the exhibit is sealed: no need to sync often
_TAIL_LIMIT = 2 * EXHIBIT_SYNC_BYTES
_KEPT_SCANS = 64
_HEADER_ROOM = 64 * 1024


class _NoReserve:
    def prepare(self) -> None:
        pass

    def release(self) -> bool:
        return False


class ExhibitVault:
    """Makes, finds and opens sealed exhibits in one folder. Safe from several threads; each writer belongs to one."""

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
        keep_free: int = KEEP_FREE,
    ) -> None:
        """folder: `exhibits` in the vault. keep_free: bytes of the disk that exhibits leave alone. Raises OSError."""
        self.vault = Vault(
            folder,
            disk,
            clock,
            randomness,
            signer,
            recipients,
            envelope_stores=envelope_stores,
            reserve=_NoReserve(),
        )
        self._disk = disk
        self._clock = clock
        self._randomness = randomness
        self._recipients = recipients
        self._own_key = signer.public_key
        self._keep_free = keep_free
        self._desk_key = signer.public_key
        self._scans: OrderedDict[tuple[Path, int, int], Scan] = OrderedDict()
        self._writing: set[str] = set()
        self._lock = threading.Lock()

    @property
    def folder(self) -> Path:
        return self.vault.folder

    @property
    def desk_key(self) -> bytes:
        """With which this desk signs."""
        return self._desk_key

    def begin(self, origin: ExhibitOrigin, size: int | None = None) -> ExhibitWriter:
        """A new exhibit. size: as announced, None if it is not known.

        Raises StorageError when the disk has not got room for it, EvidenceError without recipients.
        """
        self._recipients.check()
        self.check_room(size or 0)
        evidence_id = str(uuid.UUID(bytes=self._randomness.token_bytes(16), version=4))

        def ended() -> None:
            self._writing.discard(evidence_id)

        self._writing.add(evidence_id)
        place = _ExhibitPlace(self, evidence_id, origin.consultation_id)
        return ExhibitWriter(evidence_id, origin, place, self._clock, ended)

    def check_room(self, more: int) -> None:
        """Raises StorageError when fewer than `more` bytes are free beside what is kept for recordings."""
        try:
            free = self._disk.free_bytes(self.folder)
        except OSError as error:
            raise waits("The evidence disk cannot be reached.") from error
        if free < self._keep_free + more + _HEADER_ROOM:
            raise waits("The disk is nearly full: what is left is kept for the recording.")

    def exhibits(self) -> list[str]:
        """Evidence ids, sorted; finished or not."""
        return self.vault.recordings()

    def path_of(self, evidence_id: str) -> Path:
        """The exhibit's file: its last segment that has a header. Raises EvidenceError when there is none."""
        stored = self.vault.segments(evidence_id)
        for segment in reversed(stored):
            if len(stored) == 1 or scan_header(segment.path):
                return segment.path
        raise EvidenceError(
            "The exhibit's file is not in the vault.", kept="What the custody log knows of it is unchanged."
        )

    def open(self, evidence_id: str, opener: KeyOpener, watch: CheckWatch | None = None) -> SealedReader:
        """The original bytes as a seekable stream, in memory only, after a walk over the whole file.

        Raises EvidenceError, OSError, CheckStoppedError (by the watch).
        """
        path = self.path_of(evidence_id)
        scan = self._scan(path, watch)
        if scan.header is not None and scan.header.evidence_id != evidence_id:
            raise EvidenceError(
                "The sealed file under this exhibit's name is another's.",
                kept="Both files are left as they are.",
                todo="Verify the vault, and tell IT and your supervisor.",
            )
        return SealedReader(path, self.vault.data_key(scan, opener), scan)

    def listed(self, opener: KeyOpener) -> list[ListedExhibit]:
        """Every exhibit as its file alone tells it, by evidence id: also those that broke off. Blocks; reads every file."""
        return [self._list(evidence_id, opener) for evidence_id in self.exhibits()]

    def unfinished(self) -> list[StoredSegment]:
        """Files without a closing record that nobody writes here: an upload broke off, they wait for recovery."""
        return [s for s in self.vault.unfinished() if s.evidence_id not in self._writing]

    def recover(
        self, path: Path, opener: KeyOpener, expected_head: RecordHead | None = None
    ) -> RecoveryResult:
        """Complete a file that broke off. Never destroys bytes. Raises StorageError."""
        return self.vault.recover(path, opener, expected_head, tail_limit=_TAIL_LIMIT)

    def foreign(self, path: Path, evidence_id: str) -> str:
        """Why nothing that a file says of itself is believed, "" when it is this desk's own. Raises OSError.

        Whoever can write to the folder can seal a file: recipients' keys are public, and any key can sign.
        """
        header = self._scan(path).header
        if header is None:
            return ""  # nothing is said at all: its scan says why
        if header.desk_key != self._own_key:
            return f"It is signed by a stranger: “{header.signer}”."
        return "" if header.evidence_id == evidence_id else "It lies under the name of another file."

    def describe(self, path: Path, evidence_id: str, opener: KeyOpener) -> ListedExhibit:
        """What one file tells of itself; what is wrong stands in `words`."""
        try:
            scan = self._scan(path)
            if foreign := self.foreign(path, evidence_id):
                return ListedExhibit(evidence_id, path.name, None, None, 0, foreign)
            with SealedReader(path, self.vault.data_key(scan, opener), scan) as reader:
                events = reader.events
                origin = read_origin(events)
                label = read_label(origin, events)
                words = _what_is_wrong(scan, events, label)
                case = reader.header.session_id
                return ListedExhibit(
                    evidence_id, path.name, origin, label, reader.size, words, case, scan.head()
                )
        except (EvidenceError, OSError) as error:
            words = error.what if isinstance(error, EvidenceError) else "The disk could not read it."
            return ListedExhibit(evidence_id, path.name, None, None, 0, words)

    def _list(self, evidence_id: str, opener: KeyOpener) -> ListedExhibit:
        return self.describe(self.path_of(evidence_id), evidence_id, opener)

    def known_scan(self, path: Path) -> Scan | None:
        """That of an earlier walk, while the file is as it was then. Raises OSError."""
        with self._lock:
            return self._scans.get(_version(path))

    def walk(self, path: Path, on_header: OnHeader | None = None, on_record: OnRecord | None = None) -> Scan:
        """Over the whole file, with signatures: what follows a changed record is not shown. Kept for the next opening."""
        key = _version(path)
        found = scan_file(path, on_header=on_header, on_record=on_record)
        with self._lock:
            self._scans[key] = found
            while len(self._scans) > _KEPT_SCANS:
                self._scans.popitem(last=False)
        return found

    def _scan(self, path: Path, watch: CheckWatch | None = None) -> Scan:
        found = self.known_scan(path)
        if found is not None or watch is None:
            return found or self.walk(path)
        size = path.stat().st_size
        return self.walk(path, on_record=lambda record, _body: watch.passed(record.end, size))


def _version(path: Path) -> tuple[Path, int, int]:
    facts = path.stat()
    return path, facts.st_size, facts.st_mtime_ns


def _what_is_wrong(scan: Scan, events: list[RecordingEvent], label: ExhibitLabel | None) -> str:
    """Plain words, "" for an exhibit that was closed properly."""
    if scan.fault is not None:
        return scan.fault.reason
    if not scan.closed:
        return "It was never closed."
    if label is not None:
        return ""
    reason = next((e.detail.get("reason", "") for e in events if e.kind is EventKind.CLOSED), "")
    return f"It is incomplete: {reason or 'it broke off while it was being received'}."


def scan_header(path: Path) -> bool:
    """Whether a file has a readable header."""
    return scan_file(path, check_signatures=False).header is not None


@dataclass(frozen=True, slots=True)
class _ExhibitPlace:
    """Implements exhibit_writer.Place."""

    exhibits: ExhibitVault
    evidence_id: str
    consultation_id: str

    def check_room(self, more: int) -> None:
        self.exhibits.check_room(more)

    def open(self, content_type: str) -> SealedWriter:
        number = 1
        while self._path(number).exists():  # a header that a full disk tore: that number is used up
            number += 1
        return self.exhibits.vault.start_segment(
            self.evidence_id,
            self.consultation_id,
            number,
            None,
            content_type=content_type,
            sync_bytes=EXHIBIT_SYNC_BYTES,
        )

    def holds(self, head: RecordHead) -> bool:
        scan = scan_file(self.exhibits.path_of(self.evidence_id))
        return scan.fault is None and scan.header is not None and scan.head() == head

    def _path(self, number: int) -> Path:
        return self.exhibits.folder / segment_name(self.evidence_id, number)
