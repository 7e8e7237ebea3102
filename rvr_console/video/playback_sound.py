"""Both parties' sound as one stream of 20 ms blocks: decoded, put at its time, mixed, made louder or quicker."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
BLOCK = 960
_RESYNC = RATE // 25  # a frame within 40 ms of where the last one ended simply follows it
_LONGEST = RATE * 10

Samples = NDArray[np.float32]


class _Voice:
    """One Opus track on its way into the mix."""

    def __init__(self) -> None:
        self._coder = av.CodecContext.create("opus", "r")
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        self.end: int | None = None  # sample after the last one mixed

    def decode(self, data: bytes) -> Samples:
        parts = []
        try:
            frames = self._coder.decode(av.Packet(data))
        except av.error.FFmpegError:
            frames = []
        for frame in frames:
            frame.pts = None
            parts += [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)


class SoundMixer:
    """Positions are samples of 48 kHz from where `reset` was told; blocks leave in order, silence where nothing came."""

    def __init__(self) -> None:
        self._voices: dict[int, _Voice] = {}
        self._start = 0
        self._mix = np.zeros(0, np.float32)

    def reset(self, time_us: int) -> None:
        """Go on from another time."""
        self._voices = {}
        self._start = time_us * RATE // 1_000_000
        self._mix = np.zeros(0, np.float32)

    def add(self, track: int, time_us: int, data: bytes) -> None:
        """One Opus packet of a track at its time."""
        voice = self._voices.setdefault(track, _Voice())
        samples = voice.decode(data)
        at = time_us * RATE // 1_000_000
        if voice.end is not None and abs(at - voice.end) < _RESYNC:
            at = voice.end
        voice.end = at + len(samples)
        skip = max(0, self._start - at)
        samples, at = samples[skip:], at + skip - self._start
        if not len(samples) or at > _LONGEST:
            return
        if at + len(samples) > len(self._mix):
            self._mix = np.concatenate([self._mix, np.zeros(at + len(samples) - len(self._mix), np.float32)])
        self._mix[at : at + len(samples)] += samples

    def blocks_until(self, time_us: int) -> Iterator[Samples]:
        """Blocks of 20 ms that end by time_us; they are gone from the mix afterwards."""
        while (self._start + BLOCK) * 1_000_000 <= time_us * RATE:
            block = np.zeros(BLOCK, np.float32)
            have = self._mix[:BLOCK]
            block[: len(have)] = have
            self._mix = self._mix[BLOCK:]
            self._start += BLOCK
            yield block


def to_pcm(samples: Samples, volume: float = 1.0) -> bytes:
    """Mono s16, little-endian, clipped."""
    scaled: NDArray[np.int16] = (np.clip(samples * volume, -1, 1) * 32767).astype("<i2")
    return scaled.tobytes()


class Tempo:
    """Quicker speech at the same pitch (FFmpeg's atempo)."""

    def __init__(self, speed: float) -> None:
        graph = av.filter.Graph()
        source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="mono", time_base=Fraction(1, RATE))
        tempo = graph.add("atempo", str(speed))
        sink = graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        graph.configure()
        self._graph = graph
        self._at = 0

    def push(self, samples: Samples) -> Samples:
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, self._at
        self._at += len(samples)
        self._graph.push(frame)
        parts = []
        while True:
            try:
                parts.append(self._graph.pull().to_ndarray()[0])
            except (av.error.BlockingIOError, av.error.EOFError):
                break
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)
