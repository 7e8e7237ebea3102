"""What a recording is made of, in the console's own words. The bytes are evidence/record_format's business."""

from dataclasses import dataclass, field
from enum import StrEnum


class TrackKind(StrEnum):
    """VIDEO: a camera's picture. SCREEN: a screen or window that the party shares meanwhile, a picture of its own."""

    VIDEO = "video"
    AUDIO = "audio"
    SCREEN = "screen"

    @property
    def is_picture(self) -> bool:
        return self is not TrackKind.AUDIO


class Party(StrEnum):
    """Whose picture and sound. Interpreter and supporter join by their own link."""

    VICTIM = "victim"
    OFFICER = "officer"


class EventKind(StrEnum):
    """Kinds of EVENT record in a sealed recording (evidence specification, section 1)."""

    STARTED = "started"
    PAUSE = "pause"
    RESUME = "resume"
    REJOIN = "rejoin"
    DEVICE = "device"
    CLOCK_STEP = "clock_step"
    SNAPSHOT = "snapshot"
    EXHIBIT = "exhibit"  # the label of a sealed exhibit
    MARKER = "marker"
    GAP = "gap"
    ANNOUNCED = "announced"
    CONSENT = "consent"
    TRACK = "track"
    CLOSED = "closed"


class GapCause(StrEnum):
    NETWORK_LOSS = "network_loss"  # frames lost on the way
    CONNECTION_DROPPED = "connection_dropped"
    MEDIA_RESTARTED = "media_restarted"
    CONSOLE_RESTARTED = "console_restarted"
    RECORDER_OVERFLOW = "recorder_overflow"
    CAMERA_OFF = "camera_off"
    MICROPHONE_OFF = "microphone_off"
    DISK_FULL = "disk_full"
    KEY_FRAME = "waiting_for_key_frame"  # pictures came that nothing could be built on yet
    NOT_BEGUN = "not_begun"  # nothing of this track has come yet in this segment
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One encoded frame as received (victim) or sent (officer): the bits that go into the recording.

    received_ns: CLOCK_MONOTONIC, ns. rtp_timestamp: 32 bit, 90 kHz video or 48 kHz audio. tap_sequence: counts frames of
    this track at the tap from 0; a hole means the tap dropped some. key: a VP8 key frame (always True for sound).
    """

    party: Party
    kind: TrackKind
    tap_sequence: int
    rtp_timestamp: int
    received_ns: int
    key: bool
    data: bytes
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class TrackHole:
    """Frames known to be missing from one track between two times (CLOCK_MONOTONIC, ns)."""

    party: Party
    kind: TrackKind
    start_ns: int
    end_ns: int
    cause: GapCause


@dataclass(frozen=True, slots=True)
class Gap:
    """Stretch of the recording without picture or sound of a party, in µs from the segment's start."""

    start_us: int
    end_us: int
    cause: GapCause
    party: Party
    kind: TrackKind


@dataclass(frozen=True, slots=True)
class RecordingEvent:
    """An EVENT record: what happened at pts_us (µs from the segment's start). detail: flat text values only."""

    kind: EventKind
    pts_us: int
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordHead:
    """Where a sealed segment stood at a moment: last record's sequence and chain value (32 bytes)."""

    evidence_id: str
    segment: int
    sequence: int
    chain: bytes


class RecorderState(StrEnum):
    IDLE = "idle"
    RECORDING = "recording"
    PAUSED = "paused"
    FAULT = "fault"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """The recorder's own account of itself. last_sealed_ns: CLOCK_MONOTONIC of the last durable record; 0 if none yet."""

    state: RecorderState
    segment: int
    recorded_us: int
    last_sealed_ns: int
    frames_received: int
    frames_recorded: int
    fault: str = ""
