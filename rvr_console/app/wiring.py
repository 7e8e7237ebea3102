"""Small adapters between ports that were made apart."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from rvr_console.domain.events import Fault
from rvr_console.domain.ports import EventSink, Randomness
from rvr_console.domain.secrets import NewLinkSecret
from rvr_console.errors import KnownError
from rvr_console.wire import link_secret

log = logging.getLogger(__name__)


class FreshLinkSecrets:
    """Implements domain.secrets.LinkSecrets."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness

    def make(self) -> NewLinkSecret:
        made = link_secret.new(self._randomness.token_bytes)
        return NewLinkSecret(made.reveal(), made.room_text, made.auth_hash.hex())


class Tasks:
    """Every coroutine that the screens start; what it raises is told, never lost."""

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if isinstance(error, KnownError):
            self._events.publish(Fault(error.what, error.kept, error.todo))
        elif error is not None:
            log.error("a task failed", exc_info=error)
            self._events.publish(
                Fault(
                    "Something went wrong in this program.",
                    "What was stored before is safe.",
                    "Try again; if it goes on, tell IT.",
                )
            )

    async def end(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
