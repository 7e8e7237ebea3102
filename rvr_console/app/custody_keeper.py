"""Keeps the custody log sealed: verified when the console starts, signed every ten seconds while it grows and at the end, stamped."""

import asyncio
import contextlib
import logging

from rvr_console.domain.custody import CustodyFault
from rvr_console.domain.events import Fault
from rvr_console.domain.ports import EventSink
from rvr_console.errors import KnownError
from rvr_console.services.cosigning import Cosigning
from rvr_console.services.custody import CustodyLog

log = logging.getLogger(__name__)
SEAL_SECONDS = 10.0
STAMP_SECONDS = 60.0
COSIGN_SECONDS = 300.0
_UNCHECKED = Fault(
    "The custody log could not be checked.",
    "What is recorded from now on is logged as always.",
    "Tell IT before this desk is used for evidence.",
)


class CustodyKeeper:
    """Background work of the custody log. Belongs to the event loop."""

    def __init__(
        self,
        custody: CustodyLog,
        events: EventSink,
        *,
        every: float = SEAL_SECONDS,
        stamp_every: float = STAMP_SECONDS,
        cosigning: Cosigning | None = None,
        cosign_every: float = COSIGN_SECONDS,
    ) -> None:
        """every: seconds between checkpoints; none is made when nothing was added. stamp_every: between tries for stamps.

        cosigning: None where no folder is shared; cosign_every: seconds between rounds.
        """
        self._custody = custody
        self._events = events
        self._every = every
        self._stamp_every = stamp_every
        self._cosigning = cosigning
        self._cosign_every = cosign_every
        self._no_bell = asyncio.Event()
        self._cosign_faults: set[str] = set()
        self._bell = asyncio.Event()  # seal now
        self._stamp_bell = asyncio.Event()  # ask for stamps now
        self._submitted = False
        self._tasks: list[asyncio.Task[None]] = []
        self._told = ""

    def start(self) -> None:
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._forever(), name="custody-keeper"),
                asyncio.create_task(self._stamp_forever(), name="custody-stamps"),
            ]
            if self._cosigning is not None:
                self._tasks.append(
                    asyncio.create_task(self._cosign_forever(self._cosigning), name="custody-cosigning")
                )

    def case_submitted(self) -> None:
        """A case was closed: seal the log now, and have it stamped."""
        self._submitted = True
        self._bell.set()

    async def stop(self) -> None:
        """End the background work, then sign the log as it stands. Stamps that did not come are asked for after the next start."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            await self._seal()

    async def _forever(self) -> None:
        await self._verify()
        while True:
            await self._seal()
            await _rung(self._bell, self._every)

    async def _stamp_forever(self) -> None:
        while True:
            await _rung(self._stamp_bell, self._stamp_every)
            try:
                await self._custody.send_stamps()
            except KnownError as error:
                log.warning("time stamps were not kept: %s", error.what)

    async def _cosign_forever(self, cosigning: Cosigning) -> None:
        while True:
            await _rung(self._no_bell, self._cosign_every)
            try:
                done = await cosigning.round()
            except KnownError as error:
                log.warning("cosigning: %s", error.what)
                continue
            for what in set(done.faults) - self._cosign_faults:
                log.critical("cosigning: %s", what)
                self._events.publish(
                    Fault(
                        what,
                        "This desk did not sign it; what it has seen before is kept.",
                        "Tell IT and your supervisor before that desk is used for evidence.",
                    )
                )
            self._cosign_faults |= set(done.faults)

    async def _verify(self) -> None:
        try:
            faults = await self._custody.verify_at_start()
        except KnownError as error:
            self._tell(Fault(error.what, error.kept, error.todo))
            return
        except Exception:  # main of the custody keeper: a mistake in checking must not stop the sealing
            log.exception("the custody log could not be checked")
            self._tell(_UNCHECKED)
            return
        if faults:
            log.critical("custody log: %d faults, first: %s", len(faults), faults[0].what)
            self._tell(_words(faults))

    async def _seal(self) -> None:
        submitted, self._submitted = self._submitted, False
        try:
            health = await self._custody.seal("case submitted" if submitted else "")
        except KnownError as error:
            self._submitted = self._submitted or submitted
            log.warning("the custody log was not sealed: %s", error.what)
            self._tell(Fault(error.what, error.kept, error.todo))
        else:
            self._told = ""
            if submitted and health.stamps.pending:
                self._stamp_bell.set()

    def _tell(self, fault: Fault) -> None:
        """The same trouble once, not every ten seconds."""
        if fault.what != self._told:
            self._told = fault.what
            self._events.publish(fault)


async def _rung(bell: asyncio.Event, seconds: float) -> None:
    """Return when the bell rings or the time is over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await bell.wait()
    bell.clear()


def _words(faults: list[CustodyFault]) -> Fault:
    return Fault(
        f"The custody log does not verify: {faults[0].what} ({len(faults)} in all).",
        "Nothing was changed; what is recorded from now on is logged as always.",
        "Tell IT and your supervisor before this desk is used for evidence.",
    )
