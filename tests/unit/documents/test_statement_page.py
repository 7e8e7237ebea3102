"""Statements in pages: real text, PDF/A, boxes where they are said to be, the same bytes each time, nothing dropped."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain.statement import SetStatement, SignatureRole
from rvr_console.domain.statement_content import (
    BackPage,
    DatesToAvoid,
    Interpreting,
    MedicalConsent,
    PersonalStatement,
    ReadOver,
    StatementContent,
    StatementKind,
    Witness,
)
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import RefusedError, UntrustedInputError

AT = datetime(2026, 11, 21, 13, 58, 20, 123456, tzinfo=UTC)
CONTENT = StatementContent(
    paragraphs=(
        "I took two photographs of the door.",
        "I produce a photograph as HC/1.",
        "I saw HC/12 later.",
    ),
    witness=Witness("Hannah Cole", "Nurse", over_18=True),
    unique_reference="46 NM 00155 26",
    taken_by="PC 2417 Bennett",
    exhibits=("HC/1",),
    back=BackPage(
        contact="07700 900123",
        contact_method="Text after 18:00",
        dates=(DatesToAvoid(date(2027, 1, 4), date(2027, 1, 8)),),
        will_attend=True,
        medical=MedicalConsent.NOT_NEEDED,
        needs="None",
        personal_statement=PersonalStatement.LATER,
    ),
)
SETTER = StatementSetter(read_policy())


def made(content: StatementContent = CONTENT, kind: StatementKind = StatementKind.WITNESS) -> SetStatement:
    return SETTER.set(StatementOrder(kind, content, AT))


def said(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def letters(text: str) -> str:
    return "".join(text.split())


def test_front_page_says_who_what_and_under_which_rules() -> None:
    text = said(made().pdf)
    for part in (
        "Hannah Cole",
        "Over 18",
        "Nurse",
        "46 NM 00155 26",
        "MG11",
        "r. 16.2",
        "s. 9",
        "of 1 page signed by me",
    ):
        assert part in text
    assert "5B" not in text  # the repealed section
    assert "Page 1 of 1" in text
    assert "Visually recorded Yes" in text


def test_what_is_for_police_and_prosecution_only_stands_in_the_back_document_alone() -> None:
    pages = made()
    secret = ("07700 900123", "Text after 18:00", "04/01/2027 to 08/01/2027")
    assert all(one in said(pages.back_pdf) for one in secret)
    assert not any(one in said(pages.pdf) for one in secret)
    assert "Never served on the defence" in said(pages.back_pdf)


def test_same_version_gives_same_bytes() -> None:
    first, again = made(), made()
    assert first == again
    assert hashlib.sha256(first.pdf).hexdigest() == first.sha256
    assert hashlib.sha256(first.back_pdf).hexdigest() == first.back_sha256
    assert made(replace(CONTENT, paragraphs=(*CONTENT.paragraphs, "More."))).sha256 != first.sha256


def test_it_is_pdf_a_2b_with_tagged_text_embedded_fonts_and_the_time_of_freezing() -> None:
    for pdf in (made().pdf, made().back_pdf):
        reader = PdfReader(io.BytesIO(pdf))
        about = reader.xmp_metadata
        assert about is not None
        assert (about.pdfaid_part, about.pdfaid_conformance) == ("2", "B")
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en-GB"
        assert root["/StructTreeRoot"]
        assert root["/OutputIntents"]
        assert reader.metadata is not None
        assert reader.metadata.creation_date == AT.replace(microsecond=0)
        for page in reader.pages:
            for font in page["/Resources"]["/Font"].values():
                described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                assert {"/FontFile2", "/FontFile3"} & set(described)


def test_each_page_has_both_boxes_within_the_page_and_apart() -> None:
    pages = made(replace(CONTENT, paragraphs=("The door was open. " * 60,) * 20))
    reader = PdfReader(io.BytesIO(pages.pdf))
    assert pages.pages == len(reader.pages) > 3
    for number, page in enumerate(reader.pages):
        here = [place for place in pages.places if place.page == number]
        wanted = {SignatureRole.WITNESS, SignatureRole.WITNESSED_BY}
        assert {place.role for place in here} == wanted | (
            {SignatureRole.DECLARATION} if number == 0 else set()
        )
        for place in here:
            assert 0 < place.left < place.right < page.mediabox.width
            assert 0 < place.bottom < place.top < page.mediabox.height
        left, right = sorted((p for p in here if p.role in wanted), key=lambda place: place.left)
        assert left.right < right.left
    assert f"Page {pages.pages} of {pages.pages}" in said(pages.pdf)
    assert f"of {pages.pages} pages signed by me" in pages.declaration
    assert len({place.field_name for place in pages.places}) == len(pages.places)


def test_no_text_is_printed_where_a_signature_will_stand() -> None:
    pages = made(replace(CONTENT, read_over=ReadOver(needed=True, reader="PC 2417 Bennett")))
    for number, page in enumerate(PdfReader(io.BytesIO(pages.pdf)).pages):
        spots: list[tuple[float, float]] = []

        def see(
            text: str, cm: list[float], tm: list[float], *_: object, into: list[tuple[float, float]] = spots
        ) -> None:
            if text.strip():
                x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
                into.append((x, y))

        page.extract_text(visitor_text=see)
        assert spots
        for place in (one for one in pages.places if one.page == number):
            inside = [s for s in spots if place.left < s[0] < place.right and place.bottom < s[1] < place.top]
            assert inside == [], place


def test_read_over_and_interpreter_get_their_declarations_and_boxes() -> None:
    content = replace(
        CONTENT,
        read_over=ReadOver(needed=True, reader="{name} Jones"),
        interpreting=Interpreting("Anna Kowalska", "Polish"),
    )
    pages = made(content)
    roles = [place.role for place in pages.places]
    for role in (SignatureRole.READ_OVER, SignatureRole.READER, SignatureRole.INTERPRETER):
        assert roles.count(role) == 1
    text = said(pages.pdf)
    assert "I, {name} Jones, read this statement aloud to Hannah Cole" in text  # a name is never a hole
    assert "I, Anna Kowalska, interpreted between English and Polish" in text


def test_exhibits_of_the_list_are_bold_and_no_others() -> None:
    reader = PdfReader(io.BytesIO(made().pdf))
    bold: list[str] = []

    def see(text: str, _cm: object, _tm: object, font: dict[str, str] | None, _size: object) -> None:
        if font and "SemiBold" in font["/BaseFont"]:
            bold.append(text)

    reader.pages[0].extract_text(visitor_text=see)
    assert "HC/1" in "".join(bold)
    assert "HC/12" not in "".join(bold)


@pytest.mark.parametrize(
    "text",
    [
        "Zażółć gęślą jaźń, ελληνικά, Привет, Türkçe, Việt Nam, £240 – “so” …",
        'It\'s "plain": #import "x": set; $x$ *b* _i_ <a> @b \\n `c` // d {pages} -- ~',
    ],
)
def test_text_is_set_as_typed_and_never_read_as_markup(text: str) -> None:
    assert letters(text) in letters(said(made(replace(CONTENT, paragraphs=(text,))).pdf))


def test_right_to_left_text_keeps_every_letter() -> None:
    text = "הדלת נשברה"
    assert set(letters(text)) <= set(said(made(replace(CONTENT, paragraphs=(text,))).pdf))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rude\x07 bell", "U+0007"),
        ("turned \u202eround", "right-to-left override"),
        ("half \ud83d of one", "U+D83D"),
        ("private \ue000", "U+E000"),
        ("cuneiform 𒀀 and 𒀁", "cuneiform sign a times a"),
    ],
)
def test_what_cannot_be_set_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(RefusedError) as refused:
        made(replace(CONTENT, paragraphs=("Before.", text)))
    assert named in refused.value.what
    assert refused.value.kept
    assert refused.value.todo


def test_preview_shows_as_many_pages_as_are_set() -> None:
    content = replace(CONTENT, paragraphs=("The door was open. " * 60,) * 8)
    shown = SETTER.preview(StatementOrder(StatementKind.WITNESS, content, AT), 60)
    assert len(shown) == made(content).pages
    assert all(page.startswith(b"\x89PNG") for page in shown)


@pytest.mark.parametrize("kind", list(StatementKind))
def test_each_kind_has_its_own_head(kind: StatementKind) -> None:
    policy = read_policy().kinds[kind]
    text = said(made(kind=kind).pdf)
    assert policy.title in text
    assert policy.form in text


@pytest.mark.slow
def test_fifty_thousand_words_are_set_whole() -> None:
    words = [f"word{number}" for number in range(50_000)]
    paragraphs = tuple(" ".join(words[at : at + 100]) for at in range(0, len(words), 100))
    pages = made(replace(CONTENT, paragraphs=paragraphs))
    assert pages.pages > 80
    reader = PdfReader(io.BytesIO(pages.pdf))
    assert "word0 word1" in reader.pages[0].extract_text()
    assert "word49999" in reader.pages[-1].extract_text()


def test_pack_with_a_fault_is_refused_by_the_fields_name(tmp_path) -> None:
    path = tmp_path / "statement.json"
    path.write_text(
        '{"version": "2", "declarations": {"read_over": {}, "interpreter": {}}, "kinds": {}, "back_page": {}}'
    )
    with pytest.raises(UntrustedInputError, match=r"pack\.kinds\.witness"):
        read_policy(path)
    path.write_text("[" * 100_000)
    with pytest.raises(UntrustedInputError, match="JSON"):
        read_policy(path)
    path.write_bytes(b" " * 300_000)
    with pytest.raises(UntrustedInputError, match="too large"):
        read_policy(path)
