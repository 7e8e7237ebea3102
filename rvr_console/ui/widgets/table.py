"""Tables: 32-high head, row lines, whole-row hover, selection as tint and a 4-px bar. Delegates paint the cells."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from rvr_console.ui.theme import Height, Size, Weight, font, tokens
from rvr_console.ui.widgets.cell import PAD, draw_line, draw_tags, draw_two_lines

__all__ = ["PAD", "Index", "RowDelegate", "RowHeader", "RowTable", "draw_line", "draw_tags", "draw_two_lines"]

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Paints the row's ground, line and bar, then calls paint_cell. Subclasses overwrite paint_cell alone."""

    def __init__(self, view: "RowTable") -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = tokens()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        ground = t.tint if selected else t.hover if index.row() == self._view.hover_row else t.surface
        painter.fillRect(box, ground)
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, t.line)
        if selected and index.column() == 0:
            painter.fillRect(box.x(), box.y(), 4, box.height(), t.accent)
        painter.save()
        painter.setClipRect(box)
        self.paint_cell(painter, box, index, ground)
        painter.restore()
        if index.row() == self._view.currentIndex().row() and self._view.hasFocus():
            painter.fillRect(box.x(), box.y(), box.width(), 2, t.accent)
            painter.fillRect(box.x(), box.bottom() - 1, box.width(), 2, t.accent)

    def paint_cell(self, painter: QPainter, box: QRect, index: Index, ground: QColor) -> None:  # noqa: ARG002  # for subclasses
        """The cell's content: by default its display text on one line."""
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text:
            draw_line(painter, box, str(text))


class RowTable(QTableView):
    """hover_row is kept here; activated rows come by Enter or double click as row_activated(row)."""

    row_activated = Signal(int)
    row_chosen = Signal(int)

    def __init__(self, name: str, row_height: int = Height.ROW, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hover_row = -1
        self.setAccessibleName(name)
        self.setFont(font())
        self.setMouseTracking(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height)
        rows.setDefaultSectionSize(row_height)
        self._head = RowHeader(self)
        self.setHorizontalHeader(self._head)
        self.doubleClicked.connect(lambda index: self.row_activated.emit(index.row()))
        self.setItemDelegate(RowDelegate(self))

    def first_column_pad(self, pad: int) -> None:
        """The page's inset, for tables that reach the page's edge."""
        self._head.first_pad = pad

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self.row_chosen.emit(now.row()))

    def _set_hover(self, row: int) -> None:
        if row != self.hover_row:
            old, self.hover_row = self.hover_row, row
            for changed in (old, row):
                if changed >= 0:
                    self._update_row(changed)

    def _update_row(self, row: int) -> None:
        top = self.rowViewportPosition(row)
        self.viewport().update(0, top, self.viewport().width(), self.rowHeight(row))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hover(self.rowAt(round(event.position().y())))
        super().mouseMoveEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Leave, QEvent.Type.Wheel):
            self._set_hover(-1)
        return super().viewportEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """None: it would ask every row for its text. The find box is the way."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?":
            event.ignore()  # the window's own key
            return
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_activated.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)


class RowHeader(QHeaderView):
    """Head of the table, 32 high on sunken ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFixedHeight(Height.ROW)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setStretchLastSection(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.first_pad = PAD

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  # Qt's own name
        t = tokens()
        painter.fillRect(rect, t.sunken)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, t.line)
        text = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole)
        painter.setFont(font(Size.LABEL, Weight.BOLD))
        painter.setPen(t.ink2)
        pad = self.first_pad if logicalIndex == 0 else PAD
        box = rect.adjusted(pad, 0, -4, -1)
        painter.drawText(
            box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), str(text or "")
        )

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), Height.ROW)
