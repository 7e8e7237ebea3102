"""Puts a theme on the application: style, palette, font, sheet; then tells who paints by hand."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from rvr_console.ui.theme.fonts import font, load_fonts
from rvr_console.ui.theme.icons import forget_icons, use_icons
from rvr_console.ui.theme.sheet import sheet
from rvr_console.ui.theme.tokens import DARK, LIGHT, Tokens

RESOURCES = Path(__file__).resolve().parents[3] / "resources" / "vendor"


class ThemeSignals(QObject):
    """changed: after palette and sheet have been set. Custom paint drops its pixmaps on it."""

    changed = Signal()


_current: Tokens = LIGHT
_signals = ThemeSignals()
_loaded: set[Path] = set()


def tokens() -> Tokens:
    """The theme in use."""
    return _current


def theme_signals() -> ThemeSignals:
    return _signals


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
        QPalette.ColorRole.Shadow: t.line,
    }
    for role, colour in roles.items():
        palette.setColor(role, colour)
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, t.ink3)
    return palette


def apply_theme(app: QApplication, dark: bool, resources: Path = RESOURCES) -> None:
    """Dress the application. May be called again to switch; resources: the folder with `fonts` and `icons`."""
    global _current
    _current = DARK if dark else LIGHT
    if resources not in _loaded:
        _loaded.add(resources)
        load_fonts(resources / "fonts")
        use_icons(resources / "icons")
    forget_icons()
    if app.style().objectName() != "fusion" and not app.styleSheet():
        app.setStyle("Fusion")
    app.setPalette(_palette(_current))
    app.setFont(font(tabular=False))
    app.setStyleSheet(sheet(_current))
    _signals.changed.emit()
