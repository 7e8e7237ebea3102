"""Turns the officer's acts on the consultation page into service calls, and events into what the page shows."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from rvr_console.domain import events
from rvr_console.domain.call import Picture
from rvr_console.domain.consultation import Consent, Consultation
from rvr_console.domain.incident import Incident
from rvr_console.domain.ports import Clock
from rvr_console.domain.recording import Party
from rvr_console.errors import KnownError
from rvr_console.services.cad_actions import CadActions
from rvr_console.services.consultations import Consultations
from rvr_console.services.dispatch import Dispatch
from rvr_console.services.recordings import Recordings
from rvr_console.services.video_call import VideoCall
from rvr_console.ui.consultation.live_events import LiveEvents
from rvr_console.ui.consultation.state import NextAct, PageState, Stage, WaitingDevice, next_act, stage_of

Spawn = Callable[[Coroutine[Any, Any, None]], object]


class View(Protocol):
    """What the presenter needs of the page. Each call redraws only the part it names."""

    def show(self, state: PageState) -> None: ...

    def show_next(self, act: NextAct, state: PageState) -> None: ...

    def show_time(self, state: PageState) -> None: ...

    def show_fault(self, what: str, kept: str, todo: str) -> None: ...

    def open_tab(self, key: str) -> None: ...

    def show_nothing_open(self) -> None: ...


class Subscribes(Protocol):
    def subscribe(self, kind: type, handler: Callable[[Any], None]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class ConsultationServices:
    """The use cases the page calls. page_url: where the victim's page is served, without the secret."""

    dispatch: Dispatch
    consultations: Consultations
    recordings: Recordings
    calls: VideoCall
    cad: CadActions
    clock: Clock
    page_url: Callable[[], str]


class ConsultationPresenter:
    """One consultation at a time is on the page; its call goes on when another page is shown."""

    def __init__(self, view: View, services: ConsultationServices, bridge: Subscribes, spawn: Spawn) -> None:
        self._view = view
        self._services = services
        self._spawn = spawn
        self.state: PageState | None = None
        self._live = LiveEvents(self, bridge)

    # --- opening ---
    def open(self, consultation_id: str) -> None:
        self._spawn(self._opened(consultation_id))

    async def _opened(self, consultation_id: str) -> None:
        consultation = await self._services.consultations.get(consultation_id)
        incident = await self._incident(consultation)
        state = PageState(consultation, incident, stage=stage_of(consultation))
        if consultation.link is not None:
            state.link = await self._services.consultations.link_details(consultation_id)
            state.link_url = state.link.url(self._services.page_url())
        self.state = state
        await self.refresh_lists()
        self.redraw()

    async def _incident(self, consultation: Consultation) -> Incident:
        for incident in await self._services.dispatch.list_incidents():
            if incident.reference == consultation.incident:
                return incident
        raise KnownError(
            "The incident of this consultation is not in the local book.", kept="The consultation is kept."
        )

    async def refresh_lists(self) -> None:
        """Checklist and CAD log, from the store."""
        state = self.state
        if state is not None:
            state.checklist = await self._services.consultations.checklist(state.consultation.id)
            state.cad = await self._services.cad.for_incident(state.consultation.incident)

    def redraw(self) -> None:
        if self.state is None:
            self._view.show_nothing_open()
            return
        self._view.show(self.state)
        self._view.show_next(next_act(self.state), self.state)

    def now(self) -> datetime:
        return self._services.clock.now()

    def monotonic_ns(self) -> int:
        return self._services.clock.monotonic_ns()

    def tick(self) -> None:
        """Once a second, for running times."""
        if self.state is not None:
            self._view.show_time(self.state)

    def refresh_soon(self) -> None:
        async def refresh() -> None:
            await self.refresh_lists()
            self.redraw()

        self._spawn(self._told(refresh()))

    def fault(self, fault: events.Fault) -> None:
        self._view.show_fault(fault.what, fault.kept, fault.todo)

    async def _told(self, act: Coroutine[Any, Any, object]) -> None:
        """Do it; what went wrong is said on the page, and the pending mark goes either way."""
        try:
            await act
        except KnownError as error:
            self._view.show_fault(error.what, error.kept, error.todo)
        finally:
            if self.state is not None:
                self.state.pending = ""
            self.redraw()

    def _do(self, act: Coroutine[Any, Any, object], pending: str = "") -> None:
        if self.state is not None and pending:
            self.state.pending = pending
            self.redraw()
        self._spawn(self._told(act))

    def _id(self) -> str:
        return self.state.consultation.id if self.state else ""

    # --- the action slot ---
    def next(self) -> None:
        """Do the act that the slot names, or go where it is done."""
        if self.state is None or self.state.pending:
            return
        act = next_act(self.state)
        if act is NextAct.SEND_LINK:
            self._do(self._send_link(), "Sending…")
        elif act is NextAct.ADMIT:
            self.admit()
        elif act is NextAct.RESUME:
            self.resume()
        elif act is NextAct.SUBMIT:
            self._view.open_tab("close")
        elif act is NextAct.ANSWER_SAFETY:
            self._view.open_tab("safety")
        elif act is NextAct.WRITE_NOTE:
            self._view.open_tab("notes")

    async def _send_link(self) -> None:
        details = await self._services.calls.send_link(self._id())
        if self.state is not None:
            self.state.link = details
            self.state.link_url = details.url(self._services.page_url())
            self.state.stage = Stage.LINK_SENT
        await self.refresh_lists()

    def admit(self) -> None:
        if self.state is not None and self.state.waiting is not None:
            device = self.state.waiting.device
            self.state.stage = Stage.CONNECTING
            self._do(self._services.calls.admit(self._id(), device), "Admitting…")

    def refuse_second(self, second: WaitingDevice) -> None:
        if self.state is not None:
            self.state.second = None
            self._do(self._services.calls.refuse_second_device(self._id(), second.device))

    # --- stored as typed ---
    def answer_safety(self, question: str, text: str) -> None:
        self._do(self._services.consultations.answer_safety(self._id(), question, text))

    def confirm_location(self, text: str, source: str) -> None:
        self._do(self._services.consultations.confirm_location(self._id(), text, source))

    def add_note(self, text: str) -> None:
        if text.strip():
            offset = self._services.calls.recording_offset(self._id())
            self._do(self._services.consultations.add_note(self._id(), text.strip(), offset))

    def log_update(self, text: str) -> None:
        if text.strip():
            self._do(self._services.cad.log_update(self._id(), text.strip()))

    # --- in the call ---
    def send_chat(self, text: str) -> None:
        self._do(self._services.calls.send_chat(self._id(), text))

    def decide_consent(self, record: bool, reason: str) -> None:
        answer = Consent.REFUSED_RECORDED if record else Consent.REFUSED_NOT_RECORDED
        self._do(self._services.calls.consent(self._id(), answer, reason))

    def toggle_muted(self) -> None:
        if self.state is not None:
            self.state.muted = not self.state.muted
            self._services.calls.set_muted(self._id(), self.state.muted)
            self.redraw()

    def toggle_camera(self) -> None:
        if self.state is not None:
            self.state.camera_on = not self.state.camera_on
            self._services.calls.set_camera(self._id(), self.state.camera_on)
            self.redraw()

    def pause(self) -> None:
        self._do(self._services.calls.pause(self._id()))

    def resume(self) -> None:
        self._do(self._services.calls.resume(self._id()))

    def marker(self, text: str = "") -> None:
        self._do(self._services.calls.marker(self._id(), text))

    def set_view_size(self, party: Party, width: int, height: int) -> None:
        self._services.calls.set_view_size(self._id(), party, width, height)

    def picture(self, party: Party, after: int) -> Picture | None:
        """The newest picture of the party if it is newer than `after`."""
        return self._services.calls.picture(self._id(), party, after)

    # --- danger and the end ---
    def convert_to_attendance(self, reason: str) -> None:
        self._do(self._services.consultations.convert_to_attendance(self._id(), reason))

    def end_for_both(self) -> None:
        self._do(self._services.calls.end_for_both(self._id()), "Sealing…")

    def keep_link_open(self) -> None:
        self._do(self._services.calls.hang_up(self._id()))

    def submit(self, outcome: str, result_codes: list[str]) -> None:
        self._do(self._submit(outcome, result_codes), "Submitting…")

    async def _submit(self, outcome: str, result_codes: list[str]) -> None:
        submitted = await self._services.consultations.submit(self._id(), outcome, result_codes)
        if self.state is not None:
            self.state = replace(self.state, consultation=submitted, stage=Stage.SUBMITTED)
        await self.refresh_lists()
