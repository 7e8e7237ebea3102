"""The custody page as a PDF: everything is on it, and nothing in it is taken for markup."""

import io
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader

from rvr_console.documents.custody_page import custody_pdf
from rvr_console.domain.checkpoint import Checkpoint, sign_note
from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.custody_extract import CustodyExtract, ProvenEntry, StampedCheckpoint

NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
HOSTILE = '#read("/etc/passwd") $x$ *bold* _it_ <label> @ref [#sys.inputs] \\ "quote" `raw` // comment'


class Desk:
    label = "TEST D1"
    _key = Ed25519PrivateKey.from_private_bytes(bytes(32))

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def extract(count: int = 3, stamped: bool = False) -> CustodyExtract:
    desk = Desk()
    point = Checkpoint("ab" * 16, 500, bytes(32), NOW, None, desk.label, desk.public_key)
    entries = [
        ProvenEntry(
            CustodyEntry(n, NOW, "2417", CustodyAct.NOTE_WRITTEN, "c" * 36, HOSTILE, {"text": HOSTILE}), ()
        )
        for n in range(count)
    ]
    note = sign_note(point, desk)
    stamp = StampedCheckpoint(note, 400, NOW, "TEST time stamps", b"", ()) if stamped else None
    return CustodyExtract(("c",), tuple(entries), note, 500, desk.label, NOW, stamp)


def text_of(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return text.replace("\u200b", "").replace("\n", "").replace(" ", "")


def test_everything_is_on_the_page() -> None:
    pdf = custody_pdf(extract(stamped=True), "Custody log of AB/1", "2417", NOW.replace(microsecond=123))
    assert pdf.startswith(b"%PDF-")
    text = text_of(pdf)
    for said in ("Custody log of AB/1", "TEST D1", "500 entries in the whole log", "21/11/2026 13:30:00", "note written",
                 "c" * 36, "TEST time stamps", "A" * 42 + "="):  # fmt: skip
        assert said.replace(" ", "") in text, said
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "Custody log of AB/1"


def test_what_the_outside_said_is_shown_as_text_only() -> None:
    text = text_of(custody_pdf(extract(1), HOSTILE, HOSTILE, NOW))
    assert text.count(HOSTILE.replace(" ", "")) >= 3
    assert "root:" not in text


@pytest.mark.parametrize("count", [0, 300])
def test_none_and_many(count: int) -> None:
    pages = PdfReader(io.BytesIO(custody_pdf(extract(count), "Custody log", "2417", NOW))).pages
    assert len(pages) >= 1 + count // 20
    assert "Purpose and details" in pages[-1].extract_text() or count == 0
