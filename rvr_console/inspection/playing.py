"""A film or sound played piece by piece: the console asks for one packet after the other; pictures and sound leave as they are decoded.

Nothing is decoded that was not asked for, so the console's own limits bound what a hostile film costs.
"""

import math
import warnings
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.container import InputContainer

from rvr_console.inspection.conversation import Conversation, opened
from rvr_console.inspection.films import FORMATS, film_facts
from rvr_console.inspection.sizes import too_large
from rvr_console.wire.inspection_messages import (
    MAX_PIXELS,
    MAX_SOUND,
    MAX_STEP_PICTURES,
    MAX_STEP_SOUND,
    Act,
    Facts,
    Order,
)

RATE = 48_000
_BEFORE = 0.005  # s: a picture that begins this much before the wanted moment is the one that was meant
_CLOSEST = 1 / 65  # s between two pictures: nobody sees more, whatever a film claims
_LONGEST = 1e7  # s
_HONEST_RATES = range(4_000, 400_000)  # Hz: of others a second would become minutes of samples
_HONEST_SHAPE = (0.2, 5.0)  # width of a stored picture element by its height


def play(order: Order, talk: Conversation) -> None:
    """Say what it is; if it plays, serve the console's commands until it goes."""
    try:
        with warnings.catch_warnings(), opened(talk, order.size) as file:
            warnings.simplefilter("ignore")
            name = FORMATS.get(order.content_type)
            if name is None:
                talk.answer(_refused("This type of film or sound is not played here."), b"")
                return
            with av.open(file, "r", format=name, metadata_errors="replace") as container:
                film = PlayedFilm(container, order.max_side)
                talk.answer(film.facts, b"")
                if film.facts.outcome == "plays":
                    _serve(film, talk)
    except MemoryError:
        talk.answer(_refused("It needs more memory than playing may have."), b"")
    except (av.FFmpegError, ValueError, OSError) as error:
        talk.answer(_refused(f"It could not be read: the decoder stopped ({type(error).__name__})."), b"")


def _serve(film: "PlayedFilm", talk: Conversation) -> None:
    while (command := talk.command()) is not None:
        act, seconds = command
        if act is Act.SEEK:
            film.seek(seconds)
            talk.done(ended=False)
        else:
            talk.done(ended=film.step(talk))


def _refused(reason: str) -> Facts:
    return Facts(outcome="refused", reason=reason)


class PlayedFilm:
    """Picture and sound of one opened container, in the order in which they are stored. Times: seconds from its start."""

    def __init__(self, container: InputContainer, max_side: int) -> None:
        self._container, self._max_side = container, max_side
        begin = (container.start_time or 0) / av.time_base
        self._begin = begin if math.isfinite(begin) else 0.0
        self._video = next((one for one in container.streams.video if not _is_cover(one)), None)
        self._audio = next((one for one in container.streams.audio if _honest(one)), None)
        for stream in (self._video, self._audio):
            if stream is not None:
                stream.codec_context.thread_count = 1
        self.facts = self._facts()
        self._packets: Iterator[av.Packet[Any]] = iter(())
        self._held: tuple[float, av.VideoFrame] | None = None  # the last one before the wanted moment
        self._start_at(0.0)

    def _facts(self) -> Facts:
        facts = film_facts(self._container)
        if self._video is not None and facts.width * facts.height > MAX_PIXELS:
            update = {"outcome": "refused", "reason": too_large(facts.width, facts.height)}
        elif self._video is None and self._audio is None:
            update = {"reason": "There is neither picture nor sound in it that can be played."}
        else:
            update = {"outcome": "plays"}
        found = {"has_picture": self._video is not None, "has_sound": self._audio is not None}
        return facts.model_copy(update={**update, **found})

    def seek(self, seconds: float) -> None:
        """Go on from the key picture before; what lies between is decoded by the steps and not sent."""
        seconds = min(max(0.0, seconds), _LONGEST) if math.isfinite(seconds) else 0.0
        try:
            self._container.seek(int((seconds + self._begin) * av.time_base), backward=True)
        except av.FFmpegError:
            self._container.seek(int(self._begin * av.time_base), backward=True, any_frame=True)
        self._start_at(seconds)

    def _start_at(self, seconds: float) -> None:
        self._wanted, self._sent, self._held = seconds, -1.0, None
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        self._packets = self._container.demux(*[s for s in (self._video, self._audio) if s is not None])

    def step(self, talk: Conversation) -> bool:
        """One packet: what comes of it is sent. True at the end."""
        try:
            packet = next(self._packets, None)
            frames = packet.decode() if packet is not None else []
        except av.EOFError:
            packet, frames = None, []
        except (av.FFmpegError, ValueError):
            return False  # this packet is damaged; the next may not be
        except OSError:
            packet, frames = None, []
        pictures = heard = 0
        for frame in frames:
            if isinstance(frame, av.VideoFrame) and pictures < MAX_STEP_PICTURES:
                pictures += self._show(frame, talk)
            elif isinstance(frame, av.AudioFrame) and heard < MAX_STEP_SOUND // 2:
                heard += self._sound(frame, talk)
        if packet is None and self._held is not None:
            at, held = self._held
            self._held = None
            self._send(held, at, talk)  # the moment asked for lies behind the last picture
        return packet is None

    def _show(self, frame: av.VideoFrame, talk: Conversation) -> int:
        at = _seconds(frame.time, self._sent + 0.04) - self._begin
        if at < self._wanted - _BEFORE:
            self._held = (at, frame)
            return 0
        if self._sent >= 0 and at < self._sent + _CLOSEST:
            return 0
        self._held = None
        self._send(frame, at, talk)
        return 1

    def _send(self, frame: av.VideoFrame, at: float, talk: Conversation) -> None:
        self._sent = at
        if not 0 < frame.width * frame.height <= MAX_PIXELS:
            return
        width, height = self._size(frame)
        pixels = frame.to_ndarray(format="bgra", width=width, height=height)
        turned = round(-(frame.rotation or 0) / 90) % 4
        if turned:
            pixels = np.rot90(pixels, k=-turned)
            height, width = pixels.shape[:2]
        talk.picture(at, (width, height), pixels.tobytes())

    def _size(self, frame: av.VideoFrame) -> tuple[int, int]:
        """As it is meant to be seen: many cameras store pictures narrower than they are."""
        shape = float(self._video.sample_aspect_ratio or 1) if self._video is not None else 1.0
        low, high = _HONEST_SHAPE
        wide = frame.width * (shape if low < shape < high else 1.0)
        scale = min(1.0, self._max_side / max(wide, frame.height))
        return max(1, round(wide * scale)), max(1, round(frame.height * scale))

    def _sound(self, frame: av.AudioFrame, talk: Conversation) -> int:
        at = _seconds(frame.time, self._wanted) - self._begin
        if at < self._wanted - _BEFORE or frame.sample_rate not in _HONEST_RATES:
            return 0
        try:
            samples = b"".join(part.to_ndarray()[0].tobytes() for part in self._resampler.resample(frame))
        except (ValueError, av.FFmpegError):  # another rate or layout in the middle
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            return 0
        samples = samples[: MAX_STEP_SOUND // 2]
        for start in range(0, len(samples), MAX_SOUND):
            talk.sound(at + start / 2 / RATE, samples[start : start + MAX_SOUND])
        return len(samples)


def _is_cover(stream: av.VideoStream) -> bool:
    """The picture on a song's sleeve is no film."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _honest(stream: av.AudioStream) -> bool:
    return (stream.codec_context.sample_rate or 0) in _HONEST_RATES


def _seconds(untrusted: float | None, otherwise: float) -> float:
    """A frame's time; what no film of this world has is replaced."""
    if untrusted is None or not math.isfinite(untrusted) or abs(untrusted) > 1e9:
        return otherwise
    return untrusted
