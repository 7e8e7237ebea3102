"""A sheet of paperwork that stands as a tab beside the call: risk, statement, safeguarding."""

from typing import Protocol

from PySide6.QtWidgets import QWidget

from rvr_console.ui.consultation.state import PageState, Standing

TAB_ORDER = (
    "safety",
    "link",
    "notes",
    "risk",
    "evidence",
    "statement",
    "safeguarding",
    "cad",
    "close",
)


class Sheet(Protocol):
    """What the right half needs of a sheet. It says how far it is through the presenter's `set_standing(key, ...)`."""

    @property
    def key(self) -> str:
        """One of TAB_ORDER."""
        ...

    @property
    def label(self) -> str:
        """The tab's word."""
        ...

    @property
    def todos(self) -> tuple[str, ...]:
        """Keys of the lines in "Still to do" that lead here."""
        ...

    @property
    def widget(self) -> QWidget:
        """What the tab shows."""
        ...

    def show_state(self, state: PageState) -> None:
        """The page was redrawn. A consultation id not seen before: another case, read its papers."""
        ...

    def open(self, todo: str = "") -> None:
        """The tab was opened by the slot or by this line of "Still to do": put the focus where the next thing is written."""
        ...

    def leave(self) -> None:
        """Store what is typed and not stored yet: another consultation comes, or the program ends."""
        ...

    def set_compact(self, compact: bool) -> None:
        """The form for 1366×768."""
        ...


def stand(state: PageState, key: str, standing: Standing) -> bool:
    """Note how far this sheet is, in the order of the tabs. False: it was known."""
    if state.standings.get(key) == standing:
        return False
    known = state.standings | {key: standing}
    state.standings = {one: known[one] for one in TAB_ORDER if one in known}
    return True
