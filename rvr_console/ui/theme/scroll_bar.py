"""A slim scroll bar: a handle without track and arrows."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from rvr_console.ui.theme.current import tokens

_LEAST = 36
_ALONG, _ACROSS = 2, 3  # free round the handle
_NOTHING = QRect()


def _handle(option: QStyleOptionSlider) -> QRect:
    """Its place: as long as what is seen is of the whole."""
    box: QRect = option.rect
    upright = option.orientation is Qt.Orientation.Vertical
    length = box.height() if upright else box.width()
    span = option.maximum - option.minimum
    size = length
    if span > 0:
        size = min(length, max(_LEAST, length * option.pageStep // (span + option.pageStep)))
    start = QStyle.sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - size, option.upsideDown
    )
    if upright:
        return QRect(box.x(), box.y() + start, box.width(), size)
    return QRect(box.x() + start, box.y(), size, box.height())


def scroll_bar_part(option: QStyleOptionSlider, part: QStyle.SubControl) -> QRect:
    """Where this part of the bar is. There are no arrows."""
    box: QRect = option.rect
    handle = _handle(option)
    upright = option.orientation is Qt.Orientation.Vertical
    if part is QStyle.SubControl.SC_ScrollBarSlider:
        return handle
    if part is QStyle.SubControl.SC_ScrollBarGroove:
        return QRect(box)
    if part is QStyle.SubControl.SC_ScrollBarSubPage:
        if upright:
            return QRect(box.x(), box.y(), box.width(), handle.y() - box.y())
        return QRect(box.x(), box.y(), handle.x() - box.x(), box.height())
    if part is QStyle.SubControl.SC_ScrollBarAddPage:
        if upright:
            return QRect(box.x(), handle.bottom() + 1, box.width(), box.bottom() - handle.bottom())
        return QRect(handle.right() + 1, box.y(), box.right() - handle.right(), box.height())
    return _NOTHING


def draw_scroll_bar(painter: QPainter, option: QStyleOptionSlider) -> None:
    """Nothing while all is seen."""
    if option.maximum <= option.minimum:
        return
    t = tokens()
    over = bool(option.state & QStyle.StateFlag.State_MouseOver) and bool(
        option.activeSubControls & QStyle.SubControl.SC_ScrollBarSlider
    )
    handle = _handle(option)
    across, down = (_ACROSS, _ALONG) if option.orientation is Qt.Orientation.Vertical else (_ALONG, _ACROSS)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(t.ink3 if over else t.edge)
    painter.drawRoundedRect(handle.adjusted(across, down, -across, -down), 3, 3)
    painter.restore()
