"""Draws the lanes of the timeline."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from rvr_console.ui import messages
from rvr_console.ui.theme import Size, Tokens, Weight, font
from rvr_console.ui.widgets.figures import clock, hour_minute
from rvr_console.ui.widgets.shapes import GLYPH, Shape, paint_shape
from rvr_console.ui.widgets.tag import Tone, tone_ink
from rvr_console.ui.widgets.timeline_model import (
    Mark,
    Span,
    SpanKind,
    TimelineData,
    clear_stretch,
    ruler_step,
)

LEFT = 120
RIGHT = 24
_BAR = 16
_APART = 2.0  # pixels between two gaps that are drawn as two


class Lanes:
    """Where the lanes lie at this size. folded: 64 high, events drawn over the recording lane."""

    def __init__(self, width: int, height: int, length: float) -> None:
        self.width, self.height, self.length = width, height, max(length, 1.0)
        self.folded = height < 90
        self.ruler = 8 if self.folded else 13
        self.connection = 26 if self.folded else 40
        self.recording = 48 if self.folded else 64
        self.events = self.recording if self.folded else 90
        self.scale = max(1.0, width - LEFT - RIGHT) / self.length
        """Pixels a second."""

    def x(self, second: float) -> float:
        return LEFT + second * self.scale

    def second(self, x: float) -> float:
        return max(0.0, min(self.length, (x - LEFT) / self.scale))


def hatch(painter: QPainter, box: QRectF, ground: QColor, ink: QColor) -> None:
    """The gap's sign: diagonal lines with a 1-px border."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(box, ground)
    painter.setClipRect(box)
    painter.setPen(QPen(ink, 2))
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + box.height(), box.top()))
        x += 6
    painter.setClipping(False)
    painter.setPen(QPen(ink, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    painter.restore()


def paint_lanes(painter: QPainter, data: TimelineData, lanes: Lanes, t: Tokens) -> None:
    """Everything that changes only with the data: ruler, lanes, events."""
    painter.fillRect(0, 0, lanes.width, lanes.height, t.surface)
    painter.fillRect(0, 0, lanes.width, 1, t.line)
    _paint_ruler(painter, data, lanes, t)
    painter.setFont(font(Size.LABEL, Weight.MEDIUM))
    painter.setPen(t.ink2)
    names = [(messages.LANE_CONNECTION, lanes.connection), (messages.LANE_RECORDING, lanes.recording)]
    if not lanes.folded:
        names.append((messages.LANE_EVENTS, lanes.events))
    for name, middle in names:
        _text(painter, 24, middle, name)
    for spans, middle in ((data.connection, lanes.connection), (data.recording, lanes.recording)):
        drawn = _told_apart(spans, lanes)
        for place, span in enumerate(drawn, 1):
            over = [] if span.kind is SpanKind.GAP else drawn[place:]  # a gap has no words to find room for
            _paint_span(painter, span, clear_stretch(span, over), lanes, middle, t)
    if data.recording_note and data.now is not None:
        painter.setFont(font(Size.LABEL))
        painter.setPen(t.ink2)
        _text(painter, lanes.x(data.now) + 8, lanes.recording, data.recording_note)
    _paint_marks(painter, list(data.marks), lanes, t)


def paint_now(painter: QPainter, data: TimelineData, now: float, lanes: Lanes, t: Tokens) -> None:
    """The line of the present second, 2 px, with its time."""
    x = round(lanes.x(now))
    top = lanes.ruler + (6 if lanes.folded else 10)
    painter.fillRect(x - 1, top, 2, lanes.height - top - 4, t.ink)
    words = messages.NOW.format(time=clock(data.begins + timedelta(seconds=now)))
    painter.setFont(font(Size.LABEL, Weight.BOLD))
    width = QFontMetricsF(painter.font()).horizontalAdvance(words)
    left = x + 8 if x + 8 + width < lanes.width - 8 else x - 8 - width
    middle = lanes.connection - (0 if lanes.folded else 5)
    painter.fillRect(QRectF(left - 3, middle - 8, width + 6, 16), t.surface)
    painter.setPen(t.ink)
    _text(painter, left, middle, words)


def _text(painter: QPainter, x: float, middle: float, words: str) -> None:
    capital = QFontMetricsF(painter.font()).capHeight()
    painter.drawText(QPointF(x, middle + capital / 2), words)


def _paint_ruler(painter: QPainter, data: TimelineData, lanes: Lanes, t: Tokens) -> None:
    step = ruler_step(lanes.scale)
    begins = data.begins.astimezone()
    since_midnight = begins.hour * 3600 + begins.minute * 60 + begins.second
    second = float(-since_midnight % step)
    painter.setFont(font(Size.LABEL))
    metrics = QFontMetricsF(painter.font())
    while second <= lanes.length:
        x = lanes.x(second)
        at = begins + timedelta(seconds=second)
        words = hour_minute(at) if step >= 60 else clock(at)
        painter.fillRect(QRectF(round(x), lanes.ruler + 10, 1, lanes.height - lanes.ruler - 16), t.line)
        painter.setPen(t.ink2)
        _text(painter, x - metrics.horizontalAdvance(words) / 2, lanes.ruler, words)
        second += step


def _told_apart(spans: Iterable[Span], lanes: Lanes) -> list[Span]:
    """Gaps so near to one another that no eye parts them are drawn as one: of a bad call there may be thousands."""
    least, apart = 2 / lanes.scale, _APART / lanes.scale  # seconds: a gap is drawn 2 px wide at least
    drawn: list[Span] = []
    start = end = 0.0
    for span in spans:
        if drawn and drawn[-1].kind is span.kind is SpanKind.GAP and start <= span.start < end + apart:
            end = max(end, span.end)
            continue
        if drawn and drawn[-1].kind is SpanKind.GAP and drawn[-1].end < end:
            drawn[-1] = replace(drawn[-1], end=end)
        drawn.append(span)
        start, end = span.start, max(span.end, span.start + least)
    if drawn and drawn[-1].kind is SpanKind.GAP and drawn[-1].end < end:
        drawn[-1] = replace(drawn[-1], end=end)
    return drawn


def _paint_span(
    painter: QPainter, span: Span, clear: tuple[float, float], lanes: Lanes, middle: float, t: Tokens
) -> None:
    left, right = lanes.x(span.start), lanes.x(span.end)
    box = QRectF(left, middle - _BAR / 2, max(right - left, 2.0), _BAR)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = t.surface
    if span.kind is SpanKind.GAP:
        hatch(painter, box, t.warntint, t.warn)
    elif span.kind is SpanKind.PAUSE:
        painter.setPen(t.edge)
        painter.setBrush(t.surface)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        ink = t.ink2
    else:
        fill = {SpanKind.WAITING: t.sunken, SpanKind.CONNECTED: t.accent, SpanKind.SEALED: t.ink2}[span.kind]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 2, 2)
        ink = {SpanKind.WAITING: t.ink2, SpanKind.CONNECTED: t.onaccent, SpanKind.SEALED: t.surface}[
            span.kind
        ]
    painter.setFont(font(Size.LABEL, Weight.MEDIUM if span.kind is not SpanKind.PAUSE else Weight.REGULAR))
    width = QFontMetricsF(painter.font()).horizontalAdvance(span.words)
    pad = 2 if span.kind is SpanKind.PAUSE else 6
    hidden = span.kind is SpanKind.GAP or (lanes.folded and middle == lanes.recording)
    room = lanes.x(clear[1]) - lanes.x(clear[0])
    if not hidden and span.words and width + 2 * pad <= room:
        painter.setPen(ink)
        _text(painter, lanes.x(clear[0]) + pad, middle, span.words)
    painter.restore()


def _paint_marks(painter: QPainter, marks: list[Mark], lanes: Lanes, t: Tokens) -> None:
    """Glyph and word; the word drops away where the next glyph is nearer than 8 px to its end.

    Of like glyphs that would lie on one another the first is drawn.
    """
    painter.setFont(font(Size.LABEL, Weight.MEDIUM))
    metrics = QFontMetricsF(painter.font())
    ordered: list[Mark] = []
    last: dict[tuple[Shape, Tone], float] = {}
    for mark in sorted(marks, key=lambda mark: mark.at):
        x, kind = lanes.x(mark.at), (mark.shape, mark.tone)
        if kind not in last or x - last[kind] >= GLYPH / 2:
            last[kind] = x
            ordered.append(mark)
    for number, mark in enumerate(ordered):
        x = lanes.x(mark.at) - GLYPH / 2
        ground = t.surface
        if lanes.folded:
            painter.fillRect(QRectF(x - 2, lanes.events - 8, GLYPH + 4, 16), t.surface)
        colour = tone_ink(mark.tone, t)
        paint_shape(painter, mark.shape, x, lanes.events - GLYPH / 2, colour=colour, ground=ground)
        end = x + GLYPH + 6 + metrics.horizontalAdvance(mark.word)
        beyond = number + 1 == len(ordered)
        limit = lanes.width if beyond else lanes.x(ordered[number + 1].at) - GLYPH / 2
        if not lanes.folded and end + 8 <= limit:
            painter.setPen(t.ink)
            _text(painter, x + GLYPH + 6, lanes.events, mark.word)
