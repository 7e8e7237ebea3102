"""The list: cases to review, shortest time first, and every recording the person may view."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.access import Act, Relation, User, allows
from rvr_console.domain.repositories import RecordingStatus
from rvr_console.ui.review import words
from rvr_console.ui.review.outcome_pane import due_tag
from rvr_console.ui.review.state import CaseLine
from rvr_console.ui.theme import Space
from rvr_console.ui.widgets.banner import BannerStack, EmptyState
from rvr_console.ui.widgets.figures import span, when
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.plain_table import Cell, Column, PlainTable, Row
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone
from rvr_console.ui.widgets.text import plane

COLUMNS = tuple(
    Column(word, width, elastic)
    for word, width, elastic in zip(
        words.COLUMNS, (184, 176, 232, 216, 176, 200), (False, False, True, True, False, False), strict=True
    )
)
STATUS_TAGS = {
    RecordingStatus.OPEN: (Shape.SOON, Tone.WARN),
    RecordingStatus.CLOSED: (Shape.DONE, Tone.OK),
    RecordingStatus.RECOVERED: (Shape.DONE, Tone.ACCENT),
    RecordingStatus.FAULT: (Shape.OVER, Tone.DANGER),
}


def recording_tag(status: RecordingStatus | None) -> Tag:
    """How the recording stands; None: there is none."""
    if status is None:
        return Tag(Shape.RING, "Not recorded")
    shape, tone = STATUS_TAGS[status]
    return Tag(shape, words.STATUS_WORDS[status], tone)


def _time_left(line: CaseLine, now: datetime) -> Cell:
    if line.item is None:
        return words.NOT_FOR_REVIEW
    left = line.item.due_at - now
    tag = due_tag(left)
    word = f"{span(abs(left))} {'over' if left < timedelta() else 'left'}"
    return Tag(tag.shape, word, tag.tone)


def _row(line: CaseLine, now: datetime) -> Row:
    consultation, incident = line.consultation, line.incident
    ended = consultation.ended_at or consultation.started_at
    officer = (line.officer, words.OWN_CASE) if line.item is not None and line.item.own else line.officer
    status = line.recordings[-1].recording.status if line.recordings else None
    cells: tuple[Cell, ...] = (
        _time_left(line, now),
        incident.reference,
        (incident.person.name, incident.category),
        officer,
        when(ended, now),
        recording_tag(status),
    )
    return Row(line.key, cells)


class ListPage(QWidget):
    """open_wanted(consultation_id). to_review_changed(count): for the rail."""

    open_wanted = Signal(str)
    to_review_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[CaseLine] = []
        self._reviewer: bool | None = None
        self._now: datetime | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(words.PAGE)
        self.header.slot.set_action(words.OPEN_CASE, words.OPEN_CASE_OFF)
        self.header.slot.acted.connect(self._open)
        column.addWidget(self.header)
        self.banners = BannerStack()
        column.addWidget(self.banners)
        self._tools = plane("surface")
        row = QHBoxLayout(self._tools)
        row.setContentsMargins(Space.PAGE, Space.XS, Space.PAGE, Space.XS)
        self.filters = Segmented([Option("review", ""), Option("all", "")], words.SHOW, tick=False)
        self.filters.set_value("review")
        self.filters.chosen.connect(self._refill)
        row.addWidget(self.filters)
        row.addStretch(1)
        column.addWidget(self._tools)
        self._stack = QStackedWidget()
        self.table = PlainTable(words.TABLE, COLUMNS)
        self.table.opened.connect(self.open_wanted)
        self.table.key_chosen.connect(self._show_slot)
        blank = QWidget()
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.PAGE, Space.PAGE, Space.PAGE, Space.PAGE)
        self._empty = EmptyState("clipboard-check", words.NONE_TO_REVIEW, words.NONE_TO_REVIEW_ADVICE)
        self._empty.setMinimumHeight(128)
        inside.addWidget(self._empty)
        inside.addStretch(1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(blank)
        column.addWidget(self._stack, 1)
        self.table.setProperty("pane", True)

    def show_lines(self, lines: Sequence[CaseLine], user: User, now: datetime) -> None:
        reviewer = allows(user.role, Act.REVIEW, Relation.TEAM)
        if reviewer is not self._reviewer:
            self._reviewer = reviewer
            self.filters.set_value("review" if reviewer else "all")
            self._tools.setVisible(reviewer)
        self._lines, self._now = list(lines), now
        self._refill()

    def _refill(self) -> None:
        if self._now is None:
            return
        due = [line for line in self._lines if line.item is not None]
        shown = due if self.filters.value == "review" else self._lines
        self.filters.set_word("review", words.FILTER_REVIEW.format(count=len(due)))
        self.filters.set_word("all", words.FILTER_ALL.format(count=len(self._lines)))
        now = self._now
        self.table.set_rows([_row(line, now) for line in shown])
        self._stack.setCurrentIndex(0 if shown else 1)
        if self.filters.value == "review":
            self._empty.set_words(words.NONE_TO_REVIEW, words.NONE_TO_REVIEW_ADVICE)
            inline = words.TO_REVIEW_INLINE.format(count=len(due))
        else:
            self._empty.set_words(words.NO_RECORDINGS, words.NO_RECORDINGS_ADVICE)
            inline = words.ALL_INLINE.format(count=len(shown))
        self.header.set_heading(words.PAGE if self._reviewer else words.PAGE_VIEW, inline=inline)
        self._show_slot()
        self.to_review_changed.emit(sum(1 for line in due if line.item is not None and not line.item.own))

    def _show_slot(self) -> None:
        self.header.slot.set_action(words.OPEN_CASE, "" if self.table.key else words.OPEN_CASE_OFF)

    def _open(self) -> None:
        if self.table.key:
            self.open_wanted.emit(self.table.key)
