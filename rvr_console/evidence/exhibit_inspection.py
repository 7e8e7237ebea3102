"""Inspections of sealed exhibits, off the screens' thread: the bytes are opened in memory and go into a sandbox piece by piece."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from rvr_console.domain.exhibit import Exhibit, Inspection
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.inspection import CommandFor, Inspector, inspection_program
from rvr_console.evidence.keys import KeyOpener

_WORKERS = (
    2  # one hostile file may keep a worker busy until its time is up; the next file does not wait for that
)


class ExhibitInspection:
    """Implements domain.exhibit.ExhibitInspector. Owns the threads `inspection`; a thread lives until `close`."""

    def __init__(
        self, vault: ExhibitVault, opener: KeyOpener, command_for: CommandFor = inspection_program
    ) -> None:
        self._vault = vault
        self._opener = opener
        self._command_for = command_for
        self._inspectors: list[Inspector] = []
        self._own = threading.local()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="inspection")

    def warm(self) -> None:
        """Start a sandbox ahead of the first file. Returns at once."""
        self._workers.submit(lambda: self._inspector().warm())

    async def inspect(self, exhibit: Exhibit, max_side: int, at_seconds: float = 0.0) -> Inspection:
        """Raises EvidenceError when the sealed file cannot be read, StorageError when the disk does not give it."""
        work = self._workers.submit(self._look, exhibit, max_side, at_seconds)
        return await asyncio.wrap_future(work)

    def close(self) -> None:
        """Wait for what is under way (bounded by its time) and end every program. Safe to call twice."""
        self._workers.shutdown(wait=True, cancel_futures=True)
        while self._inspectors:
            self._inspectors.pop().close()

    def _inspector(self) -> Inspector:
        found: Inspector | None = getattr(self._own, "inspector", None)
        if found is None:
            found = self._own.inspector = Inspector(self._command_for)
            self._inspectors.append(found)
        return found

    def _look(self, exhibit: Exhibit, max_side: int, at_seconds: float) -> Inspection:
        content = exhibit.content
        try:
            with self._vault.open(exhibit.evidence_id, self._opener) as reader:
                if reader.size != content.size:
                    raise EvidenceError(
                        f"The sealed file of {exhibit.reference} holds {reader.size:,} of {content.size:,} bytes.",
                        kept="What it holds is unchanged; its records prove themselves.",
                        todo="Verify the vault, and tell IT and your supervisor.",
                    )
                return self._inspector().inspect(
                    reader, content.found_type, content.size, max_side, at_seconds
                )
        except OSError as error:
            raise StorageError(
                "The evidence disk does not give an exhibit.",
                kept="Nothing was changed.",
                todo="Check the evidence disk.",
            ) from error
