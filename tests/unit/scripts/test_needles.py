"""The plaintext hunt's search: finds every window wherever it stands, and nothing else."""

import io
import sys
from pathlib import Path
from random import Random

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from needles import WINDOW, Needles

SECRET = Random(1).randbytes(5000)


@pytest.fixture(scope="module")
def needles() -> Needles:
    return Needles([("frame 1", SECRET), ("padding", bytes(4096))])


def hits(needles: Needles, hay: bytes) -> list[tuple[str, int]]:
    return [(hit.source, hit.offset) for hit in needles.search(io.BytesIO(hay))]


@pytest.mark.parametrize("before", [0, 1, 7, 8, 9, 4093])
@pytest.mark.parametrize("start", [0, 1, 777, 5000 - WINDOW])
def test_one_window_is_found_at_any_offset(needles: Needles, before: int, start: int) -> None:
    hay = Random(2).randbytes(before) + SECRET[start : start + WINDOW] + Random(3).randbytes(100)
    assert hits(needles, hay) == [("frame 1", before)]


@pytest.mark.parametrize("cut", [1, 16, 31])
def test_a_window_across_two_reads_is_found(needles: Needles, cut: int) -> None:
    hay = Random(4).randbytes((4 << 20) - cut) + SECRET[100 : 100 + WINDOW] + Random(5).randbytes(50)
    assert hits(needles, hay) == [("frame 1", (4 << 20) - cut)]


def test_what_is_not_there_is_not_found(needles: Needles) -> None:
    changed = bytearray(SECRET[:WINDOW])
    changed[-1] ^= 1
    assert hits(needles, Random(6).randbytes(1 << 20) + bytes(changed) + bytes(100_000)) == []


def test_runs_of_zeros_are_no_needles() -> None:
    assert len(Needles([("padding", bytes(10_000))])) == 0


def test_all_of_a_leaked_piece_is_counted(needles: Needles) -> None:
    assert len(hits(needles, b"x" + SECRET)) == len(SECRET) - WINDOW + 1
