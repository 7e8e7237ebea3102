"""The console's memory stays out of core dumps, whatever it dies of."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits of this system")
SECRET = "4d2fcanary0b91"
DIE = f"""
import ctypes, os, resource, signal, sys
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
from rvr_console.__main__ import main
if sys.argv[1] == "guarded":
    main(["--version"])
else:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
kept = "{SECRET}".encode() * 50
print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)
os.kill(os.getpid(), signal.SIGABRT)
"""


def died(folder: Path, how: str) -> tuple[str, list[Path]]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", DIE, how],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGABRT, done.stderr
    cores = [path for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]
    return done.stdout.splitlines()[-1], cores


def test_a_program_that_is_aborted_leaves_no_core(tmp_path):
    told, cores = died(tmp_path, "guarded")
    assert told == "(0, 0) 0"
    assert cores == []


def test_without_the_guard_it_may_be_dumped(tmp_path):
    """So that the test above can fail. Whether a file is left where it died depends on the system's core pattern."""
    told, cores = died(tmp_path, "open")
    assert told.endswith(" 1")
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() == "core":
        assert cores
