"""The signals about pages to be read and signed, part of the sealed signalling. JSON and limits: docs/signalling.md section 9."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

DocumentId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PageNumber = Annotated[int, Field(ge=0, le=999)]
PART_BYTES = 33_000
"""Of the document in one signal: with base64url and its frame it stays below the largest message."""
MOST_BYTES = 20_000_000
MOST_POINTS = 3_500
"""Of a drawing in one signal; the page thins out what has more."""
Place = Annotated[int, Field(ge=0, le=MOST_BYTES // PART_BYTES)]
Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Point = Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(min_length=2, max_length=2)]
Line = Annotated[list[Point], Field(min_length=1, max_length=MOST_POINTS)]
PersonName = Annotated[str, StringConstraints(max_length=200)]


class _Signal(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class DocumentOffer(_Signal):
    """Pages to be read. stage: where to go on; read: pages (from 0) that were read to the end on this device."""

    kind: Literal["document_offer"] = "document_offer"
    id: DocumentId
    version: Annotated[int, Field(ge=1, le=10_000)]
    sha256: Sha256
    size: Annotated[int, Field(ge=1, le=MOST_BYTES)]
    pages: Annotated[int, Field(ge=1, le=1000)]
    part: Annotated[int, Field(ge=1, le=PART_BYTES)] = PART_BYTES
    stage: Literal["reading", "declaring", "signing", "signed"]
    read: Annotated[list[PageNumber], Field(max_length=1000)] = []


class DocumentPart(_Signal):
    """The bytes from place * part on. data: b64u."""

    kind: Literal["document_part"] = "document_part"
    id: DocumentId
    place: Place
    data: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,44000}$")] = Field(repr=False)


class DocumentDeclaration(_Signal):
    """The words to be accepted; the page shows them once every page was read."""

    kind: Literal["document_declaration"] = "document_declaration"
    id: DocumentId
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class DocumentEnded(_Signal):
    """how: sealed, or nothing more is to be read ("stopped", "change", "altered")."""

    kind: Literal["document_ended"] = "document_ended"
    id: DocumentId
    how: Literal["sealed", "stopped", "change", "altered"]


class DocumentWant(_Signal):
    """The page is ready for this part. It asks for the next ones as they come: so the desk never sends too fast."""

    kind: Literal["document_want"] = "document_want"
    id: DocumentId
    place: Place


class DocumentShown(_Signal):
    """sha256: computed by the page over the very bytes that it renders."""

    kind: Literal["document_shown"] = "document_shown"
    id: DocumentId
    sha256: Sha256


class DocumentRead(_Signal):
    """How far a page was on the screen, and for how long in all."""

    kind: Literal["document_read"] = "document_read"
    id: DocumentId
    page: PageNumber
    part: Part
    seconds: Seconds


class DocumentChange(_Signal):
    """Something is to be changed."""

    kind: Literal["document_change"] = "document_change"
    id: DocumentId
    words: Annotated[str, StringConstraints(max_length=500)] = Field(default="", repr=False)


class DocumentAccepted(_Signal):
    kind: Literal["document_accepted"] = "document_accepted"
    id: DocumentId
    sha256: Sha256


class DocumentSigned(_Signal):
    """name: as typed; with a drawing, empty or as typed before. strokes: lines on a pad of 1000 by 400."""

    kind: Literal["document_signed"] = "document_signed"
    id: DocumentId
    sha256: Sha256
    how: Literal["typed", "drawn"]
    name: PersonName = Field(default="", repr=False)
    strokes: Annotated[list[Line], Field(max_length=MOST_POINTS)] = Field(default=[], repr=False)
    drawn: Annotated[int, Field(ge=0, le=10_000_000)] = 0


PageDocumentSignal = (
    DocumentWant | DocumentShown | DocumentRead | DocumentChange | DocumentAccepted | DocumentSigned
)
DeskDocumentSignal = DocumentOffer | DocumentPart | DocumentDeclaration | DocumentEnded
