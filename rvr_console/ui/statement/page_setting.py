"""The pages of the text on the screen, set in the background: one setting at a time, the newest text last."""

from collections.abc import Callable, Coroutine
from typing import Any

from rvr_console.domain.statement import Statement
from rvr_console.errors import KnownError
from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.statement.state import PaperState

Preview = Callable[[Statement, float], Coroutine[Any, Any, tuple[bytes, ...]]]


class PageSetting:
    """state: what is on the screen now. A text that cannot be set leaves the former pages, and says why beside them."""

    def __init__(
        self,
        doing: Doing,
        preview: Preview,
        state: Callable[[], PaperState | None],
        redraw: Callable[[], None],
    ) -> None:
        self._doing, self._preview, self._state, self._redraw = doing, preview, state, redraw
        self._busy, self._again, self._inch = False, False, 0.0

    def set(self, pixels_per_inch: float = 0.0) -> None:
        """0: as before. Asked again meanwhile, it is done once more."""
        self._inch = pixels_per_inch or self._inch
        state = self._state()
        statement = state.statement if state else None
        if state is None or statement is None or not self._inch:
            return
        if self._busy:
            self._again = True
            return
        self._busy, self._again = True, False
        self._doing.do(self._set(state, statement), settled=self._over)

    async def _set(self, state: PaperState, statement: Statement) -> None:
        try:
            pages = await self._preview(statement, self._inch)
        except KnownError as error:
            if state.shown == statement.id:
                state.pages_words = error.in_words()
        else:
            if state.shown == statement.id:
                state.pages, state.pages_words = pages, ""

    def _over(self, _done: bool) -> None:
        self._busy = False
        self._redraw()
        if self._again:
            self.set()
