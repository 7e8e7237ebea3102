"""The counted test clip: a frame number in blocks on the picture, the second's number as a pair of tones in the sound.

Picture: 2 rows of 16 blocks across the top sixth: a white and a black reference, 14 bits of number, 16 bits of CRC-16. Big
enough for VP8 at low rates and for rescaling to a quarter; a misread fails the CRC. Sound: at the start of each second a
300 ms burst of one low and one high frequency. Both repeat with the clip (60 s), so that it loops cleanly.
"""

import binascii

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FPS, SECONDS = 640, 480, 30, 60
COLUMNS, ROWS = 16, 2
STRIP = 1 / 6  # of the height
RATE = 48_000
BURST_S = 0.3
LOW = tuple(500 + 100 * i for i in range(8))
HIGH = tuple(1500 + 200 * i for i in range(8))
_STEP = 480  # 10 ms
# (least share of the two frequencies, quietest to loudest 10 ms) of a burst. A phone's gain or echo control may drive one into
# clipping in its middle: energy then lies in overtones, and the identity is still told by the strongest of each group.
_CLEAN, _CLIPPED = (0.6, 0.4), (0.3, 0.25)
_EARLY = 5 * _STEP  # where one of the two drowns in the clipping, what came before it tells

Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]


def _bits(number: int) -> list[int]:
    if not 0 <= number < 1 << 14:
        raise ValueError("the barcode counts to 16,383")
    crc = binascii.crc_hqx(number.to_bytes(2, "big"), 0xFFFF)
    word = number << 16 | crc
    return [1, 0, *((word >> (29 - i)) & 1 for i in range(30))]


def draw_barcode(luma: Picture, number: int) -> None:
    """Write the number into a luma plane (height, width) in place."""
    height, width = luma.shape
    block = round(height * STRIP / ROWS)
    for place, bit in enumerate(_bits(number)):
        row, column = divmod(place, COLUMNS)
        left, right = column * width // COLUMNS, (column + 1) * width // COLUMNS
        luma[row * block : (row + 1) * block, left:right] = 235 if bit else 16


def read_barcode(luma: Picture) -> int | None:
    """The number on a picture of any size; None if there is none or it cannot be trusted."""
    height, width = luma.shape
    block = height * STRIP / ROWS
    cell = width / COLUMNS
    means = []
    for row in range(ROWS):
        top, bottom = int((row + 0.3) * block), int((row + 0.7) * block) + 1
        for column in range(COLUMNS):
            left, right = int((column + 0.3) * cell), int((column + 0.7) * cell) + 1
            means.append(float(luma[top:bottom, left:right].mean()))
    white, black = means[0], means[1]
    if white - black < 60:
        return None
    middle = (white + black) / 2
    word = 0
    for mean in means[2:]:
        word = word << 1 | (mean > middle)
    number = word >> 16
    return number if _bits(number)[2:] == [(word >> (29 - i)) & 1 for i in range(30)] else None


def picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Luma of one frame: the barcode over a moving pattern."""
    y, x = np.ogrid[0:height, 0:width]
    luma = ((x // 8 + y // 8 + number) % 64 + 70).astype(np.uint8)
    span = width - width // 6
    left = abs((number * width // 90) % (2 * span) - span)
    luma[height // 2 : height // 2 + height // 6, left : left + width // 6] = 200
    draw_barcode(luma, number)
    return luma


def tone(second: int) -> Sound:
    """One second of sound whose burst says which second it is (0 to 63)."""
    at = np.arange(RATE, dtype=np.float64) / RATE
    low, high = LOW[second // 8 % 8], HIGH[second % 8]
    burst = 0.3 * np.sin(2 * np.pi * low * at) + 0.3 * np.sin(2 * np.pi * high * at)
    envelope = np.clip(np.minimum(at, BURST_S - at) / 0.004, 0, 1)
    return (burst * envelope).astype(np.float32)


def _share(window: Sound) -> tuple[int, int, float]:
    """Strongest low and high frequency and how much of the sound they are."""
    at = np.arange(len(window)) / RATE
    hann = np.hanning(len(window))
    energy = float((window.astype(np.float64) ** 2 * hann).sum()) + 1e-9
    power = []
    for frequency in (*LOW, *HIGH):
        wave = np.exp(-2j * np.pi * frequency * at)
        power.append(float(abs((window * hann * wave).sum()) ** 2 / hann.sum() * 2))
    low, high = int(np.argmax(power[:8])), int(np.argmax(power[8:]))
    if energy < 1e-3 * len(window) or min(power[low], power[8 + high]) < 0.05 * energy:
        return 0, 0, 0.0
    return low, high, (power[low] + power[8 + high]) / energy


def find_tones(sound: Sound) -> list[tuple[float, int]]:
    """(time s, second's number) of each burst's start in mono 48 kHz sound, to about 5 ms."""
    found: list[tuple[float, int]] = []
    level = np.abs(sound[: len(sound) // _STEP * _STEP].reshape(-1, _STEP)).mean(axis=1)
    step = 0
    while step < len(level) - 20:
        begin = step * _STEP
        if level[step] < 0.01:
            step += 1
            continue
        body = sound[begin + 3 * _STEP : begin + 19 * _STEP]
        low, high, share = _share(body)
        clipped = bool(len(body)) and float(np.abs(body).max()) > 1
        needed, steady = _CLIPPED if clipped else _CLEAN
        if clipped and share < needed:
            low, high, share = _share(sound[begin : begin + _EARLY])
            needed = _CLEAN[0]
        if share < needed or not _steady(level[step : step + 20], steady):
            step += 1
            continue
        found.append((_onset(sound, begin) / RATE, low * 8 + high))
        step += 40
    return found


def _steady(level: NDArray[np.float32], least: float) -> bool:
    inner = level[3:19]
    return bool(inner.min() > least * inner.max())


def _onset(sound: Sound, near: int) -> int:
    first = max(0, near - _STEP)
    part = np.abs(sound[first : near + 4 * _STEP])
    threshold = 0.3 * float(part.max())
    return first + int(np.argmax(part > threshold))
