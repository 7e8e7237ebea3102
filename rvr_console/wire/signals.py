"""The signals that travel sealed between the victim's page and the desk. JSON and limits: docs/signalling.md section 4.

No key or fixed word says what a call is about: the page reads them, and so may whoever looks into the phone.
"""

import json
import re
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from rvr_console.errors import UntrustedInputError
from rvr_console.wire.document_signals import DeskDocumentSignal, PageDocumentSignal
from rvr_console.wire.file_signals import DeskFileSignal, PageFileSignal
from rvr_console.wire.sealing import MAX_PLAIN

Text2000 = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
MessageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CheckLabel = Annotated[str, StringConstraints(min_length=1, max_length=40)]
CheckText = Annotated[str, StringConstraints(max_length=120)]
Checks = Annotated[dict[CheckLabel, CheckText], Field(max_length=20)]
Call = Annotated[int, Field(ge=1, le=1_000_000)]
Asked = Literal["share", "stop_share", "other_camera"]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
T = TypeVar("T")
LONGEST_WAITING_CHAT = 500
"""Characters in one chat of a device that was not admitted."""
_SIDES = {"officer": "desk", "victim": "page"}
_FINGERPRINT_LINE = re.compile(r"^a=fingerprint:(\S+) (\S+)\s*$", re.MULTILINE | re.IGNORECASE)


class _Signal(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Knock(_Signal):
    """A device asks to join. device_key: P-256 point, 65 bytes; signature: r || s over the transcript, 64 bytes (b64u)."""

    kind: Literal["knock"] = "knock"
    v: Literal[1] = 1
    device_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{87}$")]
    signature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
    browser: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    checks: Checks = {}


class DeviceCheck(_Signal):
    kind: Literal["device_check"] = "device_check"
    checks: Checks


class Waiting(_Signal):
    """The desk's first message: the knock was taken. word_nonce opens the commitment of the hail (32 bytes, b64u)."""

    kind: Literal["waiting"] = "waiting"
    word_nonce: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class IceServer(_Signal):
    urls: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^(stun|turns?):\S{1,200}$")]],
        Field(min_length=1, max_length=4),
    ]
    username: Annotated[str, StringConstraints(max_length=200)] = ""
    credential: Annotated[str, StringConstraints(max_length=200)] = Field(default="", repr=False)


class Admitted(_Signal):
    """The device is let in. name: the first name of the person at the desk."""

    kind: Literal["admitted"] = "admitted"
    epoch: Annotated[int, Field(ge=1, le=2**53 - 1)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    ice_servers: Annotated[list[IceServer], Field(max_length=4)] = []
    relay_only: bool = False


class _Description(_Signal):
    """A session description. fingerprint: SHA-256 of the sender's DTLS certificate, 64 hex digits."""

    call: Call
    sdp: Annotated[str, StringConstraints(min_length=1, max_length=32_000)]
    fingerprint: Fingerprint

    @model_validator(mode="after")
    def _one_certificate(self) -> "_Description":
        """Every fingerprint line must be SHA-256 of the one sealed certificate, and there must be one."""
        lines = _FINGERPRINT_LINE.findall(self.sdp)
        expected = ("sha-256", self.fingerprint)
        mentions = self.sdp.lower().count("a=fingerprint")
        if not lines or mentions != len(lines):
            raise ValueError("no readable certificate fingerprint")
        if any((name.lower(), value.replace(":", "").lower()) != expected for name, value in lines):
            raise ValueError("another certificate fingerprint than the sealed one")
        return self

    @property
    def fingerprint_bytes(self) -> bytes:
        return bytes.fromhex(self.fingerprint)


class Offer(_Description):
    kind: Literal["offer"] = "offer"


class Answer(_Description):
    kind: Literal["answer"] = "answer"


class OfferWanted(_Signal):
    """The desk asks the page for a new offer."""

    kind: Literal["offer_wanted"] = "offer_wanted"
    how: Literal["restart_ice", "new", "renegotiate"]


class Candidate(_Signal):
    """One ICE candidate. candidate: empty at the end of candidates."""

    kind: Literal["candidate"] = "candidate"
    call: Call
    candidate: Annotated[str, StringConstraints(max_length=1000)]
    mid: Annotated[str, StringConstraints(max_length=16)] | None = None
    line: Annotated[int, Field(ge=0, le=32)] | None = None


class Chat(_Signal):
    kind: Literal["chat"] = "chat"
    id: MessageId
    text: Text2000 = Field(repr=False)


class Received(_Signal):
    """Acknowledges the chat of this id."""

    kind: Literal["received"] = "received"
    id: MessageId


class Announce(_Signal):
    kind: Literal["announce"] = "announce"
    text: Text2000


class ConsentQuestion(_Signal):
    kind: Literal["consent_question"] = "consent_question"
    text: Text2000


class ConsentAnswer(_Signal):
    kind: Literal["consent_answer"] = "consent_answer"
    agreed: bool


class RecordingState(_Signal):
    kind: Literal["recording_state"] = "recording_state"
    state: Literal["off", "recording", "paused"]
    elapsed_s: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class PauseRequest(_Signal):
    kind: Literal["pause_request"] = "pause_request"
    on: bool


def _side(value: object) -> object:
    return _SIDES.get(value, value) if isinstance(value, str) else value


class PauseState(_Signal):
    """by: the side that paused. The console's own names of the parties are taken too, but never travel."""

    kind: Literal["pause_state"] = "pause_state"
    paused: bool
    by: Annotated[Literal["desk", "page", "nobody"], BeforeValidator(_side)]


class MediaState(_Signal):
    kind: Literal["media_state"] = "media_state"
    muted: bool
    camera_on: bool


class ShareState(_Signal):
    """The page shares a screen or window, or no longer; sent at each change, and again once it is let in or connected anew."""

    kind: Literal["share_state"] = "share_state"
    on: bool


class AskedFor(_Signal):
    """The person at the desk asks: share a screen or window, stop that, or use the other camera. Nothing happens without a tap."""

    kind: Literal["asked_for"] = "asked_for"
    what: Asked


class AskedAnswer(_Signal):
    """What came of it. declined: the person did not want to; unable: this device cannot; failed: it was tried."""

    kind: Literal["asked_answer"] = "asked_answer"
    what: Asked
    result: Literal["done", "declined", "unable", "failed"]


class Leaving(_Signal):
    kind: Literal["leaving"] = "leaving"
    reason: Literal["exit", "leave"]


class LinkClosed(_Signal):
    kind: Literal["link_closed"] = "link_closed"


class Ping(_Signal):
    kind: Literal["ping"] = "ping"
    n: Count


class Pong(_Signal):
    kind: Literal["pong"] = "pong"
    n: Count


PageSignal = (
    DeviceCheck
    | Offer
    | ConsentAnswer
    | PauseRequest
    | Leaving
    | Candidate
    | Chat
    | Received
    | MediaState
    | ShareState
    | AskedAnswer
    | Ping
    | Pong
    | PageFileSignal
    | PageDocumentSignal
)
"""What an admitted page may send (the knock travels in its own body)."""

DeskSignal = (
    Waiting
    | Admitted
    | Answer
    | OfferWanted
    | Announce
    | ConsentQuestion
    | RecordingState
    | PauseState
    | LinkClosed
    | Candidate
    | Chat
    | Received
    | MediaState
    | AskedFor
    | Ping
    | Pong
    | DeskFileSignal
    | DeskDocumentSignal
)

BEFORE_ADMITTED = (DeviceCheck, Chat, Received, Leaving, Ping, Pong)
"""What a page may send while it waits."""

_PAGE: TypeAdapter[PageSignal] = TypeAdapter(Annotated[PageSignal, Field(discriminator="kind")])
_DESK: TypeAdapter[DeskSignal] = TypeAdapter(Annotated[DeskSignal, Field(discriminator="kind")])
_KNOCK: TypeAdapter[Knock] = TypeAdapter(Knock)


def encode(signal: Knock | PageSignal | DeskSignal) -> bytes:
    return json.dumps(signal.model_dump(), ensure_ascii=False, separators=(",", ":")).encode()


def _decode(adapter: TypeAdapter[T], untrusted_plain: bytes) -> T:
    if len(untrusted_plain) > MAX_PLAIN:
        raise UntrustedInputError("A signalling message is too large.")
    try:
        return adapter.validate_json(untrusted_plain)
    except (ValidationError, ValueError):
        # The cause is dropped on purpose: pydantic repeats the input in its words.
        raise UntrustedInputError("A signalling message is malformed.") from None


def decode_knock(untrusted_plain: bytes) -> Knock:
    """Raises UntrustedInputError."""
    return _decode(_KNOCK, untrusted_plain)


def decode_from_page(untrusted_plain: bytes) -> PageSignal:
    """Raises UntrustedInputError."""
    return _decode(_PAGE, untrusted_plain)


def decode_from_desk(untrusted_plain: bytes) -> DeskSignal:
    """Raises UntrustedInputError."""
    return _decode(_DESK, untrusted_plain)
