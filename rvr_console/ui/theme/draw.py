"""The boxes and edges of Qt's own parts. Each takes painter, option and the widget that is drawn."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QStyle,
    QStyleOption,
    QStyleOptionMenuItem,
    QStyleOptionProgressBar,
    QWidget,
)

from rvr_console.ui.theme.current import tokens
from rvr_console.ui.theme.tokens import RADIUS

_MENU_ACROSS, _MENU_DOWN, _MENU_RULE = 24, 6, 9
_State = QStyle.StateFlag


def box(painter: QPainter, rect: QRect, fill: QColor | None, edge: QColor, width: int = 1) -> None:
    """A rounded box with its edge inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, width))
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    half = width / 2
    radius = RADIUS - half
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius)
    painter.restore()


def nothing(_painter: QPainter, _option: QStyleOption, _widget: QWidget | None) -> None:
    pass


def line_edit(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    """Properties: "error" (thick, danger), "stage" (dark in both themes), "answered" (text until it is wanted as a field)."""
    t = tokens()
    state: QStyle.StateFlag = option.state
    stage, error, answered = (
        (widget.property("stage"), widget.property("error"), widget.property("answered"))
        if widget is not None
        else (None, None, None)
    )
    if answered and not state & (_State.State_MouseOver | _State.State_HasFocus):
        return
    off = not state & _State.State_Enabled or bool(state & _State.State_ReadOnly)
    if stage:
        fill, edge = t.chip, t.edge
    elif off:
        fill, edge = t.sunken, t.line
    else:
        fill, edge = t.surface, t.danger if error else t.edge
    box(painter, option.rect, fill, edge, 2 if error else 1)


def text_edit(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    t = tokens()
    error = widget is not None and bool(widget.property("error"))
    off = not option.state & _State.State_Enabled
    edge = t.line if off else t.danger if error else t.edge
    box(painter, option.rect, t.sunken if off else t.surface, edge, 2 if error else 1)


def combo_box(painter: QPainter, option: QStyleOption, widget: QWidget | None) -> None:
    text_edit(painter, option, widget)


def popup(painter: QPainter, option: QStyleOption, _widget: QWidget | None) -> None:
    """Menus and tips: square, with an edge."""
    t = tokens()
    rect: QRect = option.rect
    painter.fillRect(rect, t.edge)
    painter.fillRect(rect.adjusted(1, 1, -1, -1), t.surface)


def splitter(painter: QPainter, option: QStyleOption, _widget: QWidget | None) -> None:
    t = tokens()
    painter.fillRect(option.rect, t.edge if option.state & _State.State_MouseOver else t.line)


def header_rest(painter: QPainter, option: QStyleOption, _widget: QWidget | None) -> None:
    painter.fillRect(option.rect, tokens().sunken)


def progress(painter: QPainter, option: QStyleOption, _widget: QWidget | None) -> None:
    t = tokens()
    rect: QRect = option.rect
    box(painter, rect, t.sunken, t.line)
    if not isinstance(option, QStyleOptionProgressBar) or option.maximum <= option.minimum:
        return
    done = (option.progress - option.minimum) / (option.maximum - option.minimum)
    if done <= 0:
        return
    inner = QRectF(rect).adjusted(1, 1, -1, -1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(QRectF(inner.x(), inner.y(), inner.width() * min(1.0, done), inner.height()), 3, 3)
    painter.fillPath(shape, t.accent)
    painter.restore()


def menu_item_size(option: QStyleOption, words: QSize) -> QSize:
    """words: of the entry's words; the menu itself adds the keys'."""
    if not isinstance(option, QStyleOptionMenuItem):
        return words
    if option.menuItemType is QStyleOptionMenuItem.MenuItemType.Separator:
        return QSize(2 * _MENU_ACROSS, _MENU_RULE)
    return QSize(words.width() + 2 * _MENU_ACROSS, option.fontMetrics.height() + 2 * _MENU_DOWN)


def menu_item(painter: QPainter, option: QStyleOption, _widget: QWidget | None) -> None:
    if not isinstance(option, QStyleOptionMenuItem):
        return
    t = tokens()
    rect: QRect = option.rect
    if option.menuItemType is QStyleOptionMenuItem.MenuItemType.Separator:
        painter.fillRect(rect.x(), rect.center().y(), rect.width(), 1, t.line)
        return
    on = bool(option.state & _State.State_Enabled)
    if on and option.state & _State.State_Selected:
        painter.fillRect(rect, t.tint)
    painter.setFont(option.font)
    painter.setPen(t.ink if on else t.ink3)
    word, _tab, keys = option.text.partition("\t")
    inner = rect.adjusted(_MENU_ACROSS, 0, -_MENU_ACROSS, 0)
    hide = int(Qt.TextFlag.TextHideMnemonic) | int(Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(inner, hide | int(Qt.AlignmentFlag.AlignLeft), word)
    if keys:
        painter.drawText(inner, hide | int(Qt.AlignmentFlag.AlignRight), keys)
