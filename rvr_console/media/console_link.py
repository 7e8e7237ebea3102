"""The media process's end of the socket pair: one thread reads, one writes; the event loop never waits for the console."""

import asyncio
import contextlib
import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Callable

from pydantic import BaseModel

from rvr_console.errors import UntrustedInputError
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire

_LOG = logging.getLogger(__name__)
MAX_BACKLOG_BYTES = 8 * 1024 * 1024
MAX_CONTROL_BACKLOG = 20_000
_END_WITHIN_S = 3.0


class _Overflow:
    """Frames of one track that found no room, since the last one that did."""

    __slots__ = ("count", "start_ns")

    def __init__(self) -> None:
        self.count = 0
        self.start_ns = 0


class ConsoleLink:
    """Sends and receives framed messages. Frames beyond the bound are dropped, counted and told as a `Hole`."""

    def __init__(self, sock: socket.socket, *, max_backlog_bytes: int = MAX_BACKLOG_BYTES) -> None:
        self._sock = sock
        self._limit = max_backlog_bytes
        self._queue: deque[bytes] = deque()
        self._queued_bytes = 0
        self._controls = 0
        self._wake = threading.Condition()
        self._closed = False
        self._overflow: dict[tuple[str, str], _Overflow] = {}
        self._last_ns: dict[tuple[str, str], int] = {}
        self._threads: list[threading.Thread] = []
        self._deadline: threading.Timer | None = None
        self.overflowed = 0

    def start(
        self,
        loop: asyncio.AbstractEventLoop,
        on_message: Callable[[object], None],
        on_lost: Callable[[], None],
    ) -> None:
        """Start both threads. The callbacks run on the loop; `on_lost` once, when the console has gone."""

        def post(callback: Callable[..., None], *values: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended before us
                loop.call_soon_threadsafe(callback, *values)

        def read_main() -> None:
            try:
                self._read_all(lambda message: post(on_message, message))
            except (OSError, UntrustedInputError) as error:
                _LOG.warning("The console's end of the link is lost: %s", type(error).__name__)
            post(on_lost)
            # whatever the engine is doing: without a console this process has no reason to be
            with self._wake:
                if not self._closed:
                    self._deadline = threading.Timer(_END_WITHIN_S, os._exit, args=(3,))
                    self._deadline.daemon = True
                    self._deadline.start()

        self._threads = [
            threading.Thread(target=read_main, name="console-in", daemon=True),
            threading.Thread(target=self._write_main, name="console-out", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, message: BaseModel) -> None:
        """Queue a control message. It keeps its place among the frames."""
        with self._wake:
            if self._controls >= MAX_CONTROL_BACKLOG:
                _LOG.error("The console does not read: ending")
                os._exit(4)
            self._controls += 1
            self._put(wire.pack_control(message))

    def send_frame(self, frame: media_frames.WireFrame) -> bool:
        """Queue a frame. False if there was no room: it is lost and will be told as a hole."""
        track = (frame.party, frame.track)
        with self._wake:
            if self._queued_bytes + len(frame.data) > self._limit:
                lost = self._overflow.setdefault(track, _Overflow())
                if lost.count == 0:
                    lost.start_ns = self._last_ns.get(track, frame.received_ns)
                lost.count += 1
                self.overflowed += 1
                return False
            lost_before = self._overflow.pop(track, None)
            if lost_before is not None:
                self._put(wire.pack_control(self._hole(frame, lost_before)))
                self._controls += 1
            self._last_ns[track] = frame.received_ns
            self._put(media_frames.pack_frame(frame))
            return True

    def backlog(self) -> int:
        """Bytes that wait for the console."""
        with self._wake:
            return self._queued_bytes

    def close(self) -> None:
        """Send what is queued (the console reading), then end the writer."""
        with self._wake:
            self._closed = True
            if self._deadline is not None:
                self._deadline.cancel()
            self._wake.notify()
        for thread in self._threads[1:]:
            thread.join(_END_WITHIN_S)
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()

    @staticmethod
    def _hole(frame: media_frames.WireFrame, lost: _Overflow) -> wire.Hole:
        return wire.Hole(
            epoch=frame.epoch,
            party=frame.party,
            track=frame.track,
            start_ns=lost.start_ns,
            end_ns=max(lost.start_ns, frame.received_ns),
            cause="recorder_overflow",
            frames=lost.count,
        )

    def _put(self, packed: bytes) -> None:
        self._queue.append(packed)
        self._queued_bytes += len(packed)
        self._wake.notify()

    def _write_main(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closed:
                    self._wake.wait()
                if not self._queue:
                    return
                packed = self._queue.popleft()
            try:
                self._sock.sendall(packed)
            except OSError:
                return  # the reader sees the same and ends the process
            with self._wake:
                self._queued_bytes -= len(packed)
                if packed[4] == wire.KIND_CONTROL:
                    self._controls -= 1

    def _read_all(self, on_message: Callable[[object], None]) -> None:
        stream = self._sock.makefile("rb")
        with stream:
            while header := stream.read(wire.ENVELOPE.size):
                if len(header) < wire.ENVELOPE.size:
                    return
                length, kind = wire.check_envelope(header)
                untrusted = stream.read(length)
                if len(untrusted) < length:
                    return
                if kind != wire.KIND_CONTROL:
                    raise UntrustedInputError("The console sends control messages only.")
                on_message(wire.read_console_message(untrusted))
