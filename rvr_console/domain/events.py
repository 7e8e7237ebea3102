"""What has happened. Services and adapters publish these; ui/qt_bridge hands them to the screens on the Qt thread."""

from dataclasses import dataclass

from rvr_console.domain.cad import CadAction
from rvr_console.domain.call import Asked
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody_health import CustodyHealth
from rvr_console.domain.exhibit import Exhibit
from rvr_console.domain.form import Form
from rvr_console.domain.recording import Gap, RecorderStatus
from rvr_console.domain.signing import Ceremony
from rvr_console.domain.statement import Statement
from rvr_console.domain.uploads import UploadStatus


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """The list of incidents is not what it was; the screen asks for it again."""


@dataclass(frozen=True, slots=True)
class ServiceStateChanged:
    """name: "cad", "gateway" or "storage"; up: whether it answers; words: what to say when it does not."""

    name: str
    up: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class ExhibitChanged:
    """An exhibit came, was sealed, described, marked or inspected."""

    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class ConsultationChanged:
    consultation: Consultation


@dataclass(frozen=True, slots=True)
class CadActionChanged:
    action: CadAction


@dataclass(frozen=True, slots=True)
class DeviceWaiting:
    """A device knocks. checks: what its page reports of itself, label -> words. second: another device is already live."""

    consultation_id: str
    device: str
    browser: str
    words: tuple[str, str, str, str]
    checks: dict[str, str]
    second: bool = False


@dataclass(frozen=True, slots=True)
class ChatReceived:
    consultation_id: str
    text: str
    from_victim: bool
    waiting: bool = False
    second: bool = False


@dataclass(frozen=True, slots=True)
class CallStateChanged:
    """secure: both fingerprints compared and confirmed both ways. state: "waiting", "connecting", "live", "paused", "dropped", "closed"."""

    consultation_id: str
    state: str
    secure: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class CallQuality:
    """round_trip_ms, bit_rate (received, bit/s), lost: packets in the last second."""

    consultation_id: str
    round_trip_ms: float
    bit_rate: float
    lost: float


@dataclass(frozen=True, slots=True)
class RecorderStatusChanged:
    consultation_id: str
    status: RecorderStatus


@dataclass(frozen=True, slots=True)
class GapStated:
    consultation_id: str
    segment: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a person must know: what happened, what was kept, what to do."""

    what: str
    kept: str = ""
    todo: str = ""


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """The victim's answer to the recording announcement."""

    consultation_id: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class VictimMediaChanged:
    consultation_id: str
    muted: bool
    camera_on: bool


@dataclass(frozen=True, slots=True)
class VictimShareChanged:
    """The victim shares a screen or window, or no longer."""

    consultation_id: str
    on: bool


@dataclass(frozen=True, slots=True)
class AskedAnswered:
    """What came of what the officer asked of the page. result: done, declined, unable or failed."""

    consultation_id: str
    what: Asked
    result: str


@dataclass(frozen=True, slots=True)
class VictimGone:
    """exit: by "Exit this page"; the link stays alive either way."""

    consultation_id: str
    exit: bool


@dataclass(frozen=True, slots=True)
class RecordingTallied:
    """A recording was closed: what its recorder received and recorded. Figures of a recording, never of an officer."""

    consultation_id: str
    video_frames_received: int
    video_frames_recorded: int
    audio_seconds: float


@dataclass(frozen=True, slots=True)
class UploadChanged:
    """A file from the person's page: offered, growing, waiting, received or failed. At most two a second for each file."""

    consultation_id: str
    status: UploadStatus


@dataclass(frozen=True, slots=True)
class SigningChanged:
    """Pages were offered, read further, accepted, signed, sealed, or the showing ended."""

    ceremony: Ceremony


@dataclass(frozen=True, slots=True)
class GateDecided:
    """A sergeant decided that the person of this consultation may sign by video all the same."""

    consultation_id: str


@dataclass(frozen=True, slots=True)
class StatementChanged:
    """A statement was started, stored, frozen, corrected or signed."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class CustodyCheckMoved:
    """The custody log is being verified: so many entries of so many. running: False when it ended, whatever came of it."""

    done: int
    of: int
    running: bool = True


@dataclass(frozen=True, slots=True)
class CustodyHealthChanged:
    """The custody log was verified, sealed or stamped."""

    health: CustodyHealth


@dataclass(frozen=True, slots=True)
class FormChanged:
    """A form was started, answered, judged, completed, opened again or approved."""

    form: Form
