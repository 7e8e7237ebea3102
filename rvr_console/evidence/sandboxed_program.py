"""A program in its sandbox and our end of its socket: started, served with pieces of one file, believed nothing, ended."""

import contextlib
import io
import socket
import subprocess
import sys
import time
from collections.abc import Callable

from pydantic import ValidationError

from rvr_console.errors import EvidenceError
from rvr_console.system.sandbox import closed_sandbox, kill_sandboxed, sandboxed_environment
from rvr_console.wire.inspection_messages import (
    FRAME,
    LENGTH,
    MAX_FACTS,
    MAX_READ,
    MAX_TEXT,
    READ,
    Facts,
    Kind,
    Order,
)

SECONDS = 10.0  # for one file, from the order to the last pixel; for one command of a film
START_SECONDS = 20.0
MAX_SERVED = 1 << 30  # bytes of a file that one look may ask for
_END_SECONDS = 5.0
NO_SANDBOX = (
    "This system has no sandbox for files from outside, so there are no previews; the file itself is kept."
)
CommandFor = Callable[[int], tuple[list[str], dict[str, str]]]


class ProgramFailedError(Exception):
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


def playing_program(link: int) -> tuple[list[str], dict[str, str]]:
    """As inspection_program, for a film that is to be played."""
    command, environment = inspection_program(link)
    return [*command, "film"], environment


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
        """Serve the file until facts and pixels (or text) are there. Raises ProgramFailedError, and what reading the file raises."""
        if not self._ready:
            self._deadline = time.monotonic() + START_SECONDS
            kind, _ = self._receive()
            if kind is not Kind.READY:
                raise ProgramFailedError("it did not start as it should")
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
                return facts, self._picture_or_text(facts)
            if kind is not Kind.READ:
                raise ProgramFailedError("it said something that it should not")
            served += self._give(file, body, MAX_SERVED - served)

    def _give(self, file: io.RawIOBase, body: bytes, most: int) -> int:
        """The bytes that it asks for, at most `most`; how many they were."""
        offset, length = READ.unpack(body)
        if length > min(MAX_READ, most):
            raise ProgramFailedError("it asked for too much of the file")
        began = time.monotonic()
        file.seek(min(offset, 2**62))
        data = file.read(length) or b""
        self._deadline += time.monotonic() - began  # what the file takes is not the program's time
        self._send(LENGTH.pack(len(data)) + data)
        return len(data)

    def _picture_or_text(self, facts: Facts) -> bytes:
        if facts.outcome == "text":
            kind, text = self._receive()
            if kind is not Kind.TEXT:
                raise ProgramFailedError("it promised text and sent none")
            return text
        if facts.outcome != "shown":
            return b""
        kind, pixels = self._receive(facts.preview_width * facts.preview_height * 4)
        if kind is not Kind.PIXELS:
            raise ProgramFailedError("it promised pixels and sent none")
        return pixels

    def _receive(self, pixels: int = 0) -> tuple[Kind, bytes]:
        """The next message; its length must be right for its kind."""
        kind, length = FRAME.unpack(self._exactly(FRAME.size))
        if not self._may(kind, length, pixels):
            raise ProgramFailedError("it sent a message of a wrong kind or length")
        return Kind(kind), self._exactly(length)

    def _may(self, kind: int, length: int, pixels: int) -> bool:
        """Whether a message of this kind may have this length."""
        right: dict[int, bool] = {
            Kind.READY: length == 0,
            Kind.READ: length == READ.size,
            Kind.FACTS: length <= MAX_FACTS,
            Kind.PIXELS: length == pixels > 0,
            Kind.TEXT: length <= MAX_TEXT,
        }
        return right.get(kind, False)

    def _exactly(self, length: int) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._link.settimeout(self._left())
            try:
                part = self._link.recv(min(length - len(parts), 1 << 20))
            except TimeoutError:
                raise ProgramFailedError("it took too long") from None
            except OSError as error:
                raise ProgramFailedError("it ended too early") from error
            if not part:
                raise ProgramFailedError("it ended too early")
            parts += part
        return bytes(parts)

    def _send(self, data: bytes) -> None:
        self._link.settimeout(self._left())
        try:
            self._link.sendall(data)
        except TimeoutError:
            raise ProgramFailedError("it took too long") from None
        except OSError as error:
            raise ProgramFailedError("it ended too early") from error

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ProgramFailedError("it took too long")
        return left


def _checked_facts(untrusted: bytes) -> Facts:
    try:
        facts = Facts.model_validate_json(untrusted)
    except ValidationError:
        raise ProgramFailedError("its facts were malformed") from None
    if facts.outcome == "shown" and not (facts.preview_width and facts.preview_height):
        raise ProgramFailedError("its picture has no size")
    return facts
