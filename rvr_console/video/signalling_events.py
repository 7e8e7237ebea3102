"""What the desk's signalling tells its owner. Frozen values; delivered on the loop that signalling runs on."""

from dataclasses import dataclass, field
from typing import Literal

from rvr_console.wire.gateway_messages import Expected, Grew
from rvr_console.wire.signals import PageSignal


@dataclass(frozen=True, slots=True)
class GatewayUp:
    """The desk is in the room. epoch: keep it with the link's record; the next join takes a higher one."""

    epoch: int


@dataclass(frozen=True, slots=True)
class GatewayDown:
    """The gateway cannot be reached; signalling goes on trying by itself. Said once for each outage."""

    words: str


@dataclass(frozen=True, slots=True)
class DeviceKnocked:
    """A device asks to join. checks: label -> words, as its page says. words: four, to compare by voice.

    known_device: it is the admitted one, back again; it is let in without the officer.
    """

    connection: str
    device_key_id: str
    browser: str
    checks: dict[str, str]
    words: tuple[str, str, str, str]
    known_device: bool


@dataclass(frozen=True, slots=True)
class SecondDevice:
    """A device asks to join with another key than the admitted one. It is told to wait, like any other."""

    connection: str
    device_key_id: str
    browser: str
    checks: dict[str, str]
    words: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class DeviceAdmitted:
    """The live device. Send the call's state to it now. rejoined: it came back, its call may still be running."""

    connection: str
    device_key_id: str
    session: str
    words: tuple[str, str, str, str]
    rejoined: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A checked signal of a page. live: from the admitted device. session: for confirmation().

    A device that is not live may write in the waiting room: such a Chat is never the admitted person's, and says so.
    """

    connection: str
    device_key_id: str
    session: str
    live: bool
    signal: PageSignal = field(repr=False)


@dataclass(frozen=True, slots=True)
class PeerGone:
    """A device that had knocked is no longer connected to the gateway. Its media may still run."""

    connection: str
    device_key_id: str
    live: bool


@dataclass(frozen=True, slots=True)
class TamperRefused:
    """A message was changed, repeated, out of order or malformed; it was not acted upon and the connection was ended."""

    connection: str
    live: bool


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """The gateway will not have this desk in the room; signalling has stopped.

    unavailable: closed, expired or unknown. taken_over: another desk joined. signature: this desk's certificate is not accepted.
    """

    reason: Literal["unavailable", "taken_over", "signature"]


@dataclass(frozen=True, slots=True)
class GatewayFile:
    """The gateway's word about a file that is being sent."""

    frame: Expected | Grew


SignallingEvent = (
    GatewayUp
    | GatewayDown
    | DeviceKnocked
    | SecondDevice
    | DeviceAdmitted
    | Message
    | PeerGone
    | TamperRefused
    | LinkRefused
    | GatewayFile
)
