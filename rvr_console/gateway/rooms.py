"""Who is connected to which link, and what each may pass to the other. The only place that moves a link's state."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from pydantic import BaseModel

from rvr_console.gateway.limits import AddressLimits
from rvr_console.gateway.link_rows import Link
from rvr_console.gateway.link_store import LinkRefusedError, LinkStore
from rvr_console.gateway.peer import Peer
from rvr_console.wire.desk_messages import CloseLink, IssueLink, SignedStatement
from rvr_console.wire.encoding import from_b64u
from rvr_console.wire.gateway_messages import (
    CLOSE_BUSY,
    CLOSE_DROPPED,
    CLOSE_REPLACED,
    CLOSE_UNAVAILABLE,
    DeskHere,
    DeskRelay,
    Hello,
    PageRelay,
    Victim,
    Welcome,
)
from rvr_console.wire.link_states import NOT_BEGUN, LinkState

T = TypeVar("T")
MAX_PAGES = 6
MAX_PAGES_PER_ADDRESS = 4
_log = logging.getLogger(__name__)


class Room:
    """One link with somebody connected to it."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.desk: Peer | None = None
        self.pages: dict[str, Peer] = {}
        self.live: str | None = None
        self.turn = asyncio.Lock()
        self.entering = 0


class Rooms:
    """All rooms of this gateway. Lives on the server's loop; the store works on a thread of its own."""

    def __init__(self, store: LinkStore) -> None:
        self.store = store
        self.limits = AddressLimits(time.monotonic)
        self._worker = ThreadPoolExecutor(1, "gateway-store")
        self._rooms: dict[str, Room] = {}

    def shut(self) -> None:
        self._worker.shutdown()

    async def _ask(self, act: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, partial(act, *arguments))

    def _room(self, link: Link) -> Room:
        room = self._rooms.setdefault(link.room, Room(link))
        room.link = link
        return room

    async def _step(self, room: Room, state: LinkState) -> None:
        """Another state, if the link may have it; a link that closed meanwhile stays closed."""
        try:
            room.link = await self._ask(self.store.step, room.link.room, state)
        except LinkRefusedError:
            _log.info("a link kept its state")

    async def has_begun(self, name: str) -> bool:
        """Whether this link is open and a device was let in on it."""
        link = await self._ask(self.store.find, name)
        return link is not None and link.state not in NOT_BEGUN

    def tell_desk(self, name: str, frame: BaseModel) -> None:
        room = self._rooms.get(name)
        if room is not None and room.desk is not None:
            room.desk.send(frame)

    # Pages

    async def enter(self, page: Peer, hello: Hello) -> Room | None:
        """Let a page in, or refuse it. None for an unknown, wrong, closed or expired link: one answer for all."""
        link = await self._ask(self.store.find, hello.room)
        given = hashlib.sha256(from_b64u(hello.auth, length=32)).hexdigest()
        if not hmac.compare_digest(given, link.auth_hash if link else "0" * 64) or link is None:
            page.refuse("unavailable", CLOSE_UNAVAILABLE)
            self.limits.was_wrong(page.address)
            return None
        room = self._room(link)
        near = sum(1 for other in room.pages.values() if other.address == page.address)
        if len(room.pages) >= MAX_PAGES or near >= MAX_PAGES_PER_ADDRESS:
            page.refuse("busy", CLOSE_BUSY)
            return None
        room.entering += 1
        try:
            async with room.turn:
                await self._welcome(page, room)
        finally:
            room.entering -= 1
        return room

    async def _welcome(self, page: Peer, room: Room) -> None:
        if room.link.state is LinkState.ISSUED:
            await self._step(room, LinkState.WAITING)
        # It may have been closed while the database was busy.
        if await self._ask(self.store.find, room.link.room) is None:
            page.refuse("unavailable", CLOSE_UNAVAILABLE)
            return
        room.pages[page.id] = page
        page.send(Welcome(connection=page.id, desk=room.desk is not None))
        if room.desk is not None:
            room.desk.send(Victim(connection=page.id, here=True))

    async def leave(self, page: Peer, room: Room) -> None:
        if room.pages.pop(page.id, None) is not None and room.desk is not None:
            room.desk.send(Victim(connection=page.id, here=False))
        async with room.turn:
            if room.live == page.id:
                room.live = None
                await self._step(room, LinkState.DROPPED)
            elif not room.pages and room.link.state is LinkState.WAITING:
                await self._step(room, LinkState.ISSUED)
        self._forget(room)

    def from_page(self, room: Room, page: Peer, relay: PageRelay) -> None:
        if room.desk is not None and page.id in room.pages:
            room.desk.send(DeskRelay(connection=page.id, body=relay.body))

    # Desks

    async def issue(self, statement: IssueLink) -> Link:
        return await self._ask(self.store.issue, statement)

    async def join(self, desk: Peer, name: str, epoch: int) -> tuple[Room, Callable[[], None]]:
        """The room, and what to do once the desk has its answer: tell both sides. Raises LinkRefusedError, StorageError."""
        link = await self._ask(self.store.join, name, epoch)
        room = self._room(link)
        if room.desk is not None:
            room.desk.end(CLOSE_REPLACED)
        room.desk = desk

        def introduce() -> None:
            for page in room.pages.values():
                page.send(DeskHere(here=True))
                desk.send(Victim(connection=page.id, here=True))

        return room, introduce

    def desk_left(self, desk: Peer, room: Room) -> None:
        if room.desk is desk:
            room.desk = None
            for page in room.pages.values():
                page.send(DeskHere(here=False))
            self._forget(room)

    def from_desk(self, room: Room, desk: Peer, relay: DeskRelay) -> None:
        page = room.pages.get(relay.connection)
        if room.desk is desk and page is not None:
            page.send(PageRelay(body=relay.body))

    async def admit(self, room: Room, desk: Peer, connection: str) -> None:
        async with room.turn:
            if room.desk is not desk or connection not in room.pages:
                return
            room.live = connection
            if room.link.state is not LinkState.PAUSED:
                await self._step(room, LinkState.LIVE)

    def drop(self, room: Room, desk: Peer, connection: str) -> None:
        page = room.pages.get(connection)
        if room.desk is desk and page is not None:
            page.end(CLOSE_DROPPED)

    async def pause(self, room: Room, desk: Peer, *, on: bool) -> None:
        async with room.turn:
            if room.desk is desk and room.live is not None:
                await self._step(room, LinkState.PAUSED if on else LinkState.LIVE)

    async def close_link(
        self, statement: CloseLink, signed: SignedStatement
    ) -> tuple[int, Callable[[], None]]:
        """Close for ever; then (once the desk has its answer) everybody is shown out. Raises LinkRefusedError, StorageError."""
        epoch = await self._ask(self.store.close_link, statement, signed)

        def show_out() -> None:
            room = self._rooms.pop(statement.room, None)
            if room is not None:
                self._show_out(room)

        return epoch, show_out

    def _show_out(self, room: Room) -> None:
        for page in list(room.pages.values()):
            page.refuse("unavailable", CLOSE_UNAVAILABLE)
        if room.desk is not None:
            room.desk.refuse("unavailable", CLOSE_UNAVAILABLE)

    def expire(self) -> None:
        """Show out everybody in rooms whose link expired before a call began."""
        for name, room in list(self._rooms.items()):
            if room.link.over(time.time()):
                del self._rooms[name]
                self._show_out(room)

    def _forget(self, room: Room) -> None:
        empty = room.desk is None and not room.pages and not room.entering
        if empty and self._rooms.get(room.link.room) is room:
            del self._rooms[room.link.room]
