"""Drains the outbox: every act reaches CAD once, in the order of its incident, however often CAD goes away.

Rules, per incident (a "lane"): one act after another. An act without a trustworthy answer holds back the later ones of its
incident, and only those. A refused act holds back nothing: CAD judges each later act by its own rules, so that a converted-to-
attendance behind a refused log line still gets through.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from rvr_console.domain.cad import CadAction, DeliveryState
from rvr_console.domain.events import CadActionChanged, Fault, ServiceStateChanged
from rvr_console.domain.incident import Incident
from rvr_console.domain.ports import EventSink
from rvr_console.domain.repositories import Delivery, LocalEntry
from rvr_console.errors import KnownError, RefusedError, ServiceDownError

FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
LANES_AT_ONCE = 4


class OutboxPort(Protocol):
    """Each call is one durable transaction."""

    async def pending(self) -> list[CadAction]:
        """In the order to send them: per incident by sequence."""
        ...

    async def mark_done(self, action_id: str, applied_at: datetime) -> None: ...

    async def mark_refused(self, action_id: str, reason: str) -> None: ...

    async def note_attempt(self, action_id: str) -> None:
        """It was sent and no answer came."""
        ...


class LocalBookPort(Protocol):
    """Acts on an incident stay out of OutboxPort.pending() until it is registered."""

    async def unregistered(self) -> list[LocalEntry]:
        """Without those whose conflict nobody has looked at yet."""
        ...

    async def mark_registered(self, provisional: str, reference: str) -> None:
        """From now on its acts go under CAD's reference."""
        ...

    async def mark_conflict(self, provisional: str, reason: str) -> None:
        """CAD would not have it as it is; a person must decide, and is told by this call."""
        ...


class _Registered(Protocol):
    @property
    def reference(self) -> str: ...
    @property
    def possible_duplicates(self) -> tuple[str, ...]: ...


class CadPort(Protocol):
    async def deliver(self, action: CadAction) -> Delivery: ...

    async def register_provisional(self, incident: Incident, officer: str) -> _Registered: ...

    async def health(self) -> object:
        """Raises ServiceDownError."""
        ...


@dataclass(slots=True)
class _Round:
    """One pass over what is pending. held: something could not be sent now."""

    down: bool = False
    held: bool = False
    probe: asyncio.Lock = field(default_factory=asyncio.Lock)


class Dispatcher:
    """Belongs to one event loop: start() and stop() there; wake() there, whenever a transaction with an act was kept."""

    def __init__(
        self,
        cad: CadPort,
        outbox: OutboxPort,
        events: EventSink,
        *,
        book: LocalBookPort | None = None,
        check_seconds: float = 5.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """check_seconds: how often CAD's health is asked while there is nothing to send."""
        self._cad = cad
        self._outbox = outbox
        self._events = events
        self._book = book
        self._check_seconds = check_seconds
        self._jitter = jitter
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._up: bool | None = None
        self._storage_told = False

    @property
    def up(self) -> bool | None:
        """Whether CAD answered last; None before the first try."""
        return self._up

    def start(self) -> None:
        """What earlier runs left pending is sent first."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="cad-dispatcher")
            self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Told on the screen: a dispatcher that died of our own mistake must not look like a quiet one."""
        if not task.cancelled() and task.exception() is not None:
            self._set_up(False, "Sending to CAD has stopped.")
            what = "Sending to CAD has stopped: a mistake in this program."
            kept = "What you do is kept and is sent after a restart."
            self._events.publish(Fault(what, kept=kept, todo="Use the radio; restart the console."))

    async def stop(self) -> None:
        """Ends at once; an act on its way stays pending and is sent again next time (CAD applies it once).

        Raises what the task died of, if it did.
        """
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    def wake(self) -> None:
        """There is a new act: do not wait for the next turn."""
        self._wake.set()

    async def _run(self) -> None:
        failures = 0
        while True:
            self._wake.clear()
            try:
                settled = await self.one_round()
                self._storage_told = False
            except KnownError as error:
                settled = False
                self._tell_storage(error)
            failures = 0 if settled else failures + 1
            seconds = self._check_seconds
            if failures:
                seconds = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10))
                seconds *= 0.75 + self._jitter() / 4  # 35 desks do not all knock at once after an outage
            try:
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _tell_storage(self, error: KnownError) -> None:
        if not self._storage_told:
            self._storage_told = True
            kept = "Acts that CAD has applied are not applied twice; they are asked for again."
            self._events.publish(Fault(error.what, kept=error.kept or kept, todo=error.todo))

    async def one_round(self) -> bool:
        """Send what can be sent now. True: nothing had to be held back. Raises StorageError from the outbox."""
        turn = _Round()
        if self._book is not None:
            await self._register(turn, self._book)
        lanes: dict[str, list[CadAction]] = {}
        for action in [] if turn.down else await self._outbox.pending():
            lanes.setdefault(action.incident, []).append(action)
        if lanes:
            await self._drain(turn, list(lanes.values()))
        elif not turn.down:
            await self._probe(turn)
        return not (turn.down or turn.held)

    async def _drain(self, turn: _Round, lanes: list[list[CadAction]]) -> None:
        slots = asyncio.Semaphore(LANES_AT_ONCE)

        async def drain(lane: list[CadAction]) -> None:
            async with slots:
                for action in lane:
                    if turn.down or not await self._settle(turn, action):
                        return

        # Every lane is waited for, also when one fails: none may go on beside the next round.
        results = await asyncio.gather(*(drain(lane) for lane in lanes), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _settle(self, turn: _Round, action: CadAction) -> bool:
        """Send one act and write CAD's answer down. False: it is still pending."""
        delivery = await self._cad.deliver(action)
        if delivery.state is DeliveryState.PENDING:
            turn.held = True
            await self._outbox.note_attempt(action.id)
            await self._probe(turn, delivery.reason)
            self._events.publish(CadActionChanged(replace(action, attempts=action.attempts + 1)))
            return False
        self._set_up(True, "")
        if delivery.state is DeliveryState.DONE:
            applied_at = delivery.at or action.at_source
            await self._outbox.mark_done(action.id, applied_at)
            changed = replace(action, state=DeliveryState.DONE, applied_at=applied_at)
        else:
            await self._outbox.mark_refused(action.id, delivery.reason)
            changed = replace(action, state=DeliveryState.REFUSED, refused_reason=delivery.reason)
        self._events.publish(CadActionChanged(changed))
        return True

    async def _register(self, turn: _Round, book: LocalBookPort) -> None:
        for entry in await book.unregistered():
            provisional = entry.incident.reference
            try:
                made = await self._cad.register_provisional(entry.incident, entry.officer)
            except ServiceDownError as error:
                turn.held = True
                await self._probe(turn, error.what)
                if turn.down:
                    return
                continue
            except RefusedError as error:
                await book.mark_conflict(provisional, error.what)
                continue
            await book.mark_registered(provisional, made.reference)
            if made.possible_duplicates:
                others = ", ".join(made.possible_duplicates)
                self._events.publish(
                    Fault(
                        f"{provisional} is {made.reference} in CAD now. It may be the same incident as {others}.",
                        kept="Both are kept.",
                        todo="Look at both and tell the control room.",
                    )
                )

    async def _probe(self, turn: _Round, reason: str = "") -> None:
        """Is CAD away, or only this one answer? Asked once a round."""
        async with turn.probe:
            if turn.down:
                return
            try:
                await self._cad.health()
            except ServiceDownError as error:
                turn.down = True
                self._set_up(False, error.what)
            else:
                # It lives but did not settle an act: up, and the words say that something hangs.
                self._set_up(True, reason)

    def _set_up(self, up: bool, words: str) -> None:
        if up is not self._up:
            self._up = up
            self._events.publish(ServiceStateChanged("cad", up, words))
