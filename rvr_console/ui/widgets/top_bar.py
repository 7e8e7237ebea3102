"""The top bar: who we are, what records, what is healthy, who is signed in, what time it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from rvr_console.domain.access import User
from rvr_console.ui import messages
from rvr_console.ui.theme import RAIL_WIDE, Height, Size, Weight, font, paint_icon, tokens
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.rec_mark import RecMark
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import IconView, Status
from rvr_console.ui.widgets.tag import Tag, Tone, paint_tag, tag_width
from rvr_console.ui.widgets.text import Text, rule


@dataclass(frozen=True, slots=True)
class ServiceState:
    """One outside service. words: added to the name; needed with a fault ("down, 2 kept"), allowed when healthy ("61 h")."""

    name: str
    tone: Tone = Tone.OK
    words: str = ""


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


class DutyTag(QToolButton):
    """On or off duty; pressing asks for the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.on_duty = True
        self.set_on_duty(True)

    def set_on_duty(self, on_duty: bool) -> None:
        self.on_duty = on_duty
        self._tag = Tag(
            Shape.DONE if on_duty else Shape.RING,
            messages.ON_DUTY if on_duty else messages.OFF_DUTY,
            Tone.OK if on_duty else Tone.NEUTRAL,
        )
        self.setAccessibleName(
            f"{self._tag.word}, {messages.GO_OFF_DUTY if on_duty else messages.GO_ON_DUTY}"
        )
        self.setToolTip(messages.GO_OFF_DUTY if on_duty else messages.GO_ON_DUTY)
        self.setFixedSize(round(tag_width(self._tag) + 0.5), Height.TAG)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_tag(painter, self._tag, 0, 0)
        painter.end()


class TopBar(QWidget):
    """recording_clicked: back to the call. duty_wanted(bool): the person asks to go on or off duty."""

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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 1)
        row.setSpacing(0)
        row.addSpacing((RAIL_WIDE - 28) // 2)
        row.addWidget(_Mark())
        row.addSpacing((RAIL_WIDE - 28) // 2)
        row.addWidget(Text(force_name, Size.BODY, Weight.BOLD))
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
        self._person = self._make_person()
        row.addWidget(self._person)
        row.addSpacing(16)
        row.addWidget(self._divider())
        row.addSpacing(16)
        self._clock = Text("", Size.BODY, Weight.MEDIUM)
        row.addWidget(self._clock)

    @staticmethod
    def _divider() -> QWidget:
        line = rule(vertical=True)
        line.setFixedHeight(24)
        return line

    def _make_person(self) -> QWidget:
        """Break reminder, duty and name: shown while somebody is signed in."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(16, 0, 0, 0)
        row.setSpacing(8)
        self._break_line = self._divider()
        self._break_icon = IconView("coffee", "ink2")
        self._break = Text("", Size.LABEL, ink="ink2")
        row.addWidget(self._break_line)
        row.addSpacing(8)
        row.addWidget(self._break_icon)
        row.addWidget(self._break)
        row.addSpacing(8)
        row.addWidget(self._divider())
        row.addSpacing(8)
        self.duty = DutyTag()
        self.duty.clicked.connect(lambda: self.duty_wanted.emit(not self.duty.on_duty))
        row.addWidget(self.duty)
        self.person = QToolButton()
        self.person.setFont(font(Size.BODY, Weight.MEDIUM))
        self.person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.person.setStyleSheet("QToolButton::menu-indicator { image: none; width: 0; }")
        menu = QMenu(self.person)
        menu.addAction(messages.BREAK_TAKEN, self.break_taken.emit)
        menu.addAction(messages.SWITCH_THEME, self.theme_wanted.emit)
        menu.addAction(messages.SIGN_OUT, self.sign_out_wanted.emit)
        self.person.setMenu(menu)
        row.addWidget(self.person)
        box.hide()
        return box

    def set_user(self, user: User | None) -> None:
        """Who is signed in; None before sign-in."""
        self._person.setVisible(user is not None)
        if user:
            self.person.setText(user.title)
            self.person.setAccessibleName(f"{user.title}, {messages.PERSON_MENU}")
            self.duty.set_on_duty(user.on_duty)

    def set_services(self, states: Iterable[ServiceState]) -> None:
        """Healthy: tick and name. A fault adds its words and turns triangle or octagon."""
        for state in states:
            widget = self._services.get(state.name)
            if widget is None:
                widget = self._services[state.name] = Status(parent=self)
                self._service_row.addWidget(widget)
            word = " ".join(part for part in (state.name, state.words) if part)
            spoken = word if state.tone is not Tone.OK else f"{word}, {messages.HEALTHY}"
            widget.set_state(_SHAPES.get(state.tone, Shape.RING), word, state.tone, spoken=spoken)

    def set_break(self, minutes: int | None) -> None:
        """Minutes to the next screen break; 0 or less: due now; None: no reminder."""
        for part in (self._break_line, self._break_icon, self._break):
            part.setVisible(minutes is not None)
        if minutes is not None:
            due = minutes <= 0
            self._break.setText(messages.BREAK_DUE if due else messages.BREAK_IN.format(minutes=minutes))
            self._break.set_ink("warn" if due else "ink2")

    def set_time(self, now: datetime) -> None:
        self._clock.setText(clock(now))

    def set_compact(self, compact: bool) -> None:
        """Little room: the product's name goes."""
        self._product.setVisible(not compact)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, t.line)
        painter.end()
