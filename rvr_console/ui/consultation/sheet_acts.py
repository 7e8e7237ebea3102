"""The acts that the open sheet puts into the action slot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from rvr_console.ui.consultation.state import PageState, SheetAct


class _Page(Protocol):
    state: PageState | None

    def redraw(self) -> None: ...


@dataclass(slots=True)
class SheetActs:
    """One offer for each sheet; only that of the open one counts."""

    page: _Page
    _offers: dict[str, tuple[SheetAct, Callable[[], None]]] = field(default_factory=dict)
    _open: str = ""

    def offer(self, key: str, act: SheetAct | None, do: Callable[[], None]) -> None:
        """What is right now at this sheet; None: nothing, so the slot names what is next in the case."""
        if act is None:
            self._offers.pop(key, None)
        else:
            self._offers[key] = (act, do)
        self._follow()

    def opened(self, key: str) -> None:
        self._open = key
        self._follow()

    def put(self, state: PageState) -> None:
        """Into a state that comes onto the page; no redraw."""
        found = self._offers.get(self._open)
        state.sheet_act = found[0] if found is not None else None

    def _follow(self) -> None:
        state = self.page.state
        if state is None:
            return
        before = state.sheet_act
        self.put(state)
        if state.sheet_act != before:
            self.page.redraw()

    def do(self) -> None:
        """The act of the open sheet, unless it is off or runs already."""
        found = self._offers.get(self._open)
        if found is not None and not found[0].off and not found[0].pending:
            found[1]()
