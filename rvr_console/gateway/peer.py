"""One WebSocket at the gateway: heartbeat, limits, a bounded queue out, and the reason it ended."""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from rvr_console.errors import StorageError, UntrustedInputError
from rvr_console.gateway.limits import BYTES, MESSAGES, Bucket
from rvr_console.wire.gateway_messages import (
    CLOSE_BUSY,
    CLOSE_MALFORMED,
    CLOSE_SILENT,
    HEARTBEAT_S,
    MAX_FRAME,
    SILENCE_S,
    Ping,
    Pong,
    Reason,
    Refused,
    encode,
)

_QUEUE = 512
_log = logging.getLogger(__name__)


class Peer:
    """A connected page or desk. Lives on the server's loop."""

    def __init__(self, socket: WebSocket) -> None:
        self.id = secrets.token_urlsafe(12)
        self._socket = socket
        self._out: asyncio.Queue[str | None] = asyncio.Queue(_QUEUE)
        self._ended = asyncio.Event()
        self._code = 1000
        self._heard = time.monotonic()
        self._messages = Bucket(MESSAGES, time.monotonic)
        self._bytes = Bucket(BYTES, time.monotonic)

    @property
    def address(self) -> str:
        return self._socket.client.host if self._socket.client else ""

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def send(self, frame: BaseModel) -> None:
        """Queue a frame; a peer that does not read is ended, never waited for."""
        if self.ended:
            return
        try:
            self._out.put_nowait(encode(frame))
        except asyncio.QueueFull:
            self.end(CLOSE_BUSY)

    def refuse(self, reason: Reason, code: int, epoch: int | None = None) -> None:
        """Say why, then end with `code`."""
        self.send(Refused(reason=reason, epoch=epoch))
        self.end(code)

    def end(self, code: int) -> None:
        """End the connection once what is queued has gone out (or did not within a second)."""
        if not self.ended:
            self._code = code
            self._ended.set()
            with contextlib.suppress(asyncio.QueueFull):
                self._out.put_nowait(None)

    async def run(self, receive: Callable[[str], Awaitable[None]]) -> None:
        """Serve until either side ends. receive: called with each untrusted text in order; may raise UntrustedInputError."""
        writer = asyncio.create_task(self._write())
        others = [asyncio.create_task(self._read(receive)), asyncio.create_task(self._beat())]
        try:
            await self._ended.wait()
            await asyncio.wait({writer}, timeout=1.0)
        finally:
            for task in (writer, *others):
                task.cancel()
            results = await asyncio.gather(writer, *others, return_exceptions=True)
            with contextlib.suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
                await asyncio.wait_for(self._socket.close(self._code), 1.0)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _read(self, receive: Callable[[str], Awaitable[None]]) -> None:
        try:
            while not self.ended:
                untrusted_text = await self._socket.receive_text()
                self._heard = time.monotonic()
                size = len(untrusted_text)
                if size > MAX_FRAME or not (self._messages.spend() and self._bytes.spend(size)):
                    self.refuse("malformed", CLOSE_MALFORMED)
                    return
                await receive(untrusted_text)
        except WebSocketDisconnect:
            self.end(1000)
        except (UntrustedInputError, KeyError):  # KeyError: a binary frame has no text
            self.refuse("malformed", CLOSE_MALFORMED)
        except StorageError as error:
            _log.error("%s", error.in_words())
        finally:
            self.end(1011)

    async def _write(self) -> None:
        try:
            while (text := await self._out.get()) is not None:
                await self._socket.send_text(text)
        except (WebSocketDisconnect, RuntimeError):
            self.end(1000)

    async def _beat(self) -> None:
        count = 0
        while not self.ended:
            await asyncio.sleep(HEARTBEAT_S)
            if time.monotonic() - self._heard >= SILENCE_S:
                self.end(CLOSE_SILENT)
                return
            count += 1
            self.send(Ping(n=count))

    def take_beat(self, frame: object) -> bool:
        """Answer a ping; True if the frame was a heartbeat."""
        if isinstance(frame, Ping):
            self.send(Pong(n=frame.n))
            return True
        return isinstance(frame, Pong)
