"""The desk's WebSocket to the gateway: connect, prove, beat; one connection at a time."""

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from rvr_console.errors import BugError, RefusedError, ServiceDownError, UntrustedInputError
from rvr_console.wire.desk_messages import CloseLink, DeskSigner, Statement, sign_statement
from rvr_console.wire.gateway_messages import (
    HEARTBEAT_S,
    MAX_FRAME,
    SILENCE_S,
    TO_DESK,
    Challenge,
    Done,
    Expect,
    Paused,
    Ping,
    Pong,
    Reason,
    Refused,
    ToDesk,
    decode,
    encode,
)
from rvr_console.wire.link_secret import LinkSecret

CONNECT_S = 4.0
ANSWER_S = 5.0


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def socket_url(gateway_url: str) -> str:
    """ws(s)://host/ws/desk of the gateway's http(s) address. Plain http on this machine only."""
    parts = urlsplit(gateway_url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise BugError("the gateway's address must be https (http only on this machine)")
    return urlunsplit(("wss" if parts.scheme == "https" else "ws", parts.netloc, "/ws/desk", "", ""))


class GatewayGoneError(ServiceDownError):
    """The connection to the gateway ended. code: the WebSocket's close code, 0 if there was none."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(
            "The gateway cannot be reached.",
            kept="The link stays as it is; a running call goes on.",
            todo="The console tries again by itself.",
        )
        self.code = code


class GatewayRefusedError(RefusedError):
    """The gateway said no. reason, epoch: as in docs/signalling.md section 6."""

    def __init__(self, reason: Reason, epoch: int | None) -> None:
        super().__init__(f"The gateway refused ({reason}).", kept="The link stays as it is at the gateway.")
        self.reason: Reason = reason
        self.epoch = epoch


class GatewayLink:
    """One connected WebSocket. Frames out go through a queue, so that sealing order is sending order."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._now = asyncio.get_running_loop().time
        self._heard = self._now()

    def send(self, frame: BaseModel) -> None:
        self._out.put_nowait(encode(frame))

    async def receive(self) -> ToDesk:
        """The next frame that is not a heartbeat. Raises UntrustedInputError, GatewayGoneError."""
        while True:
            try:
                untrusted = await self._socket.recv()
            except ConnectionClosed as error:
                raise GatewayGoneError(error.rcvd.code if error.rcvd else 0) from None
            if not isinstance(untrusted, str):
                raise UntrustedInputError("The gateway sent something that is not text.")
            self._heard = self._now()
            frame = decode(TO_DESK, untrusted)
            if isinstance(frame, Ping):
                self.send(Pong(n=frame.n))
            elif not isinstance(frame, Pong):
                return frame

    async def write(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._socket.send(await self._out.get())

    async def beat(self) -> None:
        """Ping every 2 s; end the connection after 5 s without a word.

        What this loop stood still itself is not counted: the words of that time wait in the socket, not read yet.
        """
        count = 0
        while self._now() - self._heard < SILENCE_S:
            count += 1
            self.send(Ping(n=count))
            due = self._now() + HEARTBEAT_S
            await asyncio.sleep(HEARTBEAT_S)
            now = self._now()
            self._heard = min(now, self._heard + max(0.0, now - due))
        await self._socket.close()


class RoomAsks:
    """What a desk asks of the gateway about its room. While it is not in the room nothing is asked."""

    _link: GatewayLink | None

    async def set_paused(self, *, on: bool) -> None:
        """The link's state at the gateway; what the page shows goes by PauseState."""
        if self._link is not None:
            self._link.send(Paused(on=on))

    def expect_file(self, frame: Expect) -> None:
        """Have the gateway take a file; the answer is a GatewayFile. Ask again after each GatewayUp."""
        if self._link is not None:
            self._link.send(frame)


@contextlib.asynccontextmanager
async def gateway_link(
    gateway_url: str, tls: ssl.SSLContext | None
) -> AsyncIterator[tuple[GatewayLink, str]]:
    """A connected link and the gateway's challenge. Raises GatewayGoneError, UntrustedInputError."""
    url = socket_url(gateway_url)
    # A loopback gateway is reached directly; all else through the force's proxy where the system names one.
    proxy: Literal[True] | None = None if is_loopback(urlsplit(url).hostname or "") else True
    try:
        socket = await connect(
            url,
            ssl=tls,
            proxy=proxy,
            open_timeout=CONNECT_S,
            close_timeout=0.5,
            ping_interval=None,
            max_size=MAX_FRAME,
            compression=None,
        )
    except (OSError, TimeoutError, WebSocketException):
        raise GatewayGoneError from None
    link = GatewayLink(socket)
    tasks = [asyncio.create_task(link.write()), asyncio.create_task(link.beat())]
    try:
        async with asyncio.timeout(CONNECT_S):
            first = await link.receive()
        if isinstance(first, Refused):
            raise GatewayGoneError
        if not isinstance(first, Challenge):
            raise UntrustedInputError("The gateway did not begin with a challenge.")
        yield link, first.nonce
    except TimeoutError:
        raise GatewayGoneError from None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await socket.close()


async def answer_to(link: GatewayLink, statement: Statement, signer: DeskSigner) -> Done:
    """Send a signed statement and wait for its answer, before any join. Raises GatewayRefusedError, GatewayGoneError."""
    link.send(sign_statement(statement, signer))
    try:
        async with asyncio.timeout(ANSWER_S):
            frame = await link.receive()
    except TimeoutError:
        raise GatewayGoneError from None
    if isinstance(frame, Refused):
        raise GatewayRefusedError(frame.reason, frame.epoch)
    if not isinstance(frame, Done) or frame.act != statement.act:
        raise UntrustedInputError("The gateway answered something else than it was asked.")
    return frame


async def close_without_joining(
    gateway_url: str, tls: ssl.SSLContext | None, signer: DeskSigner, secret: LinkSecret, epoch: int
) -> None:
    """Close a link for ever over a connection of its own; a stale epoch is raised to the gateway's.

    Raises ServiceDownError, RefusedError.
    """
    epoch = max(epoch, 1)
    while True:
        async with gateway_link(gateway_url, tls) as (link, _):
            try:
                await answer_to(link, CloseLink(room=secret.room_text, epoch=epoch), signer)
            except GatewayRefusedError as error:
                if error.reason != "old_epoch" or error.epoch is None or error.epoch <= epoch:
                    raise
                epoch = error.epoch
            else:
                return
