"""PDF documents, honest and hostile, written object by object; none copied."""

import io
import zlib

from pypdf import PdfWriter


def pdf(objects: dict[int, bytes], *, root: int = 1, declared: bytes = b"") -> bytes:
    """A document with a right cross-reference table, whatever its objects are."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        if number in places:
            out += b"%010d 00000 n \n" % places[number]
        else:
            out += b"0000000000 65535 f \n"
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        declared,
        table,
    )
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(data), extra) + data + b"\nendstream"


def letter(
    pages: int = 1,
    *,
    box: bytes = b"[0 0 595 842]",
    catalog: bytes = b"",
    more: dict[int, bytes] | None = None,
    content: bytes = b"",
    page: bytes = b"",
) -> bytes:
    """Page n (from 0) is white with a black bar at its top, n tenths of its height lower."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(pages))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        **(more or {}),
    }
    for n in range(pages):
        drawn = content or b"0 g 50 %d 495 42 re f" % (790 - 80 * (n % 9))
        objects[10 + 2 * n] = b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R %s >>" % (
            box,
            11 + 2 * n,
            page,
        )
        objects[11 + 2 * n] = stream(drawn)
    return pdf(objects)


def with_script(pages: int = 1) -> bytes:
    """Run when it is opened, in two ways."""
    names = b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >> /OpenAction 4 0 R"
    return letter(pages, catalog=names, more={4: b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"})


def with_file_inside() -> bytes:
    names = b"/Names << /EmbeddedFiles << /Names [(a.exe) 4 0 R] >> >>"
    carried = {
        4: b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>",
        5: stream(b"MZ", b"/Type /EmbeddedFile"),
    }
    return letter(catalog=names, more=carried)


def locked(password: str = "secret") -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(letter(2)))
    writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_tree_of_itself() -> bytes:
    """The only child of the tree's root is the root."""
    return pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 5 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>",
        }
    )


def form_of_itself() -> bytes:
    """A drawing that draws itself twice, for ever."""
    itself = stream(b"/A Do /A Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 5 0 R")
    more = {4: itself, 5: b"<< /XObject << /A 4 0 R >> >>"}
    return letter(content=b"/A Do", page=b"/Resources 5 0 R", more=more)


def deep_forms(levels: int = 40) -> bytes:
    """Each drawing draws the next one ten times: 10 to the power of `levels` in all."""
    more = {}
    for n in range(levels):
        inner = b"/Resources << /XObject << /A %d 0 R >> >>" % (101 + n)
        more[100 + n] = stream(b"/A Do " * 10, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] " + inner)
    more[100 + levels] = stream(b"0 0 1 1 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return letter(content=b"/A Do", page=b"/Resources << /XObject << /A 100 0 R >> >>", more=more)


def nested(depth: int = 200_000) -> bytes:
    """Lists in lists in lists."""
    return letter(catalog=b"/Lang " + b"[" * depth + b"]" * depth)


def claims_pages(count: int = 2_000_000_000) -> bytes:
    """One page that says it is so many."""
    return letter().replace(b"/Count 1 ", b"/Count %d " % count)


def unpacks_to(size: int = 3_000_000_000) -> bytes:
    """Drawing commands that are small only while packed, twice over."""
    packed = zlib.compressobj(9)
    inner = b"".join([*(packed.compress(bytes(1 << 20)) for _ in range(size >> 20)), packed.flush()])
    twice = zlib.compress(inner, 9)
    base = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        4: stream(twice, b"/Filter [/FlateDecode /FlateDecode]"),
    }
    return pdf(base)


def huge_picture(side: int = 60_000) -> bytes:
    """A picture of so many points a side on one page, from a few bytes."""
    image = stream(
        zlib.compress(bytes(1 << 20)),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
        b" /Filter /FlateDecode" % (side, side),
    )
    resources = b"/Resources << /XObject << /A 4 0 R >> >>"
    return letter(content=b"500 0 0 500 0 0 cm /A Do", page=resources, more={4: image})
