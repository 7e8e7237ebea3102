"""Looking at exhibits: small in a list, large with a purpose, copied into a folder. Every look has its custody entry first."""

import asyncio
import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault
from rvr_console.domain.exhibit import (
    Exhibit,
    ExhibitCopier,
    ExhibitFlag,
    ExhibitInspector,
    Inspection,
    Look,
)
from rvr_console.domain.file_check import NOT_SHOWN, CheckEnd, CheckStatus, CheckStoppedError, CheckWatch
from rvr_console.domain.film import OpenFilm
from rvr_console.errors import EvidenceError, KnownError
from rvr_console.services.desk import Desk, Work, relation
from rvr_console.services.exhibit_facts import ExhibitPermit, known_exhibit
from rvr_console.services.exhibits import Exhibits

THUMBNAIL_SIDE = 320
VIEW_SIDE = 2048
MOST_SIDE = 4096
BLURRED_SIDE = 12
_KEPT_THUMBNAILS = 200  # at most 320 × 320 × 4 bytes each
SMALL_PURPOSE = "shown small in the list of exhibits"
DISTRESSING = "Marked as distressing: it is shown only when it is opened with a purpose."


@dataclass(frozen=True, slots=True)
class ViewedExhibit:
    """An exhibit opened with a purpose. inspection.preview: at most VIEW_SIDE pixels a side; None: its words say why."""

    permit: ExhibitPermit
    inspection: Inspection


@dataclass(frozen=True, slots=True)
class PlayedExhibit:
    """A film or sound opened with a purpose. Close `film` when it is no longer looked at."""

    permit: ExhibitPermit
    film: OpenFilm


class ExhibitViews:
    """Pixels live in memory only."""

    def __init__(
        self, desk: Desk, exhibits: Exhibits, inspector: ExhibitInspector, copier: ExhibitCopier
    ) -> None:
        self._desk = desk
        self._exhibits = exhibits
        self._inspector = inspector
        self._copier = copier
        self._small: OrderedDict[str, Inspection] = OrderedDict()
        self._blurs: OrderedDict[str, Inspection] = OrderedDict()
        self._seen: set[tuple[str, str]] = (
            set()
        )  # who has had which thumbnail since the console started: logged once

    def warm(self) -> None:
        """A file is on its way: start a sandbox ahead of it."""
        self._inspector.warm()

    async def inspect_new(self, exhibit: Exhibit) -> None:
        """By the program itself, once an exhibit is sealed: facts into the store, the small picture into memory."""
        try:
            inspection = await self._inspector.inspect(exhibit, Look(THUMBNAIL_SIDE))
        except KnownError as error:
            self._desk.publish([Fault(error.what, error.kept, error.todo)])
            return
        self._keep_small(exhibit.evidence_id, inspection)
        words = inspection.words or "A preview was made."
        await self._exhibits.inspected(exhibit.evidence_id, words, inspection.facts)

    async def thumbnail(self, evidence_id: str) -> Inspection:
        """At most THUMBNAIL_SIDE pixels a side. Of distressing material BLURRED_SIDE: it opens by `view` only."""
        exhibit = await self._look_small(evidence_id)
        if exhibit.distressing:
            return await self._blurred(exhibit)
        found = self._small.get(evidence_id)
        if found is None:
            found = await self._inspector.inspect(exhibit, Look(THUMBNAIL_SIDE))
            self._keep_small(evidence_id, found)
        return found

    async def _blurred(self, exhibit: Exhibit) -> Inspection:
        """So few pixels that nothing can be recognised; no others leave the sandbox, and none stay in memory."""
        self._small.pop(exhibit.evidence_id, None)
        found = self._blurs.get(exhibit.evidence_id)
        if found is None:
            seen = await self._inspector.inspect(exhibit, Look(BLURRED_SIDE))
            found = self._blurs[exhibit.evidence_id] = Inspection(DISTRESSING, preview=seen.preview)
            while len(self._blurs) > _KEPT_THUMBNAILS:
                self._blurs.popitem(last=False)
        return found

    async def view(
        self, evidence_id: str, purpose: str, at_seconds: float = 0.0, watch: CheckWatch | None = None
    ) -> ViewedExhibit | None:
        """Check, log with the purpose, then look. at_seconds: which moment of a film. Raises RefusedError without a purpose.

        None when the watch stopped the check of the file: nothing was shown, and that is logged too.
        """
        permit = await self._exhibits.view(evidence_id, purpose)
        try:
            inspection = await self._inspect(permit.exhibit, Look(VIEW_SIDE, at_seconds), watch)
        except CheckStoppedError:
            await self._exhibits.verified(evidence_id, NOT_SHOWN)
            return None
        await self._exhibits.verified(evidence_id)
        return ViewedExhibit(permit, inspection)

    async def turn(self, viewed: ViewedExhibit, page: int, side: int = VIEW_SIDE) -> Inspection:
        """Another page of a document that was opened, from 0: under the purpose that was logged. side: at most MOST_SIDE pixels."""
        self._desk.session.require()
        return await self._inspect(viewed.permit.exhibit, Look(min(side, MOST_SIDE), page=page))

    async def _inspect(self, exhibit: Exhibit, look: Look, watch: CheckWatch | None = None) -> Inspection:
        try:
            return await self._inspector.inspect(exhibit, look, watch)
        except EvidenceError as error:
            await self._exhibits.verified(exhibit.evidence_id, CheckEnd(CheckStatus.DAMAGED, error.what))
            raise

    async def play(self, evidence_id: str, purpose: str) -> PlayedExhibit:
        """As view, for a film or sound: logged once, then played until the caller closes it."""
        permit = await self._exhibits.view(evidence_id, purpose)
        loop = asyncio.get_running_loop()

        def checked(end: CheckEnd) -> None:  # on the thread of the check
            noted = self._exhibits.verified(evidence_id, end)
            if loop.is_closed():
                noted.close()
            else:
                asyncio.run_coroutine_threadsafe(noted, loop)

        return PlayedExhibit(permit, self._inspector.play(permit.exhibit, checked))

    async def save_copy(
        self,
        evidence_id: str,
        purpose: str,
        folder: Path,
        tell: Callable[[int], None] = lambda _done: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Path | None:
        """The original bytes as a file in folder: logged before it is made. Its path, or None when it was cancelled.

        tell: bytes written so far; it and cancelled are asked on the event loop. Raises RefusedError (folder, purpose),
        StorageError (it could not be written). Nothing is left of what was not finished.
        """
        await asyncio.to_thread(self._copier.check, folder)  # a drive that hangs must not keep the screens
        permit = await self._exhibits.save_copy(evidence_id, purpose, folder)
        stop, loop = threading.Event(), asyncio.get_running_loop()

        def on_loop(done: int) -> None:
            if cancelled():
                stop.set()
            tell(done)

        def on_thread(done: int) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(on_loop, done)

        made, why = None, "it was broken off"
        try:
            made = await self._copier.copy(permit.exhibit, folder, on_thread, stop.is_set)
            why = "it was cancelled"
        except KnownError as error:
            why = error.what
            raise
        finally:
            stop.set()  # also when the console ends in the middle of it
            if made is None:
                await asyncio.shield(self._exhibits.copy_not_made(evidence_id, why, folder))
        return made

    async def _look_small(self, evidence_id: str) -> Exhibit:
        def look(work: Work, user: User) -> Exhibit:
            exhibit = known_exhibit(work, evidence_id)
            stands = relation(work, user, work.consultation(exhibit.consultation_id))
            check(user, Act.VIEW_RECORDING, stands)
            if (user.collar, evidence_id) not in self._seen and not exhibit.distressing:
                work.log(
                    CustodyAct.EXHIBIT_VIEWED,
                    evidence_id,
                    purpose=SMALL_PURPOSE,
                    reference=str(exhibit.reference),
                )
            return exhibit

        user = self._desk.session.require()
        exhibit = await self._desk.act(Act.VIEW_RECORDING, evidence_id, look)
        if not exhibit.distressing:
            self._seen.add((user.collar, evidence_id))
        return exhibit

    def _keep_small(self, evidence_id: str, inspection: Inspection) -> None:
        self._small[evidence_id] = inspection
        while len(self._small) > _KEPT_THUMBNAILS:
            self._small.popitem(last=False)


def copy_suffix(exhibit: Exhibit, guess: Callable[[str], str | None]) -> str:
    """The ending of a copy's name, by content. What a double click could run gets one that nothing opens."""
    if exhibit.flags & {ExhibitFlag.ACTIVE, ExhibitFlag.EICAR}:
        return ".bin"
    return guess(exhibit.content.found_type) or ".bin"
