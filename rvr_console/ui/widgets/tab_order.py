"""Tab goes as the eye reads. Qt's own order is that in which widgets were made, and rows of a form are made late."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLayout,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QTabBar,
    QWidget,
)

from rvr_console.ui.widgets.in_sight import bring_into_sight

_LEAVES = (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
)  # what is inside is their own matter


def takes_tab(widget: QWidget) -> bool:
    tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return tab and widget.isEnabled() and widget.isVisible()


def stops(part: QWidget, also: QWidget | None = None) -> Iterator[QWidget]:
    """What takes the focus by Tab in it, and itself if it does: in the order of its layouts, else from left to right.

    also: listed at its place although Tab passes over it.
    """
    if not part.isVisible():
        return
    if part is also or takes_tab(part):
        yield part
    if not isinstance(part, _LEAVES):
        for child in _inside(part):
            yield from stops(child, also)


def _inside(part: QWidget) -> list[QWidget]:
    own: list[QWidget | None] | None = None
    if isinstance(part, QMainWindow):
        own = [part.centralWidget()]
    elif isinstance(part, QScrollArea):
        own = [part.widget()]
    elif isinstance(part, QSplitter):
        own = [part.widget(place) for place in range(part.count())]
    if own is not None:
        return [one for one in own if one is not None]
    every = [one for one in part.children() if isinstance(one, QWidget) and not one.isWindow()]
    layout = part.layout()
    laid = _laid_out(layout, every) if layout is not None else []
    known = set(map(id, laid))
    free = [one for one in every if id(one) not in known]
    return laid + sorted(free, key=lambda one: (one.y(), one.x()))


def _laid_out(layout: QLayout, widgets: Sequence[QWidget]) -> list[QWidget]:
    """Those of the widgets that stand in it, in its order. Never by `itemAt`: a layout's items are no QObjects, so the wrapper of
    one that is gone stays known to PySide, and the next widget at its address is taken for it.
    """
    places: list[tuple[int, list[QWidget]]] = [
        (place, [one]) for one in widgets if (place := layout.indexOf(one)) >= 0
    ]
    places += [
        (layout.indexOf(inner), _laid_out(inner, widgets))
        for inner in layout.children()
        if isinstance(inner, QLayout)
    ]
    return [one for _place, group in sorted(places, key=lambda found: found[0]) for one in group]


def move_focus(window: QWidget, from_part: QWidget | None, *, forward: bool) -> bool:
    """To the stop after or before `from_part`, round at the ends, and into sight. False: there is none."""
    every = list(stops(window, from_part))
    if from_part in every:
        place = every.index(from_part)
        every = every[place + 1 :] + every[:place]
    left = [one for one in every if not _one_control(one, from_part)]
    if not left:
        return False
    stop = left[0 if forward else -1]
    stop.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    bring_into_sight(stop)
    return True


def _one_control(one: QWidget, other: QWidget | None) -> bool:
    """Parts of one control with one ring: a single stop, whichever part the arrows went to."""
    around = other.parentWidget() if other is not None else None
    return around is not None and bool(around.property("ring")) and one.parentWidget() is around
