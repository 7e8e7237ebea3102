"""Plain text, a page of bytes at a time: which characters they are, nothing more. What must not be shown is taken out by the console."""

import codecs
import io

from rvr_console.wire.inspection_messages import MAX_PAGES, Facts, Order

PAGE_BYTES = 32 * 1024
_LOOKED_AT = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def look(file: io.BufferedReader, order: Order) -> tuple[Facts, bytes]:
    """(facts, UTF-8). A page is PAGE_BYTES of the file and the rest of its last character."""
    pages = min(max(1, -(-order.size // PAGE_BYTES)), MAX_PAGES)
    page = min(order.page, pages - 1)
    encoding = _encoding(file.read(_LOOKED_AT))
    file.seek(page * PAGE_BYTES)
    text = _decoded(file.read(PAGE_BYTES + 4), encoding)
    return Facts(outcome="text", pages=pages, codecs=encoding.removesuffix("-sig").upper()), text.encode()


def _encoding(head: bytes) -> str:
    """By its mark, else UTF-8 if it is that, else the one that Windows writes in western Europe."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _decoded(data: bytes, encoding: str) -> str:
    """The characters that begin in the first PAGE_BYTES."""
    start, end = 0, min(len(data), PAGE_BYTES)
    if encoding.startswith("utf-8"):
        while start < min(3, end) and data[start] & 0xC0 == 0x80:  # the end of the page before
            start += 1
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end += 1
    return data[start:end].decode(encoding, errors="replace").replace("\ufeff", "")
