"""Inspections of sealed exhibits, off the screens' thread: the bytes are opened in memory and go into a sandbox piece by piece."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from rvr_console.domain.exhibit import Exhibit, Inspection, Look
from rvr_console.domain.film import OpenFilm, SilentSound, SoundOut
from rvr_console.errors import EvidenceError, StorageError
from rvr_console.evidence.exhibit_film import SIDE, PlayingFilm
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.film_program import FilmProgram
from rvr_console.evidence.inspection import Inspector
from rvr_console.evidence.keys import KeyOpener
from rvr_console.evidence.sandboxed_program import CommandFor, inspection_program, playing_program
from rvr_console.evidence.sealed_reader import SealedReader
from rvr_console.wire.inspection_messages import Order

_WORKERS = (
    2  # one hostile file may keep a worker busy until its time is up; the next file does not wait for that
)
_FILM_END_SECONDS = 8.0


class ExhibitInspection:
    """Implements domain.exhibit.ExhibitInspector. Owns the threads `inspection`; a thread lives until `close`."""

    def __init__(
        self,
        vault: ExhibitVault,
        opener: KeyOpener,
        command_for: CommandFor = inspection_program,
        *,
        film_command: CommandFor = playing_program,
        make_sound: Callable[[], SoundOut] = SilentSound,
    ) -> None:
        self._vault = vault
        self._opener = opener
        self._command_for = command_for
        self._film_command, self._make_sound = film_command, make_sound
        self._films: list[PlayingFilm] = []
        self._inspectors: list[Inspector] = []
        self._own = threading.local()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="inspection")

    def warm(self) -> None:
        """Start a sandbox ahead of the first file. Returns at once."""
        self._workers.submit(lambda: self._inspector().warm())

    async def inspect(self, exhibit: Exhibit, look: Look) -> Inspection:
        """Raises EvidenceError when the sealed file cannot be read, StorageError when the disk does not give it."""
        work = self._workers.submit(self._look, exhibit, look)
        return await asyncio.wrap_future(work)

    def play(self, exhibit: Exhibit, opened: Callable[[str], None] = lambda _fault: None) -> OpenFilm:
        """As ExhibitInspector has it."""
        content = exhibit.content
        order = Order(content_type=content.found_type, size=content.size, max_side=SIDE, play=True)
        film = PlayingFilm(
            lambda: self._told(exhibit, opened),
            order,
            lambda: FilmProgram(self._film_command),
            self._make_sound(),
        )
        self._films = [one for one in self._films if one.alive]
        self._films.append(film)
        return film

    def close(self) -> None:
        """Wait for what is under way (bounded by its time) and end every program. Safe to call twice."""
        for film in self._films:
            film.close()
        while self._films:
            self._films.pop().wait(_FILM_END_SECONDS)
        self._workers.shutdown(wait=True, cancel_futures=True)
        while self._inspectors:
            self._inspectors.pop().close()

    def _inspector(self) -> Inspector:
        found: Inspector | None = getattr(self._own, "inspector", None)
        if found is None:
            found = self._own.inspector = Inspector(self._command_for)
            self._inspectors.append(found)
        return found

    @contextlib.contextmanager
    def _opened(self, exhibit: Exhibit) -> Iterator[SealedReader]:
        with self._vault.open(exhibit.evidence_id, self._opener) as reader:
            if reader.size != exhibit.content.size:
                raise EvidenceError(
                    f"The sealed file of {exhibit.reference} holds {reader.size:,} of {exhibit.content.size:,} bytes.",
                    kept="What it holds is unchanged; its records prove themselves.",
                    todo="Verify the vault, and tell IT and your supervisor.",
                )
            scan, head = reader.scan, exhibit.head
            if scan.fault is not None or (head is not None and scan.head().chain != head.chain):
                reason = (
                    scan.fault.reason if scan.fault is not None else "its records are not those of the log"
                )
                raise EvidenceError(
                    f"The sealed file of {exhibit.reference} is not as it was sealed: {reason}.",
                    kept="It is left as it is; its records prove themselves.",
                    todo="Verify the vault, and tell IT and your supervisor.",
                )
            yield reader

    @contextlib.contextmanager
    def _told(self, exhibit: Exhibit, opened: Callable[[str], None]) -> Iterator[SealedReader]:
        with contextlib.ExitStack() as stack:
            try:
                reader = stack.enter_context(self._opened(exhibit))
            except EvidenceError as error:
                opened(error.what)
                raise
            opened("")
            yield reader

    def _look(self, exhibit: Exhibit, look: Look) -> Inspection:
        content = exhibit.content
        try:
            with self._opened(exhibit) as reader:
                return self._inspector().inspect(reader, content.found_type, content.size, look)
        except OSError as error:
            raise StorageError(
                "The evidence disk does not give an exhibit.",
                kept="Nothing was changed.",
                todo="Check the evidence disk.",
            ) from error
