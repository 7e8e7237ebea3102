"""The folder vault tells what it holds from its files alone."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from rvr_console.domain.exhibit import ListedExhibit
from rvr_console.domain.recording import RecordingEvent
from rvr_console.domain.vault_check import Watch
from rvr_console.domain.vault_listing import ListedRecording, ListedSegment, SealedExhibit
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.keys import KeyOpener
from rvr_console.evidence.record_scan import OnRecord, Scan, ScannedRecord, scan_file
from rvr_console.evidence.vault import StoredSegment, Vault

_DISK = StorageError(
    "The vault's folder cannot be read.", kept="Nothing was changed.", todo="Check the disk."
)


class FolderVaultListing:
    """Implements domain.vault_listing.VaultListing."""

    def __init__(
        self, vault: Vault, exhibits: ExhibitVault | None, opener: KeyOpener, trusted: Collection[bytes]
    ) -> None:
        """opener: for the timeline and the exhibits' labels. trusted: Ed25519 keys of the force's desks, 32 bytes each."""
        self._vault = vault
        self._exhibits = exhibits
        self._opener = opener
        self._trusted = frozenset(trusted)

    def recordings(self, watch: Watch) -> list[ListedRecording]:
        try:
            found = []
            for evidence_id, group in groupby(self._vault.all_segments(), key=lambda s: s.evidence_id):
                read = [(segment, self._read(segment, watch)) for segment in group]
                told = tuple(listed for _, listed in read if isinstance(listed, ListedSegment))
                silent = tuple(
                    f"{segment.path.name}: {words}" for segment, words in read if isinstance(words, str)
                )
                found.append(ListedRecording(evidence_id, told, silent))
        except OSError as error:
            raise _DISK from error
        return found

    def exhibits(self, watch: Watch) -> list[SealedExhibit]:
        if self._exhibits is None:
            return []
        try:
            return [
                self._exhibit(evidence_id, self._exhibits, watch) for evidence_id in self._exhibits.exhibits()
            ]
        except OSError as error:
            raise _DISK from error

    def _exhibit(self, evidence_id: str, exhibits: ExhibitVault, watch: Watch) -> SealedExhibit:
        try:
            path = exhibits.path_of(evidence_id)
        except EvidenceError as error:
            return SealedExhibit(ListedExhibit(evidence_id, evidence_id, None, None, 0, error.what), None)
        scan = scan_file(path, on_record=_steps(watch))
        listed = exhibits.describe(path, evidence_id, self._opener)
        wrong = listed.words or (scan.fault.reason if scan.fault else "")
        if wrong or scan.header is None or not scan.closed:
            return SealedExhibit(replace(listed, label=None, words=wrong), None)
        return SealedExhibit(listed, scan.head(), scan.recovered)

    def _read(self, segment: StoredSegment, watch: Watch) -> ListedSegment | str:
        """A segment, or why it tells nothing that may be believed."""
        scan = scan_file(segment.path, on_record=_steps(watch))
        header = scan.header
        if header is None or not scan.good_end:
            return scan.fault.reason if scan.fault else "It cannot be read."
        if (header.evidence_id, header.segment) != (segment.evidence_id, segment.number):
            return "It lies under the name of another file."
        if header.desk_key not in self._trusted:
            return f"It is signed by a stranger: “{header.signer}”."
        return ListedSegment(
            segment.number,
            segment.path.name,
            header.session_id,
            _time(header.wall_time),
            scan.head(),
            scan.closed and scan.fault is None,
            scan.recovered,
            self._events(segment, scan),
            scan.fault.reason if scan.fault else "",
        )

    def _events(self, segment: StoredSegment, scan: Scan) -> tuple[RecordingEvent, ...]:
        if scan.fault is not None:
            return ()
        with suppress(EvidenceError), self._vault.open(segment.path, self._opener) as reader:
            return tuple(reader.events)
        return ()


def _steps(watch: Watch) -> OnRecord:
    def record(record: ScannedRecord, _body: bytes) -> None:
        watch.step(record.end - record.offset)

    return record


def _time(text: str) -> datetime:
    """The header's wall time; signed by the desk, so it is what the desk wrote."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
