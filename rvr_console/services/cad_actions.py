"""Acts on their way to CAD: what is pending, what CAD answered. Also the dispatcher's door to the outbox."""

from dataclasses import replace
from datetime import datetime

from rvr_console.domain.access import Act, Relation, User, check
from rvr_console.domain.cad import CadAction, CadVerb
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.events import CadActionChanged
from rvr_console.services.cad_answers import known_action, settle_done, settle_refused
from rvr_console.services.desk import Desk, Work, needs_words


class CadActions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def for_incident(self, reference: str) -> list[CadAction]:
        """Oldest first. For those who work with the queue."""

        def read(work: Work, user: User) -> list[CadAction]:
            check(replace(user, on_duty=True), Act.CONSULT, Relation.OWN)
            return work.tx.outbox.of(reference)

        return await self._desk.act(Act.CONSULT, reference, read)

    async def log_update(self, consultation_id: str, text: str) -> CadAction:
        """A line for CAD's log."""

        def write(work: Work, _user: User, consultation: Consultation) -> CadAction:
            line = needs_words(text, "The line for CAD's log is empty.")
            return work.tell_cad(consultation.incident, CadVerb.LOG_UPDATE, text=line)

        return await self._desk.on_case(Act.CONSULT, consultation_id, write)

    async def pending(self) -> list[CadAction]:
        """In the order to send them: as they were made, so per incident by sequence."""
        return await self._desk.note(lambda work: work.tx.outbox.pending())

    async def mark_done(self, action_id: str, applied_at: datetime) -> None:
        """CAD has it. A second answer to the same act changes nothing."""
        await self._desk.note(lambda work: settle_done(work, action_id, applied_at))

    async def mark_refused(self, action_id: str, reason: str) -> None:
        """CAD said no: the officer, who has gone on meanwhile, is told."""
        await self._desk.note(lambda work: settle_refused(work, action_id, reason))

    async def note_attempt(self, action_id: str) -> None:
        """It was sent and no answer came."""

        def count(work: Work) -> None:
            action = known_action(work, action_id)
            changed = replace(action, attempts=action.attempts + 1)
            work.tx.outbox.update(changed)
            work.tell(CadActionChanged(changed))

        await self._desk.note(count)
