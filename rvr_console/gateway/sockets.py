"""The two WebSockets: pages (victims' devices) and desks (officers' consoles)."""

import asyncio
import hmac
import re
import secrets
import time

from fastapi import WebSocket
from starlette.datastructures import Headers

from rvr_console.errors import UntrustedInputError
from rvr_console.gateway.link_store import LinkRefusedError
from rvr_console.gateway.peer import Peer
from rvr_console.gateway.rooms import Room, Rooms
from rvr_console.gateway.uploads import Uploads
from rvr_console.wire.desk_messages import (
    Authority,
    CloseLink,
    IssueLink,
    JoinRoom,
    SignedStatement,
    verify_statement,
)
from rvr_console.wire.encoding import b64u
from rvr_console.wire.gateway_messages import (
    CLOSE_BUSY,
    CLOSE_MALFORMED,
    CLOSE_SILENT,
    FROM_DESK,
    FROM_PAGE,
    Admit,
    Challenge,
    DeskRelay,
    Done,
    Drop,
    Expect,
    Hello,
    PageRelay,
    Paused,
    Refused,
    decode,
)

FIRST_WORD_S = 5.0
"""How long a stranger may stay silent before it is shown out."""
_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?\Z|\[[0-9A-Fa-f:]{2,45}\](:\d{1,5})?\Z")


def host_of(untrusted_headers: Headers) -> str:
    """The Host header, if it looks like a host; empty otherwise."""
    host = untrusted_headers.get("host", "")
    return host if _HOST.match(host) else ""


async def _first_word(peer: Peer, known: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(known.wait(), FIRST_WORD_S)
    except TimeoutError:
        peer.end(CLOSE_SILENT)


async def _serve(peer: Peer, known: asyncio.Event, receive: "PageSocket | DeskSocket") -> None:
    impatience = asyncio.create_task(_first_word(peer, known))
    try:
        await peer.run(receive.take)
    finally:
        impatience.cancel()


class PageSocket:
    """One page's connection."""

    def __init__(self, rooms: Rooms, peer: Peer) -> None:
        self._rooms, self._peer = rooms, peer
        self._room: Room | None = None
        self._known = asyncio.Event()

    async def take(self, untrusted_text: str) -> None:
        frame = decode(FROM_PAGE, untrusted_text)
        if self._peer.take_beat(frame):
            return
        if isinstance(frame, Hello) and not self._known.is_set():
            self._known.set()
            self._room = await self._rooms.enter(self._peer, frame)
        elif isinstance(frame, PageRelay) and self._room is not None:
            self._rooms.from_page(self._room, self._peer, frame)
        else:
            raise UntrustedInputError("A page spoke out of turn.")

    async def serve(self) -> None:
        try:
            await _serve(self._peer, self._known, self)
        finally:
            if self._room is not None:
                await self._rooms.leave(self._peer, self._room)


class DeskSocket:
    """One desk's connection: statements until it has joined, then frames for the pages of its room."""

    def __init__(self, rooms: Rooms, authority: Authority, uploads: Uploads, peer: Peer) -> None:
        self._rooms, self._authority, self._peer = rooms, authority, peer
        self._uploads = uploads
        self._nonce = b64u(secrets.token_bytes(32))
        self._room: Room | None = None
        self._known = asyncio.Event()

    async def take(self, untrusted_text: str) -> None:
        frame = decode(FROM_DESK, untrusted_text)
        if self._peer.take_beat(frame):
            return
        if isinstance(frame, SignedStatement):
            await self._take_statement(frame)
        elif self._room is None:
            raise UntrustedInputError("A desk spoke before it had joined.")
        elif isinstance(frame, DeskRelay):
            self._rooms.from_desk(self._room, self._peer, frame)
        elif isinstance(frame, Admit):
            await self._rooms.admit(self._room, self._peer, frame.connection)
        elif isinstance(frame, Drop):
            self._rooms.drop(self._room, self._peer, frame.connection)
        elif isinstance(frame, Paused):
            await self._rooms.pause(self._room, self._peer, on=frame.on)
        elif isinstance(frame, Expect):
            await self._expect(self._room, frame)

    async def _expect(self, room: Room, frame: Expect) -> None:
        if room.desk is self._peer:
            self._peer.send(await self._uploads.expect(room, frame))

    async def _take_statement(self, signed: SignedStatement) -> None:
        try:
            statement = verify_statement(signed, self._authority, time.time())
        except UntrustedInputError:
            self._rooms.limits.was_wrong(self._peer.address)
            self._peer.refuse("signature", CLOSE_MALFORMED)
            return
        self._known.set()
        try:
            if isinstance(statement, IssueLink):
                link = await self._rooms.issue(statement)
                self._peer.send(Done(act="issue", epoch=link.epoch))
            elif isinstance(statement, JoinRoom):
                await self._join(statement)
            else:
                await self._close(statement, signed)
        except LinkRefusedError as error:
            self._peer.send(Refused(reason=error.reason, epoch=error.epoch))

    async def _join(self, statement: JoinRoom) -> None:
        if not hmac.compare_digest(statement.nonce, self._nonce) or self._room is not None:
            self._peer.refuse("signature", CLOSE_MALFORMED)
            return
        self._room, introduce = await self._rooms.join(self._peer, statement.room, statement.epoch)
        self._peer.send(Done(act="join", epoch=statement.epoch))
        introduce()

    async def _close(self, statement: CloseLink, signed: SignedStatement) -> None:
        epoch, show_out = await self._rooms.close_link(statement, signed)
        self._peer.send(Done(act="close", epoch=epoch))
        show_out()

    async def serve(self) -> None:
        self._peer.send(Challenge(nonce=self._nonce))
        try:
            await _serve(self._peer, self._known, self)
        finally:
            if self._room is not None:
                self._rooms.desk_left(self._peer, self._room)


async def serve_page(socket: WebSocket, rooms: Rooms) -> None:
    """A browser's connection; only our own page's origin may open it."""
    origin = socket.headers.get("origin", "")
    host = host_of(socket.headers)
    if origin and (not host or origin.split("://", 1)[-1] != host):
        await socket.close()
        return
    await socket.accept()
    peer = Peer(socket)
    if not rooms.limits.may_connect(peer.address):
        peer.refuse("busy", CLOSE_BUSY)
    await PageSocket(rooms, peer).serve()


async def serve_desk(socket: WebSocket, rooms: Rooms, authority: Authority, uploads: Uploads) -> None:
    """A console's connection. A browser sends an Origin; a console does not."""
    if "origin" in socket.headers:
        await socket.close()
        return
    await socket.accept()
    peer = Peer(socket)
    if not rooms.limits.may_connect(peer.address):
        peer.refuse("busy", CLOSE_BUSY)
    await DeskSocket(rooms, authority, uploads, peer).serve()
