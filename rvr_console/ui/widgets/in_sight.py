"""What has the focus stands in the visible part of whatever scrolls around it."""

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

_ROOM = 8  # pixels left around it


def focus_in_sight(part: QWidget, whole: QWidget | None = None) -> None:
    """Give it the focus and scroll to it. whole: the pane around it, shown as far as there is room."""
    part.setFocus(Qt.FocusReason.OtherFocusReason)
    bring_into_sight(part, whole)


def bring_into_sight(part: QWidget, whole: QWidget | None = None) -> None:
    """In the next turn of the loop: what has just appeared has no place before its layout has run."""
    QTimer.singleShot(0, part, lambda: _scroll_to(part, whole or part))


def _scroll_to(part: QWidget, whole: QWidget) -> None:
    if not part.isVisible():
        return
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    around = part.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            if around.isAncestorOf(whole):
                around.ensureWidgetVisible(whole, 0, 0)
            around.ensureWidgetVisible(part, 0, _ROOM)  # last: the pane may be higher than what is visible
        around = around.parentWidget()
