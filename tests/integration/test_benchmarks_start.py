"""Every benchmark still starts: quickly, that all of it can be loaded and has a main; slowly, that a small run gives the lines that are promised."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if not path.stem.startswith("_"))
SMALL = {
    "call_memory": ["--minutes", "0.4"],
    "custody_log": ["3000"],
    "start_turns": ["--rounds", "1"],
    "upload_2gb": ["--quick"],
}
"""What makes a run of it small; the others are short enough as they are."""
KEYS = {"name", "ours", "peer", "ratio", "goal", "holds", "unit", "note"}
LOAD = """
import runpy, sys, traceback
failed = 0
for path in sys.argv[1:]:
    paths, known = list(sys.path), set(sys.modules)
    sys.argv = [path]
    sys.path.insert(0, path.rpartition("/")[0])  # as Python itself does with a program
    try:
        runpy.run_path(path, run_name="loaded")["main"]
    except BaseException:
        print(path, traceback.format_exc(), file=sys.stderr)
        failed = 1
    sys.path[:] = paths
    # What one benchmark found by a path of its own must not be found for the next one.
    for name in set(sys.modules) - known:
        where = getattr(sys.modules[name], "__file__", None) or ""
        if name.partition(".")[0] == "tests" or "/tests/" in where and "site-packages" not in where:
            del sys.modules[name]
raise SystemExit(failed)
"""


def run(*command: str, seconds: float) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=seconds,
    )  # fmt: skip


def test_each_can_be_loaded(tmp_path):
    files = [str(ROOT / "benchmarks" / f"{name}.py") for name in NAMES]
    rotten = tmp_path / "rotten.py"
    rotten.write_text("from rvr_console.domain.custody import no_such_thing\n")
    done = run("-c", LOAD, *files, seconds=100)
    assert done.returncode == 0, done.stderr
    idle = tmp_path / "idle.py"
    idle.write_text("print(1)\n")
    assert run("-c", LOAD, str(rotten), seconds=20).returncode == 1
    assert run("-c", LOAD, str(idle), seconds=20).returncode == 1, "it has no main"
    assert set(SMALL) <= set(NAMES)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", NAMES)
def test_a_small_run_of_each_gives_its_lines(name):
    done = run(str(ROOT / "benchmarks" / f"{name}.py"), *SMALL.get(name, []), seconds=380)
    assert done.returncode == 0, done.stderr[-4000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert lines
    assert all(set(line) >= KEYS for line in lines)
