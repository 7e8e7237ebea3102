"""The outer frames on the gateway's two WebSockets. Tables: docs/signalling.md sections 2 and 6."""

import json
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from rvr_console.errors import UntrustedInputError
from rvr_console.wire.desk_messages import RoomText, SignedStatement
from rvr_console.wire.file_signals import UploadId

MAX_FRAME = 65_536
HEARTBEAT_S = 2.0
SILENCE_S = 5.0

CLOSE_MALFORMED = 4400
CLOSE_UNAVAILABLE = 4404
CLOSE_SILENT = 4408
CLOSE_DROPPED = 4409
CLOSE_REPLACED = 4410
CLOSE_BUSY = 4429

BodyText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64000}$")]
ConnectionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Nonce = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
Beat = Annotated[int, Field(ge=0, le=2**53 - 1)]
Act = Literal["issue", "join", "close"]
Reason = Literal["unavailable", "old_epoch", "signature", "exists", "malformed", "busy"]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Hello(_Frame):
    """A page names its room and shows that it holds the secret. auth: 32 bytes, b64u."""

    t: Literal["hello"] = "hello"
    v: Literal[1] = 1
    room: RoomText = Field(repr=False)
    auth: Nonce = Field(repr=False)


class Welcome(_Frame):
    t: Literal["welcome"] = "welcome"
    connection: ConnectionId
    desk: bool


class DeskHere(_Frame):
    t: Literal["desk"] = "desk"
    here: bool


class PageRelay(_Frame):
    """A sealed body, b64u, as the page's WebSocket carries it."""

    t: Literal["relay"] = "relay"
    body: BodyText = Field(repr=False)


class DeskRelay(_Frame):
    """A sealed body from or to one page's connection."""

    t: Literal["relay"] = "relay"
    connection: ConnectionId
    body: BodyText = Field(repr=False)


class Challenge(_Frame):
    t: Literal["challenge"] = "challenge"
    nonce: Nonce


class Done(_Frame):
    """The act is durable at the gateway."""

    t: Literal["done"] = "done"
    act: Act
    epoch: Beat


class Refused(_Frame):
    t: Literal["refused"] = "refused"
    reason: Reason
    epoch: Beat | None = None


class Victim(_Frame):
    """A page's connection came or went."""

    t: Literal["victim"] = "victim"
    connection: ConnectionId
    here: bool


class Admit(_Frame):
    t: Literal["admit"] = "admit"
    connection: ConnectionId


class Drop(_Frame):
    t: Literal["drop"] = "drop"
    connection: ConnectionId


class Paused(_Frame):
    t: Literal["paused"] = "paused"
    on: bool


class Ping(_Frame):
    t: Literal["ping"] = "ping"
    n: Beat


class Pong(_Frame):
    t: Literal["pong"] = "pong"
    n: Beat


class Expect(_Frame):
    """The desk accepted a file: the gateway shall take this upload. size: sealed bytes. Repeating it is no error."""

    t: Literal["expect"] = "expect"
    upload: UploadId
    size: Beat


class Expected(_Frame):
    """bytes: sealed bytes the gateway holds durably. reason: why it will not take the upload, "" when it will."""

    t: Literal["expected"] = "expected"
    upload: UploadId
    bytes: Beat = 0
    reason: Literal["", "too_large", "quota", "full", "gone"] = ""


class Grew(_Frame):
    """bytes: what the gateway now holds of an upload, durably. full: its disk took no more of what came; the page tries again."""

    t: Literal["grew"] = "grew"
    upload: UploadId
    bytes: Beat
    full: bool = False


FromPage = Hello | PageRelay | Ping | Pong
ToPage = Welcome | DeskHere | PageRelay | Refused | Ping | Pong
FromDesk = SignedStatement | DeskRelay | Admit | Drop | Paused | Expect | Ping | Pong
ToDesk = Challenge | Done | Refused | Victim | DeskRelay | Expected | Grew | Ping | Pong

_BY_T = Field(discriminator="t")
FROM_PAGE: TypeAdapter[FromPage] = TypeAdapter(Annotated[FromPage, _BY_T])
FROM_DESK: TypeAdapter[FromDesk] = TypeAdapter(Annotated[FromDesk, _BY_T])
TO_DESK: TypeAdapter[ToDesk] = TypeAdapter(Annotated[ToDesk, _BY_T])

T = TypeVar("T")


def encode(frame: BaseModel) -> str:
    return json.dumps(frame.model_dump(exclude_none=True), separators=(",", ":"))


def decode(kinds: TypeAdapter[T], untrusted_text: str) -> T:
    """One frame of the given kinds. Raises UntrustedInputError, whose words do not repeat the input."""
    if len(untrusted_text) > MAX_FRAME:
        raise UntrustedInputError("A message was too large.")
    try:
        return kinds.validate_json(untrusted_text)
    except (ValidationError, ValueError):
        raise UntrustedInputError("A message could not be read.") from None
