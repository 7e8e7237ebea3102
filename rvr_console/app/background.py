"""What goes on by itself: CAD's list of incidents, acts on their way to CAD, and links whose closing the gateway has not confirmed."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from rvr_console.domain.cad import CadVerb, DeliveryState
from rvr_console.domain.consultation import ConsultationState, LinkState
from rvr_console.domain.events import CadActionChanged, ConsultationChanged, Fault
from rvr_console.domain.incident import Incident
from rvr_console.domain.ports import EventSink
from rvr_console.errors import KnownError, RefusedError, ServiceDownError
from rvr_console.services.consultations import Consultations
from rvr_console.services.dispatch import Dispatch
from rvr_console.video.signalling import DeskSignalling
from rvr_console.wire import link_secret
from rvr_console.wire.desk_messages import DeskSigner

log = logging.getLogger(__name__)
RETRY_SECONDS = 2.0


class WakingSink:
    """Passes every event on, and wakes the CAD dispatcher as soon as a new act is kept: it goes within milliseconds."""

    def __init__(self, events: EventSink) -> None:
        self._events = events
        self._loop = asyncio.get_running_loop()
        self.wake: Callable[[], None] = lambda: None
        self.case_submitted: Callable[[], None] = lambda: None

    def publish(self, event: object) -> None:
        self._events.publish(event)
        if isinstance(event, ConsultationChanged) and event.consultation.state is ConsultationState.SUBMITTED:
            self._loop.call_soon_threadsafe(self.case_submitted)
        if isinstance(event, CadActionChanged) and _is_new(event):
            self._loop.call_soon_threadsafe(self.wake)


def _is_new(event: CadActionChanged) -> bool:
    """Not the dispatcher's own failed try (it knows when to go on), nor a take: that one is asked of CAD directly."""
    action = event.action
    direct = action.verb is CadVerb.SELF_DISPATCHED
    return action.state is DeliveryState.PENDING and action.attempts == 0 and not direct


class IncidentTaker:
    """For the queue watch: keeps CAD's incidents however often the store refuses; a refusal is told once."""

    def __init__(self, dispatch: Dispatch, events: EventSink) -> None:
        self._dispatch = dispatch
        self._events = events

    async def take_over(self, incidents: list[Incident], whole: bool) -> None:  # noqa: ARG002  # all or news: merged alike
        told = False
        while True:
            try:
                await self._dispatch.refresh_from_cad(incidents)
            except KnownError as error:
                log.warning("incidents were not taken over: %s", error.what)
                if not told:
                    self._events.publish(Fault(error.what, error.kept, error.todo))
                told = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return


class LinkCloser:
    """An ended consultation's link is closed at the gateway however often it takes; only then is it called closed."""

    def __init__(
        self,
        consultations: Consultations,
        in_call: Callable[[str], bool],
        gateway_url: str,
        signer: DeskSigner,
    ) -> None:
        """in_call: whether this consultation's call is still open here; then its own closing comes first."""
        self._consultations = consultations
        self._in_call = in_call
        self._gateway_url = gateway_url
        self._signer = signer
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._forever(), name="link-closer")

    async def stop(self) -> None:
        """Ends at once; what is not closed yet is closed after the next start."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _forever(self) -> None:
        while True:
            try:
                await self._close_all()
            except KnownError as error:
                log.warning("links to close: %s", error.what)
            await asyncio.sleep(RETRY_SECONDS)

    async def _close_all(self) -> None:
        for record in await self._consultations.links_to_close():
            if self._in_call(record.consultation.id):
                continue
            signalling = DeskSignalling(self._gateway_url, self._signer, lambda _event: None)
            try:
                await signalling.close_issued(link_secret.parse(record.link.secret), record.link.epoch)
            except (ServiceDownError, RefusedError) as error:
                log.warning("a link is not closed yet: %s", error.what)
                continue
            await self._consultations.link_state(record.consultation.id, LinkState.CLOSED)
