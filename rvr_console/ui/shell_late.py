"""Parts of the window that nobody needs before the first picture: loaded and made late, so that it comes soon."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QWidget

if TYPE_CHECKING:
    from rvr_console.ui.shell_sheet import ShortcutSheet
    from rvr_console.ui.widgets.focus_ring import FocusRing


def make_sheet(row: QBoxLayout, close: Callable[[], None]) -> "ShortcutSheet":
    """The shortcut sheet, hidden, at the end of the row."""
    from rvr_console.ui.shell_sheet import ShortcutSheet

    sheet = ShortcutSheet()
    sheet.hide()
    sheet.closed.connect(close)
    row.addWidget(sheet)
    return sheet


def make_ring(window: QWidget) -> "FocusRing":
    """The focus ring: dearest of all, for Qt then loads every style option; nobody presses Tab before seeing the window."""
    from rvr_console.ui.widgets.focus_ring import FocusRing

    return FocusRing(window)
