"""Acts on their way to CAD: what is pending, what CAD answered. Also the dispatcher's door to the outbox."""

from datetime import datetime

from rvr_console.domain.cad import CadAction
from rvr_console.services.desk import Desk


class CadActions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def for_incident(self, reference: str) -> list[CadAction]:
        """Oldest first."""
        raise NotImplementedError

    async def log_update(self, consultation_id: str, text: str) -> CadAction:
        """A line for CAD's log."""
        raise NotImplementedError

    async def pending(self) -> list[CadAction]:
        """In the order to send them: per incident by sequence, incidents by their oldest act."""
        raise NotImplementedError

    async def mark_done(self, action_id: str, applied_at: datetime) -> None:
        raise NotImplementedError

    async def mark_refused(self, action_id: str, reason: str) -> None:
        """A refused take is a conflict: the officer is told."""
        raise NotImplementedError

    async def note_attempt(self, action_id: str) -> None:
        raise NotImplementedError
