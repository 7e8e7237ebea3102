"""The pane beside the table: what the control room knows of the chosen incident."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.incident import SUITABILITY_QUESTIONS, THRIVE_HEADINGS, Incident
from rvr_console.ui.queue import row_words, words
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.figures import when
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import IconView, Status
from rvr_console.ui.widgets.tag import StatusTag, Tone
from rvr_console.ui.widgets.text import Text, rule


def _section(title: str, right: str) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 16, 0, 4)
    column.setSpacing(4)
    head = QHBoxLayout()
    head.addWidget(Text(title, Size.BODY, Weight.BOLD))
    head.addStretch(1)
    head.addWidget(Text(right, Size.LABEL, ink="ink2"))
    column.addLayout(head)
    column.addWidget(rule())
    return box


def _pairs(rows: list[tuple[str, str]]) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(0)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, 104)
    grid.setColumnStretch(1, 1)
    for number, (label, value) in enumerate(rows):
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Text(label, ink="ink2"), number, 0, top)
        text = Text(value, wrap=True)
        text.setAccessibleName(f"{label}: {value}")
        grid.addWidget(text, number, 1, top)
    return box


def _icon_line(icon: str, value: str) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(IconView(icon), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Text(value, ink="ink2", wrap=True), 1)
    return box


def _heading(incident: Incident) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(Text(incident.person.name, Size.TITLE, Weight.BOLD, wrap=True))
    tags = row_words.flag_tags(incident)
    if tags:
        row = QHBoxLayout()
        row.setSpacing(8)
        for tag in tags:
            row.addWidget(StatusTag(tag))
        row.addStretch(1)
        column.addLayout(row)
    column.addWidget(Text(f"{incident.category} · {incident.reference}", ink="ink2", wrap=True))
    column.addWidget(_icon_line("map-pin", incident.address or incident.place))
    person = incident.person
    phone = words.PHONE.format(last=person.phone[-3:]) if person.phone else ""
    contact = " · ".join(part for part in (phone, person.safe_contact) if part)
    if contact:
        column.addWidget(_icon_line("smartphone", contact))
    return box


def _answers(incident: Incident) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 4, 0, 0)
    grid.setVerticalSpacing(8)
    for number, key in enumerate(SUITABILITY_QUESTIONS):
        answer = incident.suitability.get(key)
        status = Status(gap=8)
        shape, tone, spoken = {
            True: (Shape.DONE, Tone.OK, words.ANSWER_YES),
            False: (Shape.OVER, Tone.DANGER, words.ANSWER_NO),
            None: (Shape.RING, Tone.NEUTRAL, words.ANSWER_NONE),
        }[answer]
        question = words.QUESTIONS[key]
        word = question if answer else f"{question}: {spoken}"
        status.set_state(shape, word, tone, spoken=f"{question}: {spoken}")
        grid.addWidget(status, number // 2, number % 2, Qt.AlignmentFlag.AlignLeft)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return box


def incident_view(incident: Incident, now: datetime) -> QWidget:
    """Heading, THRIVE, suitability and history of one incident."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(_heading(incident))
    column.addWidget(_section(words.THRIVE, ""))
    thrive = [
        (words.THRIVE_HEADINGS[key], incident.thrive.get(key) or words.NOT_RECORDED)
        for key in THRIVE_HEADINGS
    ]
    column.addWidget(_pairs(thrive))
    met = sum(incident.suitability.get(key, False) for key in SUITABILITY_QUESTIONS)
    count = words.SUITABILITY_MET.format(met=met, all=len(SUITABILITY_QUESTIONS))
    column.addWidget(_section(words.SUITABILITY, count))
    column.addWidget(_answers(incident))
    if incident.history:
        lines = sorted(incident.history, key=lambda line: line.at, reverse=True)
        count = words.ONE_ENTRY if len(lines) == 1 else words.ENTRIES.format(count=len(lines))
        column.addWidget(_section(words.HISTORY, count))
        column.addWidget(_pairs([(when(line.at, now), line.text) for line in lines]))
    column.addStretch(1)
    return box


class DetailScroll(QScrollArea):
    """Holds one incident's view; the former one is dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown: Incident | None = None

    def show_incident(self, incident: Incident, now: datetime) -> None:
        if incident == self._shown:
            return
        place = self.verticalScrollBar().value() if self._same(incident) else 0
        self._shown = incident
        self.setAccessibleName(words.DETAIL.format(name=incident.person.name, log=incident.reference))
        view = incident_view(incident, now)
        view.setContentsMargins(0, 0, Space.XS, 0)
        self._put(view)
        self.verticalScrollBar().setValue(place)

    def clear(self) -> None:
        self._shown = None
        self._put(QWidget())

    def _put(self, view: QWidget) -> None:
        self.setWidget(view)
        view.setAutoFillBackground(False)  # Qt switches it on: the pane's own ground shows through

    def _same(self, incident: Incident) -> bool:
        return self._shown is not None and self._shown.reference == incident.reference
