"""What a signature looks like on the page: the typed name or the drawn lines, as small pages of a PDF of their own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typst

from rvr_console.domain.sealed_document import Box, SealJob, Signature, SignatureKind
from rvr_console.domain.strokes import PAD_HEIGHT, PAD_WIDTH
from rvr_console.errors import EvidenceError

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"
_TEMPLATES = _RESOURCES / "templates"
_FONTS = _RESOURCES / "vendor" / "fonts"


@dataclass(frozen=True, slots=True)
class MarkPages:
    """pdf: one page for each pair of who and size. page_of: (witness?, width, height) -> its page, from 0."""

    pdf: bytes
    page_of: dict[tuple[bool, float, float], int]


def mark_pages(job: SealJob) -> MarkPages:
    """Equal boxes share a page, so ten pages of a statement make two marks. Raises EvidenceError."""
    page_of: dict[tuple[bool, float, float], int] = {}
    marks: list[dict[str, object]] = []
    signed = _local(job.signed_at)
    for place in job.places:
        for witness, box in ((True, place.witness), (False, place.witnessed_by)):
            key = (witness, box.width, box.height)
            if key in page_of:
                continue
            page_of[key] = len(marks)
            marks.append(_mark(job.signature, signed, box) if witness else _officer(job, signed, box))
    text = json.dumps({"pad": [PAD_WIDTH, PAD_HEIGHT], "marks": marks}, ensure_ascii=False)
    return MarkPages(_compiled(text, job.signed_at), page_of)


def _compiled(data: str, signed_at: datetime) -> bytes:
    try:
        try:
            return _typst(data, signed_at, "a-2b")
        except RuntimeError:
            # A name in a script that no font here has: boxes stand for it, the name itself is in the mark's words.
            return _typst(data, signed_at, "1.7")
    except (RuntimeError, OSError) as error:
        raise EvidenceError(
            "The signature could not be put on the page.",
            kept="The signed statement is kept, not yet sealed.",
            todo="Tell IT; it can be sealed later.",
        ) from error


def _typst(data: str, signed_at: datetime, standard: str) -> bytes:
    return typst.compile(
        _TEMPLATES / "signature.typ",
        root=_TEMPLATES,
        font_paths=[_FONTS] if _FONTS.is_dir() else [],
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=standard,
        timestamp=signed_at.astimezone(UTC).replace(microsecond=0),
    )


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%d/%m/%Y %H:%M:%S")


def _mark(signature: Signature, signed: str, box: Box) -> dict[str, object]:
    typed = signature.kind is SignatureKind.TYPED
    return {
        "width": box.width,
        "height": box.height,
        "name": signature.name,
        "strokes": [] if typed else [[list(point) for point in line] for line in signature.strokes],
        "caption": f"{'Typed' if typed else 'Drawn'} in the video call, {signed}",
    }


def _officer(job: SealJob, signed: str, box: Box) -> dict[str, object]:
    return {
        "width": box.width,
        "height": box.height,
        "name": job.witnessed_by,
        "strokes": [],
        "caption": f"Witnessed in the video call, {signed}",
    }
