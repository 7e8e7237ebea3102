"""What the services need where secrets are kept: password hashes, sealing of small secrets, fresh link secrets."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


class Passwords(Protocol):
    def hash(self, password: str) -> str:
        """PHC string."""
        ...

    def verify(self, phc: str, password: str) -> bool: ...

    def delay_after(self, failures: int) -> timedelta:
        """How long an account stays locked after this many failures in a row."""
        ...


class Sealer(Protocol):
    """Seals small secrets for the store."""

    def seal(self, plain: bytes, context: bytes) -> bytes: ...

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """Raises EvidenceError when it does not open."""
        ...


@dataclass(frozen=True, slots=True)
class NewLinkSecret:
    """A fresh link. secret: 26 characters of Crockford base32; room, auth_digest: hex, what the gateway may know."""

    secret: str = field(repr=False)
    room: str
    auth_digest: str


class LinkSecrets(Protocol):
    def make(self) -> NewLinkSecret: ...
