"""The queue: triage, allocation, taking an incident, contact attempts, the local incident book."""

from dataclasses import replace
from datetime import datetime

from rvr_console.domain.access import Act, Relation, Role, User, check
from rvr_console.domain.cad import CadAction, CadVerb, DeliveryState
from rvr_console.domain.consultation import Consultation, ConsultationState
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import ConsultationChanged, QueueChanged
from rvr_console.domain.incident import Incident, IncidentState, Person, Triage, next_for
from rvr_console.domain.policy import ServicePolicy
from rvr_console.domain.repositories import CadTaker, Delivery, LocalEntry
from rvr_console.errors import RefusedError, ServiceDownError
from rvr_console.services.cad_answers import settle_done, settle_refused
from rvr_console.services.contact import log_attempt
from rvr_console.services.desk import Desk, Work, needs_words
from rvr_console.services.incident_merge import merge_from_cad

BUNDLED = ServicePolicy()


class Dispatch:
    def __init__(self, desk: Desk, cad: CadTaker, policy: ServicePolicy = BUNDLED) -> None:
        self._desk = desk
        self._policy = policy
        self._cad = cad

    async def list_incidents(self) -> list[Incident]:
        """Everything known, oldest report first."""

        def read(work: Work, user: User) -> list[Incident]:
            check(replace(user, on_duty=True), Act.CONSULT, Relation.OWN)  # reading is allowed off duty
            return work.tx.incidents.all()

        return await self._desk.act(Act.CONSULT, "queue", read)

    async def officers(self) -> list[User]:
        """Those an incident can be allocated to, by collar number."""

        def read(work: Work, user: User) -> list[User]:
            check(user, Act.TRIAGE)
            return [a.user for a in work.tx.users.all() if a.user.role in {Role.OFFICER, Role.SERGEANT}]

        return await self._desk.act(Act.TRIAGE, "queue", read)

    async def refresh_from_cad(self, incidents: list[Incident]) -> None:
        """Take over CAD's list. Acts of this desk that CAD does not know yet stay in force."""
        await self._desk.note(lambda work: merge_from_cad(work, incidents))

    async def take_next(self) -> Consultation:
        """Raises RefusedError when nothing is waiting that this officer may take."""
        lost: set[str] = set()
        while (chosen := await self._next(lost)) is not None:
            try:
                return await self.take(chosen.reference)
            except _TakenElsewhereError:
                lost.add(chosen.reference)
        raise RefusedError(
            "Nothing is waiting that you can take.",
            kept="Nothing was changed.",
            todo="New incidents appear here by themselves.",
        )

    async def _next(self, lost: set[str]) -> Incident | None:
        def choose(work: Work, user: User) -> Incident | None:
            check(replace(user, on_duty=True), Act.CONSULT, Relation.OWN)
            open_to = [i for i in work.tx.incidents.all() if i.reference not in lost]
            return next_for(user.collar, open_to, work.at)

        return await self._desk.act(Act.CONSULT, "queue", choose)

    async def take(self, reference: str) -> Consultation:
        """Exactly one officer gets it. Raises RefusedError when another has it; with CAD down it is taken here, pending."""
        consultation, action = await self._desk.act(
            Act.CONSULT, reference, lambda work, user: _claim(work, user, reference)
        )
        if action is None:
            return consultation
        try:
            delivery = await self._cad.take(action)
        except ServiceDownError:
            delivery = Delivery(DeliveryState.PENDING)
        if delivery.state is DeliveryState.DONE:
            at = delivery.at or self._desk.clock.now()
            await self._desk.note(lambda work: settle_done(work, action.id, at))
        elif delivery.state is DeliveryState.REFUSED:
            await self._desk.note(lambda work: _give_back(work, consultation.id, action, delivery.reason))
            raise _TakenElsewhereError(
                delivery.reason or "Another officer has taken it.",
                kept="Nothing was changed.",
                todo="Take the next incident.",
            )
        return consultation

    async def triage(self, reference: str, suitable: bool, reason: str) -> Incident:
        """By a sergeant. Not suitable: returned to dispatch, needs a reason."""

        def decide(work: Work, user: User) -> Incident:
            check(user, Act.TRIAGE)
            incident = _waiting(work, reference)
            if suitable:
                changed = replace(incident, triage=Triage.SUITABLE)
                work.tell_cad(reference, CadVerb.TRIAGED, decision="suitable", reason=reason.strip())
            else:
                why = needs_words(reason, "Say why it is returned.")
                changed = replace(incident, triage=Triage.RETURNED, state=IncidentState.RETURNED)
                work.tell_cad(reference, CadVerb.RETURNED, reason=why)
            return _store(work, changed)

        return await self._desk.act(Act.TRIAGE, reference, decide)

    async def allocate(self, reference: str, collar: str) -> Incident:
        """By a sergeant, to an officer; an empty collar lifts the allocation."""

        def decide(work: Work, user: User) -> Incident:
            check(user, Act.TRIAGE)
            incident = _waiting(work, reference)
            if collar and work.tx.users.get(collar) is None:
                raise RefusedError("There is no officer with this number.", kept="Nothing was changed.")
            work.tell_cad(reference, CadVerb.ALLOCATED, to=collar)
            return _store(work, replace(incident, allocated_to=collar or None))

        return await self._desk.act(Act.TRIAGE, reference, decide)

    async def log_contact(self, reference: str, outcome: str, next_at: datetime | None) -> Incident:
        """A contact attempt without a consultation. outcome: no_answer, not_safe, wrong_number or call_back.

        next_at: the next safe time, None when it may be tried at once.
        """

        def log(work: Work, user: User) -> Incident:
            check(user, Act.CONSULT, Relation.OWN)
            return log_attempt(work, _waiting(work, reference), outcome, next_at, self._policy, taken=False)

        return await self._desk.act(Act.CONSULT, reference, log)

    async def add_provisional(
        self, category: str, grade: int, place: str, address: str, person: Person
    ) -> Incident:
        """Incident written in the local book while CAD is down; its reference starts with "P". It is suitable at once."""

        def add(work: Work, user: User) -> Incident:
            check(user, Act.CONSULT, Relation.OWN)
            day = work.at.astimezone().strftime("%d/%m/%Y")
            reference = f"P{work.tx.incidents.next_provisional(day)} of {day}"
            incident = Incident(
                reference,
                needs_words(category, "Say what kind of incident it is."),
                grade,
                work.at,
                place,
                address,
                person,
                triage=Triage.SUITABLE,
                provisional=True,
            )
            work.tx.incidents.note_local(LocalEntry(incident, user.collar))
            return _store(work, incident)

        return await self._desk.act(Act.CONSULT, "incident book", add)


class _TakenElsewhereError(RefusedError):
    """Somebody else has it: take_next goes on with the one after."""


def _store(work: Work, incident: Incident) -> Incident:
    work.tx.incidents.put(incident)
    work.tell(QueueChanged())
    return incident


def _waiting(work: Work, reference: str) -> Incident:
    incident = work.incident(reference)
    if incident.state is not IncidentState.WAITING:
        raise RefusedError(
            f"{incident.short_reference} is no longer waiting.",
            kept="Nothing was changed.",
            todo="Look at it again in the queue.",
        )
    return incident


def _claim(work: Work, user: User, reference: str) -> tuple[Consultation, CadAction | None]:
    """Take it at this desk. The act to ask CAD about, or None when CAD cannot be asked now (local book, older acts queued)."""
    check(user, Act.CONSULT, Relation.OWN)
    incident = work.incident(reference)
    holder = work.tx.consultations.open_for(reference)
    if holder is not None and holder.officer == user.collar:
        return holder, None
    if holder is not None or incident.state is not IncidentState.WAITING:
        raise _TakenElsewhereError(
            f"{incident.short_reference} is no longer waiting: another officer has it.",
            kept="Nothing was changed.",
            todo="Take the next incident.",
        )
    if not incident.takeable_by(user.collar, work.at):
        raise RefusedError(
            f"{incident.short_reference} cannot be taken by you now.",
            kept="Nothing was changed.",
            todo="It may be waiting for triage, for its agreed time, or for another officer.",
        )
    older = any(a.state is DeliveryState.PENDING for a in work.tx.outbox.of(reference))
    consultation = Consultation(work.new_id(), reference, user.collar, work.at)
    work.tx.consultations.add(consultation)
    work.log(CustodyAct.INCIDENT_TAKEN, consultation.id, incident=reference)
    action = work.tell_cad(reference, CadVerb.SELF_DISPATCHED, version=str(incident.version))
    _store(work, replace(incident, state=IncidentState.TAKEN, taken_by=user.collar, next_contact_at=None))
    work.tell(ConsultationChanged(consultation))
    return consultation, None if older or incident.provisional else action


def _give_back(work: Work, consultation_id: str, action: CadAction, reason: str) -> None:
    """CAD said no while the officer waited: nothing has been done yet, so the consultation ends here."""
    settle_refused(work, action.id, reason, conflict=False)
    consultation = work.consultation(consultation_id)
    work.keep(replace(consultation, state=ConsultationState.ENDED, ended_at=work.at))
    work.log(CustodyAct.CONSULTATION_ENDED, consultation_id, why="not given by CAD")
    # Who has it comes with CAD's next list; until then it is not offered again.
    incident = work.incident(action.incident)
    _store(work, replace(incident, state=IncidentState.TAKEN, taken_by=None))
