"""Writes a copy of an exhibit's original bytes into a folder: never over another file, complete and compared, or not at all."""

import asyncio
import hashlib
import mimetypes
import os
from collections.abc import Callable
from pathlib import Path

from rvr_console.app.review_copy import check_folder, publish
from rvr_console.domain.exhibit import Exhibit
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.exhibit_walk import FileWalk
from rvr_console.evidence.keys import KeyOpener
from rvr_console.services.exhibit_views import copy_suffix

_BLOCK = 1 << 20
Tell = Callable[[int], None]
Stopped = Callable[[], bool]
_TYPES = mimetypes.MimeTypes(())


class ExhibitCopies:
    """Implements domain.exhibit.ExhibitCopier."""

    def __init__(self, vault: ExhibitVault, opener: KeyOpener, own_data: Path) -> None:
        self._vault = vault
        self._opener = opener
        self._own_data = own_data

    def check(self, folder: Path) -> None:
        """Raises RefusedError when it is no folder, or lies among the console's own data."""
        check_folder(folder, self._own_data)

    async def copy(
        self,
        exhibit: Exhibit,
        folder: Path,
        tell: Tell = lambda _done: None,
        stopped: Stopped = lambda: False,
    ) -> Path | None:
        """Raises EvidenceError when the sealed file does not give the bytes that came, StorageError from the folder."""
        return await asyncio.to_thread(self._copy, exhibit, folder, tell, stopped)

    def _copy(self, exhibit: Exhibit, chosen: Path, tell: Tell, stopped: Stopped) -> Path | None:
        # Looked at again: it may be a link into the vault by now.
        folder, name = (
            check_folder(chosen, self._own_data),
            f"{exhibit.reference.file_name}_{exhibit.evidence_id}",
        )
        part = folder / f".{name}.part"
        try:
            if not self._write(exhibit, part, tell, stopped):
                return None
            return publish(part, folder, name, copy_suffix(exhibit, _TYPES.guess_extension))
        except OSError as error:
            raise StorageError(
                f"The copy could not be written: {error.strerror or 'the folder refused it'}.",
                kept="The exhibit is unharmed; the incomplete copy was removed.",
                todo="Make room there, or choose another folder.",
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def _write(self, exhibit: Exhibit, part: Path, tell: Tell, stopped: Stopped) -> bool:
        """False when it was stopped."""
        part.unlink(missing_ok=True)  # left by a copy that a crash cut short
        digest = hashlib.sha256()
        flags = (
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        )
        walk = FileWalk(self._vault, exhibit)
        with (
            walk.going(),
            walk.open(self._opener) as reader,
            os.fdopen(os.open(part, flags, 0o600), "wb") as file,
        ):
            while block := reader.read(_BLOCK):
                if stopped():
                    return False
                digest.update(block)
                file.write(block)
                tell(file.tell())
            file.flush()
            os.fsync(file.fileno())
            walk.must_hold()  # within: behind it the walk is ended, wherever it is
        if digest.hexdigest() != exhibit.content.sha256:
            raise EvidenceError(
                "The sealed file does not hold the bytes that were received.",
                kept="No copy was made; the sealed file is unchanged.",
                todo="Verify the vault, and tell IT and your supervisor.",
            )
        return True
