"""The fonts that documents are set in beside Inter: one regular weight for each script, copied out of npm packages that carry up to nine.

Scripts: all that Unicode recommends for general use (UAX #31, table 5) and the common ones of limited use (table 7), signs, mathematics and emoji in one
colour, as PDF/A wants. Not here: historic scripts. Why Arabic is not Noto's: docs/adr. Their order of preference stands in resources/templates/fonts.typ.
"""

import shutil
from pathlib import Path

SCRIPTS = (
    "adlam", "armenian", "bengali", "canadian-aboriginal", "cherokee", "devanagari", "ethiopic", "georgian",
    "gujarati", "gurmukhi", "hebrew", "kannada", "khmer", "kr", "lao", "malayalam", "math", "meetei-mayek", "mongolian",
    "myanmar", "nko", "ol-chiki", "oriya", "sc", "sinhala", "symbols", "symbols-2", "syriac", "tamil", "telugu", "thaana",
    "thai", "tifinagh", "vai",
)  # fmt: skip
PACKAGES = (
    "noto-sans", "noto-emoji", "noto-serif-tibetan", "vazirmatn", "scheherazade-new",
    *(f"noto-sans-{script}" for script in SCRIPTS),
)  # fmt: skip
_WEIGHT = "400Regular"


class FontError(Exception):
    """A package is not as expected; the text says which."""


def drop_other_weights(modules: Path) -> None:
    """What is never used of the packages: 200 MB of other weights and pictures of the fonts."""
    for package in _folders(modules):
        for inside in package.iterdir():
            if inside.is_dir() and inside.name != _WEIGHT:
                shutil.rmtree(inside)


def copy_fonts(modules: Path, target: Path) -> None:
    """The regular weight of each into `target`. Raises FontError."""
    target.mkdir(parents=True)
    for package in _folders(modules):
        found = list((package / _WEIGHT).glob("*.ttf"))
        if len(found) != 1:
            raise FontError(f"{package.name} has no regular weight where it is expected")
        shutil.copy(found[0], target)


def copy_font_licences(modules: Path, target: Path) -> None:
    """Each names its own authors; all are the SIL Open Font License 1.1."""
    for package in _folders(modules):
        shutil.copy(package / "LICENSE_FONT", target / f"{package.name}.txt")


def _folders(modules: Path) -> list[Path]:
    return [modules / "@expo-google-fonts" / name for name in PACKAGES]
