"""The lines of a list of choices that drops down: 32 high, the one under the pointer on tint."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from rvr_console.ui.theme.current import tokens
from rvr_console.ui.theme.fonts import shared_font
from rvr_console.ui.theme.tokens import Height

_PAD = 8


class ChoiceDelegate(QStyledItemDelegate):
    """Paints one choice."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width() + 2 * _PAD, Height.CONTROL)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        t = tokens()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, t.tint if chosen else t.surface)
        painter.setFont(shared_font())
        painter.setPen(t.ink if state & QStyle.StateFlag.State_Enabled else t.ink3)
        word = painter.fontMetrics().elidedText(
            str(index.data(Qt.ItemDataRole.DisplayRole) or ""),
            Qt.TextElideMode.ElideRight,
            box.width() - 2 * _PAD,
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box.adjusted(_PAD, 0, -_PAD, 0), int(flags), word)
