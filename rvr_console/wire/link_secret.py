"""The secret in a victim's link: 130 random bits, and what is derived from it.

Only the fragment of the URL carries it, so no server ever sees it. Byte tables: docs/signalling.md.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rvr_console.errors import BugError, UntrustedInputError
from rvr_console.wire.encoding import hkdf

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford base32, lower case: no i, l, o, u."""

LENGTH = 26
_READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class LinkSecret:
    """The secret of one link. text: 26 characters, canonical. Never logged: its repr is blank."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.text) != LENGTH or any(letter not in ALPHABET for letter in self.text):
            raise BugError("a link secret is made by new() or parse() only")

    def __str__(self) -> str:
        return "<link secret>"

    def reveal(self) -> str:
        """The 26 characters, for the URL and the sealed link record alone."""
        return self.text

    def grouped(self) -> str:
        """For reading out: groups of four, the last of two."""
        return " ".join(self.text[i : i + 4] for i in range(0, LENGTH, 4))

    def _derive(self, label: bytes, length: int) -> bytes:
        return hkdf(self.text.encode("ascii"), salt=b"", info=label, length=length)

    @property
    def room(self) -> bytes:
        """16 bytes: the name of the room at the gateway."""
        return self._derive(b"rvr/link1/room", 16)

    @property
    def room_text(self) -> str:
        """The room as 32 lower-case hexadecimal digits."""
        return self.room.hex()

    @property
    def auth(self) -> bytes:
        """32 bytes: what a page shows the gateway. The gateway keeps SHA-256 of it only."""
        return self._derive(b"rvr/link1/auth", 32)

    @property
    def auth_hash(self) -> bytes:
        return hashlib.sha256(self.auth).digest()

    @property
    def psk(self) -> bytes:
        """32 bytes known to page and desk alone: the root of sealed signalling."""
        return self._derive(b"rvr/link1/psk", 32)

    def url(self, base_url: str) -> str:
        """`https://host/#secret`. base_url: scheme and host (http only for a loopback host). Raises BugError."""
        parts = urlsplit(base_url)
        loopback = parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not parts.netloc or (parts.scheme != "https" and not (parts.scheme == "http" and loopback)):
            raise BugError("a link needs an https address (http only on this machine)")
        return f"{parts.scheme}://{parts.netloc}/#{self.text}"


def new(token_bytes: Callable[[int], bytes]) -> LinkSecret:
    """A fresh secret of 130 bits. token_bytes: a source of strong randomness, such as secrets.token_bytes."""
    number = int.from_bytes(token_bytes(17), "big") >> 6
    return LinkSecret("".join(ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)))


def parse(untrusted_text: str) -> LinkSecret:
    """Read a secret as people write it: any case, spaces or dashes between groups, o for 0, i or l for 1.

    Raises UntrustedInputError, whose words do not repeat what was typed.
    """
    if len(untrusted_text) > 128:
        raise UntrustedInputError("That link code is too long.", todo="Check it and type it again.")
    text = _SEPARATORS.sub("", untrusted_text).lower().translate(_READ_AS)
    if len(text) != LENGTH or any(letter not in ALPHABET for letter in text):
        raise UntrustedInputError(
            "That is not a link code: it has 26 letters and digits.", todo="Check it and type it again."
        )
    return LinkSecret(text)
