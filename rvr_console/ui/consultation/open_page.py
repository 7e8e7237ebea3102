"""The page and the case on it, as the parts of the presenter see them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from rvr_console.domain import events
from rvr_console.ui.consultation.sheet_acts import SheetActs
from rvr_console.ui.consultation.state import NextAct, PageState, Standing


class View(Protocol):
    """What the presenter needs of the page. Each call redraws only the part it names."""

    def show(self, state: PageState) -> None: ...

    def show_next(self, act: NextAct, state: PageState) -> None: ...

    def show_time(self, state: PageState) -> None: ...

    def show_fault(self, what: str, kept: str, todo: str) -> None: ...

    def open_tab(self, key: str) -> None: ...

    def show_nothing_open(self) -> None: ...

    def leave(self) -> None:
        """Hand over everything typed that is not stored yet: another consultation comes."""
        ...


class Subscribes(Protocol):
    def subscribe(self, kind: type, handler: Callable[[Any], None]) -> Callable[[], None]: ...


class OpenPage(Protocol):
    """The case that is on the page. state: None while nothing is open."""

    state: PageState | None
    sheet_acts: SheetActs

    def consultation_id(self) -> str:
        """Empty while nothing is open."""
        ...

    def now(self) -> datetime: ...

    def redraw(self) -> None: ...

    def set_standing(self, key: str, standing: Standing) -> None:
        """How far this sheet of paperwork is."""
        ...

    def tick(self) -> None:
        """Redraw the running times only."""
        ...

    def refresh_soon(self) -> None:
        """Read the lists again and redraw."""
        ...

    async def refresh_lists(self) -> None: ...

    def fault(self, fault: events.Fault) -> None: ...
