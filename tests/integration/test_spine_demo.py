"""The whole job by the headless demo, as a person would start it, and what it must leave behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
ACTS = ["self_dispatched", "arrived", "resourced_back", "result_codes", "closed"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rvr_console", *arguments]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=500
    )


def check_recording(folder: Path) -> subprocess.CompletedProcess[str]:
    files = [str(file) for file in sorted((folder / "recordings").glob("*.rvrc"))]
    arguments = [
        "--data-dir",
        folder / "data",
        "--key-protection",
        "demo",
        "--browser",
        folder / "browser.json",
    ]
    command = [sys.executable, ROOT / "scripts" / "check_recording.py", *files, *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)


def test_an_unrecorded_call_is_said_to_be_one_and_fails_the_recording_check(tmp_path: Path) -> None:
    done = run("demo", "--headless", "--scenario", "unrecorded", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert json.loads((tmp_path / "summary.json").read_text())["recording"]["verify"] == "not recorded"
    checked = check_recording(tmp_path)
    assert checked.returncode == 1
    assert "There is no recording" in checked.stdout


def test_headless_demo_leaves_a_whole_verified_consultation(tmp_path: Path) -> None:
    done = run("demo", "--headless", "--out", str(tmp_path))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    checked = check_recording(tmp_path)
    assert checked.returncode == 0, checked.stdout
    check_what_it_left(tmp_path)


def check_what_it_left(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    recording = summary["recording"]
    assert recording["verify"] == "intact"
    lost = {"connection_dropped", "network_loss"}
    swallowed = [gap for gap in recording["gaps"] if gap["cause"] in lost and gap["end"] - gap["start"] > 9.0]
    assert {(gap["party"], gap["track"]) for gap in swallowed} >= {("victim", "audio"), ("victim", "video")}
    assert recording["video_frames_recorded"] <= recording["video_frames_received"]
    acts = summary["cad"]
    assert {act["state"] for act in acts} == {"done"}
    assert [act["act"] for act in acts if act["act"] in ACTS] == ACTS
    states = [step["state"] for step in summary["link"]]
    assert states[0] == "issued"
    assert states[-1] == "closed"
    assert states.count("closed") == 1
    assert {"waiting", "live", "paused", "dropped"} <= set(states)
    assert summary["victim"]["browser"].startswith("Chromium")
    assert summary["victim"]["frames_decoded_from_officer"] > 0
    files = sorted(str(file) for file in (folder / "recordings").glob("*.rvrc"))
    assert len(files) == recording["segments"]
    assert run("verify", *files).returncode == 0
    spoilt = Path(files[0])
    data = bytearray(spoilt.read_bytes())
    data[len(data) // 2] ^= 1
    spoilt.write_bytes(bytes(data))
    assert run("verify", *files).returncode == 1
    assert len(list((folder / "screens").glob("*-dark.png"))) >= 5
