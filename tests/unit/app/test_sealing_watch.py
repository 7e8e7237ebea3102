"""The watch over unsealed statements goes on whatever a try brings."""

import asyncio

import pytest

from rvr_console.app.sealing_watch import keep_sealing
from rvr_console.errors import StorageError


class Sealing:
    def __init__(self) -> None:
        self.acts: list[str] = []
        self.enough = asyncio.Event()

    async def seal_waiting(self) -> int:
        self.acts.append("waiting")
        raise StorageError("The disk is full.")

    async def seal_overdue(self) -> int:
        self.acts.append("overdue")
        if len(self.acts) == 3:
            self.enough.set()
        return 1


async def test_at_the_start_all_then_what_is_overdue_until_the_console_ends() -> None:
    sealing = Sealing()
    watch = asyncio.ensure_future(keep_sealing(sealing, every=0.001))
    async with asyncio.timeout(5):
        await sealing.enough.wait()
    watch.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watch
    assert sealing.acts[:3] == ["waiting", "overdue", "overdue"]
