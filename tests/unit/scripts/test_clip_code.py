"""The counted tones are read from sound as phones send it: also where its own gain control drove a burst into clipping."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_code import BURST_S, HIGH, RATE, find_tones, tone


def test_every_second_is_told_apart() -> None:
    sound = np.concatenate([tone(second) for second in range(60)])
    found = find_tones(sound)
    assert [second for _, second in found] == list(range(60))
    assert max(abs(at - second) for at, second in found) < 0.01


def clipped(second: int) -> np.ndarray:
    """The burst's gain grows to six times in its middle; what clips comes back from the codec a little over full scale."""
    sound = tone(second)
    gain = np.interp(np.arange(len(sound)) / RATE, [0.05, 0.15, BURST_S], [1.2, 6, 6])
    return (np.clip(sound * gain, -1, 1) * 1.3).astype(np.float32)


@pytest.mark.parametrize("second", range(60))
def test_a_burst_that_clips_in_its_middle_is_still_found(second: int) -> None:
    [(at, found)] = find_tones(clipped(second))
    assert found == second
    assert at < 0.01


def drowned(second: int) -> np.ndarray:
    """After 60 ms the gain is so great that only the higher frequency is left of the two, as a square wave."""
    sound = 2 * tone(second)
    begin, end = round(0.06 * RATE), round(BURST_S * RATE)
    at = np.arange(begin, end) / RATE
    sound[begin:end] = 1.3 * np.sign(np.sin(2 * np.pi * HIGH[second % 8] * at))
    return sound


@pytest.mark.parametrize("second", range(60))
def test_a_burst_of_which_one_frequency_drowns_is_still_found(second: int) -> None:
    [(at, found)] = find_tones(drowned(second))
    assert found == second
    assert at < 0.01


def test_loud_noise_and_other_clipped_tones_are_no_burst() -> None:
    rng = np.random.default_rng(1)
    noise = rng.standard_normal(RATE * 2).astype(np.float32)
    assert find_tones(noise) == []
    at = np.arange(RATE) / RATE
    hum = np.clip(4 * np.sin(2 * np.pi * 140 * at), -1, 1).astype(np.float32) * 1.3
    assert find_tones(hum) == []
