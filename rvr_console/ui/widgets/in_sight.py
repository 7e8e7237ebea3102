"""What has the focus stands in the visible part of whatever scrolls around it."""

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
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
                _show_all(around, whole, 0)
            _show_all(around, part, _ROOM)  # last: the pane may be higher than what is visible
            around.ensureWidgetVisible(part, 0, 0)  # the caret, where even the part is higher
        around = around.parentWidget()


def _show_all(around: QScrollArea, part: QWidget, room: int) -> None:
    """Its end, then its beginning. Left to Qt, only the caret of a text would be shown."""
    body = around.widget()
    if body is None:
        return
    corner = part.mapTo(body, QPoint(0, 0))
    around.ensureVisible(corner.x(), corner.y() + part.height() - 1, 0, room)
    around.ensureVisible(corner.x(), corner.y(), 0, room)
