"""Reads the officer's own consultations for the list."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import Incident
from rvr_console.domain.repositories import RecordingStatus
from rvr_console.errors import KnownError
from rvr_console.services.consultations import Consultations
from rvr_console.services.dispatch import Dispatch
from rvr_console.services.recordings import Recordings

Spawn = Callable[[Coroutine[Any, Any, None]], object]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """recording: of the newest recording, None if there is none. incident None: the local book does not have it."""

    consultation: Consultation
    incident: Incident | None
    recording: RecordingStatus | None


class MyConsultationsView(Protocol):
    def show_lines(self, lines: Sequence[OwnLine], now: datetime) -> None: ...

    def show_fault(self, what: str, advice: str) -> None: ...


class MyConsultationsPresenter:
    def __init__(
        self,
        view: MyConsultationsView,
        services: tuple[Consultations, Dispatch, Recordings],
        spawn: Spawn,
        now: Callable[[], datetime],
    ) -> None:
        self._view, self._spawn, self._now = view, spawn, now
        self._consultations, self._dispatch, self._recordings = services
        self._user: User | None = None

    def set_user(self, user: User | None) -> None:
        self._user = user
        if user is None:
            self._view.show_lines([], self._now())
        else:
            self.refresh()

    def refresh(self) -> None:
        if self._user is not None and allows(self._user.role, Act.CONSULT, Relation.OWN):
            self._spawn(self._load())

    async def _load(self) -> None:
        try:
            own = await self._consultations.my_consultations()
            incidents = {incident.reference: incident for incident in await self._dispatch.list_incidents()}
            recordings = await self._recordings.list_for_review()
        except KnownError as error:
            self._view.show_fault(error.what, " ".join(p for p in (error.kept, error.todo) if p))
            return
        newest: dict[str, RecordingStatus] = {}
        for summary in recordings:
            newest.setdefault(summary.consultation.id, summary.recording.status)
        if self._user is not None:
            lines = [OwnLine(c, incidents.get(c.incident), newest.get(c.id)) for c in own]
            self._view.show_lines(lines, self._now())
