"""The program's end of the socket: the order, the file's bytes as a seekable file, the answer."""

import io
import socket

from rvr_console.errors import BugError
from rvr_console.wire.inspection_messages import (
    COMMAND,
    FRAME,
    LENGTH,
    MAX_FACTS,
    MAX_ORDER,
    MAX_READ,
    PICTURE,
    READ,
    SOUND,
    Act,
    Facts,
    Kind,
    Order,
)


class Conversation:
    def __init__(self, link: socket.socket) -> None:
        self._link = link

    def ready(self) -> None:
        self._send(Kind.READY, b"")

    def order(self) -> Order | None:
        """None when the console has gone."""
        header = self._receive(LENGTH.size)
        if header is None:
            return None
        (length,) = LENGTH.unpack(header)
        body = self._receive(length) if length <= MAX_ORDER else None
        return None if body is None else Order.model_validate_json(body)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the file, at most MAX_READ; fewer at its end. Raises OSError when the console has gone."""
        self._send(Kind.READ, READ.pack(offset, length))
        header = self._receive(LENGTH.size)
        if header is None:
            raise OSError("the console has gone")
        data = self._receive(LENGTH.unpack(header)[0])
        if data is None:
            raise OSError("the console has gone")
        return data

    def answer(self, facts: Facts, pixels: bytes) -> None:
        """pixels: text, if the facts say so."""
        body = facts.model_dump_json().encode()
        if len(body) > MAX_FACTS:
            raise BugError("facts too long")
        self._send(Kind.FACTS, body)
        if facts.outcome == "text":
            self._send(Kind.TEXT, pixels)
        elif pixels:
            self._send(Kind.PIXELS, pixels)

    def command(self) -> tuple[Act, float] | None:
        """What the console wants next of a film, and the seconds that go with it; None when it has gone."""
        header = self._receive(LENGTH.size)
        if header is None or LENGTH.unpack(header)[0] != COMMAND.size:
            return None
        body = self._receive(COMMAND.size)
        if body is None:
            return None
        act, seconds = COMMAND.unpack(body)
        return Act(act), seconds

    def picture(self, seconds: float, size: tuple[int, int], pixels: bytes) -> None:
        self._send(Kind.PICTURE, PICTURE.pack(seconds, *size) + pixels)

    def sound(self, seconds: float, samples: bytes) -> None:
        self._send(Kind.SOUND, SOUND.pack(seconds) + samples)

    def done(self, *, ended: bool) -> None:
        self._send(Kind.DONE, bytes((ended,)))

    def _send(self, kind: Kind, body: bytes) -> None:
        self._link.sendall(FRAME.pack(kind, len(body)) + body)

    def _receive(self, length: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < length:
            part = self._link.recv(min(length - len(parts), MAX_READ))
            if not part:
                return None
            parts += part
        return bytes(parts)


class AskedFile(io.RawIOBase):
    """The file, asked for piece by piece: it is never whole in memory and never on a disk."""

    def __init__(self, talk: Conversation, size: int) -> None:
        super().__init__()
        self._talk, self._size, self._at = talk, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("seek before the start")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override] # the stub's Buffer has no length
        wanted = min(len(buffer), MAX_READ, max(0, self._size - self._at))
        if not wanted:
            return 0
        data = self._talk.read(self._at, wanted)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def opened(talk: Conversation, size: int) -> io.BufferedReader:
    """Buffered: a decoder reads by the byte."""
    return io.BufferedReader(AskedFile(talk, size), 128 * 1024)
