import pytest

from rvr_console.domain.exhibit import ExhibitReference, initials_of, kept_text, shown_text
from rvr_console.errors import UntrustedInputError


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Hannah Cole", "HC"),
        ("A. Bennett", "AB"),
        ("Zoë", "Z"),
        ("Émile van Dorp", "ED"),
        ("jean-luc o'neill smith", "JS"),
        ("王伟", "XX"),
        ("", "XX"),
        ("- 4 Anna -", "A"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials
    assert ExhibitReference.parse(f"{initials_of(name)}/1").number == 1


def test_references() -> None:
    assert str(ExhibitReference("AB", 12)) == "AB/12"
    assert str(ExhibitReference("AB", 1, 2)) == "AB/1/2"
    assert ExhibitReference("AB", 1, 2).file_name == "AB_1_2"
    assert ExhibitReference.parse("AB/1/2") == ExhibitReference("AB", 1, 2)
    for wrong in ("AB", "AB/0", "ab/1", "AB/1/2/3", "AB/1\n", "ABCDE/1", "AB/1/0", "../1"):
        with pytest.raises(UntrustedInputError):
            ExhibitReference.parse(wrong)


def test_text_from_outside_is_kept_and_harmless() -> None:
    assert kept_text("IMG 1.jpg") == "IMG 1.jpg"
    assert kept_text("a\x00b\nc\ud800d") == "a\\x00b\\nc\\ud800d"
    assert len(kept_text("\x00" * 5000)) == 1024
    assert kept_text("x\u202egpj.exe") == "x\u202egpj.exe"
    assert shown_text(kept_text("x\u202egpj.exe")) == "x\\u202egpj.exe"
    assert shown_text("Frühstück 写真.png") == "Frühstück 写真.png"
