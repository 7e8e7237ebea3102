"""A table of ready-made cells: words, two lines, or a tag; rows are known by a key that survives a refresh."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from rvr_console.ui.theme import Height, Size, Weight, tokens
from rvr_console.ui.widgets.table import PAD, Index, RowDelegate, RowTable, draw_line, draw_tags
from rvr_console.ui.widgets.tag import Tag


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell that paints itself. word: for a screen reader. state: what a change of the picture changes.

    paint: painter and the cell's box.
    """

    word: str
    state: object
    paint: Callable[[QPainter, QRect], None] = field(compare=False)


Cell = str | tuple[str, str] | Tag | Drawn
_ROOT = QModelIndex()
_FIRST_PAD = 24


@dataclass(frozen=True, slots=True)
class Column:
    """width: at least this; elastic ones share what is left."""

    word: str
    width: int
    elastic: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class LateRow:
    """A row whose cells are made when it comes into sight: for lists that may be long. state: what a change of the cells changes."""

    key: str
    state: object
    make: Callable[[], tuple[Cell, ...]] = field(compare=False)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return self.make()


AnyRow = Row | LateRow


def cell_words(cell: Cell) -> str:
    """What a screen reader says of the cell."""
    if isinstance(cell, Tag | Drawn):
        return cell.word
    return cell if isinstance(cell, str) else ", ".join(part for part in cell if part)


class PlainModel(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[AnyRow] = []

    def set_rows(self, rows: Sequence[AnyRow]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> str | None:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].word
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell_words(self.cell(index))
        return None

    def cell(self, index: Index) -> Cell:
        return self.rows[index.row()].cells[index.column()]


class _CellDelegate(RowDelegate):
    def __init__(self, view: RowTable, model: PlainModel) -> None:
        super().__init__(view)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index, ground: QColor) -> None:  # noqa: ARG002  # the base's signature
        cell = self._model.cell(index)
        pad = _FIRST_PAD if index.column() == 0 else PAD
        if isinstance(cell, Tag):
            draw_tags(painter, box, [cell], pad)
        elif isinstance(cell, Drawn):
            cell.paint(painter, box.adjusted(pad, 0, 0, 0))
        elif isinstance(cell, str):
            draw_line(painter, box, cell, pad=pad)
        else:
            centre = box.y() + box.height() / 2
            draw_line(painter, box, cell[0], weight=Weight.MEDIUM, pad=pad, middle=centre - 9)
            draw_line(painter, box, cell[1], size=Size.LABEL, ink=tokens().ink2, pad=pad, middle=centre + 10)


class PlainTable(RowTable):
    """opened(key): Enter, double click, or one click where `one_click`. key_chosen(key): the row under the cursor."""

    opened = Signal(str)
    key_chosen = Signal(str)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        row_height: int = Height.ROW_QUEUE,
        *,
        one_click: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, row_height, parent)
        self.rows = PlainModel(columns, self)
        self.setModel(self.rows)
        self.setItemDelegate(_CellDelegate(self, self.rows))
        self.first_column_pad(_FIRST_PAD)
        self.row_activated.connect(self._open)
        self.row_chosen.connect(lambda _row: self.key_chosen.emit(self.key))
        if one_click:
            self.clicked.connect(lambda index: self._open(index.row()))
        self._fit_columns()

    @property
    def key(self) -> str:
        """Of the chosen row; empty without one."""
        row = self.currentIndex().row()
        return self.rows.rows[row].key if 0 <= row < len(self.rows.rows) else ""

    def set_rows(self, rows: Sequence[AnyRow]) -> None:
        """The chosen row stays chosen if it is still there; else the first one is."""
        if list(rows) == self.rows.rows:
            return
        key, focused = self.key, self.hasFocus()
        self.rows.set_rows(rows)
        place = next((n for n, row in enumerate(rows) if row.key == key), 0)
        if rows:
            self.selectRow(place)
        if focused:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def select_key(self, key: str) -> None:
        """Choose the row of this key, if it is there."""
        place = next((n for n, row in enumerate(self.rows.rows) if row.key == key), -1)
        if place >= 0 and place != self.currentIndex().row():
            self.selectRow(place)

    def _open(self, row: int) -> None:
        if 0 <= row < len(self.rows.rows):
            self.opened.emit(self.rows.rows[row].key)

    def _fit_columns(self) -> None:
        columns = self.rows.columns
        elastic = [n for n, column in enumerate(columns) if column.elastic]
        spare = max(0, self.viewport().width() - sum(column.width for column in columns))
        for number, column in enumerate(columns):
            more = spare // len(elastic) if number in elastic else 0
            self.setColumnWidth(number, column.width + more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
