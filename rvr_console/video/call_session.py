"""One consultation's call: signalling, picture and sound, and recorder, joined; it reports domain.call values on its loop."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from rvr_console.domain import call
from rvr_console.domain.call import Picture, RoomKey
from rvr_console.domain.ports import Clock
from rvr_console.domain.recording import (
    EncodedFrame,
    EventKind,
    GapCause,
    Party,
    RecorderState,
    RecorderStatus,
    TrackHole,
    TrackKind,
)
from rvr_console.errors import KnownError, ServiceDownError
from rvr_console.video.call_media import CallMedia, MediaCallbacks
from rvr_console.video.call_recorder import CallRecorder, LeftOffFinder, StoreMaker
from rvr_console.video.call_signals import CallSignals
from rvr_console.video.media_link import MediaSettings
from rvr_console.video.signalling import DeskSignalling
from rvr_console.video.signalling_events import SignallingEvent
from rvr_console.wire import link_secret, signals
from rvr_console.wire import media_messages as wire
from rvr_console.wire.desk_messages import DeskSigner

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
CLOSE_TRIES_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CallSettings:
    """gateway_url: ws(s) or http(s) address the desk dials. ice_servers: for the phone and for us."""

    gateway_url: str
    media: MediaSettings
    officer_label: str
    ice_servers: tuple[signals.IceServer, ...] = ()
    relay_only: bool = False


class VideoCallSession:
    """Implements domain.call.CallSession. Methods and reports on the loop that made it."""

    def __init__(
        self,
        report: Callable[[object], None],
        settings: CallSettings,
        signer: DeskSigner,
        make_store: StoreMaker,
        clock: Clock,
        left_off: LeftOffFinder = lambda _evidence_id: None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._report_here = report
        self._settings = settings
        self._signalling = DeskSignalling(
            settings.gateway_url,
            signer,
            self._take_signal,
            ice_servers=settings.ice_servers,
            relay_only=settings.relay_only,
        )
        callbacks = MediaCallbacks(
            answer=self._answer,
            candidate=self._candidate,
            secured=self._secured,
            up=self._up,
            lost=lambda words: self._report(call.Dropped(words)),
            insecure=self._insecure,
            died=self._media_died,
            stats=self._stats,
            frame=self._frame,
            hole=self._hole,
        )
        self._media = CallMedia(callbacks, settings.media, settings.officer_label, [])
        self._recorder = CallRecorder(
            make_store, clock, self._report_from_any_thread, self._media.request_key_frame, left_off
        )
        self._signals = CallSignals(self, self._signalling, self._media)
        self._key: RoomKey | None = None
        self._opening: asyncio.Task[None] | None = None
        self._joined = False
        self.closing = False
        self._sending: set[asyncio.Task[object]] = set()
        self._recorded_connection = 0
        self._recorded_before = False
        self._cause = GapCause.CONNECTION_DROPPED
        self._lost_before = 0
        self.paused_by: set[Party] = set()
        self.recorder_status: RecorderStatus | None = None
        self.question = ""
        self.muted = False
        self.camera_on = True

    def _take_signal(self, event: SignallingEvent) -> None:
        self._signals.take(event)

    def _frame(self, frame: EncodedFrame) -> None:
        """On the media link's thread."""
        self._recorder.submit(frame)

    def _hole(self, hole: TrackHole) -> None:
        self._recorder.submit_hole(hole)

    # --- reports ---
    def _report(self, report: object) -> None:
        if isinstance(report, call.RecorderReport):
            self._recorder_said(report.status)
        self._report_here(report)

    def report(self, report: object) -> None:
        self._report(report)

    def _report_from_any_thread(self, report: object) -> None:
        self._loop.call_soon_threadsafe(self._report, report)

    def _recorder_said(self, status: RecorderStatus) -> None:
        before, self.recorder_status = self.recorder_status, status
        whole_ten = status.recorded_us // 10_000_000
        if (
            before is None
            or before.state is not status.state
            or before.recorded_us // 10_000_000 != whole_ten
        ):
            self.send(self.recording_state())

    def recording_state(self) -> signals.RecordingState:
        status = self.recorder_status
        if status is None or status.state not in (RecorderState.RECORDING, RecorderState.PAUSED):
            return signals.RecordingState(state="off", elapsed_s=0.0)
        state = "paused" if status.state is RecorderState.PAUSED else "recording"
        return signals.RecordingState.model_validate({"state": state, "elapsed_s": status.recorded_us / 1e6})

    # --- room ---
    async def open_room(self, key: RoomKey) -> None:
        self._key = key
        self._media.start()
        self._opening = asyncio.create_task(self._open(key), name="open-room")

    async def _open(self, key: RoomKey) -> None:
        secret = link_secret.parse(key.secret)
        while True:
            try:
                if not key.device and key.epoch <= 1:
                    await self._signalling.issue(secret, key.expires_at_s)
                break
            except ServiceDownError as error:
                self._report(call.GatewayState(up=False, words=error.what))
                await asyncio.sleep(RETRY_SECONDS)
            except KnownError as error:
                self._report(call.CallFault(error.what, error.kept, error.todo))
                return
        await self._signalling.join(
            secret, key.epoch, device_key_id=key.device, officer_first_name=key.officer
        )
        self._joined = True

    async def admit(self, device: str, officer_first_name: str) -> None:
        await self._signalling.admit(self._signals.connection_of(device), officer_first_name)

    async def refuse(self, device: str) -> None:
        await self._signalling.refuse(self._signals.connection_of(device))

    async def send_chat(self, text: str) -> None:
        await self._signalling.send(signals.Chat(id=f"d-{uuid.uuid4()}", text=text))

    async def announce(self, text: str) -> None:
        self.question = text
        self._recorder.remember(EventKind.ANNOUNCED, {"text": text})
        self.send(signals.ConsentQuestion(text=text))

    def send(self, signal: signals.DeskSignal) -> None:
        """Send if the device is there; if not, the state is sent anew when it is back."""
        task: asyncio.Task[object] = asyncio.create_task(self._send(signal))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, signal: signals.DeskSignal) -> None:
        try:
            await self._signalling.send(signal)
        except ServiceDownError:
            log.info("not sent now, the device is away: %s", signal.kind)

    # --- media ---
    def offer(self, offer: signals.Offer, session: str) -> None:
        confirmation = self._signalling.confirmation(session)
        if confirmation is None:
            return
        before = self._media.connection
        self._media.offer(offer.call, session, offer.sdp, offer.fingerprint, confirmation)
        if self._media.connection != before:
            self._report(call.Connecting(self._signalling.epoch))

    def _answer(self, number: int, sdp: str, own_fingerprint: str) -> None:
        self.send(signals.Answer(call=number, sdp=sdp, fingerprint=own_fingerprint))

    def _candidate(self, number: int, candidate: str, mid: str | None, line: int | None) -> None:
        self.send(signals.Candidate(call=number, candidate=candidate, mid=mid, line=line))

    def _secured(self, connection: int) -> None:
        if self._recorder.running and connection != self._recorded_connection:
            self._recorder.rejoin(self._cause, "the phone is back on the same link")
        self._recorded_connection = connection
        self._cause = GapCause.CONNECTION_DROPPED
        self._report(call.Secured(self._signalling.epoch, self._signals.words))
        self._signals.send_whole_state()

    def _up(self) -> None:
        self._report(call.Secured(self._signalling.epoch, self._signals.words))

    def _insecure(self, words: str) -> None:
        self._report(
            call.CallFault(
                words,
                "Nothing of this connection was shown or recorded.",
                "A new connection is tried by itself.",
            )
        )
        self._report(call.Dropped("The connection was not secure and was ended."))
        self.send(signals.OfferWanted(how="new"))

    def _media_died(self) -> None:
        self._cause = GapCause.MEDIA_RESTARTED
        self._report(call.Dropped("The media program ended and was started again."))
        self.send(signals.OfferWanted(how="new"))

    def _stats(self, stats: wire.Stats) -> None:
        lost, self._lost_before = max(stats.lost - self._lost_before, 0), stats.lost
        self._report(call.Quality(stats.round_trip_ms or 0.0, stats.bit_rate_in * 1000, float(lost)))

    # --- recording ---
    def start_recording(self, evidence_id: str | None) -> str:
        self._recorded_connection = self._media.connection
        cause = GapCause.CONNECTION_DROPPED if self._recorded_before else GapCause.CONSOLE_RESTARTED
        started = self._recorder.start(evidence_id, cause=cause, paused_by=self.paused_by)
        self._recorded_before = True
        return started

    def consent(self, *, given: bool, reason: str) -> None:
        self._recorder.remember(EventKind.CONSENT, {"given": "yes" if given else "no", "reason": reason})
        self.question = ""

    async def pause(self, by: Party) -> None:
        self.paused_by.add(by)
        self._recorder.pause(by)
        self._media.set_paused(True)
        self.send(self.pause_state())
        await self._signalling.set_paused(on=True)

    async def resume(self, by: Party) -> None:
        self.paused_by.clear()
        self._recorder.resume(by)
        self._media.set_paused(False)
        self.send(self.pause_state())
        await self._signalling.set_paused(on=False)

    def pause_state(self) -> signals.PauseState:
        by = next(iter(sorted(party.value for party in self.paused_by)), "nobody")
        return signals.PauseState.model_validate({"paused": bool(self.paused_by), "by": by})

    def set_muted(self, on: bool) -> None:
        self.muted = on
        self._media.set_muted(on)
        self._recorder.source(Party.OFFICER, TrackKind.AUDIO, on=not on)
        self.send(self.media_state())

    def set_camera(self, on: bool) -> None:
        self.camera_on = on
        self._media.set_camera(on)
        self._recorder.source(Party.OFFICER, TrackKind.VIDEO, on=on)
        self.send(self.media_state())

    def media_state(self) -> signals.MediaState:
        return signals.MediaState(muted=self.muted, camera_on=self.camera_on)

    def victim_media(self, state: signals.MediaState) -> None:
        self._recorder.source(Party.VICTIM, TrackKind.AUDIO, on=not state.muted)
        self._recorder.source(Party.VICTIM, TrackKind.VIDEO, on=state.camera_on)
        self._report(call.VictimMedia(state.muted, state.camera_on))

    def marker(self, text: str) -> None:
        self._recorder.marker(text)

    async def stop_recording(self) -> None:
        await asyncio.to_thread(self._recorder.stop)
        await asyncio.sleep(0)  # what the recorder's thread reported last is on the loop now

    # --- pictures ---
    def picture(self, party: Party, after: int) -> Picture | None:
        return self._media.picture(party, after)

    def set_view_size(self, party: Party, width: int, height: int) -> None:
        self._media.set_view_size(party, width, height)

    # --- the end ---
    async def close_link(self) -> None:
        """Raises ServiceDownError when the gateway did not acknowledge in time: the caller keeps the intent and repeats it."""
        self.closing = True
        try:
            async with asyncio.timeout(CLOSE_TRIES_SECONDS):
                await self._close_link()
        except TimeoutError:
            raise ServiceDownError(
                "The gateway did not answer in time.",
                kept="That the link is to be closed is kept.",
                todo="The console closes it by itself.",
            ) from None

    async def _close_link(self) -> None:
        """Also a link that the gateway was not told of yet: it is then closed there before it was ever open."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._joined:
            await self._signalling.close_link()
        elif self._key is not None:
            await self._signalling.close_issued(link_secret.parse(self._key.secret), self._key.epoch)

    async def hang_up(self) -> None:
        await self.stop_recording()
        self._media.hang_up()

    async def leave(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
        await self._signalling.leave()
        for task in list(self._sending):
            task.cancel()
        await asyncio.to_thread(self._recorder.stop)
        await asyncio.to_thread(self._media.close)
