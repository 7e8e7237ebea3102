"""Where key envelopes are kept: outside the evidence files, so that deleting the envelopes deletes the recording."""

from pathlib import Path
from typing import Protocol

from rvr_console.domain.ports import Disk
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.keys import EnvelopeSet
from rvr_console.evidence.record_format import check_name


class EnvelopeStore(Protocol):
    """A place for envelopes. The database is one, the vault's folder another."""

    def keep(self, envelopes: EnvelopeSet) -> None:
        """Durable on return. Raises StorageError."""
        ...

    def find(self, evidence_id: str, segment: int, header_hash: bytes) -> EnvelopeSet | None:
        """None when it has none. Raises EvidenceError when what it has is damaged."""
        ...


class FolderEnvelopes:
    """One small file for each segment. The header's hash is in the name, so an envelope is never written over."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def keep(self, envelopes: EnvelopeSet) -> None:
        path = self._path(envelopes.evidence_id, envelopes.segment, envelopes.header_hash)
        try:
            self._disk.write_durable(path, envelopes.to_bytes())
        except OSError as error:
            raise StorageError(
                "The key envelopes of the recording could not be stored.",
                kept="Nothing was recorded.",
                todo="Check the evidence disk, then start the recording again.",
            ) from error

    def find(self, evidence_id: str, segment: int, header_hash: bytes) -> EnvelopeSet | None:
        try:
            found = EnvelopeSet.from_bytes(self._path(evidence_id, segment, header_hash).read_bytes())
        except FileNotFoundError:
            return None
        if (found.evidence_id, found.segment, found.header_hash) != (evidence_id, segment, header_hash):
            raise EvidenceError("A key envelope lies under the name of another recording.")
        return found

    def _path(self, evidence_id: str, segment: int, header_hash: bytes) -> Path:
        return self._folder / f"{check_name(evidence_id)}_{segment:04d}_{header_hash.hex()[:16]}.json"
