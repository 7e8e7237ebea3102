"""Type: four sizes, three weights, tabular figures everywhere.

Fonts go through QFont, which knows letter spacing and font features.
"""

from enum import Enum, IntEnum
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

FAMILIES = ["Inter", "Segoe UI", "Noto Sans", "DejaVu Sans"]


class Size(Enum):
    """Pixel size and line height of each step of the scale."""

    LABEL = (12, 16)
    BODY = (14, 20)
    TITLE = (18, 24)
    FIGURE = (28, 32)

    @property
    def pixels(self) -> int:
        return self.value[0]

    @property
    def line(self) -> int:
        return self.value[1]


class Weight(IntEnum):
    REGULAR = 400
    MEDIUM = 500
    BOLD = 600


_SPACING = {Size.TITLE: 99.0, Size.FIGURE: 98.0}  # per cent of the natural advance
_cache: dict[tuple[Size, Weight, bool, bool], QFont] = {}


def load_fonts(folder: Path) -> int:
    """Register every TTF in the folder; how many were taken. A missing folder is 0: the next family stands in."""
    if not folder.is_dir():
        return 0
    found = sorted(folder.rglob("*.ttf"))
    _cache.clear()
    text_width.cache_clear()
    cap_height.cache_clear()
    return sum(QFontDatabase.addApplicationFont(str(path)) >= 0 for path in found)


def font(
    size: Size = Size.BODY,
    weight: Weight = Weight.REGULAR,
    *,
    tabular: bool = True,
    slashed_zero: bool = False,
) -> QFont:
    """The QFont of this step. slashed_zero: for hashes and read-out codes only; tabular: off for prose (see font_for)."""
    return QFont(shared_font(size, weight, tabular, slashed_zero))


def shared_font(
    size: Size = Size.BODY, weight: Weight = Weight.REGULAR, tabular: bool = True, slashed_zero: bool = False
) -> QFont:
    """The same, not copied: for painting, never to be altered."""
    key = (size, weight, tabular, slashed_zero)
    known = _cache.get(key)
    if known is None:
        known = QFont()
        known.setFamilies(FAMILIES)
        known.setPixelSize(size.pixels)
        known.setWeight(QFont.Weight(int(weight)))
        known.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if tabular:
            known.setFeature(QFont.Tag("tnum"), 1)
        if slashed_zero:
            known.setFeature(QFont.Tag("zero"), 1)
        if size in _SPACING:
            known.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _SPACING[size])
        _cache[key] = known
    return known


@lru_cache(maxsize=4096)
def text_width(text: str, size: Size = Size.BODY, weight: Weight = Weight.REGULAR) -> float:
    """Pixels of one line in the shared font of this step."""
    return QFontMetricsF(shared_font(size, weight)).horizontalAdvance(text)


@lru_cache(maxsize=64)
def cap_height(size: Size = Size.BODY, weight: Weight = Weight.REGULAR) -> float:
    """Pixels of a capital letter in the shared font of this step."""
    return QFontMetricsF(shared_font(size, weight)).capHeight()


def font_for(text: str, size: Size = Size.BODY, weight: Weight = Weight.REGULAR) -> QFont:
    """The step's font for this text: Inter's tabular set also widens the hyphen, which tears words apart."""
    return font(size, weight, tabular="-" not in text)
