"""The top bar: who we are, what records, what is healthy, who is signed in, what time it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from rvr_console.domain.access import User
from rvr_console.ui import messages
from rvr_console.ui.theme import RAIL_WIDE, Height, Size, Weight, paint_icon, tokens
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.rec_mark import RecMark
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, rule

if TYPE_CHECKING:
    from rvr_console.ui.widgets.person_part import DutyTag, PersonPart


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One outside service. words: added to the name; needed with a fault ("down, 2 kept"), allowed when healthy ("61 h")."""

    name: str
    tone: Tone = Tone.OK
    words: str = ""

    @property
    def whole(self) -> str:
        """Name and words."""
        return " ".join(part for part in (self.name, self.words) if part)


_SHAPES = {Tone.OK: Shape.DONE, Tone.WARN: Shape.SOON, Tone.DANGER: Shape.OVER}


class _Mark(QWidget):
    """The product's mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(28, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.accent)
        painter.setBrush(t.accent)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        paint_icon(painter, "video", 5, 5, t.onaccent, size=18)
        painter.end()


# What goes, one after the other, when the bar has too little room.
PRODUCT_GOES, HEALTHY_WORDS_GO, FAULT_WORDS_GO, HEALTHY_GO, BREAK_WORDS_GO, NAME_IS_CUT = 1, 2, 3, 4, 5, 6


def _word_of(state: ServiceState, level: int) -> str:
    goes = HEALTHY_WORDS_GO if state.tone is Tone.OK else FAULT_WORDS_GO
    return state.name if level >= goes else state.whole


class TopBar(QWidget):
    """recording_clicked: back to the call. duty_wanted(bool): the person asks to go on or off duty.

    Never asks for more width than it is given: parts give way in the order above, so that no fault's word and no
    recording makes the window grow.
    """

    recording_clicked = Signal()
    duty_wanted = Signal(bool)
    sign_out_wanted = Signal()
    theme_wanted = Signal()
    break_taken = Signal()

    def __init__(self, force_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(Height.TOP_BAR)
        self.setAccessibleName(messages.TOP_BAR)
        self._services: dict[str, Status] = {}
        self._states: dict[str, ServiceState] = {}
        self._level, self._compact = 0, False
        self._part: PersonPart | None = None
        self._minutes: int | None = None
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 1)
        row.setSpacing(0)
        row.addSpacing((RAIL_WIDE - 28) // 2)
        row.addWidget(_Mark())
        row.addSpacing((RAIL_WIDE - 28) // 2)
        self._force = Text(force_name, Size.BODY, Weight.BOLD, elide=True)
        self._force.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._force.setFixedWidth(self._force.sizeHint().width())
        row.addWidget(self._force)
        row.addSpacing(8)
        self._product = Text(messages.PRODUCT, Size.BODY, ink="ink2")
        row.addWidget(self._product)
        row.addStretch(1)
        self.rec_mark = RecMark()
        self.rec_mark.clicked.connect(self.recording_clicked)
        row.addWidget(self.rec_mark)
        row.addSpacing(24)
        self._service_row = QHBoxLayout()
        self._service_row.setSpacing(16)
        row.addLayout(self._service_row)
        self._part_place = row.count()
        row.addSpacing(16)
        divider = rule(vertical=True)
        divider.setFixedHeight(24)
        row.addWidget(divider)
        row.addSpacing(16)
        self._clock = Text("", Size.BODY, Weight.MEDIUM)
        row.addWidget(self._clock)

    @property
    def part(self) -> "PersonPart":
        """The person's part, made when somebody first signs in."""
        if self._part is None:
            from rvr_console.ui.widgets.person_part import PersonPart

            self._part = part = PersonPart()
            part.hide()
            part.duty_wanted.connect(self.duty_wanted)
            part.sign_out_wanted.connect(self.sign_out_wanted)
            part.theme_wanted.connect(self.theme_wanted)
            part.break_taken.connect(self.break_taken)
            self._row.insertWidget(self._part_place, part)
            # Made late, it would come last by Tab; its place is behind the REC mark.
            QWidget.setTabOrder(self.rec_mark, part.duty)
            QWidget.setTabOrder(part.duty, part.person)
            part.set_break(self._minutes)
        return self._part

    @property
    def duty(self) -> "DutyTag":
        return self.part.duty

    @property
    def person(self) -> "QToolButton":
        """The person's name, with the menu."""
        return self.part.person

    def set_user(self, user: User | None) -> None:
        """Who is signed in; None before sign-in."""
        if user:
            self.part.set_user(user)
        if self._part:
            self._part.setVisible(user is not None)
        self._give_way()

    def set_services(self, states: Iterable[ServiceState]) -> None:
        """Healthy: tick and name. A fault adds its words and turns triangle or octagon."""
        for state in states:
            if state.name not in self._services:
                self._services[state.name] = widget = Status(parent=self)
                self._service_row.addWidget(widget)
            self._states[state.name] = state
            self._show_service(state)
        self._give_way()

    def _show_service(self, state: ServiceState) -> None:
        widget = self._services[state.name]
        whole = state.whole
        word = _word_of(state, self._level)
        spoken = whole if state.tone is not Tone.OK else f"{whole}, {messages.HEALTHY}"
        widget.set_state(_SHAPES.get(state.tone, Shape.RING), word, state.tone, spoken=spoken)
        widget.setToolTip("" if word == whole else whole)
        widget.setVisible(state.tone is not Tone.OK or self._level < HEALTHY_GO)

    def set_break(self, minutes: int | None) -> None:
        """Minutes to the next screen break; 0 or less: due now; None: no reminder."""
        self._minutes = minutes
        if self._part:
            self._part.set_break(minutes)

    def set_time(self, now: datetime) -> None:
        self._clock.setText(clock(now))

    def set_compact(self, compact: bool) -> None:
        """Little room: the product's name goes."""
        self._compact = compact
        self._give_way()

    def minimumSizeHint(self) -> QSize:
        """No width of its own: the bar gives way, the window does not grow."""
        return QSize(0, Height.TOP_BAR)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a word in the bar has changed
            self._give_way()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """The fullest form that fits; the force's name is cut last."""
        name = self._force.sizeHint().width()
        rest = self._row.minimumSize().width() - self._force.minimumWidth() - self._yielding(self._level)
        room = self.width() - rest - name
        first = PRODUCT_GOES if self._compact else 0
        level = next((n for n in range(first, NAME_IS_CUT) if self._yielding(n) <= room), NAME_IS_CUT)
        cut = max(0, name + min(0, room - self._yielding(level)))
        if level == self._level and cut == self._force.minimumWidth():
            return
        self._force.setFixedWidth(cut)
        if level != self._level:
            self._level = level
            self._product.setVisible(level < PRODUCT_GOES)
            for state in self._states.values():
                self._show_service(state)
            if self._part:
                self._part.set_brief(level >= BREAK_WORDS_GO)
        self._row.activate()  # now, not by a request that a window not yet shown would drop

    def _yielding(self, level: int) -> int:
        """Width in pixels of all that gives way, in the form of this level."""
        product = self._product.sizeHint().width() if level < PRODUCT_GOES else 0
        shown = [s for s in self._states.values() if s.tone is not Tone.OK or level < HEALTHY_GO]
        widths = [self._services[s.name].width_of(_word_of(s, level)) for s in shown]
        services = sum(widths) + max(0, len(widths) - 1) * self._service_row.spacing()
        there = self._part is not None and not self._part.isHidden()
        breaks = self._part.break_width(brief=level >= BREAK_WORDS_GO) if self._part and there else 0
        return product + services + breaks

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
