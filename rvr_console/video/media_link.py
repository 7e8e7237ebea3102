"""The console's only door to the media process: starts it confined, feeds the recorder, carries the control messages.

Frames and holes are delivered on the thread "media-link", so that a stalled screen costs nothing. A link lives as long as its
process: after `ProcessDied` make a new one.
"""

import contextlib
import logging
import queue
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel

from rvr_console.domain.recording import EncodedFrame, GapCause, Party, TrackHole, TrackKind
from rvr_console.errors import UntrustedInputError
from rvr_console.video import media_sandbox
from rvr_console.video.media_wishes import MediaWishes
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire

_LOG = logging.getLogger(__name__)
_MAX_OUTGOING = 512
_END_WITHIN_S = 4.0
_SOCKET_BUFFER = 1024 * 1024

_PARTY = {name: Party(name) for name in wire.PARTIES}
_KIND = {name: TrackKind(name) for name in wire.TRACKS}


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """allow_loopback: for the demo and tests. confine: use the sandbox where there is one. verbose: let the process write to our
    standard error. sound: play the victim on the system's output device, if there is one (`Ready.sound` says so).
    """

    allow_loopback: bool = False
    confine: bool = True
    verbose: bool = False
    sound: bool = False


class MediaLink(MediaWishes):
    """Starts the media process at once. All send methods (see also `MediaWishes`) may be called from any thread, never wait.

    on_frame, on_hole: on the link's thread, in the order of the stream. on_message: control messages of
    `rvr_console.wire.media_messages`, on the same thread, ending with exactly one `ProcessDied` unless `close` came first.
    """

    def __init__(
        self,
        on_frame: Callable[[EncodedFrame], None],
        on_hole: Callable[[TrackHole], None],
        on_message: Callable[[BaseModel], None],
        *,
        settings: MediaSettings,
    ) -> None:
        """Raises OSError if the process cannot be started."""
        self._on_frame = on_frame
        self._on_hole = on_hole
        self._on_message = on_message
        self._closing = False
        self._reason: str = "exited"
        self._out: queue.Queue[bytes | None] = queue.Queue(_MAX_OUTGOING)
        self._memories = media_sandbox.make_picture_memories()
        ours, theirs = socket.socketpair()
        try:
            command, environment, self.confined = media_sandbox.child_command(
                theirs.fileno(),
                self._memories,
                confine=settings.confine,
                allow_loopback=settings.allow_loopback,
                sound=settings.sound,
            )
            self._child = subprocess.Popen(
                command,
                env=environment,
                pass_fds=(theirs.fileno(), *self._memories.values()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=None if settings.verbose else subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl+C in the terminal is for the console to act on
            )
        except OSError:
            ours.close()
            media_sandbox.close_picture_memories(self._memories)
            raise
        finally:
            theirs.close()
        if not self.confined:
            _LOG.warning("The media process runs without a sandbox")
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SOCKET_BUFFER)
        self._sock = ours
        self._writer = threading.Thread(target=self._write_main, name="media-link-out", daemon=True)
        self._reader = threading.Thread(target=self._read_main, name="media-link", daemon=True)
        self._writer.start()
        self._reader.start()

    @property
    def pid(self) -> int:
        """Process id of the child (of its sandbox, if confined)."""
        return self._child.pid

    def send(self, message: BaseModel) -> bool:
        """Queue a control message. False if the process is gone or does not read: in the latter case it is ended."""
        if self._closing or self._child.returncode is not None:
            return False
        try:
            self._out.put_nowait(wire.pack_control(message))
        except queue.Full:
            # a wish such as "pause" must not get lost silently: end the process, its death is told
            self._fail("backlog")
            return False
        return True

    def close(self) -> None:
        """End the process and both threads. Safe to call twice; not from the link's own callbacks."""
        if not self._closing:
            self.send(wire.Shutdown())
            self._closing = True
        try:
            self._child.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._stop_writer()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        for thread in (self._writer, self._reader):
            thread.join()
        self._sock.close()
        media_sandbox.close_picture_memories(self._memories)

    # ------------------------------------------------------------ inside

    def _fail(self, reason: str) -> None:
        if self._reason == "exited":
            self._reason = reason
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGKILL)

    def _stop_writer(self) -> None:
        while True:
            try:
                self._out.put_nowait(None)
            except queue.Full:
                with contextlib.suppress(queue.Empty):
                    self._out.get_nowait()
            else:
                return

    def _write_main(self) -> None:
        while (packed := self._out.get()) is not None:
            try:
                self._sock.sendall(packed)
            except OSError:
                return  # the reader sees the same and tells it

    def _read_main(self) -> None:
        try:
            self._read_all()
        except UntrustedInputError as error:
            _LOG.error("The media process broke the protocol: %s", error)
            self._fail("protocol")
        except OSError:
            self._fail("exited")
        except Exception:  # main of the thread media-link
            # a recorder's fault is told as the end of the link, never lost
            _LOG.exception("A receiver of media failed")
            self._fail("callback")
        self._tell_death()

    def _tell_death(self) -> None:
        try:
            code: int | None = self._child.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            code = self._child.wait()
        self._stop_writer()
        if not self._closing:
            _LOG.warning("The media process has ended (%s)", code)
            self._on_message(wire.ProcessDied.model_validate({"exit_code": code, "reason": self._reason}))

    def _read_all(self) -> None:
        with self._sock.makefile("rb") as stream:
            while len(header := stream.read(wire.ENVELOPE.size)) == wire.ENVELOPE.size:
                length, kind = wire.check_envelope(header)
                untrusted = stream.read(length)
                if len(untrusted) < length:
                    return
                if kind == wire.KIND_FRAME:
                    self._on_frame(_frame(media_frames.unpack_frame(untrusted)))
                else:
                    self._deliver(wire.read_media_message(untrusted))

    def _deliver(self, message: BaseModel) -> None:
        if isinstance(message, wire.Hole):
            self._on_hole(
                TrackHole(
                    _PARTY[message.party],
                    _KIND[message.track],
                    message.start_ns,
                    message.end_ns,
                    GapCause(message.cause),
                )
            )
        else:
            self._on_message(message)


def _frame(frame: media_frames.WireFrame) -> EncodedFrame:
    return EncodedFrame(
        party=_PARTY[frame.party],
        kind=_KIND[frame.track],
        tap_sequence=frame.tap_sequence,
        rtp_timestamp=frame.rtp_timestamp,
        received_ns=frame.received_ns,
        key=frame.key,
        data=frame.data,
        width=frame.width,
        height=frame.height,
    )
