"""Six seconds of a victim's counted clip, as the recorder receives it."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[3] / "tests"))
sys.path.append(str(Path(__file__).resolve().parents[3] / "scripts"))

from clip_frames import Take, audio_frames, video_frames
from recorder_rig import MS, T0

from rvr_console.domain.recording import EncodedFrame


@pytest.fixture(scope="module")
def victim() -> Take:
    return Take(start_ns=T0 + 20 * MS, seconds=6, keys=frozenset({0, 30, 60, 90, 120, 150}))


@pytest.fixture(scope="module")
def pictures(victim: Take) -> list[EncodedFrame]:
    return video_frames(victim)


@pytest.fixture(scope="module")
def sounds(victim: Take) -> list[EncodedFrame]:
    return audio_frames(victim)
