"""PDF (ISO 32000-2): one page as pixels, and what the document says of itself. PDFium without its script engine draws it.

A page is drawn into as many pixels as were asked for, whatever size it claims; what takes too long is ended from outside.
"""

import io
import math
import re

import pypdfium2 as pdfium
from pypdfium2 import raw

from rvr_console.inspection.exif import plain
from rvr_console.wire.inspection_messages import MAX_PAGES, Facts, Order

LOCKED = "It is protected with a password, so its pages cannot be shown. Ask for the password, or for a copy without one."
_BROKEN = "It could not be read: it is damaged, or not a PDF as its start says."
_BROKEN_PAGE = "This page could not be read; others may be."
_FORM_OF_ITS_OWN = (
    "It is a form that draws itself by a script (XFA), which is never run: its pages may be incomplete here."
)
_MM = 25.4 / 72
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?")
_CARRIER = {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}


def look(file: io.BufferedReader, order: Order) -> tuple[Facts, bytes]:
    """(facts, pixels of page order.page, the last one if there are fewer)"""
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) in _CARRIER
        return Facts(outcome="refused", reason=LOCKED if locked else _BROKEN, locked=locked), b""
    try:
        form = document.get_formtype()
        document.init_forms()  # before any page: what was filled in is drawn too
        facts = _facts(document)
        if form in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
            facts = facts.model_copy(update={"reason": _FORM_OF_ITS_OWN})
        return _shown(document, order, facts)
    finally:
        document.close()


def _facts(document: pdfium.PdfDocument) -> Facts:
    said = {name: plain(value) for name, value in document.get_metadata_dict(skip_empty=True).items()}
    made = _DATE.match(said.get("CreationDate", ""))
    return Facts(
        outcome="refused",
        pages=min(len(document), MAX_PAGES),
        scripts=max(0, raw.FPDFDoc_GetJavaScriptActionCount(document)),
        attachments=max(0, document.count_attachments()),
        made_at=_time(made) if made else "",
        tags=tuple((f"PDF {name}", value) for name, value in said.items()),
    )


def _time(made: re.Match[str]) -> str:
    year, month, day, hour, minute, second = (part or "00" for part in made.groups())
    return f"{year}-{month}-{day} {hour}:{minute}:{second}"


def _shown(document: pdfium.PdfDocument, order: Order, facts: Facts) -> tuple[Facts, bytes]:
    try:
        page = document[min(order.page, facts.pages - 1)]
        width, height = page.get_size()
    except pdfium.PdfiumError:
        return facts.model_copy(update={"reason": _BROKEN_PAGE}), b""
    if not all(math.isfinite(side) and side > 0 for side in (width, height)):
        return facts.model_copy(update={"reason": _BROKEN_PAGE}), b""
    scale = order.max_side / max(width, height)
    size = [min(order.max_side, max(1, round(side * scale))) for side in (width, height)]
    pixels = _drawn(document, page, size[0], size[1])
    paper = ("Page size", f"{width * _MM:,.0f} × {height * _MM:,.0f} mm")
    shown = {"outcome": "shown", "preview_width": size[0], "preview_height": size[1]}
    return facts.model_copy(update={**shown, "tags": (paper, *facts.tags)}), pixels


def _drawn(document: pdfium.PdfDocument, page: pdfium.PdfPage, width: int, height: int) -> bytes:
    """RGBX on white: notes and filled-in fields as well."""
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGRx, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    flags = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER | raw.FPDF_RENDER_LIMITEDIMAGECACHE
    place = (0, 0, width, height, 0, flags)
    raw.FPDF_RenderPageBitmap(bitmap, page, *place)
    if document.formenv:
        raw.FPDF_FFLDraw(document.formenv, bitmap, page, *place)
    data = bytes(bitmap.buffer)
    row = 4 * width
    if bitmap.stride == row:
        return data
    return b"".join(data[start : start + row] for start in range(0, height * bitmap.stride, bitmap.stride))
