"""Saving a statement's front and back from the open case: logged first, then written; the outcome is told."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from rvr_console.errors import KnownError
from rvr_console.ui.review import words
from rvr_console.ui.review.state import CaseState


class StatementCopies(Protocol):
    async def save(self, statement_id: str, number: int, folder: str, purpose: str) -> list[str]:
        """Front and back into the folder; their file names. Logged first. Raises KnownError."""
        ...


class SavingView(Protocol):
    def show_done(self, fact: str, advice: str = "") -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


class StatementSaver:
    """One at a time in a case."""

    def __init__(
        self,
        view: SavingView,
        copies: StatementCopies,
        open_case: Callable[[], CaseState | None],
        changed: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._view, self._copies, self._spawn = view, copies, spawn
        self._open_case, self._changed = open_case, changed

    def save(self, statement_id: str, number: int, purpose: str, folder: str) -> None:
        state = self._open_case()
        if state is None or state.saving_pages:
            return
        state.saving_pages = True
        self._changed()
        self._spawn(self._save(state, (statement_id, number), purpose, folder))

    async def _save(self, state: CaseState, version: tuple[str, int], purpose: str, folder: str) -> None:
        try:
            names = await self._copies.save(*version, folder, purpose)
            self._view.show_done(words.STATEMENT_SAVED, ", ".join(names))
        except KnownError as error:
            self._view.show_fault(error.what, " ".join(part for part in (error.kept, error.todo) if part))
        finally:
            state.saving_pages = False
            self._changed()
