"""The banner over the stage: REC and its time, how long ago the last record was sealed, pauses."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rvr_console.ui import messages
from rvr_console.ui.theme import Height, Size, Weight, font, font_for, text_width, tokens
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.figures import running
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.tag import Tone

WARN_AFTER = 2.0
DANGER_AFTER = 4.0


@dataclass(frozen=True, slots=True)
class RecordingState:
    """The recorder's own figures. seconds: running time; sealed_age: seconds since the last sealed record (None: none yet).

    paused: seconds of the running pause, None when not paused. note: announced, agreed.
    """

    seconds: float
    sealed_age: float | None
    paused: float | None = None
    note: str = ""

    @property
    def runs(self) -> bool:
        """Neither paused nor without a sealed record for so long that it must be called stopped."""
        return self.paused is None and (self.sealed_age is None or self.sealed_age <= DANGER_AFTER)


def sealed_words(age: float | None, *, paused: bool = False) -> tuple[str, Tone]:
    """Words and tone for the age of the last sealed record: over 2 s a warning, over 4 s a fault.

    In a pause nothing is there to seal: the age is said without alarm.
    """
    if age is None:
        return messages.SEALED_NOTHING, Tone.WARN
    age = max(age, 0.0)  # a record may be sealed while the clock is read
    if paused:
        return messages.SEALED_PAUSED.format(seconds=f"{age:.0f}"), Tone.OK
    if age > DANGER_AFTER:
        return messages.SEALED_STOPPED.format(seconds=f"{age:.0f}"), Tone.DANGER
    if age > WARN_AFTER:
        return messages.SEALED_LATE.format(seconds=f"{age:.1f}"), Tone.WARN
    return messages.SEALED_AGO.format(seconds=f"{age:.1f}"), Tone.OK


class RecordingBanner(QWidget):
    """40 high, dark in both themes. The shell sets the state once a second; start, pause and stop are announced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: RecordingState | None = None
        self._spoken = ""
        self.setFixedHeight(Height.BANNER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(messages.NOT_RECORDING)

    def set_state(self, state: RecordingState | None) -> None:
        """None: nothing is recorded."""
        self._state = state
        if state is None:
            name, spoken = messages.NOT_RECORDING, messages.NOT_RECORDING
        else:
            paused = state.paused is not None
            words, tone = sealed_words(state.sealed_age, paused=paused)
            spoken = messages.PAUSED if paused else messages.RECORDING
            name = f"{spoken} {running(state.seconds)}, {words}"
            if tone is Tone.DANGER:
                spoken = messages.SEALED_FAULT
        self.setAccessibleName(name)
        if spoken != self._spoken:
            if self._spoken or state:
                announce(self, spoken, assertive=True)
            self._spoken = spoken
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), t.stage)
        if self._state is None:
            self._line(painter, 16, Shape.RING, messages.NOT_RECORDING, t.stageink2)
        else:
            self._paint_recording(painter, self._state)
        painter.end()

    def _paint_recording(self, painter: QPainter, state: RecordingState) -> None:
        t = tokens()
        if state.runs:
            words = f"{messages.REC} {running(state.seconds)}"
            left = self._block(painter, 0, Shape.RECORDING, words, (t.rec, t.onrec))
        else:  # no red dot while nothing is recorded
            words = f"{messages.RECORDED} {running(state.seconds)}"
            left = self._block(painter, 0, Shape.RING, words, (t.stageline, t.stageink))
        right = float(self.width())
        if state.paused is not None:
            words = f"{messages.PAUSED_MARK} {running(state.paused)}"
            right -= self._block_width(words)
            self._block(painter, right, Shape.PAUSED, words, (t.stagewarn, t.chip))
        paused = state.paused is not None
        words, tone = sealed_words(state.sealed_age, paused=paused)
        colour = {Tone.OK: t.stageink2 if paused else t.stageok, Tone.WARN: t.stagewarn}.get(
            tone, t.stagedanger
        )
        shape = {Tone.OK: Shape.PAUSED if paused else Shape.DONE, Tone.WARN: Shape.SOON}.get(tone, Shape.OVER)
        room = right - left - 8 - GLYPH - 6 - 12
        end = self._line(painter, left + 8, shape, words, colour, room)
        painter.setFont(font_for(state.note, Size.LABEL))
        painter.setPen(t.stageink2)
        metrics = QFontMetricsF(painter.font())
        note = metrics.elidedText(state.note, Qt.TextElideMode.ElideRight, right - 12 - end - 16)
        x = right - 12 - metrics.horizontalAdvance(note)
        painter.drawText(QPointF(x, (self.height() + metrics.capHeight()) / 2), note)

    def _line(
        self, painter: QPainter, x: float, shape: Shape, words: str, colour: QColor, room: float = 1e6
    ) -> float:
        """Shape and words on the stage, in so much room; returns where they end."""
        t = tokens()
        top = (self.height() - GLYPH) / 2
        paint_shape(painter, shape, x, top, colour=colour, ground=t.stage)
        painter.setFont(font(Size.BODY))
        painter.setPen(t.stageink)
        metrics = QFontMetricsF(painter.font())
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(x + GLYPH + 6, (self.height() + metrics.capHeight()) / 2), words)
        return x + GLYPH + 6 + metrics.horizontalAdvance(words)

    @staticmethod
    def _block_width(words: str) -> float:
        return 12 + GLYPH + 6 + text_width(words, Size.BODY, Weight.BOLD) + 12

    def _block(
        self, painter: QPainter, x: float, shape: Shape, words: str, colours: tuple[QColor, QColor]
    ) -> float:
        """A filled block with shape and words; returns its right edge."""
        fill, ink = colours
        width = self._block_width(words)
        painter.fillRect(QRectF(x, 0, width, self.height()), fill)
        top = (self.height() - GLYPH) / 2
        paint_shape(painter, shape, x + 12, top, colour=ink, ground=fill)
        painter.setFont(font(Size.BODY, Weight.BOLD))
        painter.setPen(ink)
        metrics = QFontMetricsF(painter.font())
        painter.drawText(QPointF(x + 12 + GLYPH + 6, (self.height() + metrics.capHeight()) / 2), words)
        return x + width
