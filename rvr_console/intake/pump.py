"""One file's bytes on their way: sealed chunks from the gateway, opened in order, hashed, written. On a thread of the intake.

Plain bytes are in memory only, one chunk of at most 1 MiB at a time.
"""

import hashlib
import threading
from collections.abc import Callable

from rvr_console.domain.uploads import FileWriter
from rvr_console.intake.gateway_files import GatewayFiles
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.upload_sealing import StreamOpener


class Pump:
    """Only one advance() at a time; stop() from any thread. moved: called on the pump's thread with the bytes written."""

    def __init__(
        self, files: GatewayFiles, secret: LinkSecret, writer: FileWriter, moved: Callable[[int], None]
    ) -> None:
        self._files, self._secret, self._writer, self._moved = files, secret, writer, moved
        self._hash = hashlib.sha256()
        self._stream = ""
        self._opener: StreamOpener | None = None
        self._unwritten: bytes | None = None
        self._stopping = threading.Event()
        self.received = 0

    def take_up(self, stream: str, opener: StreamOpener) -> None:
        """Go on with this sealed stream, whose first byte of the file is the next one. stream: its upload id."""
        self._stream, self._opener = stream, opener
        self._unwritten = None
        self._stopping.clear()

    def go_on(self) -> None:
        self._stopping.clear()

    def stop(self) -> None:
        self._stopping.set()

    @property
    def done(self) -> bool:
        return self._opener is not None and self._opener.done and self._unwritten is None

    @property
    def wants(self) -> int:
        """The gateway must hold so many sealed bytes before there is anything to do."""
        if self._opener is None or self._unwritten is not None:
            return 0
        return self._opener.sealed_offset + self._opener.needed

    @property
    def sha256(self) -> str:
        """Over what was written so far."""
        return self._hash.hexdigest()

    @property
    def claimed_sha256(self) -> str:
        return self._opener.claimed_sha256.hex() if self._opener is not None else ""

    def advance(self) -> None:
        """As far as the gateway's bytes go. Raises ServiceDownError, StorageError (goes on at the same byte), UntrustedInputError."""
        opener = self._opener
        if self._unwritten is not None:
            self._write(self._unwritten)
        if opener is None or opener.done or self._stopping.is_set():
            return
        untrusted, gathered = [], 0
        for piece in self._files.fetch(self._secret, self._stream, opener.sealed_offset):
            untrusted.append(piece)
            gathered += len(piece)
            while opener.needed and gathered >= opener.needed:
                whole, length = b"".join(untrusted), opener.needed
                untrusted, gathered = [whole[length:]], gathered - length
                chunk = opener.open_next(whole if gathered == 0 else memoryview(whole)[:length])
                if chunk:
                    self._write(chunk)
                if self._stopping.is_set():
                    return
            if opener.done:
                return

    def _write(self, chunk: bytes) -> None:
        self._unwritten = chunk
        self._writer.write(chunk)
        self._unwritten = None
        self._hash.update(chunk)
        self.received += len(chunk)
        self._moved(self.received)
