"""Reads the versions of the statement on the screen, in the background."""

from collections.abc import Awaitable, Callable

from rvr_console.domain.statement_history import PastVersion
from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.statement.state import PaperState


class HistoryReading:
    """ask: for the versions of a statement. shown: what is on the screen now. redraw: after a change of it."""

    def __init__(
        self,
        doing: Doing,
        ask: Callable[[str], Awaitable[tuple[PastVersion, ...]]],
        shown: Callable[[], PaperState | None],
        redraw: Callable[[], None],
    ) -> None:
        self._doing, self._ask, self._shown, self._redraw = doing, ask, shown, redraw

    def read(self) -> None:
        state = self._shown()
        if state is not None and state.shown:
            self._doing.do(self._read(state, state.shown))

    def again(self, statement_id: str) -> None:
        """Something became of this statement: what was read of it is read anew."""
        state = self._shown()
        if state is not None and state.history and state.shown == statement_id:
            self.read()

    async def _read(self, state: PaperState, statement_id: str) -> None:
        found = await self._ask(statement_id)
        if self._shown() is state and state.shown == statement_id:
            state.history = found
            self._redraw()
