"""A program that dies leaves no picture of its memory behind: there are keys in it, and what was opened to be looked at."""

import sys

_PR_SET_DUMPABLE = 4  # <linux/prctl.h>
_NO_ERROR_REPORTS = 0x0001 | 0x0002  # SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX (winbase.h)


def forbid_dumps() -> None:
    """For this process, for good: no core file, none handed to a collector, no other program of this user looks inside.

    A limit alone does not do: where the kernel pipes cores to a program it is not asked. Programs that are started from here
    set it for themselves.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.kernel32.SetErrorMode(_NO_ERROR_REPORTS)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
