"""A bundle of a real sealed recording: the copy plays, the bag is accepted, what a kill leaves is no bag."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import av
import bagit
import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))
sys.path += [str(Path(__file__).resolve().parents[1] / "unit" / name) for name in ("verifier", "evidence")]

from bundle_parts import make_case
from review_rig import END, record_clip

from rvr_console.app.bundle_maker import write_copy
from rvr_console.domain.bundle import BundleRecording

KILLED = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from bundle_parts import make_case
case = make_case(Path({folder!r}))
def copy(*_):
    print("here", flush=True)
    sys.stdin.read()
case.make(Path({target!r}), copy=copy)
"""


@pytest.mark.slow
def test_the_copy_in_a_bundle_plays(tmp_path):
    vault = tmp_path / "recorded"
    vault.mkdir()
    record_clip(vault)
    case = make_case(tmp_path / "case")
    for path in vault.rglob("*"):
        if path.is_file() and path.name != "reserve.bin":
            path.rename(case.vault.folder / path.relative_to(vault))
    seconds = case.vault.folder.glob("*_0002.rvrc")  # the case's own recording has a small one too
    evidence = next(path.name[:-10] for path in seconds if path.stat().st_size > 5000)
    order = replace(case.order, recordings=(BundleRecording(evidence, datetime.now(UTC)),), exhibits=())
    made = replace(case, order=order).make(tmp_path / "bundle", copy=write_copy)
    assert not made.notes[1:], made.notes
    bagit.Bag(str(made.path)).validate()
    with av.open(str(made.path / f"data/copies/01_{evidence}_copy.mp4")) as film:
        assert film.duration / 1e6 == pytest.approx(END, abs=6)
        assert sum(1 for _ in film.decode(video=0)) > 200


def test_killed_it_leaves_a_marked_partial_and_harms_nothing(tmp_path):
    folder, target = tmp_path / "case", tmp_path / "bundle"
    paths = [str(Path(__file__).resolve().parents[1] / "unit" / name) for name in ("verifier", "evidence")]
    script = KILLED.format(paths=paths, folder=str(folder), target=str(target))
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout.readline() == "here\n"
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        os.kill(child.pid, signal.SIGKILL)
    assert {path.name for path in tmp_path.iterdir()} == {"case", "bundle.partial"}
    assert not (tmp_path / "bundle.partial" / "bagit.txt").exists()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    left = {path: path.read_bytes() for path in (tmp_path / "bundle.partial").rglob("*") if path.is_file()}
    assert make_case(tmp_path / "again").make(target).path == target
    bagit.Bag(str(target)).validate()
    assert {path: path.read_bytes() for path in left} == left
