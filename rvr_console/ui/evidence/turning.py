"""Turning the pages of the document that is open: the newest wish holds, one page is fetched at a time."""

from collections.abc import Callable, Coroutine
from typing import Any

from rvr_console.errors import KnownError
from rvr_console.services.exhibit_views import VIEW_SIDE, ExhibitViews, ViewedExhibit
from rvr_console.ui.evidence.state import Chosen, EvidenceState

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class Turning:
    """changed: something is to be shown; fault: the sealed file gave no more, and what was open was shut."""

    def __init__(
        self,
        views: ExhibitViews,
        spawn: Spawn,
        state: EvidenceState,
        changed: Callable[[], None],
        fault: Callable[[KnownError], None],
    ) -> None:
        self._views, self._spawn, self._state = views, spawn, state
        self._changed, self._fault = changed, fault

    def turn(self, page: int, side: int) -> None:
        """Another page, from 0, or the same one with `side` pixels (0: as many as usual)."""
        chosen = self._state.chosen
        if chosen is None or chosen.viewed is None:
            return
        chosen.page, chosen.side, busy = page, side or VIEW_SIDE, chosen.turning
        chosen.turning = True
        self._changed()
        if not busy:
            self._spawn(self._turn(chosen, chosen.viewed))

    async def _turn(self, chosen: Chosen, viewed: ViewedExhibit) -> None:
        wanted = (-1, 0)
        try:
            while chosen.viewed is viewed and wanted != (chosen.page, chosen.side):
                wanted = (chosen.page, chosen.side)
                found = await self._views.turn(viewed, *wanted)
                if chosen.viewed is viewed:
                    chosen.inspection = found
        except KnownError as error:
            if chosen.viewed is viewed:
                chosen.shut()
                self._fault(error)
        if chosen.viewed is viewed or chosen.viewed is None:
            chosen.turning = False
        if self._state.chosen is chosen:
            self._changed()
