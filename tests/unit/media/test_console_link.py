import asyncio
import socket
import threading

import pytest

from rvr_console.media.console_link import ConsoleLink
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire


def frame(number, size=1000):
    return media_frames.WireFrame(
        1, "victim", "video", number, number * 3600, number * 40, False, 0, 0, b"v" * size
    )


def read(stream):
    length, kind = wire.check_envelope(stream.read(wire.ENVELOPE.size))
    payload = stream.read(length)
    return media_frames.unpack_frame(payload) if kind == wire.KIND_FRAME else wire.read_media_message(payload)


async def test_an_overflow_is_never_silent() -> None:
    console, media = socket.socketpair()
    link = ConsoleLink(media, max_backlog_bytes=10_000)
    accepted = [n for n in range(40) if link.send_frame(frame(n))]
    assert 0 < len(accepted) < 40
    assert link.overflowed == 40 - len(accepted)
    link.start(asyncio.get_running_loop(), lambda _m: None, lambda: None)
    console.settimeout(10)
    with console.makefile("rb") as stream:
        await asyncio.to_thread(lambda: [read(stream) for _ in accepted])
        while link.backlog():  # noqa: ASYNC110  # the writer's thread has no event to wait for; it is at its last byte
            await asyncio.sleep(0)
        assert link.send_frame(frame(50))
        hole, after = await asyncio.to_thread(lambda: (read(stream), read(stream)))
    assert (hole.cause, hole.frames) == ("recorder_overflow", link.overflowed)
    assert (hole.start_ns, hole.end_ns) == (accepted[-1] * 40, 50 * 40)
    assert after.tap_sequence == 50
    await asyncio.to_thread(link.close)
    console.close()
    assert link._deadline is None, "an orderly end needs no force"


@pytest.mark.parametrize(
    "sent",
    [b"\xff" * 64, wire.ENVELOPE.pack(5, wire.KIND_CONTROL) + b"{}{}{", wire.ENVELOPE.pack(1, 2) + b"x", b""],
)
async def test_a_broken_or_closed_stream_ends_it(sent, monkeypatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr("rvr_console.media.console_link._END_WITHIN_S", 0.2)
    monkeypatch.setattr("rvr_console.media.console_link.os._exit", lambda _code: ended.set())
    console, media = socket.socketpair()
    link = ConsoleLink(media)
    lost = asyncio.Event()
    link.start(asyncio.get_running_loop(), lambda _m: None, lost.set)
    console.sendall(sent)
    console.close()
    await asyncio.wait_for(lost.wait(), 5)
    assert await asyncio.to_thread(ended.wait, 5), "a loop that does not end is ended by force"
    await asyncio.to_thread(link.close)


async def test_messages_of_the_console_arrive_checked() -> None:
    console, media = socket.socketpair()
    link, got = ConsoleLink(media), asyncio.Queue()
    lost = asyncio.Event()
    link.start(asyncio.get_running_loop(), got.put_nowait, lost.set)
    console.sendall(wire.pack_control(wire.SetPaused(on=True)) + wire.pack_control(wire.Shutdown()))
    assert await asyncio.wait_for(got.get(), 5) == wire.SetPaused(on=True)
    assert await asyncio.wait_for(got.get(), 5) == wire.Shutdown()
    await asyncio.to_thread(link.close)
    console.close()
