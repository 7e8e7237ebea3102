"""Puts a theme on the application: style and font once, tokens and palette; then tells who paints by hand.

A change of theme is one change of palette, from which Qt repaints what is seen. Hidden pages are told and do nothing.
"""

from pathlib import Path

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from rvr_console.ui.theme.current import theme_signals, use_tokens
from rvr_console.ui.theme.fonts import font, load_fonts
from rvr_console.ui.theme.icons import use_icons
from rvr_console.ui.theme.style import ConsoleStyle
from rvr_console.ui.theme.tokens import DARK, LIGHT, Tokens

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "vendor"


_loaded: set[Path] = set()


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles: dict[QPalette.ColorRole, QColor] = {
        QPalette.ColorRole.Window: t.ground,
        QPalette.ColorRole.WindowText: t.ink,
        QPalette.ColorRole.Base: t.surface,
        QPalette.ColorRole.AlternateBase: t.sunken,
        QPalette.ColorRole.Text: t.ink,
        QPalette.ColorRole.Button: t.surface,
        QPalette.ColorRole.ButtonText: t.ink,
        QPalette.ColorRole.BrightText: t.onaccent,
        QPalette.ColorRole.ToolTipBase: t.surface,
        QPalette.ColorRole.ToolTipText: t.ink,
        QPalette.ColorRole.PlaceholderText: t.ink3,
        QPalette.ColorRole.Highlight: t.accent,
        QPalette.ColorRole.HighlightedText: t.onaccent,
        QPalette.ColorRole.Accent: t.accent,
        QPalette.ColorRole.Link: t.accent,
        QPalette.ColorRole.LinkVisited: t.accent,
        QPalette.ColorRole.Light: t.surface,
        QPalette.ColorRole.Midlight: t.sunken,
        QPalette.ColorRole.Mid: t.line,
        QPalette.ColorRole.Dark: t.edge,
        QPalette.ColorRole.Shadow: t.stage,
    }
    for role, colour in roles.items():
        palette.setColor(role, colour)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, t.ink3)
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Base, t.sunken)
    return palette


def apply_theme(app: QApplication, dark: bool, resources: Path = RESOURCES) -> None:
    """Dress the application. May be called again to switch; resources: the folder with `fonts` and `icons`."""
    t = DARK if dark else LIGHT
    use_tokens(t)
    if resources not in _loaded:
        _loaded.add(resources)
        load_fonts(resources / "fonts")
        load_fonts(resources / "document-fonts")  # what is typed in any script is seen as it will be set
        use_icons(resources / "icons")
        app.setFont(font(tabular=False))
    if not isinstance(app.style(), ConsoleStyle):
        app.setStyle(ConsoleStyle())
    palette = _palette(t)
    if app.palette() != palette:
        app.setPalette(palette)
        QToolTip.setPalette(palette)
    theme_signals().changed.emit()
