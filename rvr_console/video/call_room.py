"""A call's room at the gateway: the link made known, messages sent, the link closed. What is told the page stands here too."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from rvr_console.domain import call
from rvr_console.domain.call import RoomKey
from rvr_console.domain.recording import Party, RecorderState, RecorderStatus
from rvr_console.errors import KnownError, ServiceDownError
from rvr_console.video.signalling import DeskSignalling
from rvr_console.wire import link_secret, signals

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
CLOSE_TRIES_SECONDS = 5.0


@dataclass
class ToldState:
    """What a page that is new or back must know of the officer's side."""

    paused_by: set[Party] = field(default_factory=set)
    recorder: RecorderStatus | None = None
    question: str = ""
    muted: bool = False
    camera_on: bool = True

    def recording_state(self) -> signals.RecordingState:
        status = self.recorder
        if status is None or status.state not in (RecorderState.RECORDING, RecorderState.PAUSED):
            return signals.RecordingState(state="off", elapsed_s=0.0)
        state = "paused" if status.state is RecorderState.PAUSED else "recording"
        return signals.RecordingState.model_validate({"state": state, "elapsed_s": status.recorded_us / 1e6})

    def pause_state(self) -> signals.PauseState:
        by = next(iter(sorted(party.value for party in self.paused_by)), "nobody")
        return signals.PauseState.model_validate({"paused": bool(self.paused_by), "by": by})

    def media_state(self) -> signals.MediaState:
        return signals.MediaState(muted=self.muted, camera_on=self.camera_on)


class CallRoom:
    """On the loop of its session. report: takes domain.call reports."""

    def __init__(self, signalling: DeskSignalling, report: Callable[[object], None]) -> None:
        self._signalling = signalling
        self._report = report
        self._key: RoomKey | None = None
        self._opening: asyncio.Task[None] | None = None
        self._joined = False
        self._sending: set[asyncio.Task[object]] = set()
        self.closing = False

    def open(self, key: RoomKey) -> None:
        """Make the link known and stay in its room; goes on trying while the gateway is down."""
        self._key = key
        self._opening = asyncio.create_task(self._open(key), name="open-room")

    async def _open(self, key: RoomKey) -> None:
        secret = link_secret.parse(key.secret)
        while True:
            try:
                if not key.device and key.epoch <= 1:
                    await self._signalling.issue(secret, key.expires_at_s)
                break
            except ServiceDownError as error:
                self._report(call.GatewayState(up=False, words=error.what))
                await asyncio.sleep(RETRY_SECONDS)
            except KnownError as error:
                self._report(call.CallFault(error.what, error.kept, error.todo))
                return
        await self._signalling.join(
            secret, key.epoch, device_key_id=key.device, officer_first_name=key.officer
        )
        self._joined = True

    async def chat(self, text: str) -> None:
        """To the admitted device, or to the only one that waits. Raises RefusedError when several wait."""
        chat = signals.Chat(id=f"d-{uuid.uuid4()}", text=text)
        if self._signalling.device_key_id:
            await self._signalling.send(chat)
        else:
            await self._signalling.send_to_waiting(chat)

    def send(self, signal: signals.DeskSignal) -> None:
        """Send if the device is there; if not, the state is sent anew when it is back."""
        self.spawn(self._send(signal))

    def spawn(self, work: Coroutine[object, object, object]) -> None:
        """Something short, ended with the room."""
        task: asyncio.Task[object] = asyncio.create_task(work)
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, signal: signals.DeskSignal) -> None:
        try:
            await self._signalling.send(signal)
        except ServiceDownError:
            log.info("not sent now, the device is away: %s", signal.kind)

    async def close_link(self) -> None:
        """Raises ServiceDownError when the gateway did not acknowledge in time: the caller keeps the intent and repeats it."""
        self.closing = True
        try:
            async with asyncio.timeout(CLOSE_TRIES_SECONDS):
                await self._close_link()
        except TimeoutError:
            raise ServiceDownError(
                "The gateway did not answer in time.",
                kept="That the link is to be closed is kept.",
                todo="The console closes it by itself.",
            ) from None

    async def _close_link(self) -> None:
        """Also a link that the gateway was not told of yet: it is then closed there before it was ever open."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._joined:
            await self._signalling.close_link()
        elif self._key is not None:
            await self._signalling.close_issued(link_secret.parse(self._key.secret), self._key.epoch)

    async def leave(self) -> None:
        """The link stays as it is."""
        if self._opening is not None:
            self._opening.cancel()
        await self._signalling.leave()
        for task in list(self._sending):
            task.cancel()
