"""A desk that stood still itself does not call the gateway silent; a gateway that says nothing is left."""

from rvr_console.video import signalling_link
from rvr_console.video.signalling_link import GatewayLink
from rvr_console.wire.gateway_messages import HEARTBEAT_S, SILENCE_S


class Socket:
    def __init__(self) -> None:
        self.closed = False

    async def close(self) -> None:
        self.closed = True


class Time:
    """Passes while somebody sleeps; a sleep lasts longer by what the loop stood still."""

    def __init__(self, stalls=()) -> None:
        self.now, self.stalls, self.slept = 0.0, list(stalls), 0

    async def passes(self, seconds: float) -> None:
        self.now += seconds + (self.stalls.pop(0) if self.stalls else 0.0)
        self.slept += 1


async def beat(monkeypatch, time: Time, *, spoken_at: int = -1) -> tuple[Socket, GatewayLink]:
    """Runs until the link gives up. spoken_at: after this many beats the gateway is heard."""
    socket = Socket()
    link = GatewayLink(socket)
    link._now, link._heard = lambda: time.now, 0.0

    async def sleep(seconds: float) -> None:
        await time.passes(seconds)
        if time.slept == spoken_at:
            link._heard = time.now

    monkeypatch.setattr(signalling_link.asyncio, "sleep", sleep)
    await link.beat()
    monkeypatch.undo()
    return socket, link


async def test_a_silent_gateway_is_left_after_five_seconds(monkeypatch):
    time = Time()
    socket, _link = await beat(monkeypatch, time)
    assert socket.closed
    assert SILENCE_S <= time.now < SILENCE_S + HEARTBEAT_S


async def test_ones_own_stall_is_nobodys_silence(monkeypatch):
    time = Time(stalls=[30.0])
    socket, _link = await beat(monkeypatch, time, spoken_at=2)
    # Heard after the stall and the beat after it: had the stall counted, the first look would have ended the link.
    assert time.slept > 2
    assert socket.closed
    assert time.now >= 30.0 + 2 * HEARTBEAT_S + SILENCE_S


async def test_a_loop_that_stalls_at_every_beat_still_finds_the_gateway_gone(monkeypatch):
    time = Time(stalls=[3.0] * 20)
    socket, _link = await beat(monkeypatch, time)
    assert socket.closed
    assert time.slept <= 3
