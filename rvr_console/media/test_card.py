"""What the officer sends while no camera and no headset is connected: a labelled moving picture and a quiet tone."""

import numpy as np
from numpy.typing import NDArray

from rvr_console.media.block_letters import text_mask

WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 360, 25
SAMPLE_RATE, CHUNK_SAMPLES = 48_000, 960
_TONE_HZ = 440
_TONE_LEVEL = 0.01  # of full scale: -40 dBFS, heard but no nuisance
_BAR_Y = (180, 164, 141, 120, 98, 79, 58, 34)  # colour bars at 75 %, luma and chroma (ITU-R BT.601)
_BAR_U = (128, 44, 156, 72, 184, 100, 212, 128)
_BAR_V = (128, 142, 44, 58, 198, 212, 114, 128)
_INK, _PAPER = 235, 30
_TEXT_AT, _COUNT_AT, _BARS_AT, _RUNNER_AT = 40, 130, 220, 300


class TestCard:
    """640x360 I420 pictures that carry a label, the picture's number and a clock, and a block that runs along the bottom."""

    __test__ = False  # not a test, whatever its name

    def __init__(self, label: str = "OFFICER") -> None:
        self.label = label
        self._luma = np.full((HEIGHT, WIDTH), _PAPER, dtype=np.uint8)
        u = np.full((HEIGHT // 2, WIDTH // 2), 150, dtype=np.uint8)
        v = np.full((HEIGHT // 2, WIDTH // 2), 110, dtype=np.uint8)
        step = WIDTH // len(_BAR_Y)
        for bar, (luma, blue, red) in enumerate(zip(_BAR_Y, _BAR_U, _BAR_V, strict=True)):
            columns, half = slice(bar * step, (bar + 1) * step), slice(bar * step // 2, (bar + 1) * step // 2)
            self._luma[_BARS_AT : _BARS_AT + 60, columns] = luma
            u[_BARS_AT // 2 : _BARS_AT // 2 + 30, half] = blue
            v[_BARS_AT // 2 : _BARS_AT // 2 + 30, half] = red
        self._chroma = np.concatenate([u.ravel(), v.ravel()]).tobytes()
        self._write(self._luma, f"TEST CARD - {label}", _TEXT_AT, 4)

    def picture(self, number: int, clock: str) -> bytes:
        """Picture `number` (I420, planes tightly packed, limited range) with the text `clock`, such as 12:34:56.7."""
        luma = self._luma.copy()
        self._write(luma, f"{number:06d}  {clock}", _COUNT_AT, 5)
        at = number * 8 % (WIDTH - 40)
        luma[_RUNNER_AT : _RUNNER_AT + 40, at : at + 40] = _INK
        return luma.tobytes() + self._chroma

    @staticmethod
    def _write(luma: NDArray[np.uint8], text: str, y: int, scale: int) -> None:
        mask = text_mask(text, scale)[:, : WIDTH - 20]
        x = (WIDTH - mask.shape[1]) // 2
        luma[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = _INK


def tone_chunks() -> list[bytes]:
    """One second of the tone as 50 chunks of 20 ms (mono, signed 16 bit, 48 kHz); it can be repeated without a click."""
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    swell = 0.75 + 0.25 * np.sin(2 * np.pi * t)
    wave = (np.sin(2 * np.pi * _TONE_HZ * t) * swell * _TONE_LEVEL * 32767).astype("<i2")
    return [wave[i : i + CHUNK_SAMPLES].tobytes() for i in range(0, SAMPLE_RATE, CHUNK_SAMPLES)]
