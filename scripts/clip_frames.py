"""The test clip as encoded frames, and what a Matroska recording of it shows, read with FFmpeg's own demuxer and decoders."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import av
import numpy as np
from clip_code import RATE, Sound, find_tones, picture, read_barcode, tone

from rvr_console.domain.recording import EncodedFrame, Party, TrackKind

VIDEO_STEP, AUDIO_STEP = 3000, 960  # RTP ticks of a frame at 30 a second, of 20 ms of sound


def _yuv(number: int, width: int, height: int, grain: int) -> av.VideoFrame:
    luma = picture(number, width, height)
    if grain:  # as of a camera in a dim room: what makes real pictures cost bits
        rng = np.random.default_rng(number)
        luma = np.clip(luma + rng.integers(-grain, grain + 1, luma.shape), 0, 255).astype(np.uint8)
    grey = np.full((height // 2, width), 128, np.uint8)
    return av.VideoFrame.from_ndarray(np.vstack([luma, grey]), format="yuv420p")


class Vp8Source:
    """Encodes numbered pictures as a browser would: VP8, real time."""

    def __init__(
        self, width: int = 320, height: int = 240, bit_rate: int = 400_000, *, grain: int = 0
    ) -> None:
        self.width, self.height, self._grain = width, height, grain
        coder = av.CodecContext.create("libvpx", "w")
        coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
        coder.time_base, coder.bit_rate = Fraction(1, 30), bit_rate
        coder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "g": "9999"}
        self._coder = coder

    def encode(self, number: int, *, key: bool = False, clock: int | None = None) -> tuple[bytes, bool]:
        """One VP8 frame of the picture with this number. clock: the encoder's own count, if numbers jump."""
        frame = _yuv(number, self.width, self.height, self._grain)
        frame.pts = number if clock is None else clock
        frame.pict_type = av.video.frame.PictureType.I if key else av.video.frame.PictureType.NONE
        (packet,) = self._coder.encode(frame)
        return bytes(packet), packet.is_keyframe


def opus_packets(seconds: int, first: int = 0) -> list[bytes]:
    """20 ms Opus packets of the counted tone, 50 a second."""
    coder = av.CodecContext.create("libopus", "w")
    coder.sample_rate, coder.format, coder.layout = RATE, "s16", "mono"
    coder.bit_rate, coder.time_base = 32_000, Fraction(1, RATE)
    coder.options = {"application": "voip", "frame_duration": "20"}
    sound = np.concatenate([tone(first + second) for second in range(seconds)])
    samples = (sound * 32767).astype(np.int16)
    packets: list[bytes] = []
    for start in range(0, len(samples), AUDIO_STEP):
        frame = av.AudioFrame.from_ndarray(
            samples[None, start : start + AUDIO_STEP], format="s16", layout="mono"
        )
        frame.sample_rate, frame.pts = RATE, start
        packets += [bytes(packet) for packet in coder.encode(frame)]
    packets += [bytes(packet) for packet in coder.encode(None)]
    return packets[: seconds * 50]


@dataclass(frozen=True)
class Take:
    """How a party's part of a call is made. Times in ns on CLOCK_MONOTONIC; keys: numbers forced to be key frames."""

    party: Party = Party.VICTIM
    start_ns: int = 0
    seconds: int = 2
    keys: frozenset[int] = frozenset({0})
    width: int = 320
    height: int = 240
    rtp_video: int = 1000
    rtp_audio: int = 5000
    first_number: int = 0


def video_frames(take: Take) -> list[EncodedFrame]:
    source = Vp8Source(take.width, take.height)
    frames = []
    for n in range(take.seconds * 30):
        number = take.first_number + n
        data, key = source.encode(number, key=number in take.keys, clock=n)
        frames.append(
            EncodedFrame(
                take.party,
                TrackKind.VIDEO,
                n,
                (take.rtp_video + n * VIDEO_STEP) % (1 << 32),
                take.start_ns + n * 1_000_000_000 // 30,
                key,
                data,
                take.width,
                take.height,
            )
        )
    return frames


def audio_frames(take: Take) -> list[EncodedFrame]:
    return [
        EncodedFrame(
            take.party,
            TrackKind.AUDIO,
            n,
            (take.rtp_audio + n * AUDIO_STEP) % (1 << 32),
            take.start_ns + n * 20_000_000,
            True,
            data,
        )
        for n, data in enumerate(opus_packets(take.seconds, take.first_number // 30))
    ]


def delayed(frames: Iterable[EncodedFrame], by_ns: int) -> list[EncodedFrame]:
    return [replace(frame, received_ns=frame.received_ns + by_ns) for frame in frames]


@dataclass
class Shown:
    """What a recording shows of one party. pictures: (time s, number or None if unreadable, width, height)."""

    pictures: list[tuple[float, int | None, int, int]] = field(default_factory=list)
    packets: int = 0
    sound_s: float = 0.0
    tones: list[tuple[float, int]] = field(default_factory=list)

    @property
    def numbers(self) -> list[int]:
        return [number for _, number, _, _ in self.pictures if number is not None]


def _packets(data: bytes) -> Iterator[tuple[str, av.Packet]]:
    try:
        container = av.open(io.BytesIO(data), "r", format="matroska")
    except av.error.EOFError:
        return  # a header and nothing after it
    with container:
        names = {stream.index: stream.metadata.get("title", "") for stream in container.streams}
        for packet in container.demux():
            if packet.dts is not None:
                yield names[packet.stream_index], packet


class Viewer:
    """Decodes one recording, segment after segment: pictures may go on across a rotation, so the decoders stay."""

    def __init__(self, party: Party = Party.VICTIM, picture: TrackKind = TrackKind.VIDEO) -> None:
        self._video_name = f"{party.value}.{picture.value}"
        self._audio_name = f"{party.value}.audio"
        self._video = av.CodecContext.create("vp8", "r")
        self._audio = av.CodecContext.create("opus", "r")
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def look(self, stream: bytes) -> Shown:
        """What one Matroska stream shows, from its own position zero."""
        shown = Shown()
        pieces: list[tuple[float, Sound]] = []
        for name, packet in _packets(stream):
            at = float(packet.pts * packet.time_base)
            if name == self._video_name:
                shown.packets += 1
                self._picture(shown, at, bytes(packet))
            elif name == self._audio_name:
                pieces += self._sound(at, bytes(packet))
        shown.sound_s = sum(len(sound) for _, sound in pieces) / RATE
        shown.tones = find_tones(_laid_out(pieces))
        return shown

    def _picture(self, shown: Shown, at: float, data: bytes) -> None:
        try:
            frames = self._video.decode(av.Packet(data))
        except av.error.InvalidDataError:
            frames = []
        for frame in frames:
            plane = frame.reformat(format="gray").to_ndarray()
            shown.pictures.append((at, read_barcode(plane), frame.width, frame.height))

    def _sound(self, at: float, data: bytes) -> list[tuple[float, Sound]]:
        pieces = []
        for frame in self._audio.decode(av.Packet(data)):
            frame.pts = None
            for part in self._resampler.resample(frame):
                pieces.append((at, part.to_ndarray()[0]))
                at += len(pieces[-1][1]) / RATE
        return pieces


def _laid_out(pieces: list[tuple[float, Sound]]) -> Sound:
    """Sound at its own times, silence between."""
    if not pieces:
        return np.zeros(0, np.float32)
    length = max(int(at * RATE) + len(sound) for at, sound in pieces)
    whole = np.zeros(length, np.float32)
    for at, sound in pieces:
        start = int(at * RATE)
        whole[start : start + len(sound)] = sound[: max(0, length - start)]
    return whole
