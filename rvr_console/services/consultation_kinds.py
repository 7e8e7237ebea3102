"""What a consultation is: a call with a victim, an account in a search, an interpreter for officers on scene. The policy says."""

from dataclasses import replace

from rvr_console.domain.access import Act, User
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.policy import Kind
from rvr_console.errors import RefusedError
from rvr_console.services.checklist import Checklist
from rvr_console.services.desk import Desk, Work, check_may_read


class ConsultationKinds:
    """The kind decides which lines of the checklist and which forms the case needs."""

    def __init__(self, desk: Desk, checklist: Checklist) -> None:
        self._desk = desk
        self._checklist = checklist

    def all(self) -> tuple[Kind, ...]:
        """The first is what a consultation is until another is chosen."""
        return self._checklist.policy.kinds

    def before_link(self, kind: str) -> tuple[str, ...]:
        """Safety questions that a consultation of this kind asks before the link."""
        return self._checklist.policy.before_link(kind)

    async def choose(self, consultation_id: str, kind: str) -> Consultation:
        """Raises RefusedError for a kind that the policy does not know, and once the consultation has ended."""

        def choose(work: Work, _user: User, consultation: Consultation) -> Consultation:
            known = self._checklist.policy.kind(kind)
            if consultation.state is not ConsultationState.OPEN:
                raise RefusedError("This consultation has ended.", kept="Nothing was changed.")
            if consultation.kind == known.key:
                return consultation
            work.log(CustodyAct.KIND_CHOSEN, consultation_id, kind=known.key)
            return work.keep(replace(consultation, kind=known.key))

        return await self._desk.on_case(Act.CONSULT, consultation_id, choose)

    async def forms(self, consultation_id: str) -> tuple[str, ...]:
        """Keys of the form packs that this case needs."""

        def read(work: Work, user: User) -> tuple[str, ...]:
            consultation = work.consultation(consultation_id)
            check_may_read(work, user, consultation)
            return self._checklist.plan(work, consultation).forms

        return await self._desk.act(Act.CONSULT, consultation_id, read)
