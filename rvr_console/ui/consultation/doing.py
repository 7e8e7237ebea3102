"""Does what the officer asked: the act runs, the page shows that it runs, and what went wrong is said."""

from collections.abc import Callable, Coroutine
from typing import Any

from rvr_console.errors import KnownError
from rvr_console.ui.consultation.open_page import OpenPage, View

Spawn = Callable[[Coroutine[Any, Any, None]], object]
Settled = Callable[[bool], None]


class Doing:
    """Every act of the page goes through here, so that none can fail unseen."""

    def __init__(self, page: OpenPage, view: View, spawn: Spawn) -> None:
        self._page = page
        self._view = view
        self._spawn = spawn

    async def told(self, act: Coroutine[Any, Any, object], *, ends_pending: bool = True) -> bool:
        """Do it; what went wrong is said on the page. True if it was done."""
        try:
            await act
        except KnownError as error:
            self._view.show_fault(error.what, error.kept, error.todo)
            return False
        else:
            return True
        finally:
            if self._page.state is not None and ends_pending:
                self._page.state.pending = ""
            self._page.redraw()

    def do(self, act: Coroutine[Any, Any, object], pending: str = "", settled: Settled | None = None) -> None:
        """pending: shown in the action slot meanwhile. settled: told whether it was done."""

        async def run() -> None:
            done = False
            try:
                done = await self.told(act, ends_pending=bool(pending))
            finally:  # by a mistake in the program too, or what waits for it would wait for ever
                if settled is not None:
                    settled(done)

        if self._page.state is not None and pending:
            self._page.state.pending = pending
            self._page.redraw()
        self._spawn(run())

    def at_once(self, act: Callable[[], None]) -> bool:
        """As `do`, for what needs no waiting. True if it was done."""
        try:
            act()
        except KnownError as error:
            self._view.show_fault(error.what, error.kept, error.todo)
            return False
        return True
