"""Reading and checking the custody log."""

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.custody import CustodyEntry, CustodyFault
from rvr_console.services.desk import Desk, Work, relation


class CustodyLog:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def verify_at_start(self) -> list[CustodyFault]:
        """By the console itself, before anybody signs in. Empty when intact."""
        return await self._desk.note(lambda work: work.tx.custody.verify())

    async def verify(self) -> list[CustodyFault]:
        """Asked for by a person whose role may verify; the answer names no case."""

        def run(work: Work, user: User) -> list[CustodyFault]:
            if not any(allows(user.role, Act.VERIFY_CUSTODY, stands) for stands in Relation):
                check(user, Act.VERIFY_CUSTODY)
            return work.tx.custody.verify()

        return await self._desk.act(Act.VERIFY_CUSTODY, "custody log", run)

    async def for_subject(self, subject: str) -> list[CustodyEntry]:
        """Oldest first. subject: consultation id, evidence id or incident reference."""

        def read(work: Work, user: User) -> list[CustodyEntry]:
            check(user, Act.READ_CUSTODY, _stands(work, user, subject))
            return work.tx.custody.of(subject)

        return await self._desk.act(Act.READ_CUSTODY, subject, read)


def _stands(work: Work, user: User, subject: str) -> Relation:
    """How the person stands to what the entries are about; for an incident, to its newest consultation."""
    consultation = work.tx.consultations.get(subject)
    if consultation is None:
        recording = work.tx.recordings.get(subject)
        exhibit = work.tx.exhibits.get(subject) if recording is None else None
        if recording is not None:
            consultation = work.tx.consultations.get(recording.consultation_id)
        elif exhibit is not None:
            consultation = work.tx.consultations.get(exhibit.consultation_id)
    if consultation is None:
        of_incident = work.tx.consultations.of_incident(subject)
        consultation = of_incident[-1] if of_incident else None
    return Relation.NONE if consultation is None else relation(work, user, consultation)
