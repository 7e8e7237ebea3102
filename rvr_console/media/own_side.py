"""The officer's side of the call while it is a test card and a tone: made here, sent, and shown in the inset."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime

from rvr_console.media import test_card
from rvr_console.media.engine import OfficerTracks
from rvr_console.media.pictures import PictureThread, PlanarPicture
from rvr_console.wire.media_messages import PictureOf

_LATE_S = 0.2
_OWN: PictureOf = ("officer", "video")


class OwnSide:
    """live: which of our tracks are sent at this moment, {"video": bool, "audio": bool}."""

    def __init__(self, pictures: PictureThread, live: Callable[[], dict[str, bool]]) -> None:
        self.tracks = OfficerTracks()
        self.camera_on = True
        self._pictures = pictures
        self._live = live
        self._card = test_card.TestCard()

    def set_label(self, label: str) -> None:
        if label != self._card.label:
            self._card = test_card.TestCard(label)

    async def show_card(self) -> None:
        strides = (test_card.WIDTH, test_card.WIDTH // 2, test_card.WIDTH // 2)
        number = 0
        async for _ in beat(1 / test_card.FRAMES_PER_SECOND):
            number += 1
            sending = self._live()["video"]
            looking = self.camera_on and self._pictures.wants(_OWN)
            if not sending and not looking:
                continue
            clock = datetime.now(UTC).strftime("%H:%M:%S.%f")[:-5]
            i420 = self._card.picture(number, clock)
            if sending:
                await self.tracks.write_picture(i420, test_card.WIDTH, test_card.HEIGHT)
            if looking:
                now_ns = time.monotonic_ns()
                self._pictures.offer(
                    _OWN, PlanarPicture(test_card.WIDTH, test_card.HEIGHT, strides, i420, now_ns)
                )

    async def sound(self) -> None:
        chunks, number = test_card.tone_chunks(), 0
        async for _ in beat(test_card.CHUNK_SAMPLES / test_card.SAMPLE_RATE):
            number += 1
            if self._live()["audio"]:
                await self.tracks.write_sound(
                    chunks[number % len(chunks)], test_card.SAMPLE_RATE, number * 20_000
                )


class beat:  # noqa: N801  # reads as a function: async for _ in beat(0.02)
    """Ticks every `seconds` without drift; after a stall it goes on from now, at most `_LATE_S` of ticks are caught up."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._next = clock()

    def __aiter__(self) -> "beat":
        return self

    async def __anext__(self) -> None:
        self._next = max(self._next + self._seconds, self._clock() - _LATE_S)
        await asyncio.sleep(max(0.0, self._next - self._clock()))
