"""Chat of one link, in the call and in the waiting room: nothing lost, shown twice, or passed off as another's."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rvr_console.errors import RefusedError
from rvr_console.video.signalling_devices import Device
from rvr_console.wire.signals import Chat, Received

_CHATS_REMEMBERED = 1_000
_DEVICES_REMEMBERED = 64


class ChatLedger:
    """Chat that must not be lost or shown twice across rejoins. Each belongs to one device; others cannot touch it.

    A device is named by its key's id; "" stands for whichever device is the admitted one.
    """

    def __init__(self) -> None:
        self._unacknowledged: OrderedDict[str, tuple[Chat, str]] = OrderedDict()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    def sent(self, chat: Chat, device_key_id: str = "") -> None:
        self._unacknowledged[chat.id] = (chat, device_key_id)

    def acknowledged(self, chat_id: str, device: Device) -> None:
        if (entry := self._unacknowledged.get(chat_id)) is not None and _is_for(entry[1], device):
            del self._unacknowledged[chat_id]

    def to_send_again(self, device: Device) -> list[Chat]:
        return [chat for chat, owner in self._unacknowledged.values() if _is_for(owner, device)]

    def is_new(self, chat_id: str, device: Device) -> bool:
        """Whether this chat of this device was not shown before; remembers it."""
        key = (device.key_id, chat_id)
        new = key not in self._seen
        self._seen[key] = None
        if len(self._seen) > _CHATS_REMEMBERED:
            self._seen.popitem(last=False)
        return new


def _is_for(owner: str, device: Device) -> bool:
    return device.live if not owner else owner == device.key_id


@dataclass(slots=True)
class _Allowance:
    left: float
    at_s: float


class WaitingRate:
    """How often devices that were not admitted may write: 8 at once and one every 2 s each, 30 and one a second all together.

    now_s: a monotonic clock, seconds.
    """

    _EACH, _ALL = (8.0, 0.5), (30.0, 1.0)

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now = now_s
        self._allowances: OrderedDict[str, _Allowance] = OrderedDict()

    def may_write(self, device_key_id: str) -> bool:
        """Whether one more chat of this device is taken now; counts it if so."""
        both = [self._refilled("", *self._ALL), self._refilled(device_key_id, *self._EACH)]
        if any(allowance.left < 1 for allowance in both):
            return False
        for allowance in both:
            allowance.left -= 1
        return True

    def _refilled(self, name: str, burst: float, per_s: float) -> _Allowance:
        now = self._now()
        allowance = self._allowances.setdefault(name, _Allowance(burst, now))
        allowance.left = min(burst, allowance.left + (now - allowance.at_s) * per_s)
        allowance.at_s = now
        self._allowances.move_to_end(name)
        if len(self._allowances) > _DEVICES_REMEMBERED:
            self._allowances.popitem(last=False)
        return allowance


class Chats:
    """now_s: a monotonic clock, seconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self.ledger = ChatLedger()
        self._rate = WaitingRate(now_s)

    def take(self, device: Device, chat: Chat) -> bool:
        """Acknowledge a chat; whether it is to be shown. One that comes too fast is left unacknowledged: it comes again."""
        if not device.live and not self._rate.may_write(device.key_id):
            return False
        device.send(Received(id=chat.id))
        return self.ledger.is_new(chat.id, device)

    def send_to_waiting(self, waiting: Sequence[Device], chat: Chat, connection: str | None) -> None:
        """To the device named, or the only one that waits. Raises RefusedError."""
        if connection is not None:
            waiting = [device for device in waiting if device.connection == connection]
            if not waiting:
                raise RefusedError(
                    "That device is not waiting any more.", todo="Ask the person to open the link again."
                )
        if len(waiting) > 1:
            raise RefusedError(
                "More than one device is in the waiting room, so the message was not sent.",
                todo="Compare the four words, then let the right device in.",
            )
        self.ledger.sent(chat, waiting[0].key_id if waiting else "")
        for device in waiting:
            device.send(chat)

    def send_again(self, device: Device) -> None:
        for chat in self.ledger.to_send_again(device):
            device.send(chat)
