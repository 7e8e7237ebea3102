"""Tables: 32-high head, row lines, whole-row hover, selection as tint and a 4-px bar. Delegates paint the cells."""

from functools import lru_cache

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from rvr_console.ui.theme import Height, Size, Weight, font, shared_font, tokens
from rvr_console.ui.widgets.tag import Tag, paint_tag

Index = QModelIndex | QPersistentModelIndex
PAD = 12


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


def draw_line(
    painter: QPainter,
    box: QRect,
    text: str,
    *,
    size: Size = Size.BODY,
    weight: Weight = Weight.REGULAR,
    ink: QColor | None = None,
    pad: int = PAD,
    middle: float | None = None,
) -> None:
    """One line of text, elided, its capitals centred on `middle` (the cell's own middle if not given)."""
    tabular = "-" not in text
    shown, capital = _fitted(text, size, weight, box.width() - pad - 2)
    painter.setFont(shared_font(size, weight, tabular))
    painter.setPen(ink or tokens().ink)
    centre = box.y() + box.height() / 2 if middle is None else middle
    painter.drawText(QPointF(box.x() + pad, centre + capital / 2), shown)


@lru_cache(maxsize=8192)
def _fitted(text: str, size: Size, weight: Weight, width: int) -> tuple[str, float]:
    """The text elided to the width, and the height of its capitals: the same cells are painted again and again."""
    metrics = QFontMetricsF(shared_font(size, weight, "-" not in text))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width), metrics.capHeight()


def draw_two_lines(
    painter: QPainter, box: QRect, main: str, below: str, *, weight: Weight = Weight.MEDIUM
) -> None:
    """A body line with a label line under it, as in rows of 48 and more."""
    centre = box.y() + box.height() / 2
    draw_line(painter, box, main, weight=weight, middle=centre - 9)
    draw_line(painter, box, below, size=Size.LABEL, ink=tokens().ink2, middle=centre + 10)


def draw_tags(painter: QPainter, box: QRect, tags: list[Tag], pad: int = PAD) -> None:
    """One tag in the middle, or two above each other."""
    if len(tags) == 1:
        paint_tag(painter, tags[0], box.x() + pad, box.y() + (box.height() - Height.TAG) // 2)
    for number, tag in enumerate(tags[:2] if len(tags) > 1 else []):
        paint_tag(painter, tag, box.x() + pad, box.y() + box.height() // 2 - 22 + 24 * number)
