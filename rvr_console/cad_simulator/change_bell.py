"""Wakes the desks that wait for the next change (long polls)."""

import asyncio


class ChangeBell:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._rings = 0
        self.closed = False

    @property
    def rings(self) -> int:
        """How often it has rung: take it before looking, pass it to wait()."""
        return self._rings

    async def ring(self) -> None:
        async with self._changed:
            self._rings += 1
            self._changed.notify_all()

    async def close(self) -> None:
        """Nobody waits any longer: the program ends."""
        self.closed = True
        await self.ring()

    async def wait(self, seen: int, seconds: float) -> None:
        """Until it rings after `seen`, or the time is over."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self._rings != seen or self.closed)
        except TimeoutError:
            return
