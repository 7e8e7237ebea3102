"""Every colour and measure of the console, light and dark: the one source of palette, style and custom paint."""

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """One theme, equal only to itself. Colours are opaque; names say the use, not the hue. Never alter a QColor taken from here."""

    dark: bool
    ground: QColor
    surface: QColor
    sunken: QColor
    hover: QColor
    line: QColor
    edge: QColor
    ink: QColor
    ink2: QColor
    ink3: QColor
    accent: QColor
    onaccent: QColor
    accenthover: QColor
    tint: QColor
    ok: QColor
    oktint: QColor
    warn: QColor
    warntint: QColor
    danger: QColor
    dangertint: QColor
    rec: QColor
    onrec: QColor
    rechover: QColor
    stage: QColor
    stageink: QColor
    stageink2: QColor
    stageline: QColor
    stageok: QColor
    stagewarn: QColor
    stagedanger: QColor
    chip: QColor


def _tokens(*, dark: bool, **hexes: str) -> Tokens:
    return Tokens(dark=dark, **{name: QColor(value) for name, value in hexes.items()})


LIGHT = _tokens(
    dark=False,
    ground="#F2F4F6",
    surface="#FFFFFF",
    sunken="#E9EDF1",
    hover="#F0F5F9",
    line="#D2D9E0",
    edge="#76848F",
    ink="#13202B",
    ink2="#44525F",
    ink3="#5A6875",
    accent="#0B5A8F",
    onaccent="#FFFFFF",
    accenthover="#084672",
    tint="#E1EEF7",
    ok="#1A6638",
    oktint="#E1F1E7",
    warn="#7F4A00",
    warntint="#FCEED3",
    danger="#AD1F1B",
    dangertint="#FBE5E3",
    rec="#B3231C",
    onrec="#FFFFFF",
    rechover="#941B15",
    stage="#0F161C",
    stageink="#E8EDF2",
    stageink2="#AEBBC6",
    stageline="#2F3C48",
    stageok="#74CB93",
    stagewarn="#EBB75E",
    stagedanger="#FF958D",
    chip="#0B1116",
)

DARK = _tokens(
    dark=True,
    ground="#0E1419",
    surface="#161E26",
    sunken="#1F2932",
    hover="#1B2630",
    line="#2D3A46",
    edge="#72828F",
    ink="#E7EDF2",
    ink2="#B4C0CA",
    ink3="#95A3AF",
    accent="#5FB0E6",
    onaccent="#07131C",
    accenthover="#83C4EF",
    tint="#15344A",
    ok="#74CB93",
    oktint="#15301F",
    warn="#EBB75E",
    warntint="#38290F",
    danger="#FF958D",
    dangertint="#431A1A",
    rec="#D5332B",
    onrec="#FFFFFF",
    rechover="#BC2A23",
    stage="#090E12",
    stageink="#E8EDF2",
    stageink2="#AEBBC6",
    stageline="#2F3C48",
    stageok="#74CB93",
    stagewarn="#EBB75E",
    stagedanger="#FF958D",
    chip="#0B1116",
)


class Space:
    """The 8-pixel grid (4 inside a control), in logical pixels."""

    XXS = 4
    XS = 8
    S = 12
    M = 16
    L = 24
    XL = 32
    PAGE = 24


class Height:
    """Heights of the parts that stand on every page, in logical pixels."""

    TAG = 20
    CONTROL = 32
    FIELD_LOW = 28
    ACTION = 40
    ROW = 32
    ROW_FORM = 40
    ROW_FORM_LOW = 36
    ROW_QUEUE = 48
    ROW_THUMB = 64
    TABS = 40
    TOP_BAR = 48
    PAGE_HEADER = 64
    RAIL_ITEM = 64
    BANNER = 40
    BAR = 8


RADIUS = 4
RAIL_WIDE = 96
RAIL_NARROW = 72
# From this window width on there is room for the wide rail and the full timeline (1440 less a frame).
WIDE_WINDOW = 1400


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def luminance(colour: QColor) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    return (
        0.2126 * _linear(colour.redF()) + 0.7152 * _linear(colour.greenF()) + 0.0722 * _linear(colour.blueF())
    )


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
