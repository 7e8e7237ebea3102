"""Room on the disk for work that needs to seek and must leave no plaintext: a nameless file, sealed under a key in memory.

AES-256-XTS (IEEE 1619, NIST SP 800-38E), as in disk encryption: sectors may be written again. It hides, it does not
protect against change; nobody else has the file, which is gone with this process, also when it is killed.
"""

import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import XTS

from rvr_console.errors import BugError

SECTOR = 64 * 1024


class SealedScratch(io.RawIOBase):
    """A seekable file to write and read. Not thread-safe. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        """folder: on whose disk the room is taken."""
        super().__init__()
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in close()
        self._algorithm = AES(os.urandom(64))
        self._number = 0
        self._sector = bytearray(SECTOR)
        self._changed = False
        self._position = 0
        self.size = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override] # any buffer of bytes
        if self._position > self.size:
            raise BugError("a scratch file has no holes")
        view = memoryview(data).cast("B")
        done = 0
        while done < len(view):
            number, place = divmod(self._position, SECTOR)
            self._go_to(number)
            part = view[done : done + SECTOR - place]
            self._sector[place : place + len(part)] = part
            self._changed = True
            done += len(part)
            self._position += len(part)
            self.size = max(self.size, self._position)
        return done

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # any buffer of bytes
        view = memoryview(buffer).cast("B")
        number, place = divmod(self._position, SECTOR)
        count = min(len(view), SECTOR - place, max(0, self.size - self._position))
        if count:
            self._go_to(number)
            view[:count] = self._sector[place : place + count]
            self._position += count
        return count

    def chunks(self) -> Iterator[bytes]:
        """All of it from the start."""
        self.seek(0)
        while chunk := self.read(SECTOR):
            yield chunk

    def close(self) -> None:
        self._file.close()
        super().close()

    def _cipher(self, number: int) -> Cipher[XTS]:
        return Cipher(self._algorithm, XTS(number.to_bytes(16, "little")))

    def _go_to(self, number: int) -> None:
        if number == self._number:
            return
        if self._changed:
            sealer = self._cipher(self._number).encryptor()
            self._file.seek(self._number * SECTOR)
            self._file.write(sealer.update(bytes(self._sector)) + sealer.finalize())
        self._file.seek(number * SECTOR)
        sealed = self._file.read(SECTOR)
        if len(sealed) == SECTOR:
            opener = self._cipher(number).decryptor()
            self._sector = bytearray(opener.update(sealed) + opener.finalize())
        else:
            self._sector = bytearray(SECTOR)
        self._number, self._changed = number, False
