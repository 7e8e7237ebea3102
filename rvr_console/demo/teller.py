"""What the story offers those who tell its parts."""

from pathlib import Path
from typing import Any, Protocol

from rvr_console.demo.driver import Driver


class Teller(Protocol):
    """out: the run's folder. files: folder with what the phone sends."""

    driver: Driver
    out: Path
    files: Path

    def begin(self, words: str) -> None: ...

    def done(self, step: str) -> None: ...

    async def pictures(self, name: str) -> None: ...

    async def at_phone(self, **order: Any) -> Any: ...

    async def phone_picture(self, name: str) -> None: ...

    async def sample(self, seconds: float) -> None: ...
