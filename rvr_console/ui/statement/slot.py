"""What the action slot says while the statement's tab is open: freeze, show, declaration, seal."""

from collections.abc import Callable

from rvr_console.domain.statement import StatementState
from rvr_console.ui.consultation.sheet_acts import SheetActs
from rvr_console.ui.consultation.state import SheetAct
from rvr_console.ui.statement import words
from rvr_console.ui.statement.ceremony_state import CeremonyState, primary
from rvr_console.ui.statement.state import PaperState

KEY = "statement"


class StatementSlot:
    """Of the draft until it is frozen, then of the signing. Implements ceremony_presenter.CeremonyView."""

    def __init__(self, acts: SheetActs, freeze: Callable[[], None]) -> None:
        self._acts, self._freeze = acts, freeze
        self._sign: Callable[[str], None] = lambda _wanted: None
        self._ceremony = CeremonyState()
        self._drafting = True

    def follow(self, sign: Callable[[str], None]) -> None:
        """sign: takes what is wanted, as `ceremony_state.primary` names it."""
        self._sign = sign

    def show_paper(self, state: PaperState) -> None:
        statement = state.statement
        self._drafting = statement is None or statement.state is StatementState.DRAFT
        if statement is None:
            self._acts.offer(KEY, None, self._freeze)
        elif self._drafting:
            lacks = len(state.missing)
            off = words.FREEZE_OFF.format(count=lacks) if lacks else ""
            self._acts.offer(KEY, SheetAct(words.FREEZE, off, state.pending), self._freeze)
        else:
            self._offer_signing()

    def show_ceremony(self, state: CeremonyState) -> None:
        self._ceremony = state
        if not self._drafting:
            self._offer_signing()

    def _offer_signing(self) -> None:
        wanted, word, off = primary(self._ceremony)
        act = SheetAct(word, off, self._ceremony.pending) if wanted else None
        self._acts.offer(KEY, act, lambda: self._sign(wanted))
