"""PDF and text as the inspection program takes them: pages, what a document carries, and what is hostile. Here without its sandbox."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

import hostile_pdf

from rvr_console.inspection.look import look
from rvr_console.inspection.texts import PAGE_BYTES
from rvr_console.wire.inspection_messages import MAX_FACTS, MAX_TEXT, Order

PDF = "application/pdf"


class FileAsked:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


def seen(data: bytes, content_type: str = PDF, *, side: int = 200, page: int = 0):
    order = Order(content_type=content_type, size=len(data), max_side=side, page=page)
    facts, payload = look(order, FileAsked(data))
    assert len(facts.model_dump_json()) <= MAX_FACTS
    return facts, payload


def bar_from_top(payload: bytes, width: int) -> int:
    """The first row whose middle is black."""
    rows = [payload[at : at + 4 * width] for at in range(0, len(payload), 4 * width)]
    return next(n for n, row in enumerate(rows) if row[2 * width] < 90)


def test_each_page_is_drawn_as_large_as_was_asked_for():
    data = hostile_pdf.letter(5)
    tops = []
    for page in range(5):
        facts, payload = seen(data, page=page)
        assert (facts.outcome, facts.pages) == ("shown", 5)
        assert (facts.preview_width, facts.preview_height) == (141, 200)
        assert len(payload) == 141 * 200 * 4
        assert payload[3] == 255
        tops.append(bar_from_top(payload, 141))
    assert tops == sorted(tops)
    assert tops[0] < 8
    assert tops[4] > 70
    behind, _ = seen(data, page=99)
    assert behind.outcome == "shown", "behind the last page there is the last page"
    assert seen(data, side=4096)[0].preview_height == 4096


def test_what_a_document_carries_is_counted():
    scripted, _ = seen(hostile_pdf.with_script())
    assert (scripted.outcome, scripted.scripts, scripted.attachments) == ("shown", 1, 0)
    carrying, _ = seen(hostile_pdf.with_file_inside())
    assert (carrying.outcome, carrying.scripts, carrying.attachments) == ("shown", 0, 1)
    locked, payload = seen(hostile_pdf.locked())
    assert (locked.outcome, locked.locked, payload) == ("refused", True, b"")
    assert "password" in locked.reason
    assert seen(hostile_pdf.locked(""))[0].outcome == "shown", "restricted, but anybody may read it"


def test_what_it_says_of_itself_is_plain_text():
    info = b"<< /Title <FEFF0061202E0062> /CreationDate (D:20261121113107Z) /Author (%s) >>" % (b"x" * 5000)
    data = hostile_pdf.pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            4: info,
        },
        declared=b"/Info 4 0 R",
    )
    facts, _ = seen(data)
    tags = dict(facts.tags)
    assert facts.made_at == "2026-11-21 11:31:07"
    assert tags["PDF Title"] == "a\ufffdb"
    assert tags["PDF Author"] == "x" * 120
    assert tags["Page size"] == "210 × 297 mm"


@pytest.mark.parametrize(
    "box",
    [
        b"[0 0 1e12 1]",
        b"[0 0 1 100000000]",
        b"[0 0 0 0]",
        b"[-1e38 -1e38 1e38 1e38]",
        b"[9 9]",
        b"[0 0 14400 3]",
    ],
)
def test_pages_of_any_size_fit(box):
    facts, payload = seen(hostile_pdf.letter(box=box))
    assert facts.outcome == "shown"
    assert max(facts.preview_width, facts.preview_height) == 200
    assert len(payload) == facts.preview_width * facts.preview_height * 4


@pytest.mark.parametrize(
    "data",
    [
        hostile_pdf.page_tree_of_itself(),
        hostile_pdf.letter(3)[:-200],
        hostile_pdf.letter(3)[:60],
        b"%PDF-1.7",
        b"%PDF-1.7" + bytes(5000),
    ],
)
def test_what_is_broken_ends_in_words(data):
    facts, payload = seen(data)
    assert (facts.outcome, payload) == ("refused", b"")
    assert facts.reason


def test_many_pages_and_false_counts():
    many, _ = seen(hostile_pdf.letter(3000), page=2999)
    assert (many.outcome, many.pages) == ("shown", 3000)
    false, _ = seen(hostile_pdf.claims_pages())
    assert false.outcome in {"shown", "refused"}
    assert false.pages < 2**20
    deep, _ = seen(hostile_pdf.nested(20_000))
    assert deep.outcome in {"shown", "refused"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_turned_page_by_page_and_no_character_is_lost(encoding):
    text = "".join(f"{n}: caf\xe9 \xa3{n}\r\n" for n in range(6000))
    data = text.encode(encoding)
    facts, _ = seen(data, "text/plain")
    assert (facts.outcome, facts.pages) == ("text", -(-len(data) // PAGE_BYTES))
    pages = [seen(data, "text/plain", page=n)[1] for n in range(facts.pages)]
    assert max(len(one) for one in pages) <= MAX_TEXT
    assert b"".join(pages).decode() == text


def test_letters_of_many_bytes_lie_on_one_page_only():
    data = ("\U0001f642" * 30_000).encode()
    facts, _ = seen(data, "text/plain")
    pages = [seen(data, "text/plain", page=n)[1].decode() for n in range(facts.pages)]
    assert "".join(pages) == "\U0001f642" * 30_000
    assert seen(b"\x80" * 70_000, "text/plain", page=1)[0].outcome == "text"
    assert seen("\ud800".encode("utf-16-le", "surrogatepass") * 9, "text/plain")[0].outcome == "text"


def test_word_documents_say_how_to_read_them():
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    facts, payload = seen(b"PK", word)
    assert (facts.outcome, payload) == ("no_preview", b"")
    assert "no preview of Word documents" in facts.reason
    assert "save a copy" in facts.reason
    assert len(facts.reason) <= 300
