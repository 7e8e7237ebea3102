"""One consultation's call: signalling, picture and sound, and recorder, joined; it reports domain.call values on its loop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from rvr_console.domain import call
from rvr_console.domain.call import RoomKey
from rvr_console.domain.ports import Clock
from rvr_console.domain.recording import (
    EventKind,
    GapCause,
    Party,
    RecorderStatus,
    TrackKind,
)
from rvr_console.video.call_asks import CallAsks
from rvr_console.video.call_documents import CallDocuments, ShowsDocuments
from rvr_console.video.call_files import CallFiles, FileDoor, FileLine
from rvr_console.video.call_media import CallMedia, MediaCallbacks
from rvr_console.video.call_recorder import CallRecorder, LeftOffFinder, StoreMaker
from rvr_console.video.call_room import CallRoom, ToldState
from rvr_console.video.call_signals import CallSignals
from rvr_console.video.call_stills import CallStills
from rvr_console.video.media_link import MediaSettings
from rvr_console.video.signalling import DeskSignalling
from rvr_console.video.signalling_events import SignallingEvent
from rvr_console.wire import link_secret, signals
from rvr_console.wire import media_messages as wire
from rvr_console.wire.desk_messages import DeskSigner

NOT_SHOWN = "Nothing of this connection was shown or recorded."


@dataclass(frozen=True, slots=True)
class CallSettings:
    """gateway_url: ws(s) or http(s) address the desk dials. ice_servers: for the phone and for us."""

    gateway_url: str
    media: MediaSettings
    officer_label: str
    ice_servers: tuple[signals.IceServer, ...] = ()
    relay_only: bool = False


class VideoCallSession(CallAsks, CallStills, ShowsDocuments):
    """Implements domain.call.CallSession. Methods and reports on the loop that made it."""

    def __init__(
        self,
        report: Callable[[object], None],
        settings: CallSettings,
        signer: DeskSigner,
        make_store: StoreMaker,
        clock: Clock,
        left_off: LeftOffFinder = lambda _evidence_id: None,
        files: FileDoor | None = None,
    ) -> None:
        super().__init__()
        loop = asyncio.get_running_loop()
        self._report_here = report
        self._signalling = DeskSignalling(
            settings.gateway_url,
            signer,
            self._take_signal,
            ice_servers=settings.ice_servers,
            relay_only=settings.relay_only,
        )

        def on_loop(found: object) -> None:
            loop.call_soon_threadsafe(self.report, found)

        self._recorder = CallRecorder(make_store, clock, on_loop, self._want_key_frame, left_off)
        callbacks = MediaCallbacks(
            answer=lambda number, sdp, own: self.send(signals.Answer(call=number, sdp=sdp, fingerprint=own)),
            candidate=lambda number, found, mid, line: self.send(
                signals.Candidate(call=number, candidate=found, mid=mid, line=line)
            ),
            secured=self._secured,
            up=self._told_secure,
            lost=lambda words: self.report(call.Dropped(words)),
            insecure=self._insecure,
            died=self._media_died,
            stats=self._stats,
            frame=self._recorder.submit,  # this and the next on the media link's thread
            hole=self._recorder.submit_hole,
        )
        self._media = CallMedia(callbacks, settings.media, settings.officer_label, [])
        self._signals = CallSignals(self, self._signalling, self._media)
        self.room = CallRoom(self._signalling, self.report)
        self._files = CallFiles(files)
        self._documents = CallDocuments(self.send, self.report, self.recording_place)
        self._recorded_connection, self._recorded_before = 0, False
        self._cause = GapCause.CONNECTION_DROPPED
        self._lost_before = 0
        self.told = ToldState()

    def _take_signal(self, event: SignallingEvent) -> None:
        self._signals.take(event)
        self._files.take(event)
        self._documents.take(event)

    def _want_key_frame(self, party: Party, kind: TrackKind) -> None:
        self._media.request_key_frame(party, kind)

    def report(self, report: object) -> None:
        if isinstance(report, call.RecorderReport):
            self._recorder_said(report.status)
        self._report_here(report)

    def _recorder_said(self, status: RecorderStatus) -> None:
        before, self.told.recorder = self.told.recorder, status
        tens = status.recorded_us // 10_000_000
        if before is None or before.state is not status.state or before.recorded_us // 10_000_000 != tens:
            self.send(self.told.recording_state())

    async def open_room(self, key: RoomKey) -> None:
        self._media.start()
        self._files.open(link_secret.parse(key.secret), FileLine(self.send, self._signalling))
        self.room.open(key)

    async def admit(self, device: str, officer_first_name: str) -> None:
        await self._signals.admit(device, officer_first_name)

    async def refuse(self, device: str) -> None:
        await self._signals.refuse(device)

    async def send_chat(self, text: str) -> None:
        await self.room.chat(text)

    def send(self, signal: signals.DeskSignal) -> None:
        self.room.send(signal)

    async def close_link(self) -> None:
        self._files.link_closed()  # also when the gateway is told only later
        await self.room.close_link()

    def ask_for_file(self, what: str, words: str) -> None:
        self._files.want(what, words)

    async def announce(self, text: str) -> None:
        self.told.question = text
        self._recorder.remember(EventKind.ANNOUNCED, {"text": text})
        self.send(signals.ConsentQuestion(text=text))

    def offer(self, offer: signals.Offer, session: str) -> None:
        confirmation = self._signalling.confirmation(session)
        if confirmation is None:
            return
        before = self._media.connection
        self._media.offer(offer.call, session, offer.sdp, offer.fingerprint, confirmation)
        if self._media.connection != before:
            self._share_unsure()
            self.report(call.Connecting(self._signalling.epoch))

    def _secured(self, connection: int) -> None:
        if self._recorder.running and connection != self._recorded_connection:
            self._recorder.rejoin(self._cause, "the phone is back on the same link")
        self._recorded_connection = connection
        self._cause = GapCause.CONNECTION_DROPPED
        self._share_settled()
        self._told_secure()
        self._signals.send_whole_state()

    def _told_secure(self) -> None:
        self.report(call.Secured(self._signalling.epoch, self._signals.words))

    def _insecure(self, words: str) -> None:
        self.report(call.CallFault(words, NOT_SHOWN, "A new connection is tried by itself."))
        self.report(call.Dropped("The connection was not secure and was ended."))
        self.send(signals.OfferWanted(how="new"))

    def _media_died(self) -> None:
        self._cause = GapCause.MEDIA_RESTARTED
        self.report(call.Dropped("The media program ended and was started again."))
        self.send(signals.OfferWanted(how="new"))

    def _stats(self, stats: wire.Stats) -> None:
        lost, self._lost_before = max(stats.lost - self._lost_before, 0), stats.lost
        self.report(call.Quality(stats.round_trip_ms or 0.0, stats.bit_rate_in * 1000, float(lost)))

    # --- recording ---
    async def start_recording(self, evidence_id: str | None) -> str:
        self._recorded_connection = self._media.connection
        cause = GapCause.CONNECTION_DROPPED if self._recorded_before else GapCause.CONSOLE_RESTARTED
        # Going on with a recording reads its last segment once: never on the screens' thread.
        started = await asyncio.to_thread(
            self._recorder.start, evidence_id, cause=cause, paused_by=tuple(self.told.paused_by)
        )
        self._recorded_before = True
        if self._sharing:
            self._record_share()
        return started

    def consent(self, *, given: bool, reason: str) -> None:
        self._recorder.remember(EventKind.CONSENT, {"given": "yes" if given else "no", "reason": reason})
        self.told.question = ""

    async def pause(self, by: Party) -> None:
        self.told.paused_by.add(by)
        self._recorder.pause(by)
        self._media.set_paused(True)
        self.send(self.told.pause_state())
        await self._signalling.set_paused(on=True)

    async def resume(self, by: Party) -> None:
        self.told.paused_by.clear()
        self._recorder.resume(by)
        self._media.set_paused(False)
        self.send(self.told.pause_state())
        await self._signalling.set_paused(on=False)

    def set_muted(self, on: bool) -> None:
        self.told.muted = on
        self._media.set_muted(on)
        self._recorder.source(Party.OFFICER, TrackKind.AUDIO, on=not on)
        self.send(self.told.media_state())

    def set_camera(self, on: bool) -> None:
        self.told.camera_on = on
        self._media.set_camera(on)
        self._recorder.source(Party.OFFICER, TrackKind.VIDEO, on=on)
        self.send(self.told.media_state())

    def victim_media(self, state: signals.MediaState) -> None:
        self._recorder.source(Party.VICTIM, TrackKind.AUDIO, on=not state.muted)
        self._recorder.source(Party.VICTIM, TrackKind.VIDEO, on=state.camera_on)
        self.report(call.VictimMedia(state.muted, state.camera_on))

    def marker(self, text: str) -> None:
        self._recorder.marker(text)

    async def stop_recording(self) -> None:
        await asyncio.to_thread(self._recorder.stop)
        await asyncio.sleep(0)  # what the recorder's thread reported last is on the loop now

    async def hang_up(self) -> None:
        await self.stop_recording()
        self._media.hang_up()

    async def leave(self) -> None:
        await self.room.leave()
        await asyncio.to_thread(self._recorder.stop)
        await asyncio.to_thread(self._media.close)
