"""What CAD answered, kept in the outbox and told to the screens."""

from dataclasses import replace
from datetime import datetime

from rvr_console.domain.cad import CadAction, CadVerb, DeliveryState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import CadActionChanged, Fault
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Work


def known_action(work: Work, action_id: str) -> CadAction:
    action = work.tx.outbox.get(action_id)
    if action is None:
        raise RefusedError("CAD answered an act that this desk does not know.", kept="Nothing was changed.")
    return action


def settle_done(work: Work, action_id: str, applied_at: datetime) -> None:
    """Once and for all: a second answer to the same act changes nothing."""
    action = known_action(work, action_id)
    if action.state is DeliveryState.PENDING:
        _settle(work, replace(action, state=DeliveryState.DONE, applied_at=applied_at))


def settle_refused(work: Work, action_id: str, reason: str, *, conflict: bool = True) -> None:
    """As settle_done. conflict: tell the officer, who has gone on meanwhile."""
    action = known_action(work, action_id)
    if action.state is not DeliveryState.PENDING:
        return
    _settle(work, replace(action, state=DeliveryState.REFUSED, refused_reason=reason))
    if conflict:
        taken = action.verb is CadVerb.SELF_DISPATCHED
        work.tell(
            Fault(
                f"CAD refused an act on {action.incident}: {reason}",
                kept="What you wrote and recorded is kept.",
                todo="Speak with the officer who has it." if taken else "Check the incident in CAD.",
            )
        )


def _settle(work: Work, action: CadAction) -> None:
    work.tx.outbox.update(action)
    details = {"verb": action.verb.value, "id": action.id, "state": action.state.value}
    if action.refused_reason:
        details["reason"] = action.refused_reason
    work.log(CustodyAct.CAD_ACT, action.incident, **details)
    work.tell(CadActionChanged(action))
