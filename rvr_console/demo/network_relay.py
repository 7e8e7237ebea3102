"""A user-space network between the victim's browser and our programs that can swallow, lose and delay everything.

Run as a child: `python -m rvr_console.demo.network_relay --tcp TARGET_PORT --udp TARGET_PORT`; prints {"tcp": port, "udp": port},
then obeys JSON lines on standard input: {"swallow": seconds}, {"loss": fraction}, {"delay": seconds}, {"rate": bytes a second}. While it
swallows, datagrams are dropped and TCP bytes stand still, as on a dead radio link: neither end is told. Loopback only.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PIECE = 65536
_MOST_PIECES = 64


@dataclass
class Weather:
    """What the network does now. loss: fraction of datagrams; delay: seconds each way; rate: bytes a second each way of all streams, 0: no limit."""

    loss: float = 0.0
    delay: float = 0.0
    rate: float = 0.0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311  # a repeatable loss pattern, not a secret

    def loses_this_one(self) -> bool:
        return not self.open.is_set() or (self.loss > 0 and self.dice.random() < self.loss)

    async def swallow(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self.open.clear()
        await asyncio.sleep(seconds)
        self.open.set()


class Line:
    """One direction, shared by all streams: says when bytes that are handed over now come out at its end."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._free_at = 0.0

    def due(self, count: int) -> float:
        """On the loop's clock: after what is in front of them, at the line's rate, and its delay."""
        now, rate = asyncio.get_running_loop().time(), self._weather.rate
        self._free_at = max(now, self._free_at) + (count / rate if rate else 0.0)
        return self._free_at + self._weather.delay

    @property
    def pieces(self) -> int:
        """So many may be on their way in one stream: what the line holds, so that others do not wait behind it for long."""
        held = self._weather.rate * 2 * self._weather.delay
        return min(_MOST_PIECES, 2 + int(held) // PIECE) if self._weather.rate else _MOST_PIECES


class TcpRelay:
    """Copies streams both ways; stands still while the weather is closed."""

    def __init__(self, weather: Weather, target: int) -> None:
        self._weather = weather
        self._target = target
        self._up, self._down = Line(weather), Line(weather)

    async def start(self) -> int:
        server = await asyncio.start_server(self._serve, HOST, 0)
        return int(server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._weather.open.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            self._copy(reader, far_writer, self._up), self._copy(far_reader, writer, self._down)
        )

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
        """What was read is on its way while more is read: the delay costs time, not throughput."""
        flight: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        landed = asyncio.Event()
        landing = asyncio.create_task(self._land(flight, writer, landed))
        with contextlib.suppress(
            OSError
        ):  # one side is gone: the other is closed below, as a network would in the end
            while data := await reader.read(PIECE):
                flight.put_nowait((line.due(len(data)), data))
                while flight.qsize() >= line.pieces:
                    landed.clear()
                    await landed.wait()
        flight.put_nowait((line.due(0), b""))
        await landing

    async def _land(
        self,
        flight: "asyncio.Queue[tuple[float, bytes]]",
        writer: asyncio.StreamWriter,
        landed: asyncio.Event,
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await flight.get()
            landed.set()
            if not data:
                break
            if writer.is_closing():  # nobody is there any more: what still comes is let go
                continue
            await asyncio.sleep(max(0.0, due - loop.time()))
            await self._weather.open.wait()
            try:
                writer.write(data)
                await writer.drain()
            except OSError:
                writer.close()
        writer.close()


class UdpRelay(asyncio.DatagramProtocol):
    """Forwards datagrams; each sender gets its own onward socket, so answers find the way back."""

    def __init__(self, weather: Weather, target: int) -> None:
        self._weather = weather
        self._target = target
        self._near: asyncio.DatagramTransport | None = None
        self._onward: dict[tuple[str, int], asyncio.DatagramTransport] = {}

    async def start(self) -> int:
        loop = asyncio.get_running_loop()
        self._near, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        return int(self._near.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self._weather.loses_this_one():
            asyncio.ensure_future(self._forward(data, addr))  # noqa: RUF006  # lives for one datagram

    async def _forward(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._weather.delay:
            await asyncio.sleep(self._weather.delay)
        onward = self._onward.get(addr)
        if onward is None:
            loop = asyncio.get_running_loop()
            onward, _ = await loop.create_datagram_endpoint(
                lambda: _Back(self, addr), remote_addr=(HOST, self._target)
            )
            self._onward[addr] = onward
        onward.sendto(data)

    def back(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self._weather.loses_this_one() and self._near is not None:
            asyncio.get_running_loop().call_later(self._weather.delay, self._near.sendto, data, addr)


class _Back(asyncio.DatagramProtocol):
    def __init__(self, relay: UdpRelay, addr: tuple[str, int]) -> None:
        self._relay = relay
        self._addr = addr

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: ARG002  # asyncio's signature
        self._relay.back(data, self._addr)


async def _obey(weather: Weather) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        weather.loss = float(order.get("loss", weather.loss))
        weather.delay = float(order.get("delay", weather.delay))
        weather.rate = float(order.get("rate", weather.rate))
        if "swallow" in order:
            await weather.swallow(float(order["swallow"]))
            print(json.dumps({"swallowed": order["swallow"]}), flush=True)  # noqa: T201  # the answer to the parent


async def _main(tcp_target: int, udp_target: int) -> None:
    weather = Weather()
    weather.open.set()
    ports = {
        "tcp": await TcpRelay(weather, tcp_target).start(),
        "udp": await UdpRelay(weather, udp_target).start(),
    }
    print(json.dumps(ports), flush=True)  # noqa: T201  # the parent reads the ports
    await _obey(weather)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tcp", type=int, required=True, help="port of the gateway")
    parser.add_argument("--udp", type=int, required=True, help="port of the TURN server")
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.tcp, arguments.udp))
