"""A desk's end for files in tests: a sink that keeps plain bytes in memory and can be told to fail."""

import hashlib
import threading

from rvr_console.domain.events import UploadChanged
from rvr_console.domain.uploads import FileFacts, ReceivedFile
from rvr_console.errors import StorageError
from rvr_console.intake.file_intake import FileIntake, Intake
from rvr_console.system.clock import SystemClock
from rvr_console.wire.gateway_messages import encode

NO_ROOM = StorageError("The disk is full.", kept="What has come is kept.", todo="Make room.")


class MemoryWriter:
    def __init__(self, facts: FileFacts, sink: "MemorySink") -> None:
        self.facts, self.sink = facts, sink
        self.data = bytearray()
        self.received: ReceivedFile | None = None
        self.abandoned = ""
        self.hash = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        if self.sink.full_after is not None and len(self.data) >= self.sink.full_after:
            self.sink.refused.set()
            raise NO_ROOM
        if self.sink.keeps:
            self.data += chunk
        self.hash.update(chunk)
        self.sink.moved()

    async def finish(self, received: ReceivedFile) -> None:
        self.received = received
        self.sink.moved()

    async def abandon(self, reason: str) -> None:
        self.abandoned = reason
        self.sink.moved()

    @property
    def sha256(self) -> str:
        return self.hash.hexdigest()


class MemorySink:
    """Implements domain.uploads.ExhibitSink. full_after: bytes of a file after which the disk is full, None: never."""

    def __init__(self, *, keeps: bool = True) -> None:
        self.keeps = keeps
        self.files: list[MemoryWriter] = []
        self.full_after: int | None = None
        self.refused = threading.Event()
        self._changed = threading.Condition()

    async def begin(self, facts: FileFacts) -> MemoryWriter:
        made = MemoryWriter(facts, self)
        self.files.append(made)
        self.moved()
        return made

    def moved(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, check, seconds: float = 20.0) -> None:
        with self._changed:
            assert self._changed.wait_for(check, seconds), f"not in {seconds} s; {self.files}"

    def whole(self, count: int = 1, seconds: float = 20.0) -> list[MemoryWriter]:
        """The received files, once there are so many."""

        def done() -> list[MemoryWriter]:
            return [file for file in self.files if file.received is not None]

        self.until(lambda: len(done()) >= count, seconds)
        return done()


class Told:
    """An EventSink that keeps what was said of files."""

    def __init__(self) -> None:
        self.events: list[UploadChanged] = []

    def publish(self, event: object) -> None:
        if isinstance(event, UploadChanged):
            self.events.append(event)

    def states(self, upload_id: str) -> list[str]:
        found = [e.status.state.value for e in self.events if e.status.facts.upload_id == upload_id]
        return [state for i, state in enumerate(found) if i == 0 or state != found[i - 1]]


class TakesFiles:
    """What a test's desk adds to take files by the console's own intake: a door to which the desk passes on what it hears."""

    intake: Intake | None = None
    door: FileIntake | None = None

    def take_files(self) -> tuple[MemorySink, Told]:
        """From now on this desk takes files, by the console's own intake; before the page is admitted."""
        sink, told = MemorySink(), Told()
        self.call(self._take_files(sink, told))
        return sink, told

    async def _take_files(self, sink: MemorySink, told: Told) -> None:
        self.intake = Intake(f"http://127.0.0.1:{self.port}", sink, told, SystemClock())
        self.door = self.intake.door("c-1")
        self.door.open(self.secret, self)
        self.door.gateway_up()

    def say(self, signal) -> None:
        """What the intake says to the page."""
        self._note("said " + signal.kind, signal)
        if self._connection in self._sessions:
            self._spawn(self._send(self._connection, signal))

    def ask(self, frame) -> None:
        """What the intake asks of the gateway."""
        self._spawn(self._socket.send(encode(frame)))

    async def end_files(self) -> None:
        if self.intake is not None:
            await self.intake.stop()
