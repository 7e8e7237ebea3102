"""The machine's clock and randomness behind the domain's ports, so that tests can put others in their place."""

import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    """Wall time in UTC and CLOCK_MONOTONIC (which all processes of the machine share)."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()


class SystemRandomness:
    """The operating system's random generator."""

    def token_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)
