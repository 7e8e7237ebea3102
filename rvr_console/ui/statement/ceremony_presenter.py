"""Turns the officer's acts in the signing into service calls, and what the page says into the pane."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from rvr_console.domain import events
from rvr_console.domain.signing import Ceremony, Stage
from rvr_console.domain.signing_gate import Gate
from rvr_console.domain.statement import Statement, StatementState
from rvr_console.ui.consultation.doing import Doing
from rvr_console.ui.consultation.open_page import Subscribes
from rvr_console.ui.statement import ceremony_words as words
from rvr_console.ui.statement.ceremony_state import CeremonyState, primary, step_of_ceremony
from rvr_console.ui.statement.state import Step


class SigningDoor(Protocol):
    """The part of services.signing.Signing that is needed here."""

    async def of_consultation(self, consultation_id: str) -> list[Ceremony]: ...

    async def begin(self, statement_id: str, number: int) -> Ceremony: ...

    async def show_declaration(self, ceremony_id: str) -> Ceremony: ...

    async def seal(self, ceremony_id: str) -> Ceremony: ...

    async def stop(self, ceremony_id: str, words: str = "") -> Ceremony: ...


class GateDoor(Protocol):
    async def gate(self, consultation_id: str) -> Gate: ...

    async def let_sign(self, consultation_id: str, collar: str, password: str, reason: str) -> Gate:
        """A second person at this desk decides."""
        ...


class CeremonyView(Protocol):
    def show_ceremony(self, state: CeremonyState) -> None: ...


class CeremonyPresenter:
    """note(consultation id, words): a marker in the recording. step: told how far the signing is. say: for screen readers."""

    def __init__(
        self,
        doing: Doing,
        doors: tuple[SigningDoor, GateDoor],
        bridge: Subscribes,
        note: Callable[[str, str], Awaitable[None]],
        step: Callable[[Step | None], None],
        say: Callable[[str], None],
    ) -> None:
        self._doing, self._note, self._step, self._say = doing, note, step, say
        self._signing, self._gates = doors
        self.state = CeremonyState()
        self._views: list[CeremonyView] = []
        bridge.subscribe(events.SigningChanged, self._changed)
        bridge.subscribe(events.GateDecided, self._decided)

    def attach(self, view: CeremonyView) -> None:
        """Each is shown every change."""
        self._views.append(view)

    def show_statement(self, statement: Statement | None) -> None:
        """Another statement, or another state of the same, is on the screen."""
        newest = statement.newest if statement is not None else None
        if statement is None or newest is None or statement.state is StatementState.DRAFT:
            self.state = CeremonyState()
            self._redraw()
            return
        shown = (statement.id, newest.number)
        if shown == (self.state.statement_id, self.state.version):
            return
        name = newest.content.witness.name.split(" ")[0] or "The person"
        self.state = CeremonyState(
            statement.consultation_id, statement.id, newest.number, newest.pages, newest.sha256, name
        )
        self._doing.do(self._read(self.state))
        self._redraw()

    async def _read(self, state: CeremonyState) -> None:
        state.gate = await self._gates.gate(state.consultation_id)
        found = await self._signing.of_consultation(state.consultation_id)
        mine = [
            one for one in found if (one.statement_id, one.version) == (state.statement_id, state.version)
        ]
        if mine and state.ceremony is None:
            state.ceremony = mine[-1]
        self._redraw()

    def _changed(self, event: events.SigningChanged) -> None:
        one, state = event.ceremony, self.state
        if (one.statement_id, one.version) != (state.statement_id, state.version):
            return
        before, state.ceremony = state.stage, one
        said = {Stage.READ: words.SAID_READ, Stage.SIGNED: words.SAID_SIGNED, Stage.VOID: words.SAID_VOID}
        if one.stage is not before and one.stage in said:
            self._say(said[one.stage])
        self._redraw()

    def _redraw(self) -> None:
        self._step(step_of_ceremony(self.state.ceremony))
        for view in self._views:
            view.show_ceremony(self.state)

    # --- acts ---
    def act(self, wanted: str) -> None:
        """wanted: as CeremonyPane.wanted says."""
        state, one = self.state, self.state.ceremony
        if wanted == "begin" and state.version is not None:
            self._do(self._signing.begin(state.statement_id, state.version))
        elif one is None:
            return
        elif wanted == "declare":
            self._do(self._signing.show_declaration(one.id))
        elif wanted == "seal":
            self._do(self._signing.seal(one.id))
        elif wanted == "stop":
            self._do(self._signing.stop(one.id))
        elif wanted == "read_back":
            self._doing.do(self._noted(state.consultation_id))

    def keep(self) -> None:
        """The version stays as it is, whatever was asked for: it may be shown again."""
        self.state.kept = True
        self._redraw()

    def decide(self, collar: str, password: str, reason: str) -> None:
        """What opened is heard of as an event; a refusal is told."""

        async def run() -> None:
            await self._gates.let_sign(self.state.consultation_id, collar, password, reason)

        self._doing.do(run())

    def _decided(self, event: events.GateDecided) -> None:
        if event.consultation_id == self.state.consultation_id and self.state.version is not None:
            self._doing.do(self._read(self.state))

    async def _noted(self, consultation_id: str) -> None:
        await self._note(consultation_id, words.READ_BACK_NOTE)

    def _do(self, act: Coroutine[Any, Any, Ceremony]) -> None:
        state = self.state
        state.pending = f"{primary(state)[1]}…"
        self._redraw()

        async def run() -> None:
            done = await act
            if self.state is state:
                state.ceremony = done

        def settled(_done: bool) -> None:
            state.pending = ""
            self._redraw()

        self._doing.do(run(), settled=settled)
