"""The local incident book on its way into CAD: written while CAD was down, given CAD's reference once it is back."""

from dataclasses import replace

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import Fault, QueueChanged
from rvr_console.domain.repositories import LocalEntry
from rvr_console.errors import RefusedError
from rvr_console.services.desk import Desk, Work


class LocalBook:
    """For the CAD dispatcher. Acts on an incident stay out of CadActions.pending() until it is registered."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def unregistered(self) -> list[LocalEntry]:
        """Without those whose conflict nobody has looked at yet."""
        return await self._desk.note(lambda work: [e for e in work.tx.incidents.local() if not e.conflict])

    async def mark_registered(self, provisional: str, reference: str) -> None:
        """From now on its acts go under CAD's reference."""

        def join(work: Work) -> None:
            incident = work.incident(provisional)
            if not incident.provisional:
                raise RefusedError("This incident is not a provisional one.", kept="Nothing was changed.")
            known = work.tx.incidents.get(reference)
            own = replace(incident, reference=reference, provisional=False)
            work.tx.incidents.put(replace(own, version=known.version) if known else own)
            work.tx.incidents.rename(provisional, reference)
            work.log(CustodyAct.CAD_ACT, provisional, became=reference)
            work.tell(QueueChanged())

        await self._desk.note(join)

    async def mark_conflict(self, provisional: str, reason: str) -> None:
        """CAD would not have it as it is; a person must decide."""

        def keep(work: Work) -> None:
            entry = next((e for e in work.tx.incidents.local() if e.incident.reference == provisional), None)
            if entry is None:
                raise RefusedError("This incident is not a provisional one.", kept="Nothing was changed.")
            work.tx.incidents.note_local(replace(entry, conflict=reason))
            work.log(CustodyAct.CAD_ACT, provisional, conflict=reason)
            work.tell(
                Fault(
                    f"CAD did not accept {provisional} from the local book: {reason}",
                    kept="Everything written for it is kept here.",
                    todo="Ask the control room for its reference.",
                )
            )

        await self._desk.note(keep)
