"""No plaintext of the headless run is in any file that our programs wrote; a deliberate leak is found."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can watch what is written"),
]
ROOT = Path(__file__).resolve().parents[2]


def hunt(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "plaintext_hunt.py"), *arguments]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=1400
    )


def test_no_plaintext_is_written(tmp_path: Path) -> None:
    done = hunt("--out", str(tmp_path / "run"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "No plaintext was found." in done.stdout


def test_a_deliberate_leak_is_found_though_its_file_is_deleted(tmp_path: Path) -> None:
    leaky = ROOT / "tests" / "faults" / "leaky_demo.py"
    done = hunt("--out", str(tmp_path / "run"), "--program", str(leaky))
    assert done.returncode == 1
    assert "Plaintext was found." in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]
    assert "cache-" in done.stdout
