"""Reading and checking the custody log."""

from rvr_console.domain.custody import CustodyEntry, CustodyFault
from rvr_console.services.desk import Desk


class CustodyLog:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def verify_at_start(self) -> list[CustodyFault]:
        """By the console itself, before anybody signs in. Empty when intact."""
        raise NotImplementedError

    async def verify(self) -> list[CustodyFault]:
        """Asked for by a person who may."""
        raise NotImplementedError

    async def for_subject(self, subject: str) -> list[CustodyEntry]:
        """Oldest first. subject: consultation id, evidence id or incident reference."""
        raise NotImplementedError
