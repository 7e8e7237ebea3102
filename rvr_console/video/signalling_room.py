"""Everyone connected to the desk's room: hails, knocks, the one live device, sealed signals, chat that is not lost."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from rvr_console.errors import RefusedError, ServiceDownError, UntrustedInputError
from rvr_console.video.signalling_chat import Chats
from rvr_console.video.signalling_devices import Device, is_knock
from rvr_console.video.signalling_events import (
    DeviceAdmitted,
    DeviceKnocked,
    Message,
    PeerGone,
    SecondDevice,
    SignallingEvent,
    TamperRefused,
)
from rvr_console.video.signalling_link import GatewayLink
from rvr_console.wire.encoding import b64u, from_b64u
from rvr_console.wire.gateway_messages import Admit, DeskRelay, Drop, Victim
from rvr_console.wire.link_secret import LinkSecret
from rvr_console.wire.sealing import Confirmation, DeskHandshake
from rvr_console.wire.signals import (
    Admitted,
    Announce,
    Chat,
    DeskSignal,
    DeviceCheck,
    IceServer,
    LinkClosed,
    PageSignal,
    Ping,
    Pong,
    Received,
)

_SESSIONS_REMEMBERED = 16


class DeviceTable:
    """The pages of one link. Lives on the loop of its DeskSignalling, which gives it a link while in the room."""

    def __init__(
        self,
        on_event: Callable[[SignallingEvent], None],
        ice_servers: Sequence[IceServer],
        *,
        relay_only: bool,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._emit = on_event
        self._ice, self._relay_only = list(ice_servers), relay_only
        self._token_bytes = token_bytes
        self._link: GatewayLink | None = None
        self._secret: LinkSecret | None = None
        self._epoch = 0
        self._devices: dict[str, Device] = {}
        self._refused: set[str] = set()
        self._chats = Chats(time.monotonic)
        self._confirmations: OrderedDict[str, Confirmation] = OrderedDict()
        self.device_key_id = ""
        self.officer = ""

    def entered(self, link: GatewayLink, secret: LinkSecret, epoch: int) -> None:
        self._link, self._secret, self._epoch = link, secret, epoch

    def left(self) -> None:
        self._link = None
        self._devices.clear()

    def _send_body(self, connection: str, body: bytes) -> None:
        if self._link is not None:
            self._link.send(DeskRelay(connection=connection, body=b64u(body)))

    def say_closed(self) -> None:
        for device in self._devices.values():
            if device.live:
                device.send(LinkClosed())

    def admit(self, connection: str, officer_first_name: str) -> str:
        """Let this device in; another live one is dropped. Returns its key's id, to keep with the link's record.

        Raises RefusedError if it is not there any more.
        """
        device = self._devices.get(connection)
        if device is None or device.session is None:
            raise RefusedError(
                "That device is not waiting any more.", todo="Ask the person to open the link again."
            )
        self.officer = officer_first_name
        self.device_key_id = device.key_id
        self._refused.discard(device.key_id)
        self._let_in(device, rejoined=False)
        return device.key_id

    def refuse(self, connection: str) -> None:
        """Leave this device waiting for good: its later knocks raise no event."""
        device = self._devices.get(connection)
        if device is not None and device.key_id and not device.live:
            self._refused.add(device.key_id)

    def _let_in(self, device: Device, *, rejoined: bool) -> None:
        for other in list(self._devices.values()):
            if other.live and other is not device:
                self._drop(other)
        if device.session is None or self._link is None:
            return
        device.live = True
        self._link.send(Admit(connection=device.connection))
        device.send(
            Admitted(
                epoch=self._epoch,
                name=self.officer,
                ice_servers=self._ice,
                relay_only=self._relay_only,
            )
        )
        self._chats.send_again(device)
        self._emit(
            DeviceAdmitted(device.connection, device.key_id, device.session.id, device.words, rejoined)
        )

    def _drop(self, device: Device) -> None:
        self._devices.pop(device.connection, None)
        if self._link is not None:
            self._link.send(Drop(connection=device.connection))
        if device.key_id:
            self._emit(PeerGone(device.connection, device.key_id, device.live))

    def send(self, signal: DeskSignal) -> str:
        """Send to the live device; returns the session it went in, for confirmation().

        A chat is kept and sent again until the page has acknowledged it ("" when nobody is there now). Anything else
        raises ServiceDownError when the live device is not connected: send the state again after DeviceAdmitted.
        """
        if isinstance(signal, Chat):
            self._chats.ledger.sent(signal)
        for device in self._devices.values():
            if device.live and device.session is not None:
                device.send(signal)
                return device.session.id
        if isinstance(signal, Chat):
            return ""
        raise ServiceDownError(
            "The person is not connected just now.",
            kept="The link stays open.",
            todo="They can come back on it.",
        )

    def send_to_waiting(self, chat: Chat, connection: str | None = None) -> None:
        """See DeskSignalling."""
        waiting = [device for device in self._devices.values() if self._waits(device)]
        self._chats.send_to_waiting(waiting, chat, connection)

    def _waits(self, device: Device) -> bool:
        return device.session is not None and not device.live and device.key_id not in self._refused

    def announce(self, text: str, connection: str | None = None) -> None:
        """A message to a waiting device, or to all that wait and the live one."""
        for device in self._devices.values():
            if connection in {None, device.connection} and device.key_id not in self._refused:
                device.send(Announce(text=text))

    def confirmation(self, session: str) -> Confirmation | None:
        """The keys that confirm the media connection whose answer travelled in this session."""
        return self._confirmations.get(session)

    def page_moved(self, frame: Victim) -> None:
        old = self._devices.pop(frame.connection, None)
        if old is not None and old.key_id:
            self._emit(PeerGone(old.connection, old.key_id, old.live))
        if frame.here and self._secret is not None:
            handshake = DeskHandshake(self._secret.psk, self._secret.room, self._epoch, self._token_bytes)
            device = Device(frame.connection, handshake, self._send_body)
            self._devices[frame.connection] = device
            device.hail()

    def take_body(self, frame: DeskRelay) -> None:
        device = self._devices.get(frame.connection)
        if device is None:
            return
        try:
            body = from_b64u(frame.body)
            if is_knock(body):
                device.take_knock(body)
                self._knocked(device)
            else:
                self._heard(device, device.take(body))
        except UntrustedInputError:
            self._emit(TamperRefused(device.connection, device.live))
            self._drop(device)

    def _knocked(self, device: Device) -> None:
        if device.session is None:
            return
        self._confirmations[device.session.id] = device.session.confirmation()
        if len(self._confirmations) > _SESSIONS_REMEMBERED:
            self._confirmations.popitem(last=False)
        if device.key_id in self._refused:
            return
        self._chats.send_again(device)
        known = device.key_id == self.device_key_id
        told = (device.connection, device.key_id, device.browser, device.checks, device.words)
        if self.device_key_id and not known:
            self._emit(SecondDevice(*told))
            return
        self._emit(DeviceKnocked(*told, known_device=known))
        if known and self.officer:
            self._let_in(device, rejoined=True)

    def _heard(self, device: Device, signal: PageSignal) -> None:
        if isinstance(signal, Ping):
            device.send(Pong(n=signal.n))
            return
        if isinstance(signal, Received):
            self._chats.ledger.acknowledged(signal.id, device)
        if isinstance(signal, DeviceCheck):
            device.checks = dict(signal.checks)
        if isinstance(signal, Chat) and (
            not self._chats.take(device, signal) or device.key_id in self._refused
        ):
            return
        session = device.session.id if device.session is not None else ""
        self._emit(Message(device.connection, device.key_id, session, device.live, signal))
