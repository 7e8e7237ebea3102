"""Types by content, and what is flagged. The files here are built to deceive."""

import io
import struct
import zipfile

import pytest
from PIL import Image

from rvr_console.domain.exhibit import ExhibitFlag as Flag
from rvr_console.evidence.content_probe import EICAR, ContentProbe


def found(data: bytes, name: str = "", declared: str = "", chunk: int = 1 << 20):
    probe = ContentProbe(name, declared)
    for start in range(0, len(data), chunk):
        probe.feed(data[start : start + chunk])
    result = probe.end()
    return result.content_type, set(result.flags)


def picture(kind: str, size=(40, 30), **options) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.txt", b"x" * 50)
    return out.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def office(*more: str) -> bytes:
    """A document of a word processor, as far as its parts' names go."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml", *more):
            archive.writestr(name, b"<?xml version='1.0'?><x/>" * 30)
    return out.getvalue()


def movie(*, moov: bool = True, cut: int = 0) -> bytes:
    boxes = [b"ftyp" + b"isom\0\0\2\0isomiso2mp41", b"mdat" + b"\1" * 5000]
    if moov:
        boxes.append(b"moov" + b"\0" * 100)
    data = b"".join(struct.pack(">I", len(box) + 4) + box for box in boxes)
    return data[: len(data) - cut] if cut else data


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "name", "declared", "content_type", "flags"),
    [
        (picture("JPEG"), "door.jpg", "image/jpeg", "image/jpeg", set()),
        (picture("PNG"), "door.png", "image/png", "image/png", set()),
        (picture("GIF"), "door.gif", "image/gif", "image/gif", set()),
        (picture("WEBP"), "door.webp", "image/webp", "image/webp", set()),
        (movie(), "clip.mp4", "video/mp4", "video/mp4", set()),
        (movie(), "CLIP.MOV", "video/quicktime", "video/mp4", set()),
        (PDF, "bill.pdf", "application/pdf", "application/pdf", set()),
        (zipped(), "files.zip", "application/zip", "application/zip", {Flag.ARCHIVE}),
        (b"", "door.jpg", "image/jpeg", "application/x-empty", {Flag.EMPTY}),
        (b"hello there", "note.txt", "text/plain", "text/plain", set()),
        (b"\x00\x01\x02\x03" * 20, "data.bin", "", "application/octet-stream", set()),
        (SVG, "logo.svg", "image/svg+xml", "image/svg+xml", {Flag.ACTIVE}),
        (SVG, "door.png", "image/png", "image/svg+xml", {Flag.ACTIVE, Flag.MISMATCH}),
        (
            "<html><script>1</script></html>".encode("utf-16"), "a.jpg", "image/jpeg",
            "text/html", {Flag.ACTIVE, Flag.MISMATCH},
        ),
        (EICAR, "eicar.com", "", "text/plain", {Flag.EICAR, Flag.DECEPTIVE_NAME}),
        (picture("PNG"), "door.jpg", "image/jpeg", "image/png", {Flag.MISMATCH}),
        (b"MZ" + bytes(300), "door.jpg", "image/jpeg", "application/x-msdownload", {Flag.ACTIVE, Flag.MISMATCH}),
        (b"\x00\x01\x02\x03" * 20, "door.jpg", "", "application/octet-stream", {Flag.MISMATCH}),
        (picture("JPEG") + zipped(), "door.jpg", "", "image/jpeg", {Flag.POLYGLOT}),
        (picture("GIF") + b"<script>alert(1)</script>;", "a.gif", "", "image/gif", {Flag.POLYGLOT}),
        (b"GIF89a/*" + picture("GIF")[8:], "a.gif", "", "image/gif", {Flag.POLYGLOT}),
        (b"\xff\xd8\xff\xe0" + b"\0\x10%PDF-1.4 " + bytes(50) + b"\xff\xd9", "a.jpg", "", "image/jpeg", {Flag.POLYGLOT}),
        (PDF.replace(b"<<>>", b"<</S /JavaScript /JS (x)>>"), "a.pdf", "", "application/pdf", {Flag.ACTIVE}),
        (PDF + bytes(150_000) + b"/JavaScript " + bytes(150_000) + b"%%EOF", "a.pdf", "", "application/pdf", {Flag.ACTIVE}),
        (office(), "letter.docx", WORD, WORD, set()),
        (office("word/vbaProject.bin"), "letter.docx", WORD, WORD, {Flag.ACTIVE}),
        (PDF + zipped(), "a.pdf", "", "application/pdf", {Flag.POLYGLOT}),
        (picture("JPEG", (400, 400))[:-3000], "a.jpg", "", "image/jpeg", {Flag.TRUNCATED}),
        (picture("PNG", (400, 400))[:-3000], "a.png", "", "image/png", {Flag.TRUNCATED}),
        (picture("GIF", (400, 400))[:-3000] + b"\1", "a.gif", "", "image/gif", {Flag.TRUNCATED}),
        (picture("WEBP", (400, 400))[:-3000], "a.webp", "", "image/webp", {Flag.TRUNCATED}),
        (movie(cut=60), "a.mp4", "", "video/mp4", {Flag.TRUNCATED}),
        (movie(moov=False), "a.mp4", "", "video/mp4", {Flag.TRUNCATED}),
        (PDF[:-8], "a.pdf", "", "application/pdf", {Flag.TRUNCATED}),
        (picture("JPEG") + movie(), "moving.jpg", "", "image/jpeg", set()),
    ],
)  # fmt: skip
def test_type_and_flags(data, name, declared, content_type, flags):
    for chunk in (1 << 20, 997, 13):
        assert found(data, name, declared, chunk) == (content_type, flags)


def test_the_test_virus_is_found_anywhere_and_across_chunks():
    data = bytes(100_000) + EICAR + bytes(100_000)
    for chunk in (1 << 20, 100_030, 17):
        assert Flag.EICAR in found(data, chunk=chunk)[1]


@pytest.mark.parametrize(
    "name",
    [
        "door\u202egpj.exe",
        "a/b.jpg",
        "..\\x.jpg",
        "door.jpg.exe",
        "door.jpg ",
        "x\u200b.jpg",
        "run.lnk",
        "x" * 256 + ".jpg",
        "\U0001f600" * 200,
        "..",
    ],
)
def test_names_that_deceive(name):
    assert Flag.DECEPTIVE_NAME in found(b"x", name)[1]


@pytest.mark.parametrize(
    "name", ["IMG_2041.JPG", "Frühstück 2.heic", "写真.png", "写" * 200 + ".png", "a.b.c.pdf", ""]
)
def test_names_that_do_not(name):
    assert Flag.DECEPTIVE_NAME not in found(b"x", name)[1]


def test_small_boxes_on_the_border_of_chunks():
    start = movie()[:28]
    data = start + struct.pack(">I4s", 8, b"free") * 3 + struct.pack(">I4sQ", 1, b"mdat", 116) + bytes(100)
    data += struct.pack(">I4s", 108, b"moov") + bytes(100) + struct.pack(">I4s", 8, b"free")
    for chunk in range(1, 60):
        assert found(data, "a.mp4", chunk=chunk) == ("video/mp4", set())
        assert found(data[:-10], "a.mp4", chunk=chunk)[1] == {Flag.TRUNCATED}


def test_hostile_box_lengths_neither_hang_nor_raise():
    start = movie()[:28]
    for size, wide in ((0, 0), (1, 0), (1, 2**64 - 1), (4, 0), (2**32 - 1, 0)):
        data = start + struct.pack(">I4sQ", size, b"mdat", wide) + bytes(100)
        assert found(data, "a.mp4")[0] == "video/mp4"


def test_the_type_for_the_header_needs_the_first_bytes_only():
    probe = ContentProbe("", "")
    assert probe.first_guess(picture("PNG")) == "image/png"
    assert probe.first_guess(office()) == WORD[:64], "the container's header takes no more"
    assert probe.first_guess(b"") == "application/x-empty"


@pytest.mark.parametrize("chunk", [97, 1000, 1 << 20])
@pytest.mark.parametrize("shift", range(5))
def test_a_film_far_behind_a_picture_is_seen_wherever_the_pieces_part(chunk, shift):
    start = picture("JPEG")[:-2] + b"\xff\xd9"
    # The mark lies across the border of two pieces, or beside it.
    start += b"\0" * (-(len(start) + 4 + shift) % chunk)
    behind = struct.pack(">I", 24) + b"ftyp" + b"isom\0\0\2\0isomiso2" + b"\1" * 70_000
    assert found(start + behind, chunk=chunk) == ("image/jpeg", set())
    assert found(start + b"\1" * 70_000, chunk=chunk) == ("image/jpeg", {Flag.TRUNCATED})
