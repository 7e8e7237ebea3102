"""The queue: triage, allocation, taking an incident, contact attempts, the local incident book."""

from datetime import datetime

from rvr_console.domain.access import User
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import Incident, Person
from rvr_console.domain.repositories import CadTaker
from rvr_console.services.desk import Desk


class Dispatch:
    def __init__(self, desk: Desk, cad: CadTaker) -> None:
        self._desk = desk
        self._cad = cad

    async def list_incidents(self) -> list[Incident]:
        """Everything known, oldest report first."""
        raise NotImplementedError

    async def officers(self) -> list[User]:
        """Those an incident can be allocated to, by collar number."""
        raise NotImplementedError

    async def refresh_from_cad(self, incidents: list[Incident]) -> None:
        """Take over CAD's list. Acts of this desk that CAD does not know yet stay in force."""
        raise NotImplementedError

    async def take_next(self) -> Consultation:
        """Raises RefusedError when nothing is waiting that this officer may take."""
        raise NotImplementedError

    async def take(self, reference: str) -> Consultation:
        """Exactly one officer gets it. Raises RefusedError when another has it; with CAD down it is taken here, pending."""
        raise NotImplementedError

    async def triage(self, reference: str, suitable: bool, reason: str) -> Incident:
        """By a sergeant. Not suitable: returned to dispatch, needs a reason."""
        raise NotImplementedError

    async def allocate(self, reference: str, collar: str) -> Incident:
        """By a sergeant, to an officer."""
        raise NotImplementedError

    async def log_contact(self, reference: str, outcome: str, next_at: datetime | None) -> Incident:
        """A contact attempt without a consultation; next_at: the next safe time, None when it may be tried at once."""
        raise NotImplementedError

    async def add_provisional(
        self, category: str, grade: int, place: str, address: str, person: Person
    ) -> Incident:
        """Incident written in the local book while CAD is down; its reference starts with "P"."""
        raise NotImplementedError

    async def reconcile(self, provisional: str, reference: str) -> Incident:
        """Give a provisional incident CAD's own reference; its acts are then sent."""
        raise NotImplementedError
