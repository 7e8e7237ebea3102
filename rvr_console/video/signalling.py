"""The desk's side of a victim link: issue, stay in the room, admit one device, speak sealed, close for ever.

Runs on one asyncio loop; every event is delivered there. The connection heals by itself; docs/signalling.md has the bytes.
"""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Callable, Sequence

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.video.signalling_events import (
    GatewayDown,
    GatewayFile,
    GatewayUp,
    LinkRefused,
    SignallingEvent,
)
from rvr_console.video.signalling_link import (
    ANSWER_S,
    GatewayGoneError,
    GatewayLink,
    GatewayRefusedError,
    RoomAsks,
    answer_to,
    close_without_joining,
    gateway_link,
)
from rvr_console.video.signalling_room import DeviceTable
from rvr_console.wire.desk_messages import CloseLink, DeskSigner, IssueLink, JoinRoom, sign_statement
from rvr_console.wire.gateway_messages import (
    CLOSE_REPLACED,
    CLOSE_UNAVAILABLE,
    DeskRelay,
    Done,
    Expected,
    Grew,
    Refused,
    ToDesk,
    Victim,
)
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.sealing import Confirmation
from rvr_console.wire.signals import (
    Chat,
    DeskSignal,
    IceServer,
)

_log = logging.getLogger(__name__)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.2, 2.0


def _tell_fault(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (fault := task.exception()) is not None:
        _log.critical("signalling ended by a fault of its own", exc_info=fault)


def _for_good(error: GatewayRefusedError | GatewayGoneError) -> LinkRefused | None:
    """Why trying again is of no use; None if it is."""
    if isinstance(error, GatewayGoneError):
        codes = {CLOSE_REPLACED: LinkRefused("taken_over"), CLOSE_UNAVAILABLE: LinkRefused("unavailable")}
        return codes.get(error.code)
    if error.reason == "unavailable":
        return LinkRefused("unavailable")
    return LinkRefused("signature") if error.reason == "signature" else None


class DeskSignalling(RoomAsks):
    """One link. Not thread-safe: everything on the loop that join() was called on."""

    def __init__(
        self,
        gateway_url: str,
        signer: DeskSigner,
        on_event: Callable[[SignallingEvent], None],
        *,
        ice_servers: Sequence[IceServer] = (),
        relay_only: bool = False,
        tls: ssl.SSLContext | None = None,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._url, self._signer, self._emit = gateway_url, signer, on_event
        self._tls = tls
        self._table = DeviceTable(on_event, ice_servers, relay_only=relay_only, token_bytes=token_bytes)
        self._secret: LinkSecret | None = None
        self._epoch = 0
        self._task: asyncio.Task[None] | None = None
        self._link: GatewayLink | None = None
        self._closing: asyncio.Future[Done | Refused] | None = None
        self._told_down = self._closed_by_us = False

    @property
    def epoch(self) -> int:
        return self._epoch

    @property
    def device_key_id(self) -> str:
        """The admitted device, "" before the first."""
        return self._table.device_key_id

    async def issue(self, secret: LinkSecret, expires_at_s: float, epoch: int = 1) -> None:
        """Make the link known to the gateway; durable there on return, and safe to repeat.

        expires_at_s: Unix seconds, at most 31 days ahead. Raises ServiceDownError (try again), RefusedError.
        """
        statement = IssueLink(
            room=secret.room_text, auth_hash=secret.auth_hash.hex(), epoch=epoch, expires_at=int(expires_at_s)
        )
        async with gateway_link(self._url, self._tls) as (link, _):
            await answer_to(link, statement, self._signer)

    async def join(
        self, secret: LinkSecret, epoch: int, *, device_key_id: str = "", officer_first_name: str = ""
    ) -> None:
        """Enter the room and stay, reconnecting until leave(), close_link() or LinkRefused.

        epoch: higher than any used before (a stale one is raised by itself). device_key_id and officer_first_name,
        from the link's record, let the device that was admitted before a restart in again.
        """
        if self._task is not None:
            raise BugError("signalling is joined already")
        self._secret, self._epoch = secret, epoch - 1
        self._table.device_key_id, self._table.officer = device_key_id, officer_first_name
        self._task = asyncio.create_task(self._stay(), name="signalling")
        self._task.add_done_callback(_tell_fault)

    async def leave(self) -> None:
        """Leave the room; the link stays as it is."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def close_link(self) -> None:
        """Tell the device, then close the link for ever. Returns once the gateway has it durably.

        Raises ServiceDownError: not acknowledged, call again (also after a restart, without join, by close_issued()).
        """
        if self._secret is None:
            raise BugError("there is no link to close")
        self._table.say_closed()
        if not await self._close_in_room():
            await self.close_issued(self._secret, self._epoch)
        await self.leave()

    async def close_issued(self, secret: LinkSecret, epoch: int) -> None:
        """Close a link without being in its room. Again is no error. Raises ServiceDownError, RefusedError."""
        await close_without_joining(self._url, self._tls, self._signer, secret, epoch)

    async def _close_in_room(self) -> bool:
        """Close over the room's own connection, behind what was sent before. False: not acknowledged there."""
        if self._link is None or self._secret is None:
            return False
        self._closing = asyncio.get_running_loop().create_future()
        statement = CloseLink(room=self._secret.room_text, epoch=self._epoch)
        self._link.send(sign_statement(statement, self._signer))
        try:
            async with asyncio.timeout(ANSWER_S):
                return isinstance(await self._closing, Done)
        except (TimeoutError, asyncio.CancelledError):
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            return False
        finally:
            self._closing = None

    async def admit(self, connection: str, officer_first_name: str) -> str:
        """Let this device in; another live one is dropped. Returns its key's id, to keep with the link's record.

        Raises RefusedError if it is not there any more.
        """
        return self._table.admit(connection, officer_first_name)

    async def refuse(self, connection: str) -> None:
        """Leave this device waiting for good: its later knocks raise no event."""
        self._table.refuse(connection)

    async def send(self, signal: DeskSignal) -> str:
        """Send to the live device; returns the session it went in, for confirmation().

        A chat is kept and sent again until the page has acknowledged it ("" when nobody is there now). Anything else
        raises ServiceDownError when the live device is not connected: send the state again after DeviceAdmitted.
        """
        return self._table.send(signal)

    async def send_to_waiting(self, chat: Chat, connection: str | None = None) -> None:
        """A chat to a device that was not admitted: the one on this connection, or the only one that waits.

        It is sent again to that device alone until acknowledged. Nobody there yet: the device that is let in gets it.
        Raises RefusedError when several wait and none is named, or the one named has gone.
        """
        self._table.send_to_waiting(chat, connection)

    async def announce(self, text: str, connection: str | None = None) -> None:
        """A message to a waiting device, or to all that wait and the live one."""
        self._table.announce(text, connection)

    def confirmation(self, session: str) -> Confirmation | None:
        """The keys that confirm the media connection whose answer travelled in this session."""
        return self._table.confirmation(session)

    async def _stay(self) -> None:
        wait = _FIRST_WAIT_S
        while True:
            try:
                async with gateway_link(self._url, self._tls) as (link, nonce):
                    await self._enter(link, nonce)
                    wait = _FIRST_WAIT_S
                    await self._serve(link)
            except (GatewayRefusedError, GatewayGoneError) as error:
                if (refusal := _for_good(error)) is not None:
                    if not self._closed_by_us:
                        self._emit(refusal)
                    return
            except UntrustedInputError as error:
                _log.warning("gateway: %s", error.what)
            finally:
                self._left_room()
            if not self._told_down:
                self._told_down = True
                self._emit(GatewayDown(GatewayGoneError().in_words()))
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)

    async def _enter(self, link: GatewayLink, nonce: str) -> None:
        if self._secret is None:
            raise BugError("join() names the link")
        while True:
            self._epoch += 1
            try:
                await answer_to(
                    link, JoinRoom(room=self._secret.room_text, epoch=self._epoch, nonce=nonce), self._signer
                )
            except GatewayRefusedError as error:
                if error.reason != "old_epoch" or error.epoch is None or error.epoch < self._epoch:
                    raise
                self._epoch = error.epoch
            else:
                break
        self._link = link
        self._table.entered(link, self._secret, self._epoch)
        self._told_down = False
        self._emit(GatewayUp(self._epoch))

    def _left_room(self) -> None:
        self._link = None
        self._table.left()
        if self._closing is not None and not self._closing.done():
            self._closing.cancel()

    async def _serve(self, link: GatewayLink) -> None:
        while True:
            self._take(await link.receive())

    def _take(self, frame: ToDesk) -> None:
        if isinstance(frame, Victim):
            self._table.page_moved(frame)
        elif isinstance(frame, DeskRelay):
            self._table.take_body(frame)
        elif isinstance(frame, Expected | Grew):
            self._emit(GatewayFile(frame))
        elif isinstance(frame, Done | Refused) and self._closing is not None and not self._closing.done():
            self._closed_by_us = isinstance(frame, Done)
            self._closing.set_result(frame)
