"""The sandboxed program while it plays a film: one command, one answer, each bounded in time, length and what it may read."""

import contextlib
import io
import math
import socket
import time
from dataclasses import dataclass

from rvr_console.evidence.sandboxed_program import (
    MAX_SERVED,
    SECONDS,
    CommandFor,
    ProgramFailedError,
    SandboxedProgram,
    playing_program,
)
from rvr_console.wire.inspection_messages import (
    COMMAND,
    LENGTH,
    MAX_SOUND,
    MAX_STEP_PICTURES,
    MAX_STEP_SOUND,
    PICTURE,
    SOUND,
    Act,
    Facts,
    Kind,
    Order,
)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """pixels: BGRA, top row first."""

    seconds: float
    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class HeardSound:
    """samples: mono s16 at 48 kHz."""

    seconds: float
    samples: bytes


@dataclass(frozen=True, slots=True)
class FilmStep:
    """What came of one packet. ended: there are no more."""

    pictures: tuple[ShownPicture, ...]
    sounds: tuple[HeardSound, ...]
    ended: bool


class FilmProgram(SandboxedProgram):
    """Made, used and ended on one thread; only `interrupt` may be called from another."""

    def __init__(self, command_for: CommandFor = playing_program, seconds: float = SECONDS) -> None:
        """seconds: for one command. Raises EvidenceError when there is no sandbox, OSError when it does not start."""
        super().__init__(command_for)
        self._seconds = seconds
        self._side = 0

    def open(self, file: io.RawIOBase, order: Order) -> Facts:
        """What the film is; if its outcome is "plays", commands may follow. Raises ProgramFailedError."""
        self._side = order.max_side
        facts, pixels = self.look(file, order, self._seconds)
        if pixels:
            raise ProgramFailedError("it said something that it should not")
        return facts

    def next(self, file: io.RawIOBase) -> FilmStep:
        """One packet more. Raises ProgramFailedError and what reading the file raises."""
        return self._do(file, Act.NEXT, 0.0)

    def seek(self, file: io.RawIOBase, seconds: float) -> None:
        self._do(file, Act.SEEK, seconds)

    def interrupt(self) -> None:
        """Whatever it is asked for ends at once with ProgramFailedError."""
        with contextlib.suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)

    def _do(self, file: io.RawIOBase, act: Act, seconds: float) -> FilmStep:
        self._deadline = time.monotonic() + self._seconds
        self._send(LENGTH.pack(COMMAND.size) + COMMAND.pack(act, seconds))
        pictures: list[ShownPicture] = []
        sounds: list[HeardSound] = []
        served = heard = 0
        while True:
            kind, body = self._receive()
            if kind is Kind.DONE:
                return FilmStep(tuple(pictures), tuple(sounds), body == b"\1")
            if kind is Kind.READ:
                served += self._give(file, body, MAX_SERVED - served)
            elif kind is Kind.PICTURE and len(pictures) < MAX_STEP_PICTURES:
                pictures.append(_picture(body, self._side))
            elif kind is Kind.SOUND and (heard := heard + len(body)) <= MAX_STEP_SOUND:
                sounds.append(HeardSound(_moment(*SOUND.unpack_from(body)), body[SOUND.size :]))
            else:
                raise ProgramFailedError("it said something that it should not")

    def _may(self, kind: int, length: int, pixels: int) -> bool:
        if kind == Kind.PICTURE:
            return PICTURE.size < length <= PICTURE.size + 4 * self._side * self._side
        if kind == Kind.SOUND:
            return SOUND.size < length <= SOUND.size + MAX_SOUND and (length - SOUND.size) % 2 == 0
        return length == 1 if kind == Kind.DONE else super()._may(kind, length, pixels)


def _picture(body: bytes, side: int) -> ShownPicture:
    seconds, width, height = PICTURE.unpack_from(body)
    pixels = body[PICTURE.size :]
    if not (0 < width <= side and 0 < height <= side and len(pixels) == 4 * width * height):
        raise ProgramFailedError("its picture is not as large as it says")
    return ShownPicture(_moment(seconds), width, height, pixels)


def _moment(untrusted: float) -> float:
    if not math.isfinite(untrusted) or abs(untrusted) > 2e9:
        raise ProgramFailedError("it named a time that no film has")
    return untrusted
