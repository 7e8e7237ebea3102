"""What a signature looks like on the page: the typed name or the drawn lines, as small pages of a PDF of their own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import typst

from rvr_console.documents.typesetting import TEMPLATES, fonts, without_font
from rvr_console.domain.sealed_document import WITNESS_SIGNS, SealJob, Signature, SignatureKind
from rvr_console.domain.statement import SignaturePlace, SignatureRole
from rvr_console.domain.strokes import PAD_HEIGHT, PAD_WIDTH
from rvr_console.errors import EvidenceError

_BOX = "□"
MarkKey = tuple[str, float, float]
_WITNESSED, _READ_OVER, _WITNESS = "Witnessed", "Read over", ""


@dataclass(frozen=True, slots=True)
class MarkPages:
    """pdf: one page for each pair of who and size. page_of: key of a place -> its page, from 0."""

    pdf: bytes
    page_of: dict[MarkKey, int]


def mark_key(place: SignaturePlace) -> MarkKey:
    """What the officer does there, "" where the witness signs; and the size, which PDF keeps to 0.01 point here."""
    width, height = place.right - place.left, place.top - place.bottom
    return officer_does(place), round(width, 2), round(height, 2)


def officer_does(place: SignaturePlace) -> str:
    """In one word; "" where the witness signs."""
    if place.role in WITNESS_SIGNS:
        return _WITNESS
    return _READ_OVER if place.role is SignatureRole.READER else _WITNESSED


def mark_pages(job: SealJob) -> MarkPages:
    """Equal boxes share a page, so ten pages of a statement make two marks. Raises EvidenceError."""
    page_of: dict[MarkKey, int] = {}
    marks: list[dict[str, object]] = []
    for place in job.places:
        key = mark_key(place)
        if key not in page_of:
            page_of[key] = len(marks)
            marks.append(_mark(job, key))
    text = json.dumps({"pad": [PAD_WIDTH, PAD_HEIGHT], "marks": marks}, ensure_ascii=False)
    return MarkPages(_compiled(text, job.signed_at), page_of)


def _compiled(data: str, signed_at: datetime) -> bytes:
    try:
        return _boxed(data, signed_at)
    except (RuntimeError, OSError) as error:
        raise EvidenceError(
            "The signature could not be put on the page.",
            kept="The signed statement is kept, not yet sealed.",
            todo="Tell IT; it can be sealed later.",
        ) from error


def _boxed(data: str, signed_at: datetime) -> bytes:
    """A box stands for each letter that no font has: PDF/A knows no glyph for "missing". The name itself is in the mark's words."""
    while True:
        try:
            return _typst(data, signed_at)
        except typst.TypstError as error:
            letters = {ord(letter): _BOX for letter in without_font(error) if letter != _BOX}
            boxed = data.translate(letters)
            if boxed == data:
                raise
            data = boxed


def _typst(data: str, signed_at: datetime) -> bytes:
    return typst.compile(
        TEMPLATES / "signature.typ",
        root=TEMPLATES,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards="a-2b",
        timestamp=signed_at.astimezone(UTC).replace(microsecond=0),
    )


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%d/%m/%Y %H:%M:%S")


def _mark(job: SealJob, key: MarkKey) -> dict[str, object]:
    officer, width, height = key
    signature: Signature = job.signature
    drawn = not officer and signature.kind is SignatureKind.DRAWN
    how = officer or ("Drawn" if drawn else "Typed")
    return {
        "width": width,
        "height": height,
        "name": job.witnessed_by if officer else signature.name,
        "strokes": [[list(point) for point in line] for line in signature.strokes] if drawn else [],
        "caption": f"{how} in the video call, {_local(job.signed_at)}",
    }
