"""What a call session reports, in order: kept in the log and told to the screens."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from rvr_console.domain import call, events
from rvr_console.domain.consultation import Consent, LinkState
from rvr_console.domain.recording import Party, RecorderState
from rvr_console.errors import KnownError, RefusedError
from rvr_console.services.consultations import Consultations
from rvr_console.services.desk import Desk
from rvr_console.services.live_call import LiveCall
from rvr_console.services.recordings import Recordings

log = logging.getLogger(__name__)


class Acts(Protocol):
    """What follows from a report by itself."""

    async def announce(self, consultation_id: str) -> None: ...

    async def consent(self, consultation_id: str, answer: Consent, reason: str = "") -> object: ...

    async def start_recording(self, live: LiveCall) -> None: ...

    async def pause(self, consultation_id: str, by: Party) -> None: ...

    async def resume(self, consultation_id: str, by: Party) -> None: ...

    async def document_said(self, live: LiveCall, said: call.DocumentSaid) -> None: ...

    async def page_ready(self, consultation_id: str) -> None: ...


class CallReports:
    """One worker a call. A report that cannot be kept is told as a fault; the next one is handled all the same."""

    def __init__(
        self,
        live: LiveCall,
        desk: Desk,
        consultations: Consultations,
        recordings: Recordings,
        acts: Acts,
    ) -> None:
        self._live = live
        self._cid = live.consultation_id
        self._desk = desk
        self._consultations = consultations
        self._recordings = recordings
        self._acts = acts
        self._handlers: dict[type, Callable[..., Awaitable[None]]] = {
            call.GatewayState: self._gateway,
            call.Knocked: self._knocked,
            call.Connecting: self._connecting,
            call.Secured: self._secured,
            call.Dropped: self._dropped,
            call.ChatIn: self._chat,
            call.ConsentIn: self._consent,
            call.PauseAsked: self._pause_asked,
            call.VictimMedia: self._victim_media,
            call.VictimShare: self._victim_share,
            call.AskedAnswer: self._asked_answer,
            call.VictimLeft: self._victim_left,
            call.Quality: self._quality,
            call.SegmentOpened: self._segment_opened,
            call.SegmentSealed: self._segment_sealed,
            call.HeadLogged: self._head,
            call.RecorderReport: self._recorder,
            call.GapReport: self._gap,
            call.RecordingTally: self._tally,
            call.CallFault: self._fault,
            call.DocumentSaid: self._document_said,
        }

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            report = await self._live.reports.get()
            try:
                await self._handlers[type(report)](report)
            except KnownError as error:
                log.warning("report %s not kept: %s", type(report).__name__, error.what)
                self._tell(events.Fault(error.what, error.kept, error.todo))
            except Exception:  # main of the call's report worker
                log.exception("report %s failed", type(report).__name__)
                self._tell(
                    events.Fault(
                        "Something of this call could not be logged: a mistake in this program.",
                        "The recording goes on.",
                        "Note the time and tell IT.",
                    )
                )
            finally:
                self._live.reports.task_done()

    def _tell(self, event: object) -> None:
        self._desk.events.publish(event)

    async def _gateway(self, report: call.GatewayState) -> None:
        self._tell(events.ServiceStateChanged("gateway", report.up, report.words))

    async def _knocked(self, report: call.Knocked) -> None:
        if report.known:
            return  # let in again by itself; whether the call needs a new connection shows by an offer
        if not report.second:
            await self._try_link_state(LinkState.WAITING)
        words = (*report.words, "", "", "", "")[:4]
        self._tell(
            events.DeviceWaiting(
                self._cid,
                report.device,
                report.browser,
                (words[0], words[1], words[2], words[3]),
                report.checks,
                report.second,
            )
        )

    async def _connecting(self, _report: call.Connecting) -> None:
        self._tell(events.CallStateChanged(self._cid, "connecting", secure=False))

    async def _secured(self, report: call.Secured) -> None:
        await self._consultations.call_secured(self._cid, report.words)
        state = LinkState.PAUSED if self._live.paused_by else LinkState.LIVE
        await self._try_link_state(state)
        self._tell(events.CallStateChanged(self._cid, state.value, secure=True))
        if not self._live.announced:
            await self._acts.announce(self._cid)
        elif self._live.recording:
            await self._acts.start_recording(self._live)
        await self._acts.page_ready(self._cid)

    async def _document_said(self, report: call.DocumentSaid) -> None:
        await self._acts.document_said(self._live, report)

    async def _dropped(self, report: call.Dropped) -> None:
        await self._try_link_state(LinkState.DROPPED)
        self._tell(events.CallStateChanged(self._cid, "dropped", secure=False, words=report.cause))

    async def _try_link_state(self, state: LinkState) -> None:
        """A report that comes late (the link is closed by then, or never was live) changes nothing."""
        try:
            await self._consultations.link_state(self._cid, state)
        except RefusedError as refused:
            log.info("link state %s not taken: %s", state.value, refused.what)

    async def _chat(self, report: call.ChatIn) -> None:
        self._tell(
            events.ChatReceived(
                self._cid, report.text, from_victim=True, waiting=bool(report.device), second=report.second
            )
        )

    async def _consent(self, report: call.ConsentIn) -> None:
        if report.agreed:
            await self._acts.consent(self._cid, Consent.AGREED)
        self._tell(events.ConsentAnswered(self._cid, report.agreed))

    async def _pause_asked(self, report: call.PauseAsked) -> None:
        await (self._acts.pause if report.on else self._acts.resume)(self._cid, Party.VICTIM)

    async def _victim_media(self, report: call.VictimMedia) -> None:
        self._tell(events.VictimMediaChanged(self._cid, report.muted, report.camera_on))

    async def _victim_share(self, report: call.VictimShare) -> None:
        self._tell(events.VictimShareChanged(self._cid, report.on))

    async def _asked_answer(self, report: call.AskedAnswer) -> None:
        self._tell(events.AskedAnswered(self._cid, report.what, report.result))

    async def _victim_left(self, report: call.VictimLeft) -> None:
        await self._try_link_state(LinkState.DROPPED)
        self._tell(events.VictimGone(self._cid, report.exit))

    async def _quality(self, report: call.Quality) -> None:
        self._tell(events.CallQuality(self._cid, report.round_trip_ms, report.bit_rate, report.lost))

    async def _segment_opened(self, report: call.SegmentOpened) -> None:
        self._live.segment = report.segment
        await self._recordings.segment_started(report.evidence_id, report.segment, report.file)

    async def _segment_sealed(self, report: call.SegmentSealed) -> None:
        await self._recordings.segment_closed(report.head)

    async def _head(self, report: call.HeadLogged) -> None:
        await self._recordings.head(report.head)

    async def _recorder(self, report: call.RecorderReport) -> None:
        self._live.offset_us = report.status.recorded_us
        self._live.segment = report.status.segment
        self._tell(events.RecorderStatusChanged(self._cid, report.status))
        before, self._live.faulted = self._live.faulted, report.status.state is RecorderState.FAULT
        if self._live.faulted and not before and self._live.evidence_id:
            await self._recordings.fault(self._live.evidence_id, report.status.fault)
            what, _, rest = report.status.fault.partition(". ")
            todo = (
                "The call goes on. Tell the person that nothing is being recorded."
                " It is recorded again from when the person opens the link anew."
            )
            self._tell(events.Fault(f"The recording has stopped. {what.rstrip('.')}.", rest, todo))

    async def _gap(self, report: call.GapReport) -> None:
        await self._recordings.gap(self._cid, report.segment, report.gap)
        self._tell(events.GapStated(self._cid, report.segment, report.gap))

    async def _tally(self, report: call.RecordingTally) -> None:
        self._tell(
            events.RecordingTallied(
                self._cid, report.video_frames_received, report.video_frames_recorded, report.audio_seconds
            )
        )

    async def _fault(self, report: call.CallFault) -> None:
        self._tell(events.Fault(report.what, report.kept, report.todo))
