"""Passwords of local accounts: Argon2id (RFC 9106) as PHC strings, and how long an account rests after failures."""

import os
from datetime import timedelta

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

_ITERATIONS, _LANES, _MEMORY_KIB = 3, 4, 64 * 1024  # RFC 9106, section 4: second recommended option
_SALT_SIZE, _HASH_SIZE = 16, 32
_LONGEST = 1024  # characters: nobody types more, and a huge one would only cost time
_FREE_FAILURES = 3
_FIRST_DELAY = timedelta(seconds=30)
_LONGEST_DELAY = timedelta(hours=1)


class AccountPasswords:
    """The console's own settings; smaller ones make tests quick."""

    def __init__(self, *, memory_kib: int = _MEMORY_KIB, iterations: int = _ITERATIONS) -> None:
        self._memory_kib = memory_kib
        self._iterations = iterations

    def hash(self, password: str) -> str:
        """PHC string with a fresh salt."""
        kdf = Argon2id(
            salt=os.urandom(_SALT_SIZE),
            length=_HASH_SIZE,
            iterations=self._iterations,
            lanes=_LANES,
            memory_cost=self._memory_kib,
        )
        return kdf.derive_phc_encoded(_bytes(password))

    def verify(self, phc: str, password: str) -> bool:
        """Compared in constant time. False also for a PHC string that cannot be read."""
        if len(password) > _LONGEST:
            return False
        try:
            Argon2id.verify_phc_encoded(_bytes(password), phc)
        except (InvalidKey, ValueError):
            return False
        return True

    def delay_after(self, failures: int) -> timedelta:
        """Nothing for the first three, then 30 s doubling with each, at most one hour."""
        if failures < _FREE_FAILURES:
            return timedelta()
        doublings = min(failures - _FREE_FAILURES, 10)
        return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY)


def _bytes(password: str) -> bytes:
    return password[:_LONGEST].encode("utf-8", "surrogatepass")
