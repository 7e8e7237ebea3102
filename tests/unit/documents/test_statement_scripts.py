"""Statements in any living script, and with emoji: each letter is set, none as an empty box, right to left where that is how it is read."""

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.documents.typesetting import TEMPLATES, direction, fonts
from rvr_console.domain.statement_content import StatementContent, StatementKind, Witness
from rvr_console.domain.statement_store import StatementOrder
from rvr_console.errors import RefusedError

AT = datetime(2026, 11, 21, 13, 58, 20, tzinfo=UTC)
SETTER = StatementSetter(read_policy())
# "The door was green." and the like; the font that sets it.
LEFT_TO_RIGHT = {
    "Devanagari": ("दरवाज़ा हरा था।", "NotoSans-"),
    "Bengali": ("দরজাটি সবুজ ছিল।", "NotoSansBengali"),
    "Gurmukhi": ("ਦਰਵਾਜ਼ਾ ਹਰਾ ਸੀ।", "NotoSansGurmukhi"),
    "Gujarati": ("બારણું લીલું હતું.", "NotoSansGujarati"),
    "Odia": ("କବାଟ ସବୁଜ ଥିଲା।", "NotoSansOriya"),
    "Tamil": ("கதவு பச்சையாக இருந்தது.", "NotoSansTamil"),
    "Telugu": ("తలుపు ఆకుపచ్చగా ఉంది.", "NotoSansTelugu"),
    "Kannada": ("ಬಾಗಿಲು ಹಸಿರಾಗಿತ್ತು.", "NotoSansKannada"),
    "Malayalam": ("വാതിൽ പച്ചയായിരുന്നു.", "NotoSansMalayalam"),
    "Sinhala": ("දොර කොළ පාටයි.", "NotoSansSinhala"),
    "Thai": ("ประตูเป็นสีเขียว", "NotoSansThai"),
    "Lao": ("ປະຕູສີຂຽວ", "NotoSansLao"),
    "Khmer": ("ទ្វារ", "NotoSansKhmer"),
    "Burmese": ("တံခါးက အစိမ်းရောင်", "NotoSansMyanmar"),
    "Tibetan": ("སྒོ་ལྗང་ཁུ།", "NotoSerifTibetan"),
    "Mongolian": ("ᠬᠠᠭᠠᠯᠭ᠎ᠠ", "NotoSansMongolian"),
    "Georgian": ("კარი მწვანე იყო.", "NotoSansGeorgian"),
    "Armenian": ("Դուռը կանաչ էր։", "NotoSansArmenian"),
    "Ethiopic": ("በሩ አረንጓዴ ነበር።", "NotoSansEthiopic"),
    "Chinese": ("门是绿色的，我看见他。", "NotoSansSC"),
    "Chinese, traditional": ("門是綠色的，我看見他。", "NotoSansSC"),
    "Japanese": ("ドアは緑でした。", "NotoSansSC"),
    "Korean": ("문은 초록색이었다.", "NotoSansKR"),
    "Latin": ("Zażółć gęślą jaźń, Việt Nam, Türkçe", "Inter"),
    "Greek, Cyrillic": ("Η πόρτα, дверь була зелена", "Inter"),
    "Emoji": ("😀 👍🏽 👩‍👩‍👧 🇬🇧 ❤️ ☎️ ✅ 1️⃣ end", "NotoEmoji"),
    "Signs": ("☐☑✓→⚠ ½ ™ ℃ ♥", "NotoSansSymbols2"),
}
RIGHT_TO_LEFT = {
    "Arabic": ("كان الباب أخضر، رقم 12.", "Vazirmatn"),
    "Urdu": ("دروازہ سبز تھا۔", "Vazirmatn"),
    "Persian": ("در سبز بود.", "Vazirmatn"),
    "Sindhi": ("دروازو سائو ھو، ٻڌو ۽ ڏٺو.", "ScheherazadeNew"),
    "Kurdish": ("دەرگاکە سەوز بوو، ڕۆژ و ڵ.", "Vazirmatn"),
    "Hebrew": ("הדלת הייתה ירוקה, מספר 12.", "NotoSansHebrew"),
    "Syriac": ("ܬܪܥܐ", "NotoSansSyriac"),
    "Dhivehi": ("ދޮރު ފެހި", "NotoSansThaana"),
    "N'Ko": ("ߓߏ߲߬ߘߊ", "NotoSansNKo"),
    "Fulani": ("𞤣𞤢𞤥𞤵𞤣𞤫", "NotoSansAdlam"),
}
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\\s]")


def content(*paragraphs: str) -> StatementContent:
    return StatementContent(
        paragraphs=paragraphs,
        witness=Witness("Hannah Cole", "Nurse", over_18=True),
        taken_by="PC 2417 Bennett",
    )


@cache
def pdf_of(*paragraphs: str) -> bytes:
    return SETTER.set(StatementOrder(StatementKind.WITNESS, content(*paragraphs), AT)).pdf


def letters(text: str) -> str:
    """Without spaces and the marks of direction that a reader of PDFs adds."""
    return _MARKS.sub("", text)


def read(pdf: bytes, *options: str) -> str:
    program = shutil.which("pdftotext")
    assert program, "pdftotext (poppler-utils) is part of the test's tools"
    command = [program, *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=30).stdout.decode()


def glyphs(pdf: bytes) -> Iterator[tuple[str, int]]:
    """(font, glyph) of all that the pages show; two bytes a glyph (ISO 32000-1, 9.7.5: Identity-H)."""
    reader = PdfReader(io.BytesIO(pdf))
    for page in reader.pages:
        fonts_here = {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
        current = ""
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Tf":
                font = fonts_here[operands[0]]
                assert font["/Encoding"] == "/Identity-H"
                current = font["/BaseFont"].split("+")[-1]
            elif operator in (b"Tj", b"TJ"):
                pieces = operands[0] if operator == b"TJ" else operands
                for piece in pieces:
                    raw = getattr(piece, "original_bytes", b"")
                    for at in range(0, len(raw), 2):
                        yield current, int.from_bytes(raw[at : at + 2])


@pytest.mark.parametrize("name", [*LEFT_TO_RIGHT, *RIGHT_TO_LEFT])
def test_each_script_is_set_with_its_own_font_and_no_empty_box(name: str) -> None:
    text, font = (LEFT_TO_RIGHT | RIGHT_TO_LEFT)[name]
    pdf = pdf_of("Before.", text, "After.")
    shown = list(glyphs(pdf))
    assert any(one.startswith(font) for one, _ in shown), {one for one, _ in shown}
    assert all(glyph for _, glyph in shown)  # 0 is .notdef
    found = letters(read(pdf))
    if name in LEFT_TO_RIGHT and name != "Khmer":  # poppler says a Khmer syllable once for each of its glyphs
        assert letters(text) in found
    assert set(letters(text)) <= set(found)


@pytest.mark.parametrize("name", RIGHT_TO_LEFT)
def test_what_is_read_from_right_to_left_begins_at_the_right(name: str) -> None:
    text, _ = RIGHT_TO_LEFT[name]
    boxes = re.findall(
        r'<word xMin="([\d.]+)"[^>]*xMax="([\d.]+)"[^>]*>([^<]*)',
        read(pdf_of("Before.", text, "After."), "-bbox"),
    )
    at = next(place for place, one in enumerate(boxes) if one[2] == "Before.")
    after = next(place for place, one in enumerate(boxes) if one[2] == "After.")
    assert float(boxes[at][0]) == pytest.approx(float(boxes[after][0]), abs=0.5)  # those begin at the left
    line = boxes[at + 1 : after]
    assert max(float(right) for _, right, _ in line) == pytest.approx(
        595.28 - 62.36, abs=4
    )  # the right margin
    assert min(float(left) for left, _, _ in line) > 300


@pytest.mark.parametrize(
    "text",
    ['قال الرجل "Tesco" وذهب الساعة 12:30 إلى الباب', "دروازہ 12:30 Tesco سبز تھا", "הדלת 12:30 Tesco ירוקה"],
)
def test_a_sentence_of_two_directions_keeps_each_word(text: str) -> None:
    words = re.compile(r"[\u0590-\u06ff]+|[A-Za-z]+|[\d:]+")
    assert set(words.findall(text)) <= set(words.findall(read(pdf_of(text))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "ltr"),
        ("12: كان", "rtl"),
        ("“הדלת” was said", "rtl"),
        ("He said כן", "ltr"),
        ("\u2067כן\u2069 he said", "ltr"),
        ("😀 12", "ltr"),
        ("", "ltr"),
    ],
)
def test_the_first_strong_letter_says_the_direction(text: str, said: str) -> None:
    assert direction(text) == said


def test_a_name_in_another_script_stands_in_the_head_on_each_page() -> None:
    told = replace(content("Text. " * 600), witness=Witness("محمد علي", "护士", over_18=True))
    pages = SETTER.set(StatementOrder(StatementKind.WITNESS, told, AT))
    assert pages.pages > 1
    for number in range(1, pages.pages + 1):
        found = read(pages.pdf, "-f", str(number), "-l", str(number))
        assert "محمد" in found
    assert "护士" in read(pages.pdf)
    assert "محمد" in read(pages.back_pdf)


@pytest.mark.parametrize(("text", "named"), [("𒀀", "CUNEIFORM SIGN A"), ("𓀀", "EGYPTIAN HIEROGLYPH A001")])
def test_a_letter_that_no_font_has_is_refused_by_its_own_name_alone(text: str, named: str) -> None:
    with pytest.raises(RefusedError) as refused:
        pdf_of("दरवाज़ा 门 1️⃣", text)
    assert named.lower() in refused.value.what
    assert refused.value.what.count("U+") == 1
    assert "kept as it was typed" in refused.value.kept


def test_every_font_that_the_templates_name_is_there_and_the_other_way_round() -> None:
    listed = (TEMPLATES / "fonts.typ").read_text().split("families = (")[1].split("\n)")[0]
    wanted = set(re.findall(r'"([^"]+)"', listed))
    assert wanted <= set(fonts().families())
    assert {
        one for one in fonts().families() if not one.startswith(("Libertinus", "New Computer", "DejaVu"))
    } == wanted
