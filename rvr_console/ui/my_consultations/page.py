"""A table of the officer's own consultations, newest first; Enter or a click opens one."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.consultation import ConsultationState, LinkState
from rvr_console.domain.repositories import RecordingStatus
from rvr_console.ui.my_consultations import words
from rvr_console.ui.my_consultations.presenter import OwnLine
from rvr_console.ui.theme import Space
from rvr_console.ui.widgets.banner import Banner, BannerStack, EmptyState
from rvr_console.ui.widgets.figures import when
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.plain_table import Column, PlainTable, Row
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tag, Tone

_WIDTHS = ((184, False), (256, True), (152, False), (208, False), (176, False), (216, False))
COLUMNS = tuple(
    Column(word, width, elastic) for word, (width, elastic) in zip(words.COLUMNS, _WIDTHS, strict=True)
)
STATES = {
    ConsultationState.OPEN: (Shape.HALF, Tone.ACCENT),
    ConsultationState.ENDED: (Shape.SOON, Tone.WARN),
    ConsultationState.SUBMITTED: (Shape.DONE, Tone.OK),
    ConsultationState.REVIEWED: (Shape.DONE, Tone.OK),
}
LINKS = {
    None: (Shape.RING, Tone.NEUTRAL),
    LinkState.ISSUED: (Shape.GIVEN, Tone.ACCENT),
    LinkState.WAITING: (Shape.ATTENTION, Tone.WARN),
    LinkState.LIVE: (Shape.DONE, Tone.OK),
    LinkState.PAUSED: (Shape.PAUSED, Tone.WARN),
    LinkState.DROPPED: (Shape.SOON, Tone.WARN),
    LinkState.CLOSED: (Shape.CLOSED, Tone.NEUTRAL),
    LinkState.EXPIRED: (Shape.CLOSED, Tone.NEUTRAL),
}
RECORDINGS = {
    None: (Shape.RING, Tone.NEUTRAL),
    RecordingStatus.OPEN: (Shape.RECORDING, Tone.DANGER),
    RecordingStatus.CLOSED: (Shape.DONE, Tone.OK),
    RecordingStatus.RECOVERED: (Shape.DONE, Tone.ACCENT),
    RecordingStatus.FAULT: (Shape.OVER, Tone.DANGER),
}


def _row(line: OwnLine, now: datetime) -> Row:
    consultation, incident = line.consultation, line.incident
    shape, tone = STATES[consultation.state]
    link_shape, link_tone = LINKS[consultation.link]
    recording_shape, recording_tone = RECORDINGS[line.recording]
    return Row(
        consultation.id,
        (
            consultation.incident,
            (incident.person.name, incident.category) if incident else consultation.incident,
            when(consultation.started_at, now),
            Tag(shape, words.STATES[consultation.state], tone),
            Tag(link_shape, words.LINKS[consultation.link], link_tone),
            Tag(recording_shape, words.RECORDINGS[line.recording], recording_tone),
        ),
    )


class MyConsultationsPage(QWidget):
    """open_wanted(consultation_id)."""

    open_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.PAGE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(words.PAGE)
        self.header.slot.acted.connect(self._open)
        column.addWidget(self.header)
        self.banners = BannerStack()
        column.addWidget(self.banners)
        self._stack = QStackedWidget()
        self.table = PlainTable(words.TABLE, COLUMNS, one_click=True)
        self.table.setProperty("pane", True)
        self.table.opened.connect(self.open_wanted)
        self.table.key_chosen.connect(self._show_slot)
        blank = QWidget()
        inside = QVBoxLayout(blank)
        inside.setContentsMargins(Space.PAGE, Space.PAGE, Space.PAGE, Space.PAGE)
        empty = EmptyState("video", words.NONE, words.NONE_ADVICE)
        empty.setMinimumHeight(128)
        inside.addWidget(empty)
        inside.addStretch(1)
        self._stack.addWidget(self.table)
        self._stack.addWidget(blank)
        column.addWidget(self._stack, 1)
        self._stack.setCurrentIndex(1)
        self._show_slot()

    def show_lines(self, lines: Sequence[OwnLine], now: datetime) -> None:
        self.table.set_rows([_row(line, now) for line in lines])
        self._stack.setCurrentIndex(0 if lines else 1)
        still_open = sum(line.consultation.state is ConsultationState.OPEN for line in lines)
        inline = words.COUNT.format(count=len(lines), open=still_open) if lines else ""
        self.header.set_heading(words.PAGE, inline=inline)
        self._show_slot()

    def show_fault(self, what: str, advice: str) -> None:
        banner = self.banners.put("fault", Banner(Tone.DANGER, what, advice, "Dismiss"))
        banner.acted.connect(lambda: self.banners.clear("fault"))

    def _show_slot(self) -> None:
        self.header.slot.set_action(words.OPEN, "" if self.table.key else words.OPEN_OFF)

    def _open(self) -> None:
        if self.table.key:
            self.open_wanted.emit(self.table.key)
