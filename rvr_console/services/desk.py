"""One act at this desk: who acts, the transaction with its custody entry and CAD act, the events told after it is kept."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from rvr_console.domain.access import Act, Relation, User, allows, check
from rvr_console.domain.cad import CadAction, CadVerb
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import CadActionChanged, ConsultationChanged
from rvr_console.domain.incident import Incident
from rvr_console.domain.ports import Clock, EventSink
from rvr_console.domain.repositories import StorePort, Transaction
from rvr_console.errors import AccessDeniedError, RefusedError

T = TypeVar("T")
CONSOLE = "console"  # actor of what the program itself does and sees


class Session:
    """Who is signed in at this desk, if anybody."""

    def __init__(self) -> None:
        self._user: User | None = None

    @property
    def user(self) -> User | None:
        return self._user

    def set(self, user: User | None) -> None:
        self._user = user

    def require(self) -> User:
        """The signed-in person. Raises AccessDeniedError when nobody is."""
        if self._user is None:
            raise AccessDeniedError(
                "Nobody is signed in.", kept="Nothing was changed.", todo="Sign in first."
            )
        return self._user


def needs_words(text: str, otherwise: str) -> str:
    """The text without blanks around it. Raises RefusedError with these words when nothing is left."""
    stripped = text.strip()
    if not stripped:
        raise RefusedError(otherwise, kept="Nothing was changed.")
    return stripped


def local_time(at: datetime) -> str:
    """Hours, minutes and seconds on this desk's clock: 13:38:36."""
    return at.astimezone().strftime("%H:%M:%S")


def new_uuid() -> str:
    return str(uuid.uuid4())


@dataclass(slots=True)
class Work:
    """One act inside its transaction. actor: collar number or CONSOLE."""

    tx: Transaction
    actor: str
    at: datetime
    new_id: Callable[[], str]
    events: list[object] = field(default_factory=list)
    _teams: dict[str, str] = field(default_factory=dict)

    def log(self, act: CustodyAct, subject: str, *, purpose: str = "", **details: str) -> None:
        self.tx.custody.append(self.at, self.actor, act, subject, purpose=purpose, details=details)

    def tell(self, event: object) -> None:
        """Publish once the transaction is kept."""
        self.events.append(event)

    def tell_cad(self, incident: str, verb: CadVerb, **payload: str) -> CadAction:
        """Outbox row and its custody entry."""
        action = self.tx.outbox.add(CadAction(self.new_id(), incident, verb, self.actor, self.at, 0, payload))
        self.log(CustodyAct.CAD_ACT, incident, verb=verb.value, id=action.id)
        self.tell(CadActionChanged(action))
        return action

    def consultation(self, consultation_id: str) -> Consultation:
        found = self.tx.consultations.get(consultation_id)
        if found is None:
            raise RefusedError("There is no such consultation.", kept="Nothing was changed.")
        return found

    def incident(self, reference: str) -> Incident:
        found = self.tx.incidents.get(reference)
        if found is None:
            raise RefusedError("There is no such incident.", kept="Nothing was changed.")
        return found

    def keep(self, consultation: Consultation) -> Consultation:
        """Store a changed consultation and tell the screens."""
        stored = self.tx.consultations.replace(consultation)
        self.tell(ConsultationChanged(stored))
        return stored

    def team_of(self, collar: str) -> str:
        if collar not in self._teams:
            account = self.tx.users.get(collar)
            self._teams[collar] = account.team if account else ""
        return self._teams[collar]


def relation(work: Work, user: User, consultation: Consultation) -> Relation:
    """How this person stands to the consultation. A disclosure officer: only cases given to them."""
    if consultation.officer == user.collar:
        return Relation.OWN
    if consultation.id in work.tx.consultations.assigned(user.collar):
        return Relation.ASSIGNED
    team = work.team_of(user.collar)
    if team and team == work.team_of(consultation.officer):
        return Relation.TEAM
    return Relation.NONE


def check_may_read(work: Work, user: User, consultation: Consultation) -> Relation:
    """Those who work on the case or may view its recording may read it, off duty too. Raises AccessDeniedError."""
    stands = relation(work, user, consultation)
    if not allows(user.role, Act.CONSULT, stands):
        check(replace(user, on_duty=True), Act.VIEW_RECORDING, stands)
    return stands


@dataclass(frozen=True, slots=True)
class Desk:
    """What every service needs. Shared by all of them."""

    store: StorePort
    clock: Clock
    events: EventSink
    session: Session
    new_id: Callable[[], str] = new_uuid

    async def act(
        self, act: Act, subject: str, body: Callable[[Work, User], T], *, by: User | None = None
    ) -> T:
        """Run body for the signed-in person in one transaction; a denial is logged, then raised.

        by: a second person at this desk who has just said who they are (`SignIn.confirm`): the act is theirs.

        body itself asks `permit` once it knows how the person stands to the case.
        """
        signed_in = self.session.require()
        user = by or signed_in
        work_at = self.clock.now()
        events: list[object] = []

        def run(tx: Transaction) -> T:
            return body(Work(tx, user.collar, work_at, self.new_id, events), user)

        try:
            result = await self.store.run(run)
        except AccessDeniedError as denied:
            what = denied.what
            await self.store.run(
                lambda tx: tx.custody.append(
                    work_at,
                    user.collar,
                    CustodyAct.ACCESS_DENIED,
                    subject,
                    purpose="",
                    details={"act": act.value, "role": user.role.value, "why": what},
                )
            )
            raise
        self.publish(events)
        return result

    async def on_case(
        self, act: Act, consultation_id: str, body: Callable[[Work, User, Consultation], T]
    ) -> T:
        """As `act`, on one consultation, checked against how the person stands to it."""

        def run(work: Work, user: User) -> T:
            consultation = work.consultation(consultation_id)
            check(user, act, relation(work, user, consultation))
            return body(work, user, consultation)

        return await self.act(act, consultation_id, run)

    async def note(self, body: Callable[[Work], T]) -> T:
        """Run body for the program itself: what recorder, gateway and CAD report is kept whoever is signed in."""
        events: list[object] = []
        at = self.clock.now()
        result = await self.store.run(lambda tx: body(Work(tx, CONSOLE, at, self.new_id, events)))
        self.publish(events)
        return result

    def publish(self, events: list[object]) -> None:
        for event in events:
            self.events.publish(event)
