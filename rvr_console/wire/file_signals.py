"""The signals about files, part of the sealed signalling. JSON and limits: docs/signalling.md section 4."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

UploadId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, Field(ge=0, le=2**53 - 1)]
FileName = Annotated[str, StringConstraints(max_length=1024)]
Refusal = Literal["too_large", "too_much", "too_many", "not_now", "changed", "start_again"]


class _Signal(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FileOffer(_Signal):
    """The page would send a file. key: HPKE-wrapped file key, 80 bytes, b64u. name, type, description: as the page says.

    how: chosen from the device, taken with its camera, or a picture of its screen. continues, start: goes on with an
    unfinished upload at this byte of the file.
    """

    kind: Literal["file_offer"] = "file_offer"
    id: UploadId
    name: FileName = Field(repr=False)
    size: Size
    type: Annotated[str, StringConstraints(max_length=255)]
    description: Annotated[str, StringConstraints(max_length=500)] = Field(default="", repr=False)
    how: Literal["chosen", "taken", "screen"] = "chosen"
    modified_ms: Size | None = None
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{107}$")] = Field(repr=False)
    continues: UploadId | None = None
    start: Size = 0


class FileAgain(_Signal):
    """The person chose a file to go on with this unfinished upload; the desk answers with file_have."""

    kind: Literal["file_again"] = "file_again"
    id: UploadId


class FileCancelled(_Signal):
    kind: Literal["file_cancelled"] = "file_cancelled"
    id: UploadId


class FilesOpen(_Signal):
    """Files may be sent. key: X25519, 32 bytes, b64u; limits and what is left of them, bytes."""

    kind: Literal["files_open"] = "files_open"
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    file_limit: Size
    total_limit: Size
    left: Size


class FileAccepted(_Signal):
    """The gateway waits for it: send."""

    kind: Literal["file_accepted"] = "file_accepted"
    id: UploadId


class FileRefused(_Signal):
    """start_again: offer it anew from the first byte. changed: it was changed or cut on the way."""

    kind: Literal["file_refused"] = "file_refused"
    id: UploadId
    reason: Refusal


class FileProgress(_Signal):
    """received: bytes of the file that the desk holds. waiting: its disk has no room just now, it goes on by itself."""

    kind: Literal["file_progress"] = "file_progress"
    id: UploadId
    received: Size
    waiting: bool = False


class FileReceived(_Signal):
    """The desk holds the whole file, durable, under this hash."""

    kind: Literal["file_received"] = "file_received"
    id: UploadId
    sha256: Sha256


class FileHave(_Signal):
    """bytes: of this unfinished upload the desk holds so many; sha256: over them."""

    kind: Literal["file_have"] = "file_have"
    id: UploadId
    bytes: Size
    sha256: Sha256


class FileUnfinished(_Signal):
    """An upload whose page was closed or loaded anew. Pages that still know it ignore this."""

    kind: Literal["file_unfinished"] = "file_unfinished"
    id: UploadId
    name: FileName = Field(repr=False)
    size: Size


class FileWanted(_Signal):
    """The person at the desk asks for something. words: neutral, shown as they are."""

    kind: Literal["file_wanted"] = "file_wanted"
    want: Literal["photo", "file"]
    words: Annotated[str, StringConstraints(max_length=300)] = ""


PageFileSignal = FileOffer | FileAgain | FileCancelled
DeskFileSignal = (
    FilesOpen
    | FileAccepted
    | FileRefused
    | FileProgress
    | FileReceived
    | FileHave
    | FileUnfinished
    | FileWanted
)
