import asyncio
import time
from types import SimpleNamespace

from rvr_console.media.encoded_tap import TapCounts, copied, tap_main


class Removed(Exception):
    pass


class Transformer:
    """The engine's pair of streams, as far as a tap sees it."""

    def __init__(self, frames, end=None) -> None:
        self._frames, self._end, self.passed = frames, end, []
        self.readable = self._read()
        self.writable = SimpleNamespace(get_writer=lambda: SimpleNamespace(write=self._write))

    async def _read(self):
        for frame in self._frames:
            yield frame
        if self._end:
            raise self._end

    async def _write(self, frame) -> None:
        self.passed.append(frame)


async def test_no_exception_of_ours_stops_the_track(caplog) -> None:
    def hand_on(frame) -> None:
        if frame % 3 == 0:
            raise RuntimeError("a fault")

    transformer, counts = Transformer(list(range(100)), Removed()), TapCounts()
    await tap_main(transformer, hand_on, counts, (Removed,))
    assert transformer.passed == list(range(100))
    assert (counts.passed, counts.faults) == (100, 34)
    assert sum("could not hand on" in r.message for r in caplog.records) == 1
    caplog.clear()


async def test_a_frame_is_copied_before_it_goes_on() -> None:
    order = []
    transformer = Transformer(["frame"])
    write = transformer._write

    async def write_noted(frame) -> None:
        order.append("write")
        await write(frame)

    transformer.writable = SimpleNamespace(get_writer=lambda: SimpleNamespace(write=write_noted))
    await asyncio.wait_for(tap_main(transformer, lambda _f: order.append("copy"), TapCounts(), (Removed,)), 5)
    assert order == ["copy", "write"]


def engine_frame(**metadata):
    known = {
        "rtp_timestamp": 5,
        "receive_time": None,
        "frame_id": 9,
        "width": 640,
        "height": 70_000,
    } | metadata
    return SimpleNamespace(get_metadata=lambda: SimpleNamespace(**known), type="key", data=bytearray(b"bits"))


def test_a_copy_has_the_arrival_time_if_it_can_be_believed() -> None:
    seen = copied(engine_frame(receive_time=time.time() * 1000 - 500), video=True, received=True)
    assert 0.3e9 < time.monotonic_ns() - seen.received_ns < 0.9e9
    assert (seen.order, seen.data, seen.height, seen.key) == (9, b"bits", 65535, True)
    for strange in (time.time() * 1000 + 60_000, 0.0):
        seen = copied(engine_frame(receive_time=strange), video=True, received=True)
        assert 0 <= time.monotonic_ns() - seen.received_ns < 0.2e9
