"""One named thread of low priority, for long work that must never be in anybody's way."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_NICENESS = 15
_WINDOWS_BACKGROUND = 0x00010000  # THREAD_MODE_BACKGROUND_BEGIN: lowest processor, disk and memory priority


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
    """Only this thread. A system that refuses leaves it as it is: the work also rests by itself."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetThreadPriority(kernel.GetCurrentThread(), _WINDOWS_BACKGROUND)
    elif sys.platform == "linux":
        # On Linux the nice value belongs to the thread (setpriority(2), "C library/kernel differences").
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
