"""One file's bytes on their way: sealed chunks from the gateway, opened in order, hashed, written. On a thread of the intake.

Plain bytes are in memory only, at most 1 MiB of a file at a time.
"""

import threading
from collections.abc import Callable

from rvr_console.domain.uploads import FileWriter
from rvr_console.errors import ServiceDownError, UntrustedInputError
from rvr_console.intake.gateway_files import GatewayFiles
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.upload_sealing import CHUNK, StreamOpener

_AT_ONCE = 1024 * 1024 // CHUNK
"""Chunks that are written together: one record of the sealed exhibit."""


class Pump:
    """Only one advance() at a time; stop() from any thread. moved: called on the pump's thread with the bytes written."""

    def __init__(
        self, files: GatewayFiles, secret: LinkSecret, writer: FileWriter, moved: Callable[[int], None]
    ) -> None:
        self._files, self._secret, self._writer, self._moved = files, secret, writer, moved
        self._stream = ""
        self._opener: StreamOpener | None = None
        self._opened: list[bytes] = []
        """Opened and not written yet: stays while the disk is full, and comes again just so."""
        self._stopping = threading.Event()
        self.received = 0

    def take_up(self, stream: str, opener: StreamOpener) -> None:
        """Go on with this sealed stream, whose first byte of the file is the next one. stream: its upload id."""
        self._stream, self._opener = stream, opener
        self._opened.clear()
        self._stopping.clear()

    def go_on(self) -> None:
        self._stopping.clear()

    def stop(self) -> None:
        self._stopping.set()

    @property
    def done(self) -> bool:
        return self._opener is not None and self._opener.done and not self._opened

    @property
    def wants(self) -> int:
        """The gateway must hold so many sealed bytes before there is anything to do."""
        if self._opener is None or self._opened:
            return 0
        return self._opener.sealed_offset + self._opener.needed

    @property
    def sha256(self) -> str:
        """Over what was written so far."""
        return self._writer.sha256

    @property
    def claimed_sha256(self) -> str:
        return self._opener.claimed_sha256.hex() if self._opener is not None else ""

    def advance(self) -> None:
        """As far as the gateway's bytes go. Raises ServiceDownError, StorageError (goes on at the same byte), UntrustedInputError."""
        self._write()
        opener = self._opener
        if opener is None or opener.done or self._stopping.is_set():
            return
        try:
            self._open(opener)
        except (ServiceDownError, UntrustedInputError):
            self._write()
            raise
        self._write()

    def _open(self, opener: StreamOpener) -> None:
        untrusted, gathered = [], 0
        for piece in self._files.fetch(self._secret, self._stream, opener.sealed_offset):
            untrusted.append(piece)
            gathered += len(piece)
            while opener.needed and gathered >= opener.needed:
                whole, length = b"".join(untrusted), opener.needed
                untrusted, gathered = [whole[length:]], gathered - length
                chunk = opener.open_next(whole if gathered == 0 else memoryview(whole)[:length])
                if chunk:
                    self._opened.append(chunk)
                if len(self._opened) == _AT_ONCE:
                    self._write()
                if self._stopping.is_set():
                    return
            if opener.done:
                return

    def _write(self) -> None:
        if self._opened:
            piece = b"".join(self._opened)
            self._writer.write(piece)
            self._opened.clear()
            self.received += len(piece)
            self._moved(self.received)
