"""The live call as the services see it: what the call session reports, and what it can be told."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from rvr_console.domain.recording import Gap, Party, RecorderStatus, RecordHead, TrackKind
from rvr_console.domain.signing import PageAct


@dataclass(frozen=True, slots=True)
class RoomKey:
    """What a desk needs to meet the victim's device. secret: 26 characters, never logged. device: key of the admitted
    device, officer: first name it was told; both empty before the first admission.
    """

    consultation_id: str
    secret: str
    epoch: int
    expires_at_s: float
    device: str = ""
    officer: str = ""

    def __repr__(self) -> str:
        return f"RoomKey({self.consultation_id}, epoch {self.epoch})"


@dataclass(frozen=True, slots=True)
class GatewayState:
    up: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Knocked:
    """A device asks to join. device: fingerprint of its key. known: it is the admitted device, back again. second: another is live."""

    device: str
    browser: str
    checks: dict[str, str]
    words: tuple[str, ...]
    known: bool
    second: bool


@dataclass(frozen=True, slots=True)
class Connecting:
    epoch: int


@dataclass(frozen=True, slots=True)
class Secured:
    """Both fingerprints compared by us and confirmed by a MAC each way."""

    epoch: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Picture and sound are gone. cause: plain words."""

    cause: str


@dataclass(frozen=True, slots=True)
class ChatIn:
    """device: set when it is not from the admitted device; second: while another device is the admitted one."""

    text: str
    device: str = ""
    second: bool = False


@dataclass(frozen=True, slots=True)
class ConsentIn:
    agreed: bool


@dataclass(frozen=True, slots=True)
class PauseAsked:
    """The victim pauses or resumes."""

    on: bool


@dataclass(frozen=True, slots=True)
class VictimMedia:
    muted: bool
    camera_on: bool


class Asked(StrEnum):
    """What the officer can ask of the victim's page."""

    SHARE = "share"
    STOP_SHARE = "stop_share"
    OTHER_CAMERA = "other_camera"


@dataclass(frozen=True, slots=True)
class VictimShare:
    """The victim shares a screen or window, or no longer."""

    on: bool


@dataclass(frozen=True, slots=True)
class AskedAnswer:
    """result: done, declined (by the person), unable (this device cannot) or failed."""

    what: Asked
    result: str


@dataclass(frozen=True, slots=True)
class VictimLeft:
    """exit: by "Exit this page"."""

    exit: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """round_trip_ms; bit_rate received, bit/s; lost: packets in the last second."""

    round_trip_ms: float
    bit_rate: float
    lost: float


@dataclass(frozen=True, slots=True)
class SegmentOpened:
    evidence_id: str
    segment: int
    file: str


@dataclass(frozen=True, slots=True)
class SegmentSealed:
    head: RecordHead


@dataclass(frozen=True, slots=True)
class HeadLogged:
    head: RecordHead


@dataclass(frozen=True, slots=True)
class RecorderReport:
    status: RecorderStatus


@dataclass(frozen=True, slots=True)
class RecordingTally:
    """What went into a recording, told when it is closed. Frames of both parties; audio_seconds: the longer track's sound."""

    evidence_id: str
    video_frames_received: int
    video_frames_recorded: int
    audio_seconds: float


@dataclass(frozen=True, slots=True)
class GapReport:
    segment: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class CallFault:
    what: str
    kept: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture: BGRA rows, stride bytes each. sequence: grows with each new picture of the party."""

    party: Party
    sequence: int
    width: int
    height: int
    stride: int
    data: bytes | memoryview


@dataclass(frozen=True, slots=True)
class Still:
    """A picture as received, not scaled. place: (segment, µs from its start) in the recording, None if nothing was recorded."""

    picture: Picture
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """Pages for the victim to read. stage: "reading", "declaring", "signing" or "signed"; read: pages, from 0, read already.

    device: whose page reached that stage, "" for none yet; any other begins with the first page. declaration: "" until the officer has it shown.
    """

    id: str
    version: int
    data: bytes = field(repr=False)
    sha256: str
    pages: int
    stage: str = "reading"
    read: tuple[int, ...] = ()
    device: str = ""
    declaration: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DocumentSaid:
    """What the page said of a document. place: where the recording stood then (segment, µs)."""

    id: str
    act: PageAct
    place: tuple[int, int] | None = None


class CallSession(Protocol):
    """One consultation's room, media and recorder. Reports go to the callback it was made with, on the caller's loop."""

    async def open_room(self, key: RoomKey) -> None:
        """Make the link known to the gateway and stay in its room; keeps trying while the gateway is down."""
        ...

    async def admit(self, device: str, officer_first_name: str) -> None: ...

    async def refuse(self, device: str) -> None: ...

    async def send_chat(self, text: str) -> None: ...

    async def announce(self, text: str) -> None: ...

    def ask_for_file(self, what: str, words: str) -> None:
        """Have the page ask for a "photo" or a "file". words: neutral, shown as they are."""
        ...

    def show_document(self, document: ShownDocument) -> None:
        """Have the page show it, now and whenever it is back; `DocumentSaid` follows. Again with the same id: its stage changed."""
        ...

    def end_document(self, document_id: str, how: str) -> None:
        """Nothing more is to be read. how: "sealed", "stopped", "change" or "altered"."""
        ...

    def ask(self, what: Asked) -> None:
        """Put the wish before the victim; an `AskedAnswer` or a `VictimShare` follows."""
        ...

    async def start_recording(self, evidence_id: str | None) -> str:
        """Start, or go on with, the recording (None: a new one). Returns its evidence id. Raises EvidenceError, StorageError."""
        ...

    def consent(self, *, given: bool, reason: str) -> None:
        """Put the victim's answer (and the officer's reason) into the recording."""
        ...

    async def pause(self, by: Party) -> None: ...

    async def resume(self, by: Party) -> None: ...

    def set_muted(self, on: bool) -> None: ...

    def set_camera(self, on: bool) -> None: ...

    def marker(self, text: str) -> None: ...

    async def stop_recording(self) -> None:
        """Close the recording: returns once FINAL is durable."""
        ...

    async def close_link(self) -> None:
        """Desk-signed close; keeps trying until the gateway has it."""
        ...

    async def hang_up(self) -> None:
        """End picture, sound and recording, stay in the room: the device may come back on the same link."""
        ...

    async def leave(self) -> None:
        """Hang up and free everything; the link stays as it is."""
        ...

    def picture(self, party: Party, after: int, kind: TrackKind = TrackKind.VIDEO) -> Picture | None:
        """The newest picture, of the camera or of the shared screen, if it is newer than `after`."""
        ...

    def set_view_size(
        self, party: Party, width: int, height: int, kind: TrackKind = TrackKind.VIDEO
    ) -> None: ...

    async def still(self, party: Party, kind: TrackKind = TrackKind.VIDEO) -> Still:
        """The next picture as received. Raises RefusedError when none is coming in."""
        ...

    def recording_place(self) -> tuple[int, int] | None:
        """(open segment, µs from its start) now; None when nothing is being recorded."""
        ...

    def snapshot(self, detail: dict[str, str]) -> None:
        """State a still in the recording, if there is one."""
        ...
