"""When the media process is started again: at once the first time, ever later while it keeps dying."""

import asyncio
import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
WAITS_S = (0.0, 0.5, 1.0, 2.0, 5.0)
FORGOTTEN_S = 30.0  # a process that lived so long counts as healthy


class Revival:
    """Belongs to one loop. start may raise OSError: then it is tried again later. started: told once it runs again."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        start: Callable[[], object],
        started: Callable[[], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._loop = loop
        self._start = start
        self._started = started
        self._monotonic = monotonic
        self._deaths = 0
        self._last = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def plan(self) -> None:
        """The process is gone: start it again in due time."""
        now = self._monotonic()
        self._deaths = self._deaths + 1 if now - self._last < FORGOTTEN_S else 0
        self._last = now
        wait = WAITS_S[min(self._deaths, len(WAITS_S) - 1)]
        self._timer = self._loop.call_later(wait, self._try)

    def _try(self) -> None:
        try:
            self._start()
        except OSError as error:
            log.warning("the media process could not be started: %s", error)
            self.plan()
        else:
            self._started()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
