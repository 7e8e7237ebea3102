"""A really full disk (a small tmpfs) where a bundle is to be made: told plainly, nothing left, nothing lost."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / "unit" / name) for name in ("verifier", "evidence")]

from bundle_parts import identity, make_case

from rvr_console.domain.bundle import BundleRecipient
from rvr_console.errors import StorageError


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    folder = tmp_path / "stick"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        pytest.skip(f"a disk of our own cannot be mounted here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def with_large_exhibit(case):
    """An exhibit of 4 MB, sealed in the vault."""
    recording = case.vault.new_recording("session")
    segment, digest = recording.open_segment(), hashlib.sha256()
    for number in range(8):
        piece = os.urandom(1 << 19)
        segment.append_media(piece, number)
        digest.update(piece)
    segment.finish()
    large = replace(
        case.order.exhibits[0], evidence_id=recording.evidence_id, size=4 << 20, sha256=digest.hexdigest()
    )
    return replace(case, order=replace(case.order, exhibits=(large,)))


@pytest.mark.parametrize("encrypted", [False, True])
def test_the_disk_fills_in_mid_bundle(stick: Path, tmp_path: Path, encrypted: bool) -> None:
    case = with_large_exhibit(make_case(tmp_path / "case"))
    before = {path: path.read_bytes() for path in case.folder.rglob("*") if path.is_file()}
    who = (BundleRecipient("Court", str(identity().to_public())),) if encrypted else ()
    with pytest.raises(StorageError, match="there is no room left") as told:
        case.make(stick / "bundle", recipients=who)  # the console believes that there is room
    assert "incomplete bundle was removed" in told.value.kept
    assert not list(stick.iterdir())
    assert {path: path.read_bytes() for path in case.folder.rglob("*") if path.is_file()} == before
    free = os.statvfs(stick).f_bavail * os.statvfs(stick).f_frsize
    with pytest.raises(StorageError, match=r"needs about [0-9]+ MB; there are 2 MB free"):
        case.make(stick / "bundle", recipients=who, free=free)
    assert not list(stick.iterdir())


def test_a_stick_pulled_out_in_mid_bundle(stick: Path, tmp_path: Path) -> None:
    """The folder is gone under the export: told, and the vault is as it was."""
    case = make_case(tmp_path / "case")
    target = stick / "sub" / "bundle"
    target.parent.mkdir()

    def pulled(*_arguments) -> bool:
        for path in sorted(target.parent.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        target.parent.rmdir()
        return True

    with pytest.raises(StorageError, match="The bundle could not be made"):
        case.make(target, copy=pulled)
    assert case.make(tmp_path / "again").path.is_dir()
