"""The look of Qt's own parts (fields, lists, scroll bars, menus), drawn from the tokens on top of Fusion.

A style and not a style sheet: a sheet is matched against every widget, shown or not, each time it changes, which stopped the
screen for seconds in a call with all its tabs. A style asks the tokens as it paints: a change of theme is a repaint.
"""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QFrame,
    QHeaderView,
    QPlainTextEdit,
    QProgressBar,
    QProxyStyle,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionComplex,
    QStyleOptionSlider,
    QTextEdit,
    QWidget,
)

from rvr_console.ui.theme import draw
from rvr_console.ui.theme.choices import ChoiceDelegate
from rvr_console.ui.theme.scroll_bar import draw_scroll_bar, scroll_bar_part
from rvr_console.ui.theme.tokens import Height

_EDIT_INSET = (6, 5)  # border and padding round a text of several lines
_LINE_INSET = 7
_COMBO_LEFT, _COMBO_RIGHT = 8, 33
_COMBO_MORE = 72  # room of the arrow, and some beside the longest choice
_METRICS = {
    QStyle.PixelMetric.PM_ScrollBarExtent: 12,
    QStyle.PixelMetric.PM_ScrollBarSliderMin: 36,
    QStyle.PixelMetric.PM_MenuPanelWidth: 1,
    QStyle.PixelMetric.PM_MenuVMargin: 4,
    QStyle.PixelMetric.PM_MenuHMargin: 0,
    QStyle.PixelMetric.PM_ToolTipLabelFrameWidth: 4,
}
_HINTS = {
    QStyle.StyleHint.SH_ComboBox_Popup: 0,
    QStyle.StyleHint.SH_ScrollBar_Transient: 0,
}
_PRIMITIVES: dict[QStyle.PrimitiveElement, Callable[..., None]] = {
    QStyle.PrimitiveElement.PE_PanelLineEdit: draw.line_edit,
    QStyle.PrimitiveElement.PE_FrameFocusRect: draw.nothing,  # the focus ring shows it
    QStyle.PrimitiveElement.PE_PanelMenu: draw.popup,
    QStyle.PrimitiveElement.PE_FrameMenu: draw.nothing,
    QStyle.PrimitiveElement.PE_PanelTipLabel: draw.popup,
}
_CONTROLS: dict[QStyle.ControlElement, Callable[..., None]] = {
    QStyle.ControlElement.CE_Splitter: draw.splitter,
    QStyle.ControlElement.CE_ProgressBar: draw.progress,
    QStyle.ControlElement.CE_MenuItem: draw.menu_item,
    QStyle.ControlElement.CE_HeaderEmptyArea: draw.header_rest,
}


class ConsoleStyle(QProxyStyle):
    """Fusion with the console's boxes and edges."""

    def __init__(self) -> None:
        super().__init__("Fusion")

    def polish(self, what: QWidget | QApplication | QPalette) -> None:  # type: ignore[override]  # one for all
        super().polish(what)
        if isinstance(what, QWidget):
            _dress(what)

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        ours = _PRIMITIVES.get(element)
        if ours is not None:
            ours(painter, option, widget)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element is QStyle.ControlElement.CE_ShapedFrame and isinstance(widget, _EDITS):
            draw.text_edit(painter, option, widget)
            return
        ours = _CONTROLS.get(element)
        if ours is not None:
            ours(painter, option, widget)
        else:
            super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if control is QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            draw_scroll_bar(painter, option)
        elif control is QStyle.ComplexControl.CC_ComboBox:
            draw.combo_box(painter, option, widget)
        elif control is QStyle.ComplexControl.CC_ToolButton:  # the label alone: no box, no arrow of a menu
            self.drawControl(QStyle.ControlElement.CE_ToolButtonLabel, option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)

    def subControlRect(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:
        if control is QStyle.ComplexControl.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            return scroll_bar_part(option, part)
        if control is QStyle.ComplexControl.CC_ComboBox and part is QStyle.SubControl.SC_ComboBoxEditField:
            box: QRect = option.rect
            return box.adjusted(_COMBO_LEFT, 1, -_COMBO_RIGHT, -1)
        return super().subControlRect(control, option, part, widget)  # type: ignore[arg-type]  # none is well

    def subElementRect(
        self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None
    ) -> QRect:
        box: QRect = option.rect
        if element is QStyle.SubElement.SE_LineEditContents:
            return box.adjusted(_LINE_INSET, 1, -_LINE_INSET, -1)
        if element is QStyle.SubElement.SE_ShapedFrameContents and isinstance(widget, _EDITS):
            across, down = _EDIT_INSET
            return box.adjusted(across, down, -across, -down)
        return super().subElementRect(element, option, widget)  # type: ignore[arg-type]  # none is well

    def sizeFromContents(
        self,
        kind: QStyle.ContentsType,
        option: QStyleOption,
        size: QSize,
        widget: QWidget | None = None,
    ) -> QSize:
        if kind is QStyle.ContentsType.CT_LineEdit:
            high = max(size.height() + 2, Height.CONTROL)
            if widget is not None:
                high = min(high, widget.maximumHeight())  # a low one on purpose
            return QSize(size.width() + 2 * _LINE_INSET, high)
        if kind is QStyle.ContentsType.CT_ComboBox:
            return QSize(size.width() + _COMBO_MORE, max(size.height() + 2, Height.CONTROL))
        if kind is QStyle.ContentsType.CT_ToolButton:
            return size + QSize(3, 3)
        if kind is QStyle.ContentsType.CT_MenuItem:
            return draw.menu_item_size(option, size)
        return super().sizeFromContents(kind, option, size, widget)  # type: ignore[arg-type]  # none is well

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        ours = _METRICS.get(metric)
        return super().pixelMetric(metric, option, widget) if ours is None else ours

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803  # Qt's own name
    ) -> int:
        ours = _HINTS.get(hint)
        return super().styleHint(hint, option, widget, returnData) if ours is None else ours


_EDITS = (QPlainTextEdit, QTextEdit)


def _dress(widget: QWidget) -> None:
    """What a part of Qt's own has from its class and cannot draw by the style: its ground, its frame."""
    if isinstance(widget, QStackedWidget):
        if not widget.property("clear"):
            widget.setAutoFillBackground(True)
            widget.setBackgroundRole(QPalette.ColorRole.Window)
    elif isinstance(widget, QAbstractScrollArea):
        _dress_area(widget)
    elif isinstance(widget, QComboBox):
        widget.setItemDelegate(ChoiceDelegate(widget))
    elif isinstance(widget, QProgressBar):
        widget.setFixedHeight(Height.BAR)


def _dress_area(area: QAbstractScrollArea) -> None:
    if isinstance(area, _EDITS):
        return
    area.setFrameShape(QFrame.Shape.NoFrame)
    if isinstance(area, QScrollArea):
        seen, inner = area.viewport(), area.widget()
        if seen.backgroundRole() is area.backgroundRole():  # no ground of its own
            seen.setAutoFillBackground(False)
        if inner is not None and inner.backgroundRole() is seen.backgroundRole():
            inner.setAutoFillBackground(False)  # Qt has switched it on as it was put in
    elif isinstance(area, QHeaderView):
        area.viewport().setBackgroundRole(QPalette.ColorRole.Midlight)
    elif isinstance(area, QAbstractItemView) and not isinstance(area.parentWidget(), QFrame):
        area.viewport().setBackgroundRole(QPalette.ColorRole.Window)
