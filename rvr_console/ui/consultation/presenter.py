"""Turns the officer's acts on the consultation page into service calls, and events into what the page shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rvr_console.domain import events
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.incident import Incident
from rvr_console.domain.ports import Clock
from rvr_console.errors import KnownError
from rvr_console.services.cad_actions import CadActions
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.consultations import Consultations
from rvr_console.services.dispatch import Dispatch
from rvr_console.services.recordings import Recordings
from rvr_console.services.video_call import VideoCall
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.call_acts import CallActs
from rvr_console.ui.consultation.closing_acts import ClosingActs
from rvr_console.ui.consultation.doing import Doing, Settled, Spawn
from rvr_console.ui.consultation.evidence_acts import EvidenceActs, EvidenceServices
from rvr_console.ui.consultation.live_events import LiveEvents
from rvr_console.ui.consultation.open_page import Subscribes, View
from rvr_console.ui.consultation.sheet import stand
from rvr_console.ui.consultation.sheet_acts import SheetActs
from rvr_console.ui.consultation.state import (
    OVER,
    NextAct,
    PageState,
    Stage,
    Standing,
    TimelineEntry,
    WaitingDevice,
    next_act,
    next_sheet,
    stage_of,
)


@dataclass(frozen=True, slots=True)
class ConsultationServices:
    """The use cases the page calls. page_url: where the victim's page is served, without the secret. evidence: None without exhibits."""

    dispatch: Dispatch
    consultations: Consultations
    recordings: Recordings
    calls: VideoCall
    cad: CadActions
    clock: Clock
    page_url: Callable[[], str]
    evidence: EvidenceServices | None = None
    kinds: ConsultationKinds | None = None


class ConsultationPresenter:
    """One consultation at a time is on the page; its call goes on when another page is shown."""

    def __init__(self, view: View, services: ConsultationServices, bridge: Subscribes, spawn: Spawn) -> None:
        self._view = view
        self._services = services
        self._spawn = spawn
        self.state: PageState | None = None
        self._stale = self._refreshing = False
        self.sheet_acts = SheetActs(self)
        self.doing = Doing(self, view, spawn)
        self.call = CallActs(self, self.doing, services.calls)
        self.evidence = EvidenceActs(self, self.doing, bridge, services.evidence)
        self.closing = ClosingActs(self, self.doing, services.consultations, services.kinds)
        self.submit = self.closing.submit
        self._live = LiveEvents(self, bridge)

    @property
    def spawn(self) -> Spawn:
        return self._spawn

    # --- opening ---
    def open(self, consultation_id: str) -> None:
        """Show this consultation; one that is on the page already keeps what is known of it live."""
        if self.state is not None and self.state.consultation.id == consultation_id:
            self.refresh_soon()
            return
        self.doing.do(self._opened(consultation_id))

    async def _opened(self, consultation_id: str) -> None:
        consultation = await self._services.consultations.get(consultation_id)
        incident = await self._incident(consultation)
        state = PageState(consultation, incident, stage=stage_of(consultation, incident))
        if consultation.link is not None:
            state.link = await self._services.consultations.link_details(consultation_id)
            state.link_url = state.link.url(self._services.page_url())
        if state.stage is Stage.DROPPED:
            state.restarted_at = self.now()
            state.timeline.append(TimelineEntry("restarted", words.MARK_RESTARTED, self.now()))
        await self._read_lists(state)
        self._view.leave()
        self.sheet_acts.put(state)
        self.state = state

    async def _incident(self, consultation: Consultation) -> Incident:
        for incident in await self._services.dispatch.list_incidents():
            if incident.reference == consultation.incident:
                return incident
        raise KnownError(
            "The incident of this consultation is not in the local book.", kept="The consultation is kept."
        )

    async def refresh_lists(self) -> None:
        """Checklist, CAD log and recordings, from the store."""
        if self.state is not None:
            await self._read_lists(self.state)

    async def _read_lists(self, state: PageState) -> None:
        services, consultation_id = self._services, state.consultation.id
        self.closing.read_questions(state)
        state.checklist = await services.consultations.checklist(consultation_id)
        state.cad = await services.cad.for_incident(state.consultation.incident)
        state.recordings = await services.recordings.of_consultation(consultation_id)
        state.exhibits = await self.evidence.read(consultation_id)
        if state.stage in OVER and state.stage is not Stage.SUBMITTED:
            state.incident = await self._incident(state.consultation)
            state.stage = stage_of(state.consultation, state.incident)

    def set_standing(self, key: str, standing: Standing) -> None:
        """A sheet says how far it is; its tab, "Still to do" and the action slot follow."""
        if self.state is not None and stand(self.state, key, standing):
            self.redraw()

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
        """Read the lists again and redraw; asked for again meanwhile, it is done once more, not at the same time."""
        self._stale = True
        if not self._refreshing:
            self._refreshing = True
            self._spawn(self._refresh())

    async def _refresh(self) -> None:
        try:
            while self._stale:
                self._stale = False
                await self.doing.told(self.refresh_lists(), ends_pending=False)
        finally:
            self._refreshing = False

    def fault(self, fault: events.Fault) -> None:
        self._view.show_fault(fault.what, fault.kept, fault.todo)

    def consultation_id(self) -> str:
        return self.state.consultation.id if self.state else ""

    # --- the action slot ---
    def next(self) -> None:
        """Do the act that the slot names, or go where it is done."""
        if self.state is None or self.state.pending:
            return
        act = next_act(self.state)
        if act is NextAct.SEND_LINK:
            self.send_link()
        elif act is NextAct.ADMIT:
            self.admit()
        elif act is NextAct.RESUME:
            self.call.resume()
        elif act is NextAct.SUBMIT:
            self._view.open_tab("close")
        elif act is NextAct.ANSWER_SAFETY:
            self._view.open_tab("safety")
        elif act is NextAct.WRITE_NOTE:
            self._view.open_tab("notes")
        elif act is NextAct.IN_SHEET:
            self.sheet_acts.do()
        elif act is NextAct.OPEN_SHEET:
            self._view.open_tab(next_sheet(self.state))

    def send_link(self, reason: str = "") -> None:
        self.doing.do(self._send_link(reason), "Sending…")

    async def _send_link(self, reason: str) -> None:
        details = await self._services.calls.send_link(self.consultation_id(), reason)
        if self.state is not None:
            self.state.link = details
            self.state.link_url = details.url(self._services.page_url())
            self.state.stage = Stage.LINK_SENT
        await self.refresh_lists()

    def admit(self) -> None:
        if self.state is not None and self.state.waiting is not None:
            device = self.state.waiting.device
            self.doing.do(self._services.calls.admit(self.consultation_id(), device), "Admitting…")

    def refuse_second(self, second: WaitingDevice) -> None:
        if self.state is not None:
            self.state.second = None
            self.doing.do(self._services.calls.refuse_second_device(self.consultation_id(), second.device))

    # --- stored as typed ---
    def answer_safety(self, question: str, text: str, settled: Settled | None = None) -> None:
        def stored(done: bool) -> None:
            if done and self.state is not None:
                self.state.safety_stored = self.now()
                self.redraw()
            if settled is not None:
                settled(done)

        self.doing.do(
            self._services.consultations.answer_safety(self.consultation_id(), question, text), settled=stored
        )

    def confirm_location(self, text: str, source: str) -> None:
        self.doing.do(self._services.consultations.confirm_location(self.consultation_id(), text, source))

    def add_note(self, text: str, settled: Settled | None = None) -> None:
        if text.strip():
            offset = self._services.calls.recording_offset(self.consultation_id())
            act = self._services.consultations.add_note(self.consultation_id(), text.strip(), offset)
            self.doing.do(act, settled=settled)

    def log_update(self, text: str, settled: Settled | None = None) -> None:
        if text.strip():
            self.doing.do(
                self._services.cad.log_update(self.consultation_id(), text.strip()), settled=settled
            )

    # --- before the call ---
    def contact_attempt(self, outcome: str, next_at: datetime | None) -> None:
        """Log it; the incident goes back to the queue, and an open link is closed."""
        self.doing.do(self._give_back(self.consultation_id(), outcome, next_at), "Logging…")

    async def _give_back(self, consultation_id: str, outcome: str, next_at: datetime | None) -> None:
        await self._services.consultations.contact_attempt(consultation_id, outcome, next_at)
        await self._services.calls.shut(consultation_id)

    def close_link(self) -> None:
        """Before any call: the link is closed for ever and the consultation ends."""
        self.doing.do(self._services.calls.end_for_both(self.consultation_id()), "Closing…")

    # --- danger and the end ---
    def convert_to_attendance(self, reason: str) -> None:
        self.doing.do(self._services.consultations.convert_to_attendance(self.consultation_id(), reason))
