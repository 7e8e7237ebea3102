"""Turns the officer's acts on a statement into service calls: stored as typed, set in pages, frozen, corrected."""

from collections.abc import Callable
from typing import Protocol

from rvr_console.domain import events
from rvr_console.domain.counting import counted
from rvr_console.domain.statement import Statement, StatementState
from rvr_console.domain.statement_content import StatementContent, StatementKind
from rvr_console.domain.statement_history import PastVersion
from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.consultation.open_page import OpenPage, Subscribes
from rvr_console.ui.consultation.state import PageState
from rvr_console.ui.statement import words
from rvr_console.ui.statement.history_reading import HistoryReading
from rvr_console.ui.statement.page_setting import PageSetting
from rvr_console.ui.statement.saving import SaveQueue
from rvr_console.ui.statement.slot import StatementSlot
from rvr_console.ui.statement.state import PaperState, Step, known_exhibits, standing_of


class StatementDoor(Protocol):
    """The part of services.statements.Statements that is needed here."""

    async def of_consultation(self, consultation_id: str) -> list[Statement]: ...

    async def start(self, consultation_id: str, kind: StatementKind) -> Statement: ...

    async def save(self, statement_id: str, content: StatementContent) -> Statement: ...

    async def preview(self, statement: Statement, pixels_per_inch: float) -> tuple[bytes, ...]: ...

    async def freeze(self, statement_id: str) -> Statement: ...

    async def correct(self, statement_id: str, reason: str) -> Statement: ...

    async def history(self, statement_id: str) -> tuple[PastVersion, ...]: ...


class Speller(Protocol):
    """Words in, misspelt ones out; never blocks the caller."""

    async def misspelt(self, words: frozenset[str]) -> frozenset[str]: ...

    async def suggestions(self, word: str) -> tuple[str, ...]: ...


class StatementView(Protocol):
    def show(self, state: PaperState) -> None: ...

    def start_with(self, statement: Statement) -> None:
        """Another text comes onto the screen: what stood there was handed over before."""
        ...

    def write_on(self) -> None:
        """A draft that the officer asked for is on the screen: the caret goes into its text."""
        ...

    def flush(self) -> None:
        """Hand over what is typed and not handed over yet."""
        ...

    def say(self, text: str) -> None: ...


class StatementPresenter:
    """One consultation at a time. set_pages(pixels per inch): set the shown text in pages, in the background."""

    def __init__(
        self, page: OpenPage, doing: Doing, door: StatementDoor, bridge: Subscribes, speller: Speller
    ) -> None:
        self._page, self._doing, self._door = page, doing, door
        self.speller = speller
        self.state: PaperState | None = None
        self._listed: list[tuple[str, StatementState, bool]] = []
        self._view: StatementView | None = None
        self.slot = StatementSlot(page.sheet_acts, self.freeze)
        self._saves = SaveQueue(doing, self._save, self._saved)
        self.set_pages = PageSetting(doing, door.preview, lambda: self.state, self.redraw).set
        self.history = HistoryReading(doing, door.history, lambda: self.state, self.redraw)
        bridge.subscribe(events.StatementChanged, self._changed)

    def attach(self, view: StatementView) -> None:
        self._view = view

    # --- the page ---
    def show_page(self, page: PageState) -> None:
        """The consultation page was redrawn."""
        if self.state is None or self.state.consultation_id != page.consultation.id:
            self.state = PaperState(page.consultation.id)
            self._doing.do(self._read(self.state))
        known = known_exhibits(page.exhibits)
        if known != self.state.known:
            self.state.known = known
        self.redraw()

    async def _read(self, state: PaperState) -> None:
        found = await self._door.of_consultation(state.consultation_id)
        if self.state is not state:
            return
        state.statements = found
        unsigned = [one for one in found if one.state is not StatementState.SIGNED]
        if found and not state.shown:
            self._put(unsigned[-1] if unsigned else found[-1])
        self._stand()

    def redraw(self) -> None:
        if self.state is not None:
            self.slot.show_paper(self.state)
            if self._view is not None:
                self._view.show(self.state)

    def _stand(self) -> None:
        if self.state is not None:
            self._page.set_standing("statement", standing_of(self.state.statements))
            listed = [(one.id, one.state, one.content.words > 0) for one in self.state.statements]
            if listed != self._listed:
                self._listed = listed
                self._page.refresh_soon()  # "Still to do"
            self.redraw()

    def _put(self, statement: Statement) -> None:
        """Show this statement from its beginning."""
        if self.state is None:
            return
        self.state.shown, self.state.pages, self.state.pages_words = statement.id, (), ""
        self.state.stored_at, self.state.ceremony, self.state.history = statement.saved_at, None, ()
        if self._view is not None:
            self._view.start_with(statement)
        if statement.state is not StatementState.DRAFT:
            self.set_pages()

    # --- acts ---
    def begin(self, kind: StatementKind) -> None:
        if self.state is not None:
            self._flush()
            self._doing.do(self._begin(self.state, kind))

    async def _begin(self, state: PaperState, kind: StatementKind) -> None:
        made = await self._door.start(state.consultation_id, kind)
        self._keep(made)
        if self.state is state:
            self._put(made)
            self._stand()
            self._write_on()

    def choose(self, statement_id: str) -> None:
        if self.state is None or statement_id == self.state.shown:
            return
        self._flush()
        for one in self.state.statements:
            if one.id == statement_id:
                self._put(one)
        self.redraw()

    def edit(self, content: StatementContent) -> None:
        """What stands on the screen now; stored as soon as the store is free."""
        statement = self.state.statement if self.state else None
        if self.state is None or statement is None or statement.state is not StatementState.DRAFT:
            return
        if content == statement.content and statement.id not in self._saves:
            return
        self.state.stored_at = None
        self._saves.put(statement.id, content)

    def freeze(self) -> None:
        """Everything typed is stored first."""
        state = self.state
        statement = state.statement if state else None
        if state is None or statement is None or state.pending:
            return
        self._flush()
        state.pending = words.FREEZING
        self.redraw()

        def stored() -> None:
            if statement.id not in self._saves:
                self._doing.do(self._freeze(statement.id), settled=lambda _done: self._over(state))
            else:
                self._over(state)

        self._saves.when_idle(stored)

    async def _freeze(self, statement_id: str) -> None:
        frozen = await self._door.freeze(statement_id)
        self._keep(frozen)
        if self.state is not None and self.state.shown == statement_id:
            self._put(frozen)
        if self._view is not None:
            newest = frozen.versions[-1]
            self._view.say(
                words.SAID_FROZEN.format(number=newest.number, pages=counted(newest.pages, "page"))
            )

    def correct(self, reason: str) -> None:
        statement = self.state.statement if self.state else None
        if statement is not None:
            self._doing.do(self._correct(statement.id, reason))

    async def _correct(self, statement_id: str, reason: str) -> None:
        draft = await self._door.correct(statement_id, reason)
        self._keep(draft)
        if self.state is not None and self.state.shown == statement_id:
            self._put(draft)
            self._stand()
            self._write_on()
            return
        self._stand()

    def _write_on(self) -> None:
        if self._view is not None:
            self._view.write_on()

    def set_ceremony(self, step: Step | None) -> None:
        """How far the signing of the shown statement is."""
        if self.state is not None and self.state.ceremony is not step:
            self.state.ceremony = step
            self.redraw()

    # --- storing ---
    def _flush(self) -> None:
        if self._view is not None:
            self._view.flush()

    async def _save(self, statement_id: str, content: StatementContent) -> None:
        self._keep(await self._door.save(statement_id, content))

    def _saved(self, statement_id: str) -> None:
        if self.state is not None and self.state.shown == statement_id and statement_id not in self._saves:
            self.state.stored_at = self._page.now()
        self._stand()

    def _over(self, state: PaperState) -> None:
        state.pending = ""
        self._stand()

    def _keep(self, statement: Statement) -> None:
        state = self.state
        if state is None or state.consultation_id != statement.consultation_id:
            return
        ids = [one.id for one in state.statements]
        if statement.id in ids:
            state.statements[ids.index(statement.id)] = statement
        else:
            state.statements.append(statement)

    def _changed(self, event: events.StatementChanged) -> None:
        """Also by the signing."""
        self._keep(event.statement)
        self._stand()
        self.history.again(event.statement.id)

    # --- spelling ---
    def spell(self, asked: frozenset[str], told: Callable[[frozenset[str]], None]) -> None:
        async def ask() -> None:
            told(await self.speller.misspelt(asked))

        self._doing.do(ask())

    def suggest(self, word: str, told: Callable[[tuple[str, ...]], None]) -> None:
        async def ask() -> None:
            told(await self.speller.suggestions(word))

        self._doing.do(ask())
