"""What archives ask of a signed statement (PDF/A-2b, ISO 19005-2), looked for in the whole file after pyHanko's revisions.

Not a validator: what is checked is what can break here (identification, output intent, fonts, transparency, annotations, actions). veraPDF is not part of the tests' tools.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject, StreamObject

sys.path.insert(0, str(Path(__file__).parent))

from test_signing_pdf import DRAWN, NOW, TYPED, Clock, key
from test_statement_page import AT, CONTENT, SETTER

from rvr_console.documents.signing import PdfSealer
from rvr_console.domain.sealed_document import SealJob, Signature, SignatureKind, signed_here
from rvr_console.domain.statement_content import StatementKind, Witness
from rvr_console.domain.statement_store import StatementOrder

NAMES = {
    "typed": TYPED,
    "drawn": DRAWN,
    "arabic": Signature(SignatureKind.TYPED, "محمد علي"),
    "emoji": Signature(SignatureKind.TYPED, "Zoë 😀"),
    "letters that no font has": Signature(SignatureKind.TYPED, "𒀀𒀁"),
}


def signed(signature: Signature) -> bytes:
    content = replace(
        CONTENT, paragraphs=("हाँ, 门, 😀", *CONTENT.paragraphs), witness=Witness("محمد علي", "", over_18=True)
    )
    pages = SETTER.set(StatementOrder(StatementKind.WITNESS, content, AT))
    places = signed_here(pages.places, "", "A. Bennett")
    job = SealJob(pages.pdf, places, signature, "PC 2417 A. Bennett", NOW, NOW)
    return PdfSealer(key(), Clock(NOW)).seal(job).data


def objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary and stream that the file reaches from its trailer, in its newest revision."""
    seen: set[int] = set()
    waiting: list[object] = [reader.trailer["/Root"]]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [one.raw_get(name) for name in one]
        elif isinstance(one, ArrayObject):
            waiting += list(one)


@pytest.fixture(params=list(NAMES), scope="module")
def reader(request: pytest.FixtureRequest) -> PdfReader:
    return PdfReader(io.BytesIO(signed(NAMES[request.param])))


def test_it_still_says_that_it_is_pdf_a_2b_with_an_output_intent_and_tags(reader: PdfReader) -> None:
    about, root = reader.xmp_metadata, reader.trailer["/Root"]
    assert about is not None
    assert (about.pdfaid_part, about.pdfaid_conformance) == ("2", "B")
    (intent,) = root["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert intent.get_object()["/DestOutputProfile"].get_object().get_data()
    assert "/Metadata" in root
    assert root["/MarkInfo"]["/Marked"]
    assert "/ID" in reader.trailer
    assert not reader.is_encrypted


def test_every_font_of_pages_and_signatures_is_embedded_with_its_letters(reader: PdfReader) -> None:
    fonts = [one for one in objects(reader) if one.get("/Type") == "/Font"]
    assert fonts
    for font in fonts:
        if font["/Subtype"] == "/Type0":
            assert font["/ToUnicode"].get_object().get_data()
            continue
        assert font["/Subtype"] in {"/CIDFontType0", "/CIDFontType2"}, font
        described = font["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(described)


def test_nothing_is_transparent_runs_or_comes_from_elsewhere(reader: PdfReader) -> None:
    for one in objects(reader):
        assert one.get("/SMask", "/None") == "/None", one
        for opacity in ("/CA", "/ca"):
            assert one.get(opacity, 1) == 1
        assert one.get("/BM", "/Normal") in {"/Normal", "/Compatible"}
        assert one.get("/S") not in {
            "/JavaScript",
            "/Launch",
            "/ImportData",
            "/SubmitForm",
            "/Sound",
            "/Movie",
        }
        assert not {"/AA", "/JS", "/XFA", "/OPI", "/Ref", "/PS"} & set(one)
        if isinstance(one, StreamObject):
            assert "/LZWDecode" not in str(one.get("/Filter", ""))
            assert not {"/F", "/FFilter"} & set(one), "a stream that lies in another file"
    assert not reader.trailer["/Root"]["/AcroForm"].get_object().get("/NeedAppearances", False)


def test_each_annotation_is_printed_not_hidden_and_says_how_it_looks(reader: PdfReader) -> None:
    """ISO 19005-2, 6.3: of all but pop-ups; print set, hidden, invisible and no-view not, an appearance that is one stream."""
    found = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert any(note["/Subtype"] == "/Stamp" for note in found)
    for note in found:
        flags = int(note.get("/F", 0))
        assert flags & 4, note
        assert not flags & (1 | 2 | 32), note
        left, bottom, right, top = (float(side) for side in note["/Rect"])
        if left == right and bottom == top:
            continue  # the desk's own signature has no place on a page
        looks = note["/AP"].get_object()
        assert list(looks) == ["/N"]
        assert isinstance(looks["/N"].get_object(), StreamObject)


def test_no_glyph_stands_for_a_missing_letter(reader: PdfReader) -> None:
    """ISO 19005-2, 6.2.11.8: .notdef, glyph 0, is not shown; two bytes a glyph (Identity-H)."""
    shown = 0
    for form in objects(reader):
        if (
            form.get("/Subtype") != "/Form"
            or "/Font" not in form.get("/Resources", DictionaryObject()).get_object()
        ):
            continue
        for operands, operator in ContentStream(form, reader).operations:
            if operator not in (b"Tj", b"TJ"):
                continue
            for piece in operands[0] if operator == b"TJ" else operands:
                raw = getattr(piece, "original_bytes", b"")
                assert len(raw) % 2 == 0
                for at in range(0, len(raw), 2):
                    assert raw[at : at + 2] != b"\0\0"
                    shown += 1
    assert shown > 5
