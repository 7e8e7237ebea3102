"""What the console and the media process say to each other, and how it is framed on their socket pair.

Frame on the stream: u32 length of the payload (big-endian), u8 kind, payload. Kind 1 is a control message (UTF-8 JSON of one
of the models below, told apart by ``type``), kind 2 an encoded frame
(`rvr_console.wire.media_frames`).
Either side treats the other as a stranger: sizes are limited before a byte is kept, values are checked by the models, and
anything else raises `UntrustedInputError`.
"""

import base64
import struct
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from rvr_console.errors import UntrustedInputError

ENVELOPE = struct.Struct("!IB")
KIND_CONTROL = 1
KIND_FRAME = 2
MAX_CONTROL_BYTES = 256 * 1024
FRAME_HEADER_BYTES = 32
MAX_FRAME_BYTES = 4 * 1024 * 1024
MAX_SDP_CHARS = 64 * 1024
MAX_DATA_BYTES = 64 * 1024
MAX_VIEW_WIDTH = 2560
MAX_VIEW_HEIGHT = 1440

PartyName = Literal["victim", "officer"]
TrackName = Literal["video", "audio", "screen"]
PictureName = Literal["video", "screen"]
PARTIES: tuple[PartyName, ...] = ("victim", "officer")
TRACKS: tuple[TrackName, ...] = ("video", "audio", "screen")
PictureOf = tuple[PartyName, PictureName]
PICTURES: tuple[PictureOf, ...] = (
    ("victim", "video"),
    ("officer", "video"),
    ("victim", "screen"),
)
"""Every picture there can be in a call: the cameras, and the screen that the victim shares."""

Epoch = Annotated[int, Field(ge=0, le=2**32 - 1)]
Sdp = Annotated[str, StringConstraints(min_length=16, max_length=MAX_SDP_CHARS)]
Nanoseconds = Annotated[int, Field(ge=0, le=2**63 - 1)]
Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
HexDigest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PayloadBase64 = Annotated[str, StringConstraints(max_length=4 * ((MAX_DATA_BYTES + 2) // 3))]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class IceServer(_Message):
    """A STUN or TURN server (RFC 7064, RFC 7065). The credential lives in this message only: never log one."""

    urls: Annotated[
        list[Annotated[str, StringConstraints(max_length=255)]], Field(min_length=1, max_length=4)
    ]
    username: Annotated[str, StringConstraints(max_length=509)] | None = None
    credential: Annotated[str, StringConstraints(max_length=512)] | None = Field(default=None, repr=False)


# ---------------------------------------------------------------- console -> media


class OpenSession(_Message):
    """A new peer connection. A rejoin is a new session with a greater epoch; the old connection is closed."""

    type: Literal["open_session"] = "open_session"
    epoch: Epoch
    ice_servers: Annotated[list[IceServer], Field(max_length=8)] = []
    relay_only: bool = False
    officer_label: Annotated[str, StringConstraints(max_length=40)] = "OFFICER"


class RemoteOffer(_Message):
    type: Literal["remote_offer"] = "remote_offer"
    epoch: Epoch
    sdp: Sdp


class _Candidate(_Message):
    """One ICE candidate (RFC 8839). An empty candidate says that there are no more."""

    epoch: Epoch
    candidate: Annotated[str, StringConstraints(max_length=1024)]
    sdp_mid: Annotated[str, StringConstraints(max_length=64)] | None = None
    sdp_m_line_index: Annotated[int, Field(ge=0, le=64)] | None = None
    username_fragment: Annotated[str, StringConstraints(max_length=256)] | None = None


class RemoteCandidate(_Candidate):
    type: Literal["remote_candidate"] = "remote_candidate"


class SendData(_Message):
    """Bytes for the data channel that the peer opened, in base64. text: UTF-8, to go as a text message (RFC 8831)."""

    type: Literal["send_data"] = "send_data"
    epoch: Epoch
    payload: PayloadBase64
    text: bool = False


class SetMuted(_Message):
    """The officer's sound: off means that nothing is sent at all."""

    type: Literal["set_muted"] = "set_muted"
    muted: bool


class SetCamera(_Message):
    """The officer's picture: off means that nothing is sent at all."""

    type: Literal["set_camera"] = "set_camera"
    on: bool


class SetPaused(_Message):
    """Pause of the call: the officer's tracks send nothing and the taps of both parties hand on nothing."""

    type: Literal["set_paused"] = "set_paused"
    on: bool


class RequestKeyFrame(_Message):
    type: Literal["request_key_frame"] = "request_key_frame"
    party: PartyName
    track: PictureName = "video"


class SetViewSize(_Message):
    """The box, in pixels, that decoded pictures of a track are to fit into."""

    type: Literal["set_view_size"] = "set_view_size"
    party: PartyName
    track: PictureName = "video"
    width: Annotated[int, Field(ge=16, le=MAX_VIEW_WIDTH)]
    height: Annotated[int, Field(ge=16, le=MAX_VIEW_HEIGHT)]


class ShowWhole(_Message):
    """While on, pictures of a track come as received, not scaled to any box: for stills."""

    type: Literal["show_whole"] = "show_whole"
    party: PartyName
    track: PictureName = "video"
    on: bool


class CloseSession(_Message):
    type: Literal["close_session"] = "close_session"
    epoch: Epoch


class Shutdown(_Message):
    type: Literal["shutdown"] = "shutdown"


# ---------------------------------------------------------------- media -> console


class Ready(_Message):
    """The process is up. confined: it runs inside a sandbox. sound: the victim is played on a device here."""

    type: Literal["ready"] = "ready"
    pid: Count
    confined: bool
    engine: Annotated[str, StringConstraints(max_length=80)]
    sound: bool = False


class PictureSlot(_Message):
    """Where the newest decoded pictures of a track are (see `rvr_console.video.frame_slot.FrameSlot`)."""

    type: Literal["picture_slot"] = "picture_slot"
    party: PartyName
    track: PictureName = "video"
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9:_-]{1,64}$")]
    capacity: Annotated[int, Field(ge=1, le=64 * 1024 * 1024)]


class LocalAnswer(_Message):
    type: Literal["local_answer"] = "local_answer"
    epoch: Epoch
    sdp: Sdp


class LocalCandidate(_Candidate):
    type: Literal["local_candidate"] = "local_candidate"


class ConnectionState(_Message):
    """``connected`` alone proves nothing: wait for `PeerCertificate` and compare it with the sealed description."""

    type: Literal["connection_state"] = "connection_state"
    epoch: Epoch
    state: Literal["new", "connecting", "connected", "disconnected", "failed", "closed"]


class PeerCertificate(_Message):
    """SHA-256 of the DER certificate that the peer really used in the DTLS handshake, lower-case hex."""

    type: Literal["peer_certificate"] = "peer_certificate"
    epoch: Epoch
    sha256: HexDigest


class OwnFingerprint(_Message):
    """SHA-256 fingerprint of our own certificate in this session, lower-case hex. Sent before the answer."""

    type: Literal["own_fingerprint"] = "own_fingerprint"
    epoch: Epoch
    sha256: HexDigest


class DataChannelOpen(_Message):
    type: Literal["data_channel_open"] = "data_channel_open"
    epoch: Epoch
    label: Annotated[str, StringConstraints(max_length=64)]


class DataMessage(_Message):
    type: Literal["data_message"] = "data_message"
    epoch: Epoch
    payload: PayloadBase64

    def content(self) -> bytes:
        """The bytes. Raises UntrustedInputError if the base64 is malformed."""
        return decode_payload(self.payload)


class PauseState(_Message):
    """A pause took effect. No frame follows this message in the stream until the one with ``on`` false."""

    type: Literal["pause_state"] = "pause_state"
    on: bool
    at_ns: Nanoseconds


class Hole(_Message):
    """Frames of a track known to be missing between two CLOCK_MONOTONIC times. frames: how many, 0 if not known."""

    type: Literal["hole"] = "hole"
    epoch: Epoch
    party: PartyName
    track: TrackName
    start_ns: Nanoseconds
    end_ns: Nanoseconds
    cause: Literal["network_loss", "recorder_overflow", "camera_off", "microphone_off", "unknown"]
    frames: Count = 0


class Stats(_Message):
    """The call's figures, once a second. bit rates in kbit/s; lost: packets since the session began."""

    type: Literal["stats"] = "stats"
    epoch: Epoch
    round_trip_ms: Annotated[float, Field(ge=0)] | None = None
    bit_rate_in: Annotated[float, Field(ge=0)] = 0.0
    bit_rate_out: Annotated[float, Field(ge=0)] = 0.0
    lost: Count = 0
    jitter_ms: Annotated[float, Field(ge=0)] = 0.0
    frames_received: Count = 0
    frames_decoded: Count = 0
    width: Count = 0
    height: Count = 0
    frames_handed_on: Count = 0
    frames_overflowed: Count = 0
    tap_faults: Count = 0


class SessionFault(_Message):
    """A session, or a message about it, was refused. The reason is ours, never the stranger's words."""

    type: Literal["session_fault"] = "session_fault"
    epoch: Epoch
    reason: Literal[
        "offer_refused",
        "candidate_refused",
        "configuration_refused",
        "stale_epoch",
        "no_session",
        "no_data_channel",
        "data_refused",
        "data_flood",
        "certificate_mismatch",
        "unexpected_codec",
        "frame_too_large",
        "tap_failed",
    ]


class ProcessDied(_Message):
    """Made by `MediaLink` itself when the media process is gone. exit_code: negative = killed by that signal."""

    type: Literal["process_died"] = "process_died"
    exit_code: int | None
    reason: Literal["exited", "protocol", "backlog", "callback"]


ConsoleMessage = Annotated[
    OpenSession
    | RemoteOffer
    | RemoteCandidate
    | SendData
    | SetMuted
    | SetCamera
    | SetPaused
    | RequestKeyFrame
    | SetViewSize
    | ShowWhole
    | CloseSession
    | Shutdown,
    Field(discriminator="type"),
]
MediaMessage = Annotated[
    Ready
    | PictureSlot
    | LocalAnswer
    | LocalCandidate
    | ConnectionState
    | PeerCertificate
    | OwnFingerprint
    | DataChannelOpen
    | DataMessage
    | PauseState
    | Hole
    | Stats
    | SessionFault,
    Field(discriminator="type"),
]
_TO_MEDIA: TypeAdapter[ConsoleMessage] = TypeAdapter(ConsoleMessage)
_TO_CONSOLE: TypeAdapter[MediaMessage] = TypeAdapter(MediaMessage)


def pack_control(message: BaseModel) -> bytes:
    """A control message with its envelope."""
    payload = message.model_dump_json().encode()
    return ENVELOPE.pack(len(payload), KIND_CONTROL) + payload


def check_envelope(untrusted_header: bytes) -> tuple[int, int]:
    """(payload length, kind) of an envelope. Raises UntrustedInputError for an unknown kind or too great a length."""
    length, kind = ENVELOPE.unpack(untrusted_header)
    limit = {KIND_CONTROL: MAX_CONTROL_BYTES, KIND_FRAME: MAX_FRAME_BYTES + FRAME_HEADER_BYTES}.get(kind)
    if limit is None or not 0 < length <= limit:
        raise UntrustedInputError(f"Media framing: kind {kind} of {length} bytes is not allowed.")
    return length, kind


def read_console_message(untrusted: bytes) -> ConsoleMessage:
    """A control message from the console. Raises UntrustedInputError, without the content."""
    try:
        return _TO_MEDIA.validate_json(untrusted)
    except ValidationError as error:
        raise UntrustedInputError("A message from the console is malformed.") from error


def read_media_message(untrusted: bytes) -> MediaMessage:
    """A control message from the media process. Raises UntrustedInputError, without the content."""
    try:
        return _TO_CONSOLE.validate_json(untrusted)
    except ValidationError as error:
        raise UntrustedInputError("A message from the media process is malformed.") from error


def picture_named(name: str) -> PictureOf:
    """The picture of a name such as ``victim.screen``. Raises ValueError for any other."""
    party, _, track = name.partition(".")
    return PICTURES[PICTURES.index((party, track))]


def encode_payload(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def decode_payload(untrusted: str) -> bytes:
    """Bytes of a base64 payload. Raises UntrustedInputError."""
    try:
        return base64.b64decode(untrusted, validate=True)
    except ValueError as error:
        raise UntrustedInputError("A data channel payload is not base64.") from error
