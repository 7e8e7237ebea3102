"""F6 and Shift+F6: from pane to pane. A pane is a widget with the property "pane"."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from rvr_console.ui.widgets.tab_order import stops


def panes_of(window: QWidget) -> list[QWidget]:
    """Visible panes, the innermost where they nest, in the order of the reading eye: top to bottom, left to right."""
    every = [w for w in window.findChildren(QWidget) if w.property("pane") and w.isVisible()]
    found = [p for p in every if not any(p is not other and p.isAncestorOf(other) for other in every)]

    def place(pane: QWidget) -> tuple[int, int]:
        corner = pane.mapTo(window, pane.rect().topLeft())
        return corner.x(), corner.y()

    return sorted(found, key=place)


def first_stop(pane: QWidget) -> QWidget | None:
    """The pane's first widget that takes the focus by Tab."""
    return next(stops(pane), None)


def move_pane(window: QWidget, step: int) -> None:
    """Focus the first control of the next (1) or previous (-1) pane."""
    panes = [pane for pane in panes_of(window) if first_stop(pane)]
    if not panes:
        return
    focus = QApplication.focusWidget()
    here = next(
        (i for i, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1
    )
    stop = first_stop(panes[(here + step) % len(panes)])
    if stop:
        stop.setFocus(Qt.FocusReason.TabFocusReason)
