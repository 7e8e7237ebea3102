"""What arrives by signalling in a call, sorted: devices, messages of the admitted device, trouble."""

import logging
from collections.abc import Callable
from typing import Protocol

from rvr_console.domain import call
from rvr_console.errors import RefusedError
from rvr_console.video import signalling_events as events
from rvr_console.video.call_media import CallMedia
from rvr_console.video.call_room import CallRoom, ToldState
from rvr_console.video.signalling import DeskSignalling
from rvr_console.wire import signals

log = logging.getLogger(__name__)
REFUSED_WORDS = {
    "unavailable": "The gateway says that this link is closed or has expired.",
    "taken_over": "Another desk has taken over this call.",
    "signature": "The gateway does not accept this desk's certificate.",
}


class Session(Protocol):
    """The call, as what arrives for it needs it."""

    room: CallRoom
    told: ToldState

    def report(self, report: object) -> None: ...

    def send(self, signal: signals.DeskSignal) -> None: ...

    def offer(self, offer: signals.Offer, session: str) -> None: ...

    def victim_media(self, state: signals.MediaState) -> None: ...

    def victim_share(self, on: bool) -> None: ...

    def asked_answer(self, answer: signals.AskedAnswer) -> None: ...


class CallSignals:
    """Stateless but for who is connected and the four words of the live device."""

    def __init__(self, session: Session, signalling: DeskSignalling, media: CallMedia) -> None:
        self._session = session
        self._signalling = signalling
        self._media = media
        self._connections: dict[str, str] = {}
        self._awaited: tuple[str, str] | None = None  # admitted while it was away: device, officer's name
        self.words: tuple[str, ...] = ()
        self._events: dict[type, Callable[..., None]] = {
            events.GatewayUp: lambda _e: session.report(call.GatewayState(up=True)),
            events.GatewayDown: lambda e: session.report(call.GatewayState(up=False, words=e.words)),
            events.DeviceKnocked: self._knocked,
            events.SecondDevice: self._knocked,
            events.DeviceAdmitted: self._admitted,
            events.Message: self._message,
            events.PeerGone: self._gone,
            events.TamperRefused: self._tampered,
            events.LinkRefused: self._refused,
            events.GatewayFile: lambda _e: None,  # passed on by the session
        }
        self._messages: dict[type, Callable[..., None]] = {
            signals.Candidate: lambda m: media.candidate(m.call, m.candidate, m.mid, m.line),
            signals.Chat: lambda m: session.report(call.ChatIn(m.text)),
            signals.ConsentAnswer: lambda m: session.report(call.ConsentIn(m.agreed)),
            signals.PauseRequest: lambda m: session.report(call.PauseAsked(m.on)),
            signals.MediaState: session.victim_media,
            signals.ShareState: lambda m: session.victim_share(on=m.on),
            signals.AskedAnswer: session.asked_answer,
            signals.Leaving: self._left,
        }

    def _left(self, leaving: signals.Leaving) -> None:
        self._session.victim_share(on=False)
        self._session.report(call.VictimLeft(exit=leaving.reason == "exit"))

    def connection_of(self, device: str) -> str:
        """The connection a device knocked on. Raises RefusedError when it is not there any more."""
        if device not in self._connections:
            raise RefusedError(
                "This device is not in the waiting room any more.", todo="Wait until it is back."
            )
        return self._connections[device]

    async def admit(self, device: str, officer: str) -> None:
        """A device whose connection broke just now is let in as soon as it knocks again."""
        try:
            await self._signalling.admit(self.connection_of(device), officer)
        except RefusedError:
            self._awaited = (device, officer)
            self._session.report(
                call.Dropped("The phone is away just now. It is let in as soon as it is back.")
            )

    async def refuse(self, device: str) -> None:
        """Raises RefusedError when the device is not there."""
        await self._signalling.refuse(self.connection_of(device))

    def take(self, event: events.SignallingEvent) -> None:
        self._events[type(event)](event)

    def _knocked(self, event: events.DeviceKnocked | events.SecondDevice) -> None:
        self._connections[event.device_key_id] = event.connection
        if self._awaited is not None and self._awaited[0] == event.device_key_id:
            (device, officer), self._awaited = self._awaited, None
            self._session.room.spawn(self.admit(device, officer))
            return
        second = isinstance(event, events.SecondDevice)
        known = not second and event.known_device  # type: ignore[union-attr]  # only a DeviceKnocked is not second
        self._session.report(
            call.Knocked(
                event.device_key_id,
                event.browser,
                dict(event.checks),
                event.words,
                known=known,
                second=second,
            )
        )

    def _admitted(self, event: events.DeviceAdmitted) -> None:
        self.words = event.words
        if event.rejoined and self._media.secure:
            self.send_whole_state()
        elif event.rejoined and self._media.idle:
            # The page may still take the connection to a console that died for a living one: it need not find out by waiting.
            self._session.send(signals.OfferWanted(how="new"))

    def send_whole_state(self) -> None:
        """What a page that is new or back must know."""
        session = self._session
        session.send(session.told.media_state())
        session.send(session.told.pause_state())
        session.send(session.told.recording_state())
        if session.told.question:
            session.send(signals.ConsentQuestion(text=session.told.question))

    def _message(self, event: events.Message) -> None:
        if not event.live:
            self._from_waiting(event)
            return
        if isinstance(event.signal, signals.Offer):
            self._session.offer(event.signal, event.session)
        elif handler := self._messages.get(type(event.signal)):
            handler(event.signal)

    def _from_waiting(self, event: events.Message) -> None:
        """A device that is not let in can only write; it is never taken for the admitted one."""
        if isinstance(event.signal, signals.Chat):
            admitted = self._signalling.device_key_id
            second = admitted not in ("", event.device_key_id)
            self._session.report(call.ChatIn(event.signal.text, event.device_key_id, second))

    def _gone(self, event: events.PeerGone) -> None:
        if self._connections.get(event.device_key_id) == event.connection:
            self._connections.pop(event.device_key_id)
        if event.live and not self._media.secure:
            self._session.report(call.Dropped("The phone has left the page."))

    def _tampered(self, event: events.TamperRefused) -> None:
        log.warning("a changed, repeated or malformed message was refused (live device: %s)", event.live)
        if event.live:
            self._session.report(
                call.CallFault(
                    "A message from the phone's connection was changed or repeated on the way and was refused.",
                    "The call goes on; nothing of it was acted upon.",
                    "If it happens again, tell your supervisor.",
                )
            )

    def _refused(self, event: events.LinkRefused) -> None:
        if self._session.room.closing:
            return  # shown out by our own closing
        self._session.report(
            call.CallFault(
                REFUSED_WORDS[event.reason], "What is recorded is kept.", "Send a new link if one is needed."
            )
        )
