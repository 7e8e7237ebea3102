"""The media process: joins the console's link, the engine, the test card, the pictures and the hand-over."""

import asyncio
import logging
import time

from pydantic import BaseModel

from rvr_console.errors import UntrustedInputError
from rvr_console.media import engine
from rvr_console.media.console_link import ConsoleLink
from rvr_console.media.hand_over import HandOver
from rvr_console.media.own_side import OwnSide, beat
from rvr_console.media.pictures import PictureThread, PlanarPicture
from rvr_console.media.speaker import Speaker
from rvr_console.media.track_order import TapFrame
from rvr_console.wire import media_messages as wire

_LOG = logging.getLogger(__name__)
_STATS_EVERY_S = 1.0
_STATS_BACKLOG_BYTES = 1024 * 1024


class _Ears:
    """What one session tells; deaf as soon as the session is no longer the current one."""

    def __init__(self, process: "MediaProcess", epoch: int) -> None:
        self._process = process
        self._epoch = epoch

    def _current(self) -> bool:
        session = self._process.session
        return session is not None and session.epoch == self._epoch

    def tell(self, message: BaseModel) -> None:
        if self._current():
            self._process.link.send(message)

    def trusted(self) -> None:
        if self._current():
            self._process.hand_over.trust()

    def frame(self, track: tuple[wire.PartyName, wire.TrackName], frame: TapFrame) -> None:
        if self._current():
            self._process.hand_over.take(track, frame)

    def wants_picture(self, of: wire.PictureOf) -> bool:
        process = self._process
        return self._current() and not process.hand_over.paused and process.pictures.wants(of)

    def wants_sound(self) -> bool:
        return self._process.speaker is not None

    def sound(self, samples: bytes) -> None:
        speaker = self._process.speaker
        if speaker is not None and self._current() and not self._process.hand_over.paused:
            speaker.play(samples)

    def picture(self, of: wire.PictureOf, picture: PlanarPicture) -> None:
        if self._current() and not self._process.hand_over.paused:
            self._process.pictures.offer(of, picture)


class MediaProcess:
    """One call's media. Everything runs on the loop; see the threads of `ConsoleLink` and `PictureThread` for the rest."""

    def __init__(self, link: ConsoleLink, pictures: PictureThread, speaker: Speaker | None = None) -> None:
        self.link = link
        self.pictures = pictures
        self.speaker = speaker
        self.session: engine.CallSession | None = None
        self.hand_over = HandOver(link, self._ask_key_frame)
        self._own = OwnSide(pictures, self._live)
        self._muted = False
        self._camera_on = True
        self._last_epoch = -1
        self._todo: asyncio.Queue[object] = asyncio.Queue()
        self._ended = asyncio.Event()
        self._last_bytes = (0.0, 0.0, time.monotonic())

    async def run(self) -> None:
        """Until the console says so or is gone. Closes the connection whatever happens."""
        works = (self._obey(), self._own.show_card(), self._own.sound(), self._report())
        tasks: list[asyncio.Task[None]] = [asyncio.create_task(work) for work in works]
        ended = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait({*tasks, ended}, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()  # a task that ended by itself is a fault of ours: let it be seen
        finally:
            ended.cancel()
            for task in tasks:
                task.cancel()
            self._close_session()
            await self._own.tracks.close()

    def receive(self, message: object) -> None:
        """A message of the console, on the loop. The gate of a pause closes here, before anything queued."""
        if isinstance(message, wire.SetPaused) and message.on:
            self.hand_over.set_paused(on=True)
        self._todo.put_nowait(message)

    def end(self) -> None:
        self._ended.set()

    # ------------------------------------------------------------ the console's wishes

    async def _obey(self) -> None:
        while True:
            message = await self._todo.get()
            if isinstance(message, wire.Shutdown):
                self._ended.set()
                return
            await self._do(message)

    async def _do(self, message: object) -> None:
        match message:
            case wire.OpenSession():
                self._open(message)
            case wire.RemoteOffer() | wire.RemoteCandidate() | wire.SendData() | wire.CloseSession():
                await self._for_session(message)
            case wire.SetMuted(muted=muted):
                self._muted = muted
                await self._apply_sending()
            case wire.SetCamera(on=on):
                self._camera_on = self._own.camera_on = on
                await self._apply_sending()
            case wire.SetPaused(on=on):
                await self._pause(on=on)
            case wire.RequestKeyFrame(party=party, track=track):
                self._ask_key_frame((party, track))
            case wire.SetViewSize(party=party, track=track, width=width, height=height):
                self.pictures.set_view_size((party, track), (width, height))
            case wire.ShowWhole(party=party, track=track, on=on):
                self.pictures.show_whole((party, track), on=on)

    def _open(self, opening: wire.OpenSession) -> None:
        if opening.epoch <= self._last_epoch:
            self.link.send(wire.SessionFault(epoch=opening.epoch, reason="stale_epoch"))
            return
        self._close_session()
        self._last_epoch = opening.epoch
        self._own.set_label(opening.officer_label)
        try:
            self.session = engine.CallSession(opening, self._own.tracks, _Ears(self, opening.epoch))
        except engine.refused:
            _LOG.warning("The connection's settings were refused")
            self.link.send(wire.SessionFault(epoch=opening.epoch, reason="configuration_refused"))
            return
        self.hand_over.begin(opening.epoch)
        self._last_bytes = (0.0, 0.0, time.monotonic())

    async def _for_session(
        self, message: wire.RemoteOffer | wire.RemoteCandidate | wire.SendData | wire.CloseSession
    ) -> None:
        session, epoch = self.session, message.epoch
        if session is None or session.epoch != epoch:
            self.link.send(wire.SessionFault(epoch=epoch, reason="no_session"))
            return
        match message:
            case wire.CloseSession():
                self._close_session()
            case wire.RemoteOffer(sdp=sdp):
                try:
                    await session.answer(sdp, self._sending())
                except engine.refused as error:
                    _LOG.warning("An offer was refused: %s", type(error).__name__)
                    self.link.send(wire.SessionFault(epoch=epoch, reason="offer_refused"))
            case wire.RemoteCandidate():
                try:
                    await session.add_candidate(message)
                except engine.refused:
                    self.link.send(wire.SessionFault(epoch=epoch, reason="candidate_refused"))
            case wire.SendData(payload=payload, text=text):
                try:
                    content = wire.decode_payload(payload)
                except UntrustedInputError:
                    self.link.send(wire.SessionFault(epoch=epoch, reason="data_refused"))
                    return
                if not session.send_data(content, text=text):
                    self.link.send(wire.SessionFault(epoch=epoch, reason="no_data_channel"))

    async def _pause(self, *, on: bool) -> None:
        if on:
            self.hand_over.set_paused(on=True)
            await self._apply_sending()
            return
        self.hand_over.set_paused(on=False)
        await self._apply_sending()
        for of in wire.PICTURES:
            self._ask_key_frame(of)

    def _sending(self) -> dict[str, bool]:
        live = not self.hand_over.paused
        return {"video": live and self._camera_on, "audio": live and not self._muted}

    def _live(self) -> dict[str, bool]:
        return self._sending() if self.session is not None else {"video": False, "audio": False}

    async def _apply_sending(self) -> None:
        if not self._camera_on:
            self.hand_over.track_off(("officer", "video"), "camera_off")
        if self._muted:
            self.hand_over.track_off(("officer", "audio"), "microphone_off")
        if self.session is not None:
            try:
                await self.session.set_sending(self._sending())
            except engine.refused:
                _LOG.warning("The officer's tracks could not be switched")

    def _ask_key_frame(self, of: wire.PictureOf) -> None:
        if self.session is not None and not self.hand_over.paused:
            self.session.ask_key_frame(of)

    def _close_session(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            self.hand_over.finish()
            session.close()
            self.link.send(wire.ConnectionState(epoch=session.epoch, state="closed"))

    # ------------------------------------------------------------ what goes on by itself

    async def _report(self) -> None:
        async for _ in beat(_STATS_EVERY_S):
            session = self.session
            if session is None or self.link.backlog() > _STATS_BACKLOG_BYTES:
                continue
            try:
                seen = await session.stats()
            except engine.refused:
                continue
            if session is self.session:
                self.link.send(self._stats(session, seen))

    def _stats(self, session: engine.CallSession, seen: dict[str, float]) -> wire.Stats:
        now = time.monotonic()
        before_in, before_out, before = self._last_bytes
        self._last_bytes = (seen["bytes_in"], seen["bytes_out"], now)
        seconds = max(0.001, now - before)
        return wire.Stats(
            epoch=session.epoch,
            round_trip_ms=seen.get("round_trip_ms"),
            bit_rate_in=max(0.0, (seen["bytes_in"] - before_in) * 8 / 1000 / seconds),
            bit_rate_out=max(0.0, (seen["bytes_out"] - before_out) * 8 / 1000 / seconds),
            lost=int(seen["lost"]),
            jitter_ms=seen["jitter_ms"],
            frames_received=self.hand_over.received,
            frames_decoded=int(seen["decoded"]),
            width=int(seen["width"]),
            height=int(seen["height"]),
            frames_handed_on=self.hand_over.handed_on,
            frames_overflowed=self.link.overflowed,
            tap_faults=session.counts.faults,
        )
