"""The queue page: filters and table, the chosen incident beside it, Take next top right."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.incident import Incident, Intake
from rvr_console.ui.queue import words
from rvr_console.ui.queue.local_book import LocalBook
from rvr_console.ui.queue.model import QueueModel
from rvr_console.ui.queue.pane import DetailPane
from rvr_console.ui.queue.table import QueueTable
from rvr_console.ui.queue.tools import QueueTools
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.banner import Banner, BannerStack, EmptyState
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone
from rvr_console.ui.widgets.text import Text, fill


class Acts(Protocol):
    """What the page asks of its presenter."""

    def take_next(self) -> None: ...

    def take(self, reference: str) -> None: ...

    def mark_suitable(self, reference: str) -> None: ...

    def return_to_dispatch(self, reference: str, reason: str) -> None: ...

    def allocate(self, reference: str, collar: str) -> None: ...

    def log_contact(self, reference: str, outcome: str, next_at: datetime | None) -> None: ...

    def write_local(self, values: dict[str, str]) -> None: ...


class QueuePage(QWidget):
    """waiting_changed(count): for the rail's badge. take_next_wanted and the pane's signals go to the presenter."""

    take_next_wanted = Signal()
    waiting_changed = Signal(int)

    def __init__(self, now: Callable[[], datetime], pane: DetailPane | None = None) -> None:
        """pane: made before, by who makes the screens in parts."""
        super().__init__()
        fill(self, "ground")
        self.setAccessibleName(words.PAGE)
        self._now, self._follow_next = now, False
        self.model = QueueModel(parent=self)
        self.header = PageHeader(words.PAGE)
        self.header.slot.set_action(words.TAKE_NEXT, words.NOTHING_TO_TAKE)
        self.header.slot.acted.connect(self.take_next_wanted)
        self.banners = BannerStack()
        self.pane = pane or DetailPane(now)
        self.table = QueueTable(self.model)
        self.table.row_chosen.connect(self._show_row)
        self.table.row_activated.connect(lambda _row: self.pane.focus_first())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.banners)
        self.local_book = LocalBook()
        column.addWidget(self.local_book)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._make_list())
        self._split.addWidget(self.pane)
        self._split.setStretchFactor(0, 1)
        column.addWidget(self._split, 1)
        self._compact: bool | None = None
        self.set_compact(False)
        self._loaded = False
        self._presenter: Acts | None = None
        self._show_right_pane()

    def _make_list(self) -> QWidget:
        box = QWidget()
        box.setProperty("pane", True)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.tools = QueueTools()
        self.tools.changed.connect(self._refilter)
        self.tools.entered.connect(self._enter_table)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.tools.focus_find)
        column.addWidget(self.tools)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        empty = QWidget()
        around = QVBoxLayout(empty)
        around.setContentsMargins(Space.PAGE, Space.PAGE, Space.PAGE, Space.PAGE)
        self._empty = EmptyState("list", words.LOADING, words.LOADING_ADVICE)
        self._empty.setMinimumHeight(128)
        around.addWidget(self._empty)
        around.addStretch(1)
        self._stack.addWidget(empty)
        column.addWidget(self._stack, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.PAGE, Space.S, Space.PAGE, Space.S)
        foot.addWidget(Text(words.FOOT, Size.LABEL, ink="ink2"))
        foot.addStretch(1)
        self._updated = Text("", Size.LABEL, ink="ink2")
        foot.addWidget(self._updated)
        column.addLayout(foot)
        return box

    def _enter_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)

    def set_compact(self, compact: bool) -> None:
        """Beside the narrow rail the details give room to the table."""
        if compact != self._compact:
            self._compact = compact
            self._split.setSizes([10_000, 336 if compact else 400])

    def connect_presenter(self, presenter: Acts) -> None:
        """Every act of the page goes there; the page keeps it alive."""
        self._presenter = presenter
        self.take_next_wanted.connect(presenter.take_next)
        self.pane.take_wanted.connect(presenter.take)
        self.pane.suitable_wanted.connect(presenter.mark_suitable)
        self.pane.return_wanted.connect(presenter.return_to_dispatch)
        self.pane.allocate_wanted.connect(presenter.allocate)
        self.pane.contact_wanted.connect(presenter.log_contact)
        self.local_book.written.connect(presenter.write_local)

    # What the presenter shows

    def show_person(self, me: str, *, may_take: bool, may_triage: bool) -> None:
        self.model.me = me
        self.pane.set_person(me, may_take=may_take, may_triage=may_triage)

    def show_incidents(self, incidents: Sequence[Incident], now: datetime) -> None:
        """The chosen incident stays chosen; on the first showing the first row is."""
        chosen = self.pane.reference
        first, self._loaded = not self._loaded, True
        self.model.set_incidents(incidents, now)
        self._updated.setText(words.UPDATED.format(time=clock(now)))
        self._show_counts()
        self._choose(chosen)
        if first and self.model.rowCount() and not chosen:
            self.table.selectRow(0)
        self._follow_next = first
        waiting = sum(incident.intake is Intake.IMMEDIATE for incident in self.model.incidents)
        self.tools.show_immediate(waiting)
        self.waiting_changed.emit(self.model.counts.all)

    def show_time(self, now: datetime) -> None:
        chosen = self.pane.reference
        self.model.set_now(now)
        self._show_counts()
        self._choose(chosen)

    def show_next(self, why: tuple[str, str], reason_off: str, reference: str = "") -> None:
        """Where nobody has chosen one, the incident that the slot takes is the one to be read."""
        if reference and self._follow_next:
            self._choose(reference)
        self._follow_next = False
        self.header.set_why(*why)
        self.header.slot.set_action(words.TAKE_NEXT, reason_off)

    def show_pending(self) -> None:
        self.header.slot.set_pending(words.TAKING)

    def show_done(self, fact: str) -> None:
        self.banners.toast(fact)

    def show_fault(self, what: str, advice: str, *, reading: bool = False) -> None:
        self.banners.put("reading" if reading else "fault", Banner(Tone.DANGER, what, advice))

    def clear_fault(self, *, reading: bool = False) -> None:
        self.banners.clear("reading" if reading else "fault")

    def clear(self) -> None:
        for key in self.banners.keys():  # noqa: SIM118  # a method of ours, not a dict
            self.banners.clear(key)
        self._loaded = False
        self.model.set_incidents([], self._now())
        self.tools.clear()
        self._updated.setText("")
        self.header.set_heading(words.PAGE)
        self.show_next(("", ""), words.NOTHING_TO_TAKE)
        self._choose("")

    # Inside

    def _show_counts(self) -> None:
        counts = self.model.counts
        self.tools.show_counts(counts)
        tags = []
        if counts.over:
            tags.append(Tag(Shape.OVER, words.OVER_COUNT.format(count=counts.over), Tone.DANGER))
        if counts.soon:
            tags.append(Tag(Shape.SOON, words.SOON_COUNT.format(count=counts.soon), Tone.WARN))
        self.header.set_heading(words.PAGE, inline=words.WAITING_COUNT.format(count=counts.all), tags=tags)

    def _refilter(self, key: str, text: str) -> None:
        chosen = self.pane.reference
        self.model.set_filter(key, text)
        self._choose(chosen)

    def _choose(self, reference: str) -> None:
        row = self.model.row_of(reference) if reference else -1
        if row >= 0:
            self.table.selectRow(row)
        else:
            self.pane.show_incident(None)
        self._show_right_pane()

    def _show_row(self, row: int) -> None:
        self.pane.show_incident(self.model.incident(row))

    def _show_right_pane(self) -> None:
        """Table, or the empty state that says what to do."""
        self._stack.setCurrentIndex(0 if self.model.rowCount() else 1)
        if not self._loaded:
            self._empty.set_words(words.LOADING, words.LOADING_ADVICE)
        elif self.model.counts.all:
            self._empty.set_words(words.NO_MATCH, words.NO_MATCH_ADVICE)
        else:
            self._empty.set_words(words.NOBODY, words.NOBODY_ADVICE)
