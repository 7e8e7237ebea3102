"""One named thread for long reading that must never be in anybody's way: lowest disk priority, and the work rests often.

Its processor priority stays that of the others, on purpose. A thread of low priority that is put aside while it holds the
interpreter's lock makes every other thread wait for it: on a busy machine of two cores the screen's loop stood still for up to
259 ms with nice 15, and for no longer than without any check (19 to 31 ms) with the normal priority and a rest of 2 ms a MiB.
"""

import asyncio
import ctypes
import platform
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
# ioprio_set(2): number of the call by machine; who 1 and id 0: the calling thread; class 3: idle.
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}
_THIS_THREAD, _IDLE_CLASS = 1, 3 << 13


class QuietThread:
    """Implements domain.vault_check.QuietWorker. The thread starts with the first work given, and ends in `close`."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name, initializer=_be_quiet)

    async def run(self, act: Callable[[], T]) -> T:
        """act() on the thread. Raises what act raises. When the caller is cancelled, the thread still ends act."""
        return await asyncio.wrap_future(self._pool.submit(act))

    def close(self) -> None:
        """Wait for the work at hand and join the thread; what was not begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _be_quiet() -> None:
    """Only this thread, only its disk. A system that refuses or has no such thing leaves it as it is."""
    number = _IOPRIO_SET.get(platform.machine())
    if sys.platform == "linux" and number is not None:
        ctypes.CDLL(None, use_errno=True).syscall(number, _THIS_THREAD, 0, _IDLE_CLASS)
