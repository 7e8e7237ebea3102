"""Previews of hostile files: each is looked at by a program of its own in a closed sandbox, which then is thrown away.

The file goes in piece by piece through a socket (decrypted in memory, never on a disk), pixels and a few facts come out;
what comes out is untrusted and checked. A program that hangs, dies or talks nonsense costs its preview and nothing else.
"""

import contextlib
import io
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from pydantic import ValidationError

from rvr_console.domain.exhibit import Inspection, Preview
from rvr_console.errors import EvidenceError
from rvr_console.system.sandbox import closed_sandbox, kill_sandboxed, sandboxed_environment
from rvr_console.wire.inspection_messages import (
    FRAME,
    LENGTH,
    MAX_FACTS,
    MAX_READ,
    READ,
    Facts,
    Kind,
    Order,
)

log = logging.getLogger(__name__)
SECONDS = 10.0  # for one file, from the order to the last pixel
START_SECONDS = 20.0
MAX_SERVED = 1 << 30  # bytes of a file that one look may ask for
_END_SECONDS = 5.0
NO_SANDBOX = (
    "This system has no sandbox for files from outside, so there are no previews; the file itself is kept."
)
CommandFor = Callable[[int], tuple[list[str], dict[str, str]]]


class _FailedError(Exception):
    """The program did not keep to the protocol, or not to the time; the text says what happened."""


def inspection_program(link: int) -> tuple[list[str], dict[str, str]]:
    """(command, environment) of the program in its sandbox, speaking over the inherited socket `link`.

    Raises EvidenceError when this system has no sandbox.
    """
    sandbox = closed_sandbox()
    if sandbox is None:
        raise EvidenceError(NO_SANDBOX)
    command = [*sandbox, "--", sys.executable, "-P", "-m", "rvr_console.inspection", str(link)]
    return command, sandboxed_environment()


class SandboxedProgram:
    """One started program and our end of its socket. Started and ended on the same thread: it dies with that thread."""

    def __init__(self, command_for: CommandFor) -> None:
        """Raises EvidenceError when there is no sandbox, OSError when the program does not start."""
        ours, theirs = socket.socketpair()
        try:
            command, environment = command_for(theirs.fileno())
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                pass_fds=(theirs.fileno(),),
            )
        except (OSError, EvidenceError):
            ours.close()
            raise
        finally:
            theirs.close()
        self._link = ours
        self._deadline = 0.0
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def look(self, file: io.RawIOBase, order: Order, seconds: float = SECONDS) -> tuple[Facts, bytes]:
        """Serve the file until facts and pixels are there. Raises _FailedError, and what reading the file raises."""
        if not self._ready:
            self._deadline = time.monotonic() + START_SECONDS
            kind, _ = self._receive()
            if kind is not Kind.READY:
                raise _FailedError("it did not start as it should")
            self._ready = True
        self._deadline = time.monotonic() + seconds
        body = order.model_dump_json().encode()
        self._send(LENGTH.pack(len(body)) + body)
        return self._serve(file)

    def end(self) -> None:
        """Kill it and wait until it is gone. Safe to call twice."""
        self._link.close()
        if self._process.poll() is None:
            kill_sandboxed(self._process.pid)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)

    def _serve(self, file: io.RawIOBase) -> tuple[Facts, bytes]:
        served = 0
        while True:
            kind, body = self._receive()
            if kind is Kind.FACTS:
                facts = _checked_facts(body)
                return facts, self._pixels(facts)
            if kind is not Kind.READ:
                raise _FailedError("it said something that it should not")
            offset, length = READ.unpack(body)
            if length > MAX_READ or served + length > MAX_SERVED:
                raise _FailedError("it asked for too much of the file")
            file.seek(min(offset, 2**62))
            data = file.read(length) or b""
            served += len(data)
            self._send(LENGTH.pack(len(data)) + data)

    def _pixels(self, facts: Facts) -> bytes:
        if facts.outcome != "shown":
            return b""
        kind, pixels = self._receive(facts.preview_width * facts.preview_height * 4)
        if kind is not Kind.PIXELS:
            raise _FailedError("it promised pixels and sent none")
        return pixels

    def _receive(self, pixels: int = 0) -> tuple[Kind, bytes]:
        """The next message; its length must be right for its kind."""
        kind, length = FRAME.unpack(self._exactly(FRAME.size))
        right = {
            Kind.READY: length == 0,
            Kind.READ: length == READ.size,
            Kind.FACTS: length <= MAX_FACTS,
            Kind.PIXELS: length == pixels > 0,
        }.get(kind, False)
        if not right:
            raise _FailedError("it sent a message of a wrong kind or length")
        return Kind(kind), self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._link.settimeout(self._left())
            try:
                part = self._link.recv(min(length - len(parts), 1 << 20))
            except TimeoutError:
                raise _FailedError("it took too long") from None
            except OSError as error:
                raise _FailedError("it ended too early") from error
            if not part:
                raise _FailedError("it ended too early")
            parts += part
        return bytes(parts)

    def _send(self, data: bytes) -> None:
        self._link.settimeout(self._left())
        try:
            self._link.sendall(data)
        except TimeoutError:
            raise _FailedError("it took too long") from None
        except OSError as error:
            raise _FailedError("it ended too early") from error

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise _FailedError("it took too long")
        return left


def _checked_facts(untrusted: bytes) -> Facts:
    try:
        facts = Facts.model_validate_json(untrusted)
    except ValidationError:
        raise _FailedError("its facts were malformed") from None
    if facts.outcome == "shown" and not (facts.preview_width and facts.preview_height):
        raise _FailedError("its picture has no size")
    return facts


class Inspector:
    """Looks at files, one after the other on the calling thread; keeps one program started ahead, so that a look is quick.

    Make, use and close it on one thread: programs die with the thread that started them.
    """

    def __init__(
        self,
        command_for: CommandFor = inspection_program,
        seconds: float = SECONDS,
    ) -> None:
        self._command_for = command_for
        self._seconds = seconds
        self._warm: SandboxedProgram | None = None

    def warm(self) -> None:
        """Start a program ahead. Without a sandbox nothing happens."""
        if self._warm is None:
            with contextlib.suppress(EvidenceError, OSError):
                self._warm = SandboxedProgram(self._command_for)

    def inspect(
        self, file: io.RawIOBase, content_type: str, size: int, max_side: int, at_seconds: float = 0.0
    ) -> Inspection:
        """Never raises for what the file or the program does; raises EvidenceError when the sealed file cannot be read."""
        order = Order(content_type=content_type, size=size, max_side=max_side, at_seconds=at_seconds)
        try:
            program, self._warm = self._warm or SandboxedProgram(self._command_for), None
        except EvidenceError as error:
            return Inspection(error.what)
        except OSError as error:
            log.warning("the inspection program did not start: %s", error.strerror)
            return Inspection("The preview program did not start; the file itself is kept.")
        try:
            facts, pixels = program.look(file, order, self._seconds)
        except _FailedError as failed:
            log.info("an inspection gave no preview: %s", failed)
            return Inspection(f"There is no preview: the program that looked at it was stopped, {failed}.")
        finally:
            program.end()
            self.warm()
        return _inspection(facts, pixels)

    def close(self) -> None:
        program, self._warm = self._warm, None
        if program is not None:
            program.end()


def _inspection(facts: Facts, pixels: bytes) -> Inspection:
    preview = None
    if facts.outcome == "shown":
        preview = Preview(facts.preview_width, facts.preview_height, pixels)
    found = {
        "width": str(facts.width or ""),
        "height": str(facts.height or ""),
        "frames": str(facts.frames) if facts.frames > 1 else "",
        "seconds": f"{facts.seconds:.3f}" if facts.seconds else "",
        "codecs": facts.codecs,
        "truncated": "yes" if facts.truncated else "",
        "made_at": facts.made_at,
        "camera": facts.camera,
        "latitude": _degrees(facts.latitude),
        "longitude": _degrees(facts.longitude),
        **{f"exif.{name}": value for name, value in facts.tags},
    }
    return Inspection(facts.reason, {name: value for name, value in found.items() if value}, preview)


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
