"""Signed statements that could not be sealed: tried at the start, then every minute while the console runs."""

import asyncio
import logging
from typing import Protocol

from rvr_console.errors import KnownError

log = logging.getLogger(__name__)
EVERY_SECONDS = 60.0


class Seals(Protocol):
    """The part of services.signing_sealing.SigningSealing that is needed here."""

    async def seal_waiting(self) -> int: ...

    async def seal_overdue(self) -> int: ...


async def keep_sealing(sealing: Seals, every: float = EVERY_SECONDS) -> None:
    """Until it is cancelled. A store that does not answer now is asked again the next time."""
    act = sealing.seal_waiting
    while True:
        try:
            done = await act()
            if done:
                log.info("%d signed statements were sealed later", done)
        except KnownError as error:
            log.warning("signed statements were not looked for: %s", error.what)
        act = sealing.seal_overdue
        await asyncio.sleep(every)
