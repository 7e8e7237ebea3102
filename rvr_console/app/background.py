"""What goes on by itself: CAD's list of incidents, and links whose closing the gateway has not confirmed."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any

from rvr_console.cad.http_client import HttpCad
from rvr_console.domain.consultation import LinkState
from rvr_console.domain.events import QueueChanged, ServiceStateChanged
from rvr_console.domain.ports import EventSink
from rvr_console.errors import AccessDeniedError, KnownError, RefusedError, ServiceDownError
from rvr_console.services.consultations import Consultations
from rvr_console.services.dispatch import Dispatch
from rvr_console.video.signalling import DeskSignalling
from rvr_console.wire import link_secret
from rvr_console.wire.desk_messages import DeskSigner

log = logging.getLogger(__name__)
LONG_POLL_SECONDS = 20.0
RETRY_SECONDS = 2.0


class _Loop:
    """One coroutine that runs until it is stopped."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.ensure_future(self._forever())

    async def stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _forever(self) -> Coroutine[Any, Any, None]:
        raise NotImplementedError


class CadWatch(_Loop):
    """Keeps the local book of incidents up to date by long polling."""

    def __init__(self, cad: HttpCad, dispatch: Dispatch, events: EventSink) -> None:
        super().__init__()
        self._cad = cad
        self._dispatch = dispatch
        self._events = events
        self._since = 0

    async def _forever(self) -> None:
        while True:
            try:
                changes = await self._cad.changes(self._since, wait=LONG_POLL_SECONDS if self._since else 0.0)
                if changes.incidents:
                    await self._dispatch.refresh_from_cad(changes.incidents)
                    self._events.publish(QueueChanged())
                self._since = changes.version
            except ServiceDownError as error:
                self._events.publish(ServiceStateChanged("cad", up=False, words=error.what))
                await asyncio.sleep(RETRY_SECONDS)
            except KnownError as error:
                log.warning("incidents were not taken over: %s", error.what)
                await asyncio.sleep(RETRY_SECONDS)


class LinkCloser(_Loop):
    """An ended consultation's link is closed at the gateway however often it takes; only then is it called closed."""

    def __init__(self, consultations: Consultations, gateway_url: str, signer: DeskSigner) -> None:
        super().__init__()
        self._consultations = consultations
        self._gateway_url = gateway_url
        self._signer = signer

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            with contextlib.suppress(AccessDeniedError):  # nobody is signed in: their links wait for them
                await self._close_all()

    async def _close_all(self) -> None:
        for record in await self._consultations.links_to_close():
            signalling = DeskSignalling(self._gateway_url, self._signer, lambda _event: None)
            try:
                await signalling.close_issued(link_secret.parse(record.link.secret), record.link.epoch)
            except (ServiceDownError, RefusedError) as error:
                log.warning("a link is not closed yet: %s", error.what)
                continue
            await self._consultations.link_state(record.consultation.id, LinkState.CLOSED)
