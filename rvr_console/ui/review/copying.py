"""Saving a play-anywhere copy in the background: logged first, then made; the outcome is told wherever the person is then."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from rvr_console.errors import KnownError
from rvr_console.services.recordings import Recordings
from rvr_console.services.values import ViewPermit
from rvr_console.ui.review import words
from rvr_console.ui.review.playback import ReviewPlayback, WorkProgress
from rvr_console.ui.review.state import CaseState


class CopyView(Protocol):
    def show_copy_progress(self, progress: WorkProgress) -> None: ...

    def show_done(self, fact: str, advice: str = "") -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


class CopySaver:
    """One copy at a time; it goes on when the case is left, and ends when it is cancelled or the person signs out."""

    def __init__(self, view: CopyView, recordings: Recordings, playback: ReviewPlayback) -> None:
        self._view, self._recordings, self._playback = view, recordings, playback
        self._cancelled = False

    def cancel(self) -> None:
        self._cancelled = True

    async def save(
        self, state: CaseState, request: tuple[str, str, Path], changed: Callable[[], None]
    ) -> None:
        """request: evidence id, purpose, folder. changed: the case is to be drawn anew."""
        evidence_id, purpose, folder = request
        self._cancelled = False
        try:
            made = await self._make(await self._recordings.save_copy(evidence_id, purpose, folder), folder)
            if made is None:
                self._view.show_done(words.COPY_STOPPED, words.COPY_STOPPED_ADVICE)
            else:
                self._view.show_done(words.COPY_DONE, str(made))
        except KnownError as error:
            self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
        finally:
            state.copying = False
            changed()

    async def _make(self, permit: ViewPermit, folder: Path) -> Path | None:
        """A copy that does not come about is logged as that."""
        made, why = None, "it was broken off"
        try:
            tell = self._view.show_copy_progress
            made = await self._playback.save_copy(permit, folder, tell, lambda: self._cancelled)
            why = "it was cancelled"
        except KnownError as error:
            why = error.what
            raise
        finally:
            if made is None:
                await asyncio.shield(self._recordings.copy_not_made(permit, why))
        return made
