"""The visual system: tokens, type, icons, style; one call puts them on the application."""

from rvr_console.ui.theme.apply import apply_theme
from rvr_console.ui.theme.current import ThemeSignals, theme_signals, tokens
from rvr_console.ui.theme.fonts import Size, Weight, cap_height, font, font_for, shared_font, text_width
from rvr_console.ui.theme.icons import icon, icon_pixmap, paint_icon
from rvr_console.ui.theme.tokens import (
    DARK,
    LIGHT,
    RADIUS,
    RAIL_NARROW,
    RAIL_WIDE,
    WIDE_WINDOW,
    Height,
    Space,
    Tokens,
    contrast,
)

__all__ = [
    "DARK",
    "LIGHT",
    "RADIUS",
    "RAIL_NARROW",
    "RAIL_WIDE",
    "WIDE_WINDOW",
    "Height",
    "Size",
    "Space",
    "ThemeSignals",
    "Tokens",
    "Weight",
    "apply_theme",
    "cap_height",
    "contrast",
    "font",
    "font_for",
    "icon",
    "icon_pixmap",
    "paint_icon",
    "shared_font",
    "text_width",
    "theme_signals",
    "tokens",
]
