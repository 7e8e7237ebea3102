"""Parts of the window that nobody needs before the first picture: loaded and made late, so that it comes soon."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from rvr_console.ui import messages

if TYPE_CHECKING:
    from rvr_console.ui.shell_sheet import ShortcutSheet
    from rvr_console.ui.widgets.banner import BannerStack, EmptyState
    from rvr_console.ui.widgets.focus_ring import FocusRing


def make_banners(column: QBoxLayout) -> "BannerStack":
    """The place of the banners, at the head of the column."""
    from rvr_console.ui.widgets.banner import BannerStack

    banners = BannerStack()
    column.insertWidget(0, banners)
    return banners


def make_no_pages(stack: QStackedWidget) -> "EmptyState":
    """What a person sees whose role has no page."""
    from rvr_console.ui.widgets.banner import EmptyState

    empty = EmptyState("lock", messages.NO_PAGES, messages.NO_PAGES_ADVICE)
    stack.addWidget(empty)
    return empty


def make_sheet(pages: QWidget, close: Callable[[], None]) -> "ShortcutSheet":
    """The shortcut sheet, hidden, at the right edge of the pages: beside them it would push the window over the screen's edge."""
    from rvr_console.ui.shell_sheet import ShortcutSheet

    sheet = ShortcutSheet(pages)
    sheet.hide()
    sheet.closed.connect(close)
    return sheet


def make_ring(window: QWidget) -> "FocusRing":
    """The focus ring: dearest of all, for Qt then loads every style option; nobody presses Tab before seeing the window."""
    from rvr_console.ui.widgets.focus_ring import FocusRing

    return FocusRing(window)
