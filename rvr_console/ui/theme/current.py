"""The theme in use, for whoever paints."""

from PySide6.QtCore import QObject, Signal

from rvr_console.ui.theme.tokens import LIGHT, Tokens


class ThemeSignals(QObject):
    """changed: after tokens and palette have been set. Custom paint drops its pixmaps on it."""

    changed = Signal()


_current: Tokens = LIGHT
_signals = ThemeSignals()


def tokens() -> Tokens:
    """The theme in use."""
    return _current


def use_tokens(t: Tokens) -> None:
    """From now on; for apply_theme alone."""
    global _current
    _current = t


def theme_signals() -> ThemeSignals:
    return _signals
