"""Who may sign by video, and the sergeant's decision that somebody may all the same."""

from rvr_console.domain.access import Act, User, check
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import GateDecided
from rvr_console.domain.signing_gate import ADULT, Gate, GateOverride, GatePolicy, look
from rvr_console.domain.statement import StatementState
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work, check_may_read, needs_words, relation


class SigningGates:
    """By the force's policy, read anew from the incident each time."""

    def __init__(self, desk: Desk, policy: GatePolicy) -> None:
        self._desk, self._policy = desk, policy

    async def gate(self, consultation_id: str) -> Gate:
        """For everyone who may read the case."""

        def read(work: Work, user: User) -> Gate:
            consultation = work.consultation(consultation_id)
            check_may_read(work, user, consultation)
            return self.look(work, consultation)

        return await self._desk.act(Act.VIEW_RECORDING, consultation_id, read)

    def look(self, work: Work, consultation: Consultation) -> Gate:
        """A statement that waits for its signature and says that its witness is a child counts, whatever was answered before."""
        override = work.tx.signings.override(consultation.id)
        waiting = [
            one for one in work.tx.statements.of_consultation(consultation.id)
            if one.state is not StatementState.SIGNED
        ]  # fmt: skip
        child = any(one.content.witness.over_18 is False for one in waiting)
        denied = frozenset({ADULT}) if child else frozenset()
        return look(self._policy, work.incident(consultation.incident), override, denied)

    def must_be_open(self, work: Work, consultation: Consultation) -> Gate:
        """Raises RefusedError, with what is not met."""
        gate = self.look(work, consultation)
        if not gate.open:
            lacks = "; ".join(label for label, met in gate.lines if not met)
            raise RefusedError(
                f"This person may not sign by video. Not met: {lacks}.",
                kept="The frozen text is kept.",
                todo="Have it signed on paper, or ask a sergeant to decide.",
            )
        return gate

    async def override_gate(self, consultation_id: str, reason: str, by: User | None = None) -> Gate:
        """By a sergeant of the team, never on a case of their own. by: a second person at this desk, as `SignIn.confirm` gave them.

        Raises AccessDeniedError, RefusedError without a reason.
        """
        why = needs_words(reason, "Letting this person sign by video needs a reason.")

        def keep(work: Work, user: User) -> Gate:
            consultation = work.consultation(consultation_id)
            stands = relation(work, user, consultation)
            check(user, Act.REVIEW, stands)
            work.tx.signings.add_override(consultation.id, GateOverride(user.collar, work.at, why))
            gate = self.look(work, consultation)
            unmet = ", ".join(label for label, met in gate.lines if not met)
            work.log(
                CustodyAct.SIGNING_GATE_OVERRIDDEN,
                consultation.id,
                purpose=why,
                policy=gate.policy,
                not_met=unmet,
            )
            work.tell(GateDecided(consultation.id))
            return gate

        return await self._desk.act(Act.REVIEW, consultation_id, keep, by=by)
