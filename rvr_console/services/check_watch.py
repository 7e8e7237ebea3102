"""The eye on a long read: counts, tells the progress with real numbers, rests, waits while a call is recorded, stops."""

import threading
import time
from collections.abc import Callable

from rvr_console.domain.file_check import CheckStoppedError
from rvr_console.domain.vault_check import VaultCheckProgress

TELL_SECONDS = 0.5
WAIT_SECONDS = 0.5
REST_EVERY = 1024 * 1024  # bytes between two rests
REST_SECONDS = 0.002  # lets the screen have the interpreter (system/quiet_thread.py says what was measured)
_RATE_AFTER = 1.0  # seconds of work before the time left is told


class CheckWatch:
    """Implements domain.vault_check.Watch. `step` on the reading thread, the rest from anywhere."""

    def __init__(
        self,
        busy: Callable[[], bool],
        tell: Callable[[VaultCheckProgress], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """busy: a call is recorded now; asked on the reading thread, before every record."""
        self._files = self._size = 0
        self._busy = busy
        self._tell = tell
        self._monotonic = monotonic
        self._stop = threading.Event()
        self._files_done = self._bytes_done = self._behind = self._since_rest = 0
        self._began = self._last = monotonic()
        self._waited, self._waiting = 0.0, False
        self._told = -TELL_SECONDS

    def expect(self, files: int, size: int) -> None:
        """How much there is to do, once it is known; the time is counted from here."""
        self._files, self._size = files, size
        self._began, self._waited = self._monotonic(), 0.0

    def stop(self) -> None:
        """The reading thread leaves at its next step. Safe to call twice."""
        self._stop.set()

    def worked(self) -> float:
        """Seconds since the beginning without those of waiting."""
        return self._monotonic() - self._began - self._waited

    def step(self, count: int) -> None:
        self.wait_until_free()
        self._bytes_done += count
        self._since_rest += count
        if self._since_rest >= REST_EVERY:
            self._since_rest = 0
            self._stop.wait(REST_SECONDS)
        self._tell_sometimes()

    def wait_until_free(self) -> None:
        """Raises CheckStoppedError."""
        waiting_since = self._monotonic()
        while not self._stop.is_set() and self._busy():
            self._waiting = True
            self._tell_sometimes()
            self._stop.wait(WAIT_SECONDS)
        if self._waiting:
            self._waiting = False
            self._waited += self._monotonic() - waiting_since
        if self._stop.is_set():
            raise CheckStoppedError

    def files_done(self, count: int, size: int) -> None:
        """These files are done, whether or not every byte of them had to be read."""
        self._files_done += count
        self._behind += size
        self._bytes_done = self._behind
        self._tell_sometimes()

    def progress(self) -> VaultCheckProgress:
        worked, left = self.worked(), None
        if worked >= _RATE_AFTER and self._bytes_done and not self._waiting:
            left = max(0.0, (self._size - self._bytes_done) * worked / self._bytes_done)
        return VaultCheckProgress(
            self._files_done, self._files, self._bytes_done, self._size, left, waiting=self._waiting
        )

    def _tell_sometimes(self) -> None:
        now = self._monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._tell(self.progress())
