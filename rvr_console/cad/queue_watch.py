"""Keeps the desk's list of incidents as CAD has it: asks, and lets CAD hold the answer until something changes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

from rvr_console.domain.incident import Incident
from rvr_console.errors import ServiceDownError

HOLD_SECONDS = 20.0
FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0


class _Changes(Protocol):
    @property
    def incidents(self) -> list[Incident]: ...
    @property
    def version(self) -> int: ...
    @property
    def whole(self) -> bool: ...


class CadList(Protocol):
    async def changes(self, since: int = 0, wait: float = 0.0) -> _Changes:
        """Raises ServiceDownError."""
        ...


class QueueWatch:
    """take_over(incidents, whole): called for each set of changes; whole: they are all there are.

    Belongs to one event loop. That CAD is down is told by the dispatcher; here it only means waiting.
    """

    def __init__(self, cad: CadList, take_over: Callable[[list[Incident], bool], Awaitable[None]]) -> None:
        self._cad = cad
        self._take_over = take_over
        self._at = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="cad-queue-watch")

    async def stop(self) -> None:
        """Ends at once. Raises what the task died of, if it did."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _run(self) -> None:
        pause = FIRST_WAIT
        first = True
        while True:
            try:
                changes = await self._cad.changes(self._at, 0.0 if first else HOLD_SECONDS)
            except ServiceDownError:
                await asyncio.sleep(pause)
                pause = min(LONGEST_WAIT, pause * 2)
                continue
            pause = FIRST_WAIT
            if changes.incidents or changes.whole:
                await self._take_over(changes.incidents, changes.whole)
            elif changes.version == self._at and not first:
                await asyncio.sleep(
                    FIRST_WAIT
                )  # a CAD that does not hold its answers is not asked without pause
            self._at, first = changes.version, False
