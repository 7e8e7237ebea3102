"""One focus ring for the whole window: 2 px of accent, 2 px away from the control."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from rvr_console.ui.theme import tokens

_REACH = 4


class _RingStyle(QProxyStyle):
    """Asks for the room that the ring needs, above the control."""

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return _REACH
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803  # Qt's own name
    ) -> int:
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returnData)


class FocusRing(QFocusFrame):
    """Follows the application's focus inside `window`. A widget with the property "ring" takes it for its children."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._ring_style = _RingStyle("Fusion")
        self._ring_style.setParent(self)
        self.setStyle(self._ring_style)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)
            self._follow(None, QApplication.focusWidget())

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        # A stacked page without a control takes the focus itself: nothing to ring there.
        nothing = new is None or new.focusPolicy() is Qt.FocusPolicy.NoFocus
        if new is None or nothing or not self._window.isAncestorOf(new):
            self.setWidget(None)  # type: ignore[arg-type]  # the stub forgets that Qt takes no widget
            return
        target = new
        while (parent := target.parentWidget()) is not None and parent.property("ring"):
            target = parent
        # A table shows the focus on its row; a ring round the whole view would only mark the page.
        self.setWidget(None if isinstance(target, QAbstractItemView) else target)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens().accent, 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
