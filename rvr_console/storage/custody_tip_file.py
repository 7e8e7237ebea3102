"""The end of the custody log, kept once more beside the database: an old copy of the database put back is found by it.

72 bytes: entries u64 | SHA-256 of the last entry (32) | HMAC-SHA256 (32) under a key derived from the database key. Written
after each commit without fsync: after a power loss it may be behind the log, never ahead of it.
"""

import hmac
import logging
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rvr_console.domain.custody import CustodyFault, FaultKind

_BODY = struct.Struct(">Q32s")
_MAC_SIZE = 32
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tip:
    """How many entries, and the last one's digest (32 zero bytes when none)."""

    entries: int
    digest: bytes


class TipFile:
    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = hmac.digest(key, b"rvr/custody-tip1", "sha256")

    def read(self) -> Tip | None:
        """None when there is no readable one: missing, torn, or not written with this key."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return None
        body, mac = data[: _BODY.size], data[_BODY.size :]
        if len(data) != _BODY.size + _MAC_SIZE or not hmac.compare_digest(mac, self._mac(body)):
            return None
        entries, digest = _BODY.unpack(body)
        return Tip(entries, digest)

    def write(self, tip: Tip) -> None:
        """Raises OSError."""
        body = _BODY.pack(tip.entries, tip.digest)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            # One short write in place: a single sector, so it is there whole or not at all.
            os.write(descriptor, body + self._mac(body))
        finally:
            os.close(descriptor)

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")


class TipWatch:
    """Compares the log with the copy of its end when the store is opened, then keeps the copy up with the log."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._file = TipFile(path, key)
        self._faults: list[CustodyFault] = []
        self._contradicts = False

    def compare(self, entries: int, digest_at: Callable[[int], bytes | None]) -> None:
        """entries: how many the log has; digest_at(sequence): an entry's digest, None if there is no such entry."""
        tip = self._file.read()
        if tip is None:
            if entries:
                what = "the copy of the log's end beside the database is missing or was changed"
                self._faults.append(CustodyFault(entries, what, FaultKind.CHECKPOINT))
        elif tip.entries and digest_at(tip.entries - 1) != tip.digest:
            # Evidence of what was there: this copy is not written over.
            self._contradicts = True
            what = (
                f"the log is not the one that had {tip.entries} entries here before: part was put back or cut"
            )
            self._faults.append(CustodyFault(entries, what, FaultKind.ROLLED_BACK))

    def unguarded(self, entries: int, rules: list[str]) -> None:
        """These rules of the database were missing, changed or not its own, and were put right."""
        if rules:
            words = "the database's own rules against changes were not as this console made them, and were put right: "
            more = f" and {len(rules) - 1} more" if len(rules) > 1 else ""
            self._faults.append(CustodyFault(entries, f"{words}{rules[0]}{more}", FaultKind.UNGUARDED))

    def faults(self) -> list[CustodyFault]:
        """What was found when the store was opened."""
        return list(self._faults)

    def follow(self, newest: Tip) -> None:
        """The act is already durable: failing to copy the log's end must not undo it, but is said."""
        if self._contradicts:
            return
        try:
            self._file.write(newest)
        except OSError as error:
            _LOG.warning(
                "the end of the custody log could not be copied beside the database: %s", error.strerror
            )
