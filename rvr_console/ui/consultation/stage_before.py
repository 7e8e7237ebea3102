"""The dark pane without a live picture: no link, link sent, a device in the waiting room, connecting, ended."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.live_picture import Pictures
from rvr_console.ui.consultation.state import PageState, Stage, WaitingDevice
from rvr_console.ui.consultation.waiting_room import WaitingRoom
from rvr_console.ui.theme import Height, Size, Space, Weight, font, tokens
from rvr_console.ui.widgets.figures import clock, span
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.text import Text, plane

FACTS = {
    Stage.NO_LINK: (words.STAGE_NOT_SENT, words.STAGE_NOT_SENT_ADVICE),
    Stage.LINK_SENT: (words.STAGE_SENT, words.STAGE_SENT_ADVICE),
    Stage.CONNECTING: (words.STAGE_CONNECTING, words.STAGE_CONNECTING_ADVICE),
    Stage.ENDED: (words.STAGE_ENDED, words.STAGE_ENDED_ADVICE),
    Stage.SUBMITTED: (words.SUBMITTED, words.SUBMITTED_ADVICE),
    Stage.GIVEN_BACK: (words.STAGE_GIVEN_BACK, words.STAGE_GIVEN_BACK_ADVICE),
}


class Fact(QWidget):
    """One fact and what to do, in the middle of the stage."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.XS)
        column.addStretch(2)
        self._fact = Text("", Size.TITLE, Weight.BOLD, "stageink", wrap=True)
        self._advice = Text("", Size.BODY, ink="stageink2", wrap=True)
        self._advice.setMaximumWidth(520)
        column.addWidget(self._fact)
        column.addWidget(self._advice)
        column.addStretch(3)

    def set_words(self, fact: str, advice: str) -> None:
        self._fact.setText(fact)
        self._advice.setText(advice)
        self.setAccessibleName(f"{fact}. {advice}".strip())


class WaitingBar(QWidget):
    """Over the stage while a device waits: since when, and how long. 40 high."""

    def __init__(self) -> None:
        super().__init__()
        self._since = ""
        self.setFixedHeight(Height.BANNER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_since(self, device: WaitingDevice, seconds: float) -> None:
        since = words.STAGE_SINCE.format(time=clock(device.since), length=span(seconds))
        if since != self._since:
            self._since = since
            self.setAccessibleName(f"{words.STAGE_WAITING}, {since}")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.tint)
        paint_shape(painter, Shape.KIND, 16, (self.height() - GLYPH) / 2, colour=t.accent, ground=t.tint)
        painter.setFont(font(Size.BODY, Weight.MEDIUM))
        painter.setPen(t.ink)
        metrics = QFontMetricsF(painter.font())
        baseline = (self.height() + metrics.capHeight()) / 2
        painter.drawText(QPointF(16 + GLYPH + 8, baseline), words.STAGE_WAITING)
        painter.setFont(font(Size.BODY))
        painter.setPen(t.ink2)
        width = QFontMetricsF(painter.font()).horizontalAdvance(self._since)
        painter.drawText(QPointF(self.width() - 16 - width, baseline), self._since)
        painter.end()


class StageBefore(QWidget):
    """All stages without a live picture."""

    def __init__(self, pictures: Pictures, send: Callable[[str, Callable[[bool], None]], None]) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("stage")
        outer.addWidget(pane)
        self._stack = QStackedLayout(pane)
        self._fact = Fact()
        self.room = WaitingRoom(pictures, send)
        self._stack.addWidget(self._fact)
        self._stack.addWidget(self.room)

    def show_state(self, state: PageState) -> None:
        name = state.first_name
        if state.stage is Stage.DEVICE_WAITING and state.waiting is not None:
            self._stack.setCurrentIndex(1)
            self.room.show_device(state.waiting, name, state.chat)
            return
        self._stack.setCurrentIndex(0)
        fact, advice = FACTS.get(state.stage, ("", ""))
        self._fact.set_words(fact, advice.format(name=name))

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self.room.set_compact(compact)
