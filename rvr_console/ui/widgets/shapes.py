"""State shapes: one meaning, one 12-pixel path each. Always shown beside a word and in the word's colour."""

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

GLYPH = 12


class Shape(Enum):
    DONE = auto()  # done, sealed, verified
    SOON = auto()  # soon, gap, needs care
    OVER = auto()  # over target, failed
    RING = auto()  # not started, in target
    HALF = auto()  # under way
    KIND = auto()  # kind or category
    ATTENTION = auto()  # attention to a person, viewed
    GIVEN = auto()  # given to someone
    MADE = auto()  # made here
    RECEIVED = auto()  # received
    PAUSED = auto()
    RECORDING = auto()
    CLOSED = auto()  # closed for ever
    DISC = auto()  # an act, in the custody line


def _polygon(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


_DIAMOND = _polygon((6, 0.6), (11.4, 6), (6, 11.4), (0.6, 6))
_DIAMOND_OPEN = _polygon((6, 1.3), (10.7, 6), (6, 10.7), (1.3, 6))
_TRIANGLE = _polygon((6, 1.4), (11.2, 10.6), (0.8, 10.6))
_OCTAGON = _polygon(
    (3.7, 0.4), (8.3, 0.4), (11.6, 3.7), (11.6, 8.3), (8.3, 11.6), (3.7, 11.6), (0.4, 8.3), (0.4, 3.7)
)
_PLAY = _polygon((2.8, 1.4), (10, 6), (2.8, 10.6))
_TICK = _polygon((3.3, 6.2), (5.2, 8.1), (8.7, 4.2))

_Painter = Callable[[QPainter, QColor, QColor], None]


def _fill(painter: QPainter, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)


def _stroke(painter: QPainter, colour: QColor, width: float) -> None:
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _exclamation(painter: QPainter, ground: QColor, top: float) -> None:
    _fill(painter, ground)
    painter.drawRoundedRect(QRectF(5.3, top, 1.4, 3.6), 0.7, 0.7)
    painter.drawEllipse(QPointF(6, top + 5.1), 0.8, 0.8)


def _done(painter: QPainter, colour: QColor, ground: QColor) -> None:
    _fill(painter, colour)
    painter.drawEllipse(QPointF(6, 6), 6, 6)
    _stroke(painter, ground, 1.5)
    painter.drawPolyline(_TICK)


def _soon(painter: QPainter, colour: QColor, ground: QColor) -> None:
    _stroke(painter, colour, 1.0)
    painter.setBrush(colour)
    painter.drawPolygon(_TRIANGLE)
    _exclamation(painter, ground, 4.3)


def _over(painter: QPainter, colour: QColor, ground: QColor) -> None:
    _fill(painter, colour)
    painter.drawPolygon(_OCTAGON)
    _exclamation(painter, ground, 2.7)


def _ring(painter: QPainter, colour: QColor, _ground: QColor) -> None:
    _stroke(painter, colour, 1.5)
    painter.drawEllipse(QPointF(6, 6), 5.2, 5.2)


def _half(painter: QPainter, colour: QColor, ground: QColor) -> None:
    _ring(painter, colour, ground)
    path = QPainterPath(QPointF(6, 0.8))
    path.arcTo(QRectF(0.8, 0.8, 10.4, 10.4), 90, -180)
    path.closeSubpath()
    _fill(painter, colour)
    painter.drawPath(path)


def _closed(painter: QPainter, colour: QColor, ground: QColor) -> None:
    _ring(painter, colour, ground)
    painter.drawLine(QPointF(2.6, 9.4), QPointF(9.4, 2.6))


def _paused(painter: QPainter, colour: QColor, _ground: QColor) -> None:
    _fill(painter, colour)
    painter.drawRoundedRect(QRectF(2.5, 1.5, 2.4, 9), 0.6, 0.6)
    painter.drawRoundedRect(QRectF(7.1, 1.5, 2.4, 9), 0.6, 0.6)


def _filled(polygon: QPolygonF) -> _Painter:
    def paint(painter: QPainter, colour: QColor, _ground: QColor) -> None:
        _fill(painter, colour)
        painter.drawPolygon(polygon)

    return paint


def _attention(painter: QPainter, colour: QColor, _ground: QColor) -> None:
    _stroke(painter, colour, 1.5)
    painter.drawPolygon(_DIAMOND_OPEN)


def _made(painter: QPainter, colour: QColor, _ground: QColor) -> None:
    _fill(painter, colour)
    painter.drawRect(QRectF(1.5, 1.5, 9, 9))


def _received(painter: QPainter, colour: QColor, _ground: QColor) -> None:
    pen = QPen(colour, 1.5)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(2.2, 2.2, 7.6, 7.6))


def _disc(radius: float) -> _Painter:
    def paint(painter: QPainter, colour: QColor, _ground: QColor) -> None:
        _fill(painter, colour)
        painter.drawEllipse(QPointF(6, 6), radius, radius)

    return paint


_PAINTERS: dict[Shape, _Painter] = {
    Shape.DONE: _done,
    Shape.SOON: _soon,
    Shape.OVER: _over,
    Shape.RING: _ring,
    Shape.HALF: _half,
    Shape.KIND: _filled(_DIAMOND),
    Shape.ATTENTION: _attention,
    Shape.GIVEN: _filled(_PLAY),
    Shape.MADE: _made,
    Shape.RECEIVED: _received,
    Shape.PAUSED: _paused,
    Shape.RECORDING: _disc(4.5),
    Shape.CLOSED: _closed,
    Shape.DISC: _disc(4.5),
}


def paint_shape(
    painter: QPainter,
    shape: Shape,
    x: float,
    y: float,
    *,
    colour: QColor,
    ground: QColor,
    size: float = GLYPH,
) -> None:
    """Draw the shape with its top left corner at x, y. ground: what shows through tick and exclamation mark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    painter.scale(size / GLYPH, size / GLYPH)
    _PAINTERS[shape](painter, colour, ground)
    painter.restore()
