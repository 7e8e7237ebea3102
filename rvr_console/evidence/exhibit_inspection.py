"""Inspections of sealed exhibits, off the screens' thread: the bytes are opened in memory and go into a sandbox piece by piece."""

import asyncio
import contextlib
import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from rvr_console.domain.exhibit import Exhibit, Inspection, Look
from rvr_console.domain.file_check import CheckEnd, CheckStatus, CheckWatch
from rvr_console.domain.film import OpenFilm, SilentSound, SoundOut
from rvr_console.errors import StorageError
from rvr_console.evidence.exhibit_film import SIDE, PlayingFilm
from rvr_console.evidence.exhibit_vault import ExhibitVault
from rvr_console.evidence.exhibit_walk import FileWalk, not_as_sealed
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
SMALL_SIDE = 512
"""Pictures up to this size are for lists: their files are not checked to their end each time that a list is shown."""


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
        self._films: list[tuple[PlayingFilm, FileWalk]] = []
        self._inspectors: list[Inspector] = []
        self._own = threading.local()
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="inspection")

    def warm(self) -> None:
        """Start a sandbox ahead of the first file. Returns at once."""
        self._workers.submit(lambda: self._inspector().warm())

    async def inspect(self, exhibit: Exhibit, look: Look, watch: CheckWatch | None = None) -> Inspection:
        """Raises EvidenceError when the sealed file cannot be read, StorageError when the disk does not give it.

        CheckStoppedError by the watch.
        """
        work = self._workers.submit(self._look, exhibit, look, watch)
        return await asyncio.wrap_future(work)

    def play(self, exhibit: Exhibit, checked: Callable[[CheckEnd], None] = lambda _end: None) -> OpenFilm:
        """As ExhibitInspector has it."""
        content = exhibit.content
        order = Order(content_type=content.found_type, size=content.size, max_side=SIDE, play=True)

        def ended(end: CheckEnd) -> None:
            if end.status is CheckStatus.DAMAGED:
                film.break_off(end.words)
            checked(end)

        walk = FileWalk(self._vault, exhibit, ended)
        film = PlayingFilm(
            lambda: walk.open(self._opener),
            order,
            lambda: FilmProgram(self._film_command),
            self._make_sound(),
            check=walk,
        )
        walk.start()
        self._films = [(one, other) for one, other in self._films if one.alive]
        self._films.append((film, walk))
        return film

    def close(self) -> None:
        """Wait for what is under way (bounded by its time) and end every program. Safe to call twice."""
        for film, _walk in self._films:
            film.close()
        while self._films:
            for part in self._films.pop():
                part.wait(_FILM_END_SECONDS)
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
    def _opened(self, exhibit: Exhibit, watch: CheckWatch | None) -> Iterator[SealedReader]:
        with self._vault.open(exhibit.evidence_id, self._opener, watch) as reader:
            wrong = not_as_sealed(exhibit, reader.scan)
            if wrong is not None:
                raise wrong
            if watch is not None:
                watch.part = 1.0
            yield reader

    @contextlib.contextmanager
    def _begun(self, exhibit: Exhibit) -> Iterator[io.RawIOBase]:
        """For a small picture: as much of the file is checked as is read, and the rest when somebody opens it."""
        walk = FileWalk(self._vault, exhibit)
        with walk.going(), walk.open(self._opener) as reader:
            yield reader

    def _look(self, exhibit: Exhibit, look: Look, watch: CheckWatch | None) -> Inspection:
        content = exhibit.content
        try:
            opened = self._opened(exhibit, watch) if look.max_side > SMALL_SIDE else self._begun(exhibit)
            with opened as reader:
                return self._inspector().inspect(reader, content.found_type, content.size, look)
        except OSError as error:
            raise StorageError(
                "The evidence disk does not give an exhibit.",
                kept="Nothing was changed.",
                todo="Check the evidence disk.",
            ) from error
