"""One file from its offer to its receipt. On the console's loop; the bytes move on the intake's threads."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from rvr_console.domain.events import UploadChanged
from rvr_console.domain.ports import EventSink
from rvr_console.domain.uploads import (
    ExhibitSink,
    FileFacts,
    FileWriter,
    ReceivedFile,
    UploadState,
    UploadStatus,
)
from rvr_console.errors import KnownError, ServiceDownError, StorageError, UntrustedInputError
from rvr_console.intake.gateway_files import GatewayFiles
from rvr_console.intake.open_files import OpenFile, OpenFiles
from rvr_console.intake.pump import Pump
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.upload_sealing import StreamOpener

T = TypeVar("T")
POLL_S = 5.0
"""How long without a word of the gateway before it is asked."""
AGAIN_S = 2.0
TELL_EVERY_S = 0.5
GATEWAY_FULL = "The gateway's disk is full. What has come is kept, and it goes on by itself. Tell IT."
_LIVE = (UploadState.COMING, UploadState.WAITING, UploadState.CHECKING)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every file of one call needs. told: the page is to learn of the file's state."""

    sink: ExhibitSink
    files: GatewayFiles
    secret: LinkSecret
    events: EventSink
    workers: ThreadPoolExecutor
    told: Callable[["Standing"], None]
    kept: OpenFiles | None = None

    async def forget(self, upload_id: str, stream: str) -> None:
        """The gateway is told; no later run begins with the file."""
        loop = asyncio.get_running_loop()
        if self.kept is not None:
            await loop.run_in_executor(self.workers, self.kept.forget, upload_id)
        try:
            await loop.run_in_executor(self.workers, self.files.drop, self.secret, stream)
        except ServiceDownError:
            log.info("the gateway was not told to forget a file; it does so by itself within 24 hours")


async def _nothing() -> None:
    pass


class _Telling:
    """The officer's screens are told of one file."""

    def __init__(self, facts: FileFacts, events: EventSink) -> None:
        self._events = events
        self.status = UploadStatus(facts, UploadState.COMING)
        self.at = 0.0

    def tell(self, state: UploadState, received: int, words: str = "", at: float = 0.0) -> None:
        self.at = at
        self.publish(UploadStatus(self.status.facts, state, received, words=words))

    def whole(self, received: ReceivedFile) -> None:
        size, sha256 = received.size, received.sha256
        self.publish(UploadStatus(self.status.facts, UploadState.RECEIVED, size, sha256, received.agrees))

    def publish(self, status: UploadStatus) -> None:
        self.status = status
        self._events.publish(UploadChanged(status.facts.consultation_id, status))


class Standing:
    """How one file stands, and who is told of it: the officer's screens and the page.

    stream: upload id of the sealed stream in use; the first one is the file's own id.
    """

    def __init__(self, facts: FileFacts, around: Surroundings) -> None:
        self.facts = facts
        self.stream = facts.upload_id
        self.state = UploadState.COMING
        self._around = around
        self._pump: Pump | None = None
        self._telling = _Telling(facts, around.events)
        self.refusal = ""
        self._no_room_there = False  # at the gateway
        self._loop = asyncio.get_running_loop()

    @property
    def live(self) -> bool:
        return self.state in _LIVE

    @property
    def received(self) -> int:
        return self._pump.received if self._pump is not None else 0

    @property
    def sha256(self) -> str:
        return self._pump.sha256 if self._pump is not None else ""

    def gateway_full(self) -> None:
        """Its disk takes no more just now: said, and waited for."""
        self._no_room_there = True
        if self.live and self.state is not UploadState.WAITING:
            self.state = UploadState.WAITING
            self._tell(GATEWAY_FULL)
            self._around.told(self)

    def _coming(self) -> None:
        """Bytes move. Told when they did not, or are more than was told."""
        waited, self.state = self.state is UploadState.WAITING, UploadState.COMING
        if waited or self.received != self._telling.status.received:
            self._tell()
            self._around.told(self)

    def _moved(self, _received: int) -> None:  # on the pump's thread
        self._loop.call_soon_threadsafe(self._progress)

    def _progress(self) -> None:
        if self.live and self._loop.time() - self._telling.at >= TELL_EVERY_S:
            self._tell()
            self._around.told(self)

    def _tell(self, words: str = "") -> None:
        self._telling.tell(self.state, self.received, words, self._loop.time())


class Incoming(Standing):
    """Moves its bytes."""

    def __init__(self, facts: FileFacts, around: Surroundings) -> None:
        super().__init__(facts, around)
        self.held = self.size_sealed = 0
        self._to_keep: OpenFile | None = None
        self._opener: StreamOpener | None = None
        self._writer: FileWriter | None = None
        self._known_there = self.accepted = False
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._moving: asyncio.Future[None] | None = None

    def follow(self, stream: str, opener: StreamOpener, sealed: int, to_keep: OpenFile | None = None) -> None:
        """Take this sealed stream from now on. sealed: its size. to_keep: what a later run of the console needs to go on."""
        self._to_keep = to_keep
        self.stream, self._opener, self.size_sealed, self.held = stream, opener, sealed, 0
        self._known_there = self.accepted = False
        if self._pump is not None:
            self._pump.take_up(stream, opener)
        self._begin()

    def gateway_holds(self, sealed: int) -> None:
        self._known_there = True
        self.held = sealed
        self._wake.set()
        if self._no_room_there:
            self._no_room_there = False
            self._coming()

    async def pause(self) -> None:
        """Stop moving bytes; nothing is lost or told."""
        if self._pump is not None:
            self._pump.stop()
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._moving is not None:
            await asyncio.gather(self._moving, return_exceptions=True)

    def go_on(self) -> None:
        """After `pause`, with the same stream; nothing happens when it moves already, or is over."""
        if self.live and self._task is None:
            if self._pump is not None:
                self._pump.go_on()
            self._begin()

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"file {self.facts.upload_id[:8]}")

    async def catch_up(self) -> None:
        """Stop, with all whole chunks taken that the gateway holds just now; a file that is whole by then is finished."""
        await self.pause()
        pump = self._pump
        if pump is None:
            return
        before = -1
        try:
            while not pump.done and before != pump.wants:
                before = pump.wants
                pump.go_on()
                await self._in_thread(pump.advance)
        except KnownError as error:
            log.info("not caught up: %s", error.what)
        if pump.done:
            self._begin()

    def end(self, state: UploadState, words: str) -> Coroutine[Any, Any, None]:
        """Nothing more of it: cancelled or failed, as of this call. What follows from it is to be awaited."""
        if not self.live:
            return _nothing()
        self.state = state
        return self._clear_up(words)

    async def _clear_up(self, words: str) -> None:
        await self.pause()
        self._tell(words)
        if self._writer is not None:
            await self._patiently(partial(self._writer.abandon, words))
        await self.drop(self.stream)

    async def _run(self) -> None:
        try:
            await self._receive()
        except KnownError as error:
            self.refusal = "changed" if isinstance(error, UntrustedInputError) else "not_now"
            await self._failed(error.what)
        except Exception:  # main of the file's task
            log.exception("a file's task failed")
            self.refusal = "not_now"
            await self._failed("Something went wrong in this program.")

    async def _failed(self, words: str) -> None:
        self._task = None
        await self.end(UploadState.FAILED, words)
        self._around.told(self)

    async def _receive(self) -> None:
        self._tell()
        kept, one = self._around.kept, self._to_keep
        if kept is not None and one is not None:
            await self._patiently(lambda: self._in_thread(partial(kept.keep, one)))
        if self._writer is None:
            self._writer = await self._patiently(lambda: self._around.sink.begin(self.facts))
        if self._pump is None and self._opener is not None:
            self._pump = Pump(self._around.files, self._around.secret, self._writer, self._moved)
            self._pump.take_up(self.stream, self._opener)
        pump, writer = self._pump, self._writer
        if pump is None:
            return
        while not pump.done:
            await self._step(pump)
        self.state = UploadState.CHECKING
        self._tell()
        received = ReceivedFile(pump.received, pump.sha256, pump.claimed_sha256)
        await self._patiently(lambda: writer.finish(received))
        self.state = UploadState.RECEIVED
        agrees = received.agrees
        self._telling.publish(UploadStatus(self.facts, self.state, received.size, received.sha256, agrees))
        self._around.told(self)
        self._moving = asyncio.ensure_future(self.drop(self.stream))
        await asyncio.shield(self._moving)  # also when the console ends now

    async def _step(self, pump: Pump) -> None:
        """Move what the gateway holds, or wait for more of it."""
        if self.held < pump.wants:
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_S)
                return
            if not self._known_there:
                return
            # Its word may have been lost: asked.
        wanted = pump.wants
        try:
            await self._in_thread(pump.advance)
        except (ServiceDownError, StorageError) as error:
            await self._wait_for_better(error)
            return
        if not self._no_room_there:
            self._coming()
        if not pump.done and pump.wants == wanted <= self.held:
            await asyncio.sleep(AGAIN_S)  # it says that it holds more than it gives

    async def _wait_for_better(self, error: ServiceDownError | StorageError) -> None:
        if self.state is not UploadState.WAITING:
            self.state = UploadState.WAITING
            self._tell(error.in_words())
            if isinstance(error, StorageError):
                self._around.told(self)
        await asyncio.sleep(AGAIN_S)

    async def _patiently(self, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Again and again while the desk's disk has no room."""
        while True:
            try:
                return await act()
            except StorageError as error:
                await self._wait_for_better(error)

    async def _in_thread(self, act: Callable[[], None]) -> None:
        """A cancelled wait leaves the thread at work: pause() waits for it."""
        self._moving = self._loop.run_in_executor(self._around.workers, act)
        await asyncio.shield(self._moving)

    async def drop(self, stream: str) -> None:
        """A stream is of no more use: the gateway forgets it, and no later run begins with it."""
        await self._around.forget(self.facts.upload_id, stream)
