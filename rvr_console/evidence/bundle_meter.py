"""How far a bundle is, and whether it is still wanted."""

from collections.abc import Callable
from dataclasses import dataclass

from rvr_console.domain.bundle import BundleProgress, Tell


class StoppedError(Exception):
    """The person who asked for the bundle called it off."""


@dataclass(slots=True)
class Meter:
    """Progress over the whole work, in bytes; stops it when asked."""

    tell: Tell
    stopped: Callable[[], bool]
    whole: int = 1
    done: int = 0

    def go(self, count: int, words: str) -> None:
        if self.stopped():
            raise StoppedError
        self.done += count
        self.tell(BundleProgress(min(1.0, self.done / max(1, self.whole)), words))
