"""A link's row at the gateway, and the HMACs that make an edited row worthless."""

import hashlib
import hmac
import os
import secrets
import struct
from dataclasses import dataclass, field
from pathlib import Path

from rvr_console.errors import StorageError
from rvr_console.gateway.closings import sync_folder
from rvr_console.wire.link_states import NOT_BEGUN, LinkState


@dataclass(frozen=True, slots=True)
class Link:
    """One row. expires_at, changed_at: Unix seconds. closing: the signed close as JSON, empty while open."""

    room: str = field(repr=False)
    auth_hash: str = field(repr=False)
    state: LinkState
    epoch: int
    expires_at: int
    changed_at: int
    closing: str = field(default="", repr=False)

    def over(self, now_s: float) -> bool:
        return self.state in NOT_BEGUN and now_s >= self.expires_at


class RowSeals:
    """HMAC-SHA256 under keys derived from the gateway's key file; fields are framed by their length."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.journal_key = self._derive(b"journal")
        self._rows_key = self._derive(b"rows")

    def _derive(self, purpose: bytes) -> bytes:
        return hmac.new(self._key, b"rvr/gw1/key\0" + purpose, hashlib.sha256).digest()

    def _mac(self, label: bytes, *fields: str | int | bytes) -> bytes:
        parts = [part if isinstance(part, bytes) else str(part).encode() for part in fields]
        framed = b"".join(struct.pack(">I", len(part)) + part for part in parts)
        return hmac.new(self._rows_key, label + framed, hashlib.sha256).digest()

    def row(self, link: Link) -> bytes:
        times = (link.epoch, link.expires_at, link.changed_at)
        return self._mac(b"link\0", link.room, link.auth_hash, link.state.value, *times, link.closing)

    def note(self, count: int, head: bytes) -> bytes:
        """Of the database's note on the journal."""
        return self._mac(b"journal\0", count, head)


def load_key(path: Path, *, fresh: bool) -> bytes:
    """32 bytes, made once with the store; a store without its key is refused."""
    if fresh and not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, secrets.token_bytes(32))
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(path.parent)
    key = path.read_bytes() if path.exists() else b""
    if len(key) != 32:
        raise StorageError(
            "The gateway's key file is missing or damaged.",
            kept="No link was opened.",
            todo="Restore gateway.key.",
        )
    return key
