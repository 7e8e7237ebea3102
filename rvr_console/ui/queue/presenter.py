"""Turns acts on the queue page into service calls, and their outcome into what the page shows."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Protocol

from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import Incident, Intake, Person, next_for
from rvr_console.errors import KnownError
from rvr_console.ui.queue import words

Spawn = Callable[[Coroutine[Any, Any, None]], object]


LOCAL_GRADE = 3  # the grade of this service ("Grade 3"); CAD may change it


class QueueService(Protocol):
    """Each act raises RefusedError (already taken, not yours), ServiceDownError or another KnownError."""

    async def list_incidents(self) -> list[Incident]: ...

    async def take_next(self) -> Consultation: ...

    async def take(self, reference: str) -> Consultation: ...

    async def triage(self, reference: str, suitable: bool, reason: str) -> object: ...

    async def allocate(self, reference: str, collar: str) -> object: ...

    async def log_contact(self, reference: str, outcome: str, next_at: datetime | None) -> object: ...

    async def add_provisional(
        self, category: str, grade: int, place: str, address: str, person: Person
    ) -> object: ...


class QueueView(Protocol):
    def show_person(self, me: str, *, may_take: bool, may_triage: bool) -> None: ...

    def show_incidents(self, incidents: Sequence[Incident], now: datetime) -> None: ...

    def show_time(self, now: datetime) -> None: ...

    def show_next(self, why: tuple[str, str], reason_off: str, reference: str = "") -> None:
        """why: the two lines beside the slot; reason_off: why it is off, empty = on. reference: of the incident it takes."""
        ...

    def show_pending(self) -> None: ...

    def show_done(self, fact: str) -> None: ...

    def show_fault(self, what: str, advice: str, *, reading: bool = False) -> None:
        """reading: the queue could not be read; stays until it can. Otherwise: an act was refused."""
        ...

    def clear_fault(self, *, reading: bool = False) -> None: ...

    def clear(self) -> None:
        """Nobody is signed in: nothing of the queue stays on the screen."""
        ...


class QueuePresenter:
    """taken: called with the consultation that a take began."""

    def __init__(
        self,
        view: QueueView,
        service: QueueService,
        spawn: Spawn,
        now: Callable[[], datetime],
        taken: Callable[[Consultation], object],
    ) -> None:
        self._view, self._service, self._spawn, self._now, self._taken = view, service, spawn, now, taken
        self._user: User | None = None
        self._incidents: list[Incident] = []
        self._loading = self._again = self._acting = False
        self._minute = -1

    def set_user(self, user: User | None) -> None:
        """Somebody signed in or changed duty: read the queue for them."""
        self._user = user
        if user is None:
            self._incidents = []
            self._view.clear()
            return
        may_take = allows(user.role, Act.CONSULT, Relation.OWN) and user.on_duty
        may_triage = allows(user.role, Act.TRIAGE) and user.on_duty
        self._view.show_person(user.collar, may_take=may_take, may_triage=may_triage)
        self.refresh()

    def refresh(self) -> None:
        """Read the queue again. Calls while a reading runs end in one more reading."""
        if self._user is None:
            return
        if self._loading:
            self._again = True
            return
        self._loading = True
        self._spawn(self._load())

    def tick(self, now: datetime) -> None:
        """Once a second from the window; the page moves on once a minute."""
        minute = int(now.timestamp()) // 60
        if self._user and minute != self._minute:
            self._minute = minute
            self._view.show_time(now)
            self._show_next()

    async def _load(self) -> None:
        try:
            self._again = True
            while self._again:
                self._again = False
                self._incidents = await self._service.list_incidents()
        except KnownError as error:
            self._fault(error, reading=True)
            return
        finally:
            self._loading = False
        self._view.clear_fault(reading=True)
        if self._user:
            self._view.show_incidents(self._incidents, self._now())
            self._show_next()

    def _show_next(self) -> None:
        user = self._user
        if user is None or self._acting:
            return
        if not allows(user.role, Act.CONSULT, Relation.OWN):
            self._view.show_next(("", ""), words.NOT_YOURS)
            return
        if not user.on_duty:
            self._view.show_next(("", ""), words.OFF_DUTY)
            return
        incident = next_for(user.collar, self._incidents, self._now())
        if incident is None:
            self._view.show_next(("", ""), words.NOTHING_TO_TAKE)
            return
        self._view.show_next((words.YOUR_NEXT, _why(incident, user.collar)), "", incident.reference)

    def take_next(self) -> None:
        self._act(self._take(self._service.take_next))

    def take(self, reference: str) -> None:
        self._act(self._take(lambda: self._service.take(reference)))

    def mark_suitable(self, reference: str) -> None:
        self._act(self._change(self._service.triage(reference, True, ""), words.TRIAGED, log=reference))

    def return_to_dispatch(self, reference: str, reason: str) -> None:
        self._act(self._change(self._service.triage(reference, False, reason), words.RETURNED, log=reference))

    def allocate(self, reference: str, collar: str) -> None:
        fact = words.ALLOCATED_TO if collar else words.UNALLOCATED
        self._act(self._change(self._service.allocate(reference, collar), fact, log=reference, collar=collar))

    def log_contact(self, reference: str, outcome: str, next_at: datetime | None) -> None:
        act = self._service.log_contact(reference, outcome, next_at)
        self._act(self._change(act, words.CONTACT_LOGGED, log=reference))

    def write_local(self, values: dict[str, str]) -> None:
        """An incident that came while CAD is down: provisional number, grade 3, CAD hears of it later."""
        person = Person(values["name"], values["phone"])
        act = self._service.add_provisional(
            values["category"], LOCAL_GRADE, values["place"], values["address"], person
        )
        self._act(self._change(act, words.BOOK_WRITTEN))

    def _act(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """One act at a time: a second press while one is on its way does nothing."""
        if self._acting:
            coroutine.close()
            return
        self._acting = True
        self._view.clear_fault()
        self._spawn(coroutine)

    async def _take(self, take: Callable[[], Coroutine[Any, Any, Consultation]]) -> None:
        self._view.show_pending()
        try:
            consultation = await take()
        except KnownError as error:
            self._fault(error)
        else:
            self._taken(consultation)
        self._finish()

    async def _change(self, act: Coroutine[Any, Any, object], fact: str, **named: str) -> None:
        try:
            await act
        except KnownError as error:
            self._fault(error)
        else:
            self._view.show_done(fact.format(**named))
        self._finish()

    def _finish(self) -> None:
        self._acting = False
        self._show_next()
        self.refresh()

    def _fault(self, error: KnownError, *, reading: bool = False) -> None:
        advice = " ".join(part for part in (error.kept, error.todo) if part)
        self._view.show_fault(error.what, advice, reading=reading)


def _why(incident: Incident, collar: str) -> str:
    if incident.allocated_to == collar:
        return words.NEXT_ALLOCATED.format(log=incident.short_reference)
    if incident.intake is Intake.IMMEDIATE:
        return words.NEXT_IMMEDIATE.format(log=incident.short_reference)
    return words.NEXT_OLDEST.format(log=incident.short_reference)
