"""The video call of a consultation: what the officer does in it, and what is kept of what it reports."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from rvr_console.domain import events
from rvr_console.domain.call import CallSession
from rvr_console.domain.consultation import Consent, Consultation, LinkState
from rvr_console.domain.recording import Party
from rvr_console.errors import KnownError, RefusedError, ServiceDownError
from rvr_console.services.call_reports import CallReports
from rvr_console.services.consultations import Consultations
from rvr_console.services.desk import Desk
from rvr_console.services.live_call import LINK_NOT_CLOSED, RECORDED, LiveCall, called, room_key
from rvr_console.services.open_calls import OpenCalls
from rvr_console.services.recordings import Recordings
from rvr_console.services.safeguarding import OutgoingWords
from rvr_console.services.values import LinkDetails

Report = Callable[[object], None]
SessionMaker = Callable[[str, Report], CallSession]
Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]
ANNOUNCEMENT = (
    "This video call is recorded, picture and sound, from when you answer until it ends. "
    "Recording stops while the call is paused. Do you agree?"
)


class VideoCall(OpenCalls):
    """Acts in the call. Every one is checked against the role table and leaves its custody entry before or with its effect."""

    def __init__(
        self,
        desk: Desk,
        consultations: Consultations,
        recordings: Recordings,
        make_session: SessionMaker,
        spawn: Spawn,
        outgoing: OutgoingWords | None = None,
    ) -> None:
        """outgoing: looks at what the officer writes to the person before it goes."""
        super().__init__()
        self._outgoing = outgoing
        self._desk = desk
        self._consultations = consultations
        self._recordings = recordings
        self._make_session = make_session
        self._spawn = spawn

    # --- the link ---
    async def send_link(self, consultation_id: str, reason: str = "") -> LinkDetails:
        """Issue the link (CAD learns "arrived" in the same act) and wait in its room. reason: as in Consultations.send_link."""
        details = await self._consultations.send_link(consultation_id, reason)
        if consultation_id not in self._calls:
            await self._made(consultation_id).session.open_room(room_key(details))
        return details

    async def come_back(self) -> list[str]:
        """After a restart: go on with every open call of the signed-in officer. Returns their consultation ids."""
        back = []
        for record in await self._consultations.for_restart():
            if record.consultation.id in self._calls:
                continue
            epoch = await self._consultations.next_epoch(record.consultation.id)
            live = self._made(record.consultation.id)
            await live.take_up(record)
            await live.session.open_room(room_key(replace(record.link, epoch=epoch), self._desk.session))
            back.append(record.consultation.id)
        return back

    def _made(self, consultation_id: str) -> LiveCall:
        queue: asyncio.Queue[object] = asyncio.Queue()
        session = self._make_session(consultation_id, queue.put_nowait)
        live = self._calls[consultation_id] = LiveCall(consultation_id, session, queue)
        live.worker = self._spawn(
            CallReports(live, self._desk, self._consultations, self._recordings, self).run()
        )
        return live

    async def admit(self, consultation_id: str, device: str) -> Consultation:
        """Let this device in. Only an admitted device ever gets a session description."""
        live = self._live(consultation_id)
        kept = await self._consultations.admit(consultation_id, device)
        await live.session.admit(device, called(self._desk.session))
        return kept

    async def refuse_second_device(self, consultation_id: str, device: str) -> None:
        await self._consultations.refuse_second_device(consultation_id, device)
        await self._live(consultation_id).session.refuse(device)

    async def send_chat(self, consultation_id: str, text: str) -> None:
        """Raises RefusedError when it carries words that must not be written to the person."""
        if text.strip():
            session = self._live(consultation_id).session
            if self._outgoing is not None:
                await self._outgoing.let_out(consultation_id, text.strip(), "chat")
            await session.send_chat(text.strip())
            self._desk.events.publish(events.ChatReceived(consultation_id, text.strip(), from_victim=False))

    # --- the recording ---
    async def announce(self, consultation_id: str) -> None:
        """Tell the victim's page that picture and sound are to be recorded, and ask."""
        live = self._live(consultation_id)
        await self._recordings.announced(consultation_id)
        live.announced = True
        await live.session.announce(ANNOUNCEMENT)

    async def consent(self, consultation_id: str, answer: Consent, reason: str = "") -> Consultation:
        """The victim's answer, or the officer's decision after a refusal (then with a reason). Starts recording if so decided."""
        live = self._live(consultation_id)
        kept = await self._recordings.consent(consultation_id, answer, reason)
        live.recording = answer in RECORDED
        live.session.consent(given=answer is Consent.AGREED, reason=reason)
        if live.recording:
            await self.start_recording(live)
        return kept

    async def start_recording(self, live: LiveCall) -> None:
        """Start, or go on after a restart. A failure is told and kept in the log; the call itself goes on."""
        try:
            continued = live.evidence_id
            live.evidence_id = await live.session.start_recording(continued)
            if continued is None:
                await self._recordings.started(live.consultation_id, live.evidence_id)
        except KnownError as error:
            self._desk.events.publish(
                events.Fault(error.what, error.kept, error.todo or "Recording has not started.")
            )
            if live.evidence_id:
                await self._recordings.fault(live.evidence_id, error.what)

    async def marker(self, consultation_id: str, text: str = "") -> None:
        live = self._live(consultation_id)
        if live.evidence_id is None:
            raise RefusedError("Nothing is being recorded.", kept="Nothing was changed.")
        await self._recordings.marker(live.evidence_id, live.segment, live.offset_us, text)
        live.session.marker(text)

    async def pause(self, consultation_id: str, by: Party = Party.OFFICER) -> None:
        """Pause picture, sound and recording. The call is live again only when everybody who paused has resumed."""
        live = self._live(consultation_id)
        live.paused_by.add(by)
        await live.session.pause(by)
        await self._consultations.link_state(consultation_id, LinkState.PAUSED)
        if live.evidence_id:
            await self._recordings.paused(live.evidence_id, live.segment, live.offset_us, by.value)
        self._tell_state(live, "paused")

    async def resume(self, consultation_id: str, by: Party = Party.OFFICER) -> None:
        live = self._live(consultation_id)
        live.paused_by.discard(by)
        if live.paused_by:
            return
        await live.session.resume(by)
        await self._consultations.link_state(consultation_id, LinkState.LIVE)
        if live.evidence_id:
            await self._recordings.resumed(live.evidence_id, live.segment, live.offset_us, by.value)
        self._tell_state(live, "live")

    def _tell_state(self, live: LiveCall, state: str, *, secure: bool = True, words: str = "") -> None:
        self._desk.events.publish(events.CallStateChanged(live.consultation_id, state, secure, words))

    # --- the end ---
    async def end_for_both(self, consultation_id: str) -> Consultation:
        """Seal the recording, close the link for ever, end the consultation."""
        live = self._live(consultation_id)
        await live.session.stop_recording()
        await live.reports.join()
        if live.evidence_id and not live.faulted:
            await self._recordings.closed(live.evidence_id)
        ended = await self._consultations.end(consultation_id)
        try:
            await live.session.close_link()
            ended = await self._consultations.link_state(consultation_id, LinkState.CLOSED)
        except (ServiceDownError, RefusedError):
            self._desk.events.publish(
                LINK_NOT_CLOSED
            )  # the intent is kept, and repeated also after a restart
        finally:
            await self._forget(live)
        self._tell_state(live, "closed", secure=False)
        return ended

    async def hang_up(self, consultation_id: str) -> None:
        """End the call but keep the link: the victim may come back on it."""
        live = self._live(consultation_id)
        await live.session.hang_up()
        await live.reports.join()
        await self._consultations.link_state(consultation_id, LinkState.DROPPED)
        self._tell_state(live, "dropped", secure=False, words="You left; the link stays open.")

    async def shut(self, only: str | None = None) -> None:
        """The console closes, or one call is given up: recordings are closed cleanly; links stay as they are."""
        for live in [one for one in self._calls.values() if only in (None, one.consultation_id)]:
            await live.session.stop_recording()
            await live.reports.join()
            await self._forget(live)

    async def _forget(self, live: LiveCall) -> None:
        await live.session.leave()
        await live.reports.join()
        if live.worker is not None:
            live.worker.cancel()
        self._calls.pop(live.consultation_id, None)
