"""Between a call's room and whoever takes the files of the call: signals and the gateway's words pass, bytes do not."""

from collections.abc import Callable
from typing import Protocol

from rvr_console.video.signalling import DeskSignalling
from rvr_console.video.signalling_events import (
    DeviceAdmitted,
    GatewayFile,
    GatewayUp,
    Message,
    SignallingEvent,
)
from rvr_console.wire.file_signals import (
    DeskFileSignal,
    FileAgain,
    FileCancelled,
    FileOffer,
    PageFileSignal,
)
from rvr_console.wire.gateway_messages import Expect, Expected, Grew
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.signals import DeskSignal

PAGE_FILE_SIGNALS = (FileOffer, FileAgain, FileCancelled)


class FileDoor(Protocol):
    """Takes the files of one call. On the session's loop; nothing here waits."""

    def open(self, secret: LinkSecret, line: "FileLine") -> None: ...

    def gateway_up(self) -> None: ...

    def page_here(self, device: str) -> None: ...

    def page_said(self, signal: PageFileSignal) -> None: ...

    def gateway_said(self, frame: Expected | Grew) -> None: ...

    def link_closed(self) -> None: ...

    def want(self, what: str, words: str) -> None: ...


class FileLine:
    """What the door may do in the room."""

    def __init__(self, send: Callable[[DeskSignal], None], signalling: DeskSignalling) -> None:
        self._send, self._signalling = send, signalling

    def say(self, signal: DeskFileSignal) -> None:
        self._send(signal)

    def ask(self, frame: Expect) -> None:
        self._signalling.expect_file(frame)


class CallFiles:
    """Passes on to the door what is about files; without a door the page is never told that files may be sent."""

    def __init__(self, door: FileDoor | None) -> None:
        self._door = door
        self._wanted: tuple[str, str] | None = None  # asked for, nothing offered since

    def open(self, secret: LinkSecret, line: FileLine) -> None:
        if self._door is not None:
            self._door.open(secret, line)

    def take(self, event: SignallingEvent) -> None:
        door = self._door
        if door is None:
            return
        if isinstance(event, GatewayUp):
            door.gateway_up()
        elif isinstance(event, DeviceAdmitted):
            door.page_here(event.device_key_id)
            if self._wanted is not None:  # a page that was away has not heard it
                door.want(*self._wanted)
        elif isinstance(event, GatewayFile):
            door.gateway_said(event.frame)
        elif isinstance(event, Message) and event.live and isinstance(event.signal, PAGE_FILE_SIGNALS):
            if isinstance(event.signal, FileOffer):
                self._wanted = None
            door.page_said(event.signal)

    def link_closed(self) -> None:
        if self._door is not None:
            self._door.link_closed()

    def want(self, what: str, words: str) -> None:
        """A page that is away is asked as soon as it is back."""
        if self._door is not None:
            self._wanted = what, words
            self._door.want(what, words)
