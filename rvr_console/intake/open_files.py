"""Files that were accepted and are not whole yet: what is needed to go on after the console was killed. Sealed, one small file each."""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rvr_console.domain.uploads import FileFacts
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import KekSealer

log = logging.getLogger(__name__)
_ENDING = ".open"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """secret: of the link, 26 characters. file_key: 32 bytes."""

    facts: FileFacts
    secret: str = field(repr=False)
    file_key: bytes = field(repr=False)


def _context(upload_id: str) -> bytes:
    return b"rvr/open-file1\0" + upload_id.encode()


def _to_bytes(one: OpenFile) -> bytes:
    facts = one.facts
    fields = {
        "consultation": facts.consultation_id,
        "upload": facts.upload_id,
        "name": facts.untrusted_name,
        "size": facts.size,
        "type": facts.untrusted_type,
        "description": facts.description,
        "how": facts.how,
        "device": facts.device,
        "offered_at": facts.offered_at.isoformat(),
        "modified_at": facts.modified_at.isoformat() if facts.modified_at else None,
        "secret": one.secret,
        "file_key": one.file_key.hex(),
    }
    return json.dumps(fields).encode()


def _from_bytes(data: bytes) -> OpenFile:
    fields = json.loads(data)
    modified = fields["modified_at"]
    facts = FileFacts(
        fields["consultation"],
        fields["upload"],
        fields["name"],
        fields["size"],
        fields["type"],
        fields["description"],
        fields["how"],
        fields["device"],
        datetime.fromisoformat(fields["offered_at"]),
        datetime.fromisoformat(modified) if modified else None,
    )
    return OpenFile(facts, fields["secret"], bytes.fromhex(fields["file_key"]))


class OpenFiles:
    """Blocking: used on the intake's threads."""

    def __init__(self, folder: Path, sealer: KekSealer) -> None:
        self._folder, self._sealer, self._disk = folder, sealer, DurableDisk()

    def _path(self, upload_id: str) -> Path:
        return self._folder / (upload_id + _ENDING)

    def keep(self, one: OpenFile) -> None:
        """Durable on return. Raises StorageError."""
        upload_id = one.facts.upload_id
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._disk.write_durable(
                self._path(upload_id), self._sealer.seal(_to_bytes(one), _context(upload_id))
            )
        except OSError as error:
            raise StorageError(
                "The disk has no room for a file that is to come.",
                kept="Nothing was lost.",
                todo="Free some space; the console goes on by itself.",
            ) from error

    def forget(self, upload_id: str) -> None:
        """It is whole, or no more of it comes."""
        try:
            self._path(upload_id).unlink(missing_ok=True)
        except OSError as error:
            log.warning("an open file's note stays (%s)", type(error).__name__)

    def all(self) -> list[OpenFile]:
        """Those that can be read; what cannot is left where it is."""
        found = []
        for path in sorted(self._folder.glob("*" + _ENDING)):
            try:
                found.append(_from_bytes(self._sealer.open(path.read_bytes(), _context(path.stem))))
            except (OSError, EvidenceError, ValueError, KeyError, TypeError):
                log.warning("an open file's note cannot be read")
        return found
