"""The quiet thread: named, one, of the lowest disk priority, joined at its end."""

import ctypes
import platform
import sys
import threading

import pytest

from rvr_console.system.quiet_thread import QuietThread


async def test_it_is_named_and_ends():
    thread = QuietThread("vault-check")
    names = {await thread.run(lambda: threading.current_thread().name) for _ in range(3)}
    assert names == {"vault-check_0"}
    thread.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("vault-check")]


async def test_what_the_work_raises_is_raised():
    thread = QuietThread("quiet")
    with pytest.raises(ZeroDivisionError):
        await thread.run(lambda: 1 // 0)
    thread.close()


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="ioprio_get(2) by its number here"
)
async def test_only_its_own_disk_priority_is_idle():
    def priority() -> int:
        return ctypes.CDLL(None).syscall(252, 1, 0) >> 13

    thread = QuietThread("quiet")
    try:
        assert await thread.run(priority) == 3
        assert priority() != 3
    finally:
        thread.close()
