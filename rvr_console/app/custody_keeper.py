"""Keeps the custody log sealed: verified when the console starts, signed every ten seconds while it grows, and at the end."""

import asyncio
import contextlib
import logging

from rvr_console.domain.custody import CustodyFault
from rvr_console.domain.events import Fault
from rvr_console.domain.ports import EventSink
from rvr_console.errors import KnownError
from rvr_console.services.custody import CustodyLog

log = logging.getLogger(__name__)
SEAL_SECONDS = 10.0


class CustodyKeeper:
    """Background work of the custody log. Belongs to the event loop."""

    def __init__(self, custody: CustodyLog, events: EventSink, *, every: float = SEAL_SECONDS) -> None:
        """every: seconds between checkpoints; none is made when nothing was added."""
        self._custody = custody
        self._events = events
        self._every = every
        self._bell = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._told = ""

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._forever(), name="custody-keeper")

    def case_submitted(self) -> None:
        """A case was closed: seal the log now."""
        self._bell.set()

    async def stop(self) -> None:
        """End the background work, then sign the log as it stands."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await self._seal()

    async def _forever(self) -> None:
        await self._verify()
        while True:
            await self._seal()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._bell.wait()
            self._bell.clear()

    async def _verify(self) -> None:
        try:
            faults = await self._custody.verify_at_start()
        except KnownError as error:
            self._tell(Fault(error.what, error.kept, error.todo))
            return
        if faults:
            log.critical("custody log: %d faults, first: %s", len(faults), faults[0].what)
            self._tell(_words(faults))

    async def _seal(self) -> None:
        try:
            await self._custody.seal()
        except KnownError as error:
            log.warning("the custody log was not sealed: %s", error.what)
            self._tell(Fault(error.what, error.kept, error.todo))
        else:
            self._told = ""

    def _tell(self, fault: Fault) -> None:
        """The same trouble once, not every ten seconds."""
        if fault.what != self._told:
            self._told = fault.what
            self._events.publish(fault)


def _words(faults: list[CustodyFault]) -> Fault:
    return Fault(
        f"The custody log does not verify: {faults[0].what} ({len(faults)} in all).",
        "Nothing was changed; what is recorded from now on is logged as always.",
        "Tell IT and your supervisor before this desk is used for evidence.",
    )
