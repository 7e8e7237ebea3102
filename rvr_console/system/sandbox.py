"""A sandbox for programs that read hostile files: bubblewrap with nothing but the program itself, read-only.

No network, no writable file system, no /proc, no /dev, no home, its own user, processes and host name. Where it cannot be had there is
None, and the caller does without the program: nothing hostile is read unconfined.
"""

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_PROBE_SECONDS = 10
_NOBODY = "65534"


@functools.cache
def closed_sandbox() -> tuple[str, ...] | None:
    """The command that stands before a program's own, or None when this system cannot confine one."""
    bubblewrap = shutil.which("bwrap") if sys.platform == "linux" else None
    if bubblewrap is None:
        return None
    arguments = [bubblewrap, "--unshare-all", "--unshare-user", "--uid", _NOBODY, "--gid", _NOBODY]
    arguments += ["--hostname", "inspection", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    arguments += ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for folder in ("/bin", "/lib", "/lib64"):
        path = Path(folder)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), folder]
        else:
            arguments += ["--ro-bind-try", folder, folder]
    for program in dict.fromkeys((sys.base_prefix, sys.prefix, str(_PACKAGE))):
        if not program.startswith("/usr/"):
            arguments += ["--ro-bind", program, program]
    arguments += ["--remount-ro", "/"]
    return tuple(arguments) if _works(arguments) else None


def _works(arguments: list[str]) -> bool:
    try:
        done = subprocess.run(
            [*arguments, "--", sys.executable, "-I", "-S", "-c", ""],
            check=False,
            timeout=_PROBE_SECONDS,
            capture_output=True,
            env={},
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def sandboxed_environment() -> dict[str, str]:
    """Nothing of ours: no session bus, no home, no secrets."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_PACKAGE.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def kill_sandboxed(pid: int) -> None:
    """Kill a sandbox that was started as our child, at whatever moment; the caller waits for it.

    bubblewrap that is killed in its first milliseconds leaves its inner process behind, waiting for ever. So it is stopped first,
    the inner one is killed, which ends everything inside, and then bubblewrap itself.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        os.waitid(os.P_PID, pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(FileNotFoundError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
