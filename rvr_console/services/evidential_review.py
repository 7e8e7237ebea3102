"""A sergeant's evidential review of every incident within 24 hours of the call."""

from rvr_console.domain.repositories import Review, ReviewOutcome
from rvr_console.services.desk import Desk
from rvr_console.services.values import ReviewItem


class EvidentialReview:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list_waiting(self) -> list[ReviewItem]:
        """Submitted and not yet reviewed, shortest time first."""
        raise NotImplementedError

    async def record(
        self, consultation_id: str, outcome: ReviewOutcome, plan: str, feedback: str = ""
    ) -> Review:
        """Exactly one outcome. A, B and C need a plan; never one's own work. Raises RefusedError, AccessDeniedError."""
        raise NotImplementedError
