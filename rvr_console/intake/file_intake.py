"""The files of one call: offers judged, the gateway told to expect them, each followed to its receipt.

On the console's loop. What the page and the gateway say comes in by the room of the call; docs/signalling.md has the signals.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from rvr_console.domain.ports import Clock, EventSink
from rvr_console.domain.uploads import ExhibitSink, FileFacts, UploadState
from rvr_console.errors import KnownError, UntrustedInputError
from rvr_console.intake.gateway_files import GatewayFiles
from rvr_console.intake.incoming import Incoming, Standing, Surroundings
from rvr_console.intake.ledger import FileLedger
from rvr_console.intake.open_files import OpenFile, OpenFiles
from rvr_console.wire import link_secret
from rvr_console.wire.encoding import b64u, from_b64u
from rvr_console.wire.file_signals import (
    DeskFileSignal,
    FileAccepted,
    FileAgain,
    FileCancelled,
    FileHave,
    FileOffer,
    FileProgress,
    FileReceived,
    FileRefused,
    FilesOpen,
    FileUnfinished,
    FileWanted,
    PageFileSignal,
    Refusal,
)
from rvr_console.wire.gateway_messages import Expect, Expected, Grew
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.upload_sealing import (
    FILE_LIMIT,
    TOTAL_LIMIT,
    DeskFileKey,
    StreamOpener,
    sealed_size,
)

WORKERS = 4
ROOM_AGAIN_S = 5.0
"""How long before a gateway that had no room for a file is asked again."""
TAKEN_BACK = "The person took it back before it had all come."
_LATEST = 253_402_300_799_000
"""Milliseconds since 1970 to the end of the year 9999."""
_EMPTY = hashlib.sha256().hexdigest()
log = logging.getLogger(__name__)


class FileLine(Protocol):
    """What the call's room does for the intake."""

    def say(self, signal: DeskFileSignal) -> None:
        """To the admitted device, if it is there."""
        ...

    def ask(self, frame: Expect) -> None:
        """To the gateway, if it is there."""
        ...


class Intake:
    """All files of this console. sink: where they go."""

    def __init__(
        self,
        gateway_url: str,
        sink: ExhibitSink,
        events: EventSink,
        clock: Clock,
        kept: OpenFiles | None = None,
    ) -> None:
        """kept: where what is on its way is noted, so that a later run of the console goes on with it."""
        self.kept = kept
        self.files = GatewayFiles(gateway_url)
        self.sink, self.events, self.clock = sink, events, clock
        self.workers = ThreadPoolExecutor(WORKERS, "intake")
        self._calls: dict[str, FileIntake] = {}

    def door(self, consultation_id: str) -> "FileIntake":
        """The one of this call."""
        return self._calls.setdefault(consultation_id, FileIntake(consultation_id, self))

    async def go_on(self) -> None:
        """Take up what an earlier run of the console had accepted; before any call is opened."""
        if self.kept is not None:
            loop = asyncio.get_running_loop()
            for one in await loop.run_in_executor(self.workers, self.kept.all):
                self.door(one.facts.consultation_id).take_up(one)

    async def stop(self) -> None:
        """The console ends. What has not come yet stays at the gateway until it is back."""
        for one in self._calls.values():
            await one.pause()
        self.workers.shutdown()
        self.files.close()


def _file_key(offer: FileOffer, key: DeskFileKey, secret: LinkSecret) -> bytes | None:
    """None: wrapped to the key of a console that has ended (the page knows the new one by now), or malformed."""
    try:
        return key.unwrap(from_b64u(offer.key), secret.room, bytes.fromhex(offer.id))
    except UntrustedInputError:
        return None


def _say_failure(task: "asyncio.Task[None]") -> None:
    error = None if task.cancelled() else task.exception()
    if isinstance(error, KnownError):
        log.warning("a file's task failed: %s", error.what)
    elif error is not None:
        log.error("a file's task failed", exc_info=error)


def _facts(offer: FileOffer, consultation_id: str, device: str, now: datetime) -> FileFacts:
    modified = None
    if offer.modified_ms is not None and offer.modified_ms <= _LATEST:
        modified = datetime.fromtimestamp(offer.modified_ms / 1000, UTC)
    return FileFacts(
        consultation_id,
        offer.id,
        offer.name,
        offer.size,
        offer.type,
        offer.description,
        offer.how,
        device,
        now,
        modified,
    )


class _Tasks:
    """Work that nobody waits for; what goes wrong in it is logged."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def end(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        _say_failure(task)


async def _when_there_may_be_room(one: Incoming, ask: Callable[[Expect], None]) -> None:
    """Ask a gateway again that had no room for a file."""
    stream = one.stream
    await asyncio.sleep(ROOM_AGAIN_S)
    if one.live and one.stream == stream:
        ask(Expect(upload=stream, size=one.size_sealed))


class FileIntake:
    """Implements what a call's room asks of an intake (video.call_files.FileDoor)."""

    def __init__(self, consultation_id: str, intake: Intake) -> None:
        self._consultation_id, self._intake = consultation_id, intake
        self._key = DeskFileKey()
        self._line: FileLine | None = None
        self._around: Surroundings | None = None
        self._device = ""
        self._ledger = FileLedger()
        self._tasks = _Tasks()

    # What the room tells

    def open(self, secret: LinkSecret, line: FileLine) -> None:
        self._line = line
        self._surround(secret)

    def _surround(self, secret: LinkSecret) -> Surroundings:
        made = self._intake
        self._around = Surroundings(
            made.sink, made.files, secret, made.events, made.workers, self._told, made.kept
        )
        return self._around

    def take_up(self, kept: OpenFile) -> None:
        """Go on with a file of an earlier run, from its first byte; the gateway holds it for a day."""
        facts = kept.facts
        one = Incoming(facts, self._surround(link_secret.parse(kept.secret)))
        self._ledger.add(one)
        opener = StreamOpener(kept.file_key, bytes.fromhex(facts.upload_id), facts.size)
        one.follow(facts.upload_id, opener, sealed_size(facts.size), kept)
        one.gateway_holds(0)  # it was told of it by that run

    def gateway_up(self) -> None:
        """The desk is in the room, for the first time or again: the gateway may have forgotten whom it talks to."""
        for one in self._ledger.live:
            self._ask(Expect(upload=one.stream, size=one.size_sealed))

    def page_here(self, device: str) -> None:
        """The admitted device is there, for the first time or again."""
        self._device = device
        key, left = b64u(self._key.public), self._ledger.left
        self._say(FilesOpen(key=key, file_limit=FILE_LIMIT, total_limit=TOTAL_LIMIT, left=left))
        for one in filter(self._own, self._ledger.live):
            self._say(FileUnfinished(id=one.stream, name=one.facts.untrusted_name, size=one.facts.size))

    def _own(self, one: Incoming) -> bool:
        """Of the device that is there now: another one that was let in later learns no name and changes nothing."""
        return one.facts.device == self._device

    def page_said(self, signal: PageFileSignal) -> None:
        if isinstance(signal, FileOffer):
            self._spawn_offer(signal)
        elif isinstance(signal, FileAgain):
            self._tasks.begin(self._again(signal))
        elif isinstance(signal, FileCancelled):
            one = self._ledger.find(signal.id)
            if one is not None and self._own(one):
                self._tasks.begin(one.end(UploadState.CANCELLED, TAKEN_BACK))

    def gateway_said(self, frame: Expected | Grew) -> None:
        one = self._ledger.find(frame.upload)
        if one is None or one.stream != frame.upload:
            return
        if frame.full if isinstance(frame, Grew) else frame.reason == "full":
            one.gateway_full()
            if isinstance(frame, Expected):
                self._tasks.begin(_when_there_may_be_room(one, self._ask))
            return
        if isinstance(frame, Expected) and frame.reason:
            reason: Refusal = "too_much" if frame.reason in {"quota", "too_large"} else "not_now"
            self._tasks.begin(
                self._fail(one, reason, f"The gateway does not take this file ({frame.reason}).")
            )
            return
        one.gateway_holds(frame.bytes)
        if isinstance(frame, Expected) and not one.accepted:
            one.accepted = True
            self._say(FileAccepted(id=one.stream))

    def want(self, what: str, words: str) -> None:
        """Ask the person for something. what: "photo" or "file"; words: neutral, shown as they are. The device must be there."""
        self._say(FileWanted.model_validate({"want": what, "words": words}))

    def link_closed(self) -> None:
        """The link is dead. What the gateway holds whole is still fetched; of the rest no more will come."""
        self._line = None
        for one in self._ledger.live:
            if one.held < one.size_sealed:
                self._tasks.begin(one.end(UploadState.CANCELLED, "The call ended before all of it had come."))
            else:
                one.go_on()  # it may stand still for a page that wanted to continue it

    async def pause(self) -> None:
        """The console ends."""
        self._line = None
        await self._tasks.end()
        for one in self._ledger.all:
            await one.pause()

    # Doing it

    def _say(self, signal: DeskFileSignal) -> None:
        if self._line is not None:
            self._line.say(signal)

    def _ask(self, frame: Expect) -> None:
        if self._line is not None:
            self._line.ask(frame)

    def _refuse(self, upload_id: str, reason: Refusal) -> None:
        self._say(FileRefused(id=upload_id, reason=reason))

    def _spawn_offer(self, offer: FileOffer) -> None:
        known = self._ledger.find(offer.id)
        if known is not None:
            self._repeat(known)
        elif offer.continues is not None:
            self._tasks.begin(self._continued(offer))
        else:
            self._begin(offer)

    def _repeat(self, one: Incoming) -> None:
        """The page came back and offers what is known: tell it how that stands."""
        if one.state is UploadState.RECEIVED:
            self._say(FileReceived(id=one.stream, sha256=one.sha256))
        elif not one.live:
            self._refuse(one.stream, "start_again")
        else:
            one.accepted = False
            self._ask(Expect(upload=one.stream, size=one.size_sealed))

    def _begin(self, offer: FileOffer) -> None:
        reason, around = self._ledger.refusal_of(offer), self._around
        if reason is not None or around is None:
            self._refuse(offer.id, reason or "not_now")
            return
        file_key = _file_key(offer, self._key, around.secret)
        if file_key is None:
            self._refuse(offer.id, "start_again")
            return
        now = self._intake.clock.now()
        one = Incoming(_facts(offer, self._consultation_id, self._device, now), around)
        self._ledger.add(one)
        self._follow(one, offer, file_key, OpenFile(one.facts, around.secret.reveal(), file_key))

    def _follow(self, one: Incoming, offer: FileOffer, file_key: bytes, kept: OpenFile | None = None) -> None:
        sealed = sealed_size(offer.size - offer.start)
        opener = StreamOpener(file_key, bytes.fromhex(offer.id), offer.size, offer.start)
        one.follow(offer.id, opener, sealed, kept)
        self._ask(Expect(upload=offer.id, size=sealed))

    def _told(self, one: Standing) -> None:
        """The page learns how it stands."""
        if one.state is UploadState.RECEIVED:
            self._say(FileReceived(id=one.stream, sha256=one.sha256))
        elif one.state is UploadState.FAILED:
            reason: Refusal = "changed" if one.refusal == "changed" else "not_now"
            self._refuse(one.stream, reason)
        elif one.live:
            waiting = one.state is UploadState.WAITING
            self._say(FileProgress(id=one.stream, received=one.received, waiting=waiting))

    async def _fail(self, one: Incoming, reason: Refusal, words: str) -> None:
        stream = one.stream
        await one.end(UploadState.FAILED, words)
        self._refuse(stream, reason)

    async def _again(self, signal: FileAgain) -> None:
        """The person chose a file for an unfinished one: stop where we are and say where that is."""
        one = self._ledger.find(signal.id)
        if one is None or not one.live or not self._own(one):
            self._refuse(signal.id, "start_again")
            return
        await one.catch_up()
        self._say(FileHave(id=signal.id, bytes=one.received, sha256=one.sha256 or _EMPTY))

    async def _continued(self, offer: FileOffer) -> None:
        one, around = self._ledger.find(offer.continues or ""), self._around
        if one is None or around is None or not one.live or not self._own(one):
            self._refuse(offer.id, "start_again")
            return
        file_key = _file_key(offer, self._key, around.secret)
        if file_key is None:
            self._refuse(offer.id, "start_again")
            return
        former = one.stream
        await one.pause()
        if (one.stream, one.facts.size, one.received) != (former, offer.size, offer.start):
            self._refuse(offer.id, "start_again")
            one.go_on()
            return
        self._ledger.goes_on_as(offer.id, one)
        self._follow(one, offer, file_key)
        await one.drop(former)
