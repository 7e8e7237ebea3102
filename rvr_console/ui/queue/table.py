"""The queue's table: the delegate that paints its rows, and its columns."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QWidget

from rvr_console.domain.incident import Incident
from rvr_console.ui.queue import row_words, words
from rvr_console.ui.queue.model import QueueModel
from rvr_console.ui.theme import Height, Size, Weight, tokens
from rvr_console.ui.widgets.table import Index, RowDelegate, RowTable, draw_line, draw_tags, draw_two_lines

# Widths at a table of 944; the incident's column takes what is left.
WIDTHS = (132, 118, 114, 53, 181, 136, 104, 106)
_ELASTIC = 4
_FIRST_PAD = 24
_TRACK = 96
_TARGET_AT = 5 / 6


class QueueDelegate(RowDelegate):
    def __init__(self, view: RowTable, model: QueueModel) -> None:
        super().__init__(view)
        self._model = model

    def paint_cell(self, painter: QPainter, box: QRect, index: Index, ground: QColor) -> None:  # noqa: ARG002  # the base's signature
        incident = self._model.incident(index.row())
        if incident is None:
            return
        column, now = index.column(), self._model.now
        if column == 0:
            self._paint_waiting(painter, box, incident)
        elif column == 1:
            draw_tags(painter, box, [row_words.target_tag(incident, now)])
        elif column == 5:
            tags = row_words.flag_tags(incident)
            if tags:
                draw_tags(painter, box, tags)
            else:
                draw_line(painter, box, words.NO_FLAGS, ink=tokens().ink2)
        elif column == 6:
            draw_tags(painter, box, [row_words.triage_tag(incident)])
        else:
            self._paint_words(painter, box, incident, column)

    def _paint_words(self, painter: QPainter, box: QRect, incident: Incident, column: int) -> None:
        cell = row_words.cell(incident, column, self._model.now, self._model.me, self._model.attempts_allowed)
        if column == 3:
            draw_line(painter, box, cell[0])
        elif column == 7:
            self._paint_contact(painter, box, cell)
        else:
            draw_two_lines(painter, box, cell[0], cell[1])

    @staticmethod
    def _paint_contact(painter: QPainter, box: QRect, cell: tuple[str, ...]) -> None:
        first, second = cell[0], cell[1]
        middle = box.y() + box.height() / 2
        if second:
            draw_line(painter, box, first, size=Size.LABEL, weight=Weight.MEDIUM, middle=middle - 8)
            draw_line(painter, box, second, size=Size.LABEL, ink=tokens().ink2, middle=middle + 8)
        else:
            draw_line(painter, box, first, size=Size.LABEL, weight=Weight.MEDIUM)

    def _paint_waiting(self, painter: QPainter, box: QRect, incident: Incident) -> None:
        """Time, and the bar: track 4 high, tick at the target."""
        t = tokens()
        now = self._model.now
        left = incident.due_in(now)
        middle = box.y() + box.height() / 2
        text = row_words.waiting_words(incident, now)
        draw_line(painter, box, text, weight=Weight.BOLD, pad=_FIRST_PAD, middle=middle - 7)
        part = incident.waited(now) / incident.target * _TARGET_AT if incident.target else 1.0
        tag = row_words.target_tag(incident, now)
        fill = t.danger if left.total_seconds() < 0 else t.warn if tag.word != words.IN_TARGET else t.ink3
        x, y = box.x() + _FIRST_PAD, round(middle + 9)
        painter.fillRect(QRectF(x, y, _TRACK, 4), t.line)
        painter.fillRect(QRectF(x, y, _TRACK * min(1.0, part), 4), fill)
        painter.fillRect(QRectF(x + _TRACK * _TARGET_AT - 1, y - 2, 2, 8), t.ink)


class QueueTable(RowTable):
    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(words.TABLE, Height.ROW_QUEUE, parent)
        self.setModel(model)
        self.setItemDelegate(QueueDelegate(self, model))
        self.first_column_pad(_FIRST_PAD)
        self._fit_columns()

    def _fit_columns(self) -> None:
        spare = self.viewport().width() - sum(WIDTHS)
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, max(120, width + spare) if column == _ELASTIC else width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
