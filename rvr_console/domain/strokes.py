"""A signature drawn with a finger: lines on a pad of 1000 by 400 units, the origin top left."""

import math
from collections.abc import Sequence

from rvr_console.errors import RefusedError, UntrustedInputError

PAD_WIDTH, PAD_HEIGHT = 1000, 400
MOST_POINTS = 2_000
"""Points of a signature as it is kept; more are thinned out, which nobody sees at the size of a signature."""
MOST_UNTRUSTED = 200_000
SMALLEST = 30
"""Units that a signature must measure in one direction: less is a tap, not a signature."""
Point = tuple[int, int]
Stroke = tuple[Point, ...]
Strokes = tuple[Stroke, ...]


def checked(untrusted: Sequence[Sequence[Sequence[int]]]) -> Strokes:
    """The lines as they are kept. Raises UntrustedInputError (outside the pad, far too much), RefusedError (none, or a dot)."""
    if sum(len(line) for line in untrusted) > MOST_UNTRUSTED:
        raise UntrustedInputError("The drawing of the signature is too large.")
    strokes = tuple(tuple(_point(point) for point in line) for line in untrusted if line)
    everything = [point for line in strokes for point in line]
    if not everything:
        raise RefusedError("Nothing was drawn.", kept="Nothing was signed.", todo="Draw, or type the name.")
    wide = max(x for x, _ in everything) - min(x for x, _ in everything)
    high = max(y for _, y in everything) - min(y for _, y in everything)
    if max(wide, high) < SMALLEST:
        raise RefusedError(
            "A single dot is not a signature.", kept="Nothing was signed.", todo="Draw again, or type the name."
        )
    return thinned(strokes)


def _point(untrusted: Sequence[int]) -> Point:
    if len(untrusted) != 2:
        raise UntrustedInputError("The drawing of the signature is malformed.")
    x, y = untrusted
    if not (0 <= x <= PAD_WIDTH and 0 <= y <= PAD_HEIGHT):
        raise UntrustedInputError("The drawing of the signature goes beyond its pad.")
    return x, y


def points(strokes: Strokes) -> int:
    return sum(len(line) for line in strokes)


def thinned(strokes: Strokes, most: int = MOST_POINTS) -> Strokes:
    """At most so many points: those that lie within a tolerance of the line are left out, then, if need be, whole short lines."""
    tolerance = 0.5
    while points(strokes) > most and tolerance < PAD_WIDTH:
        strokes = tuple(_simplified(line, tolerance) for line in strokes)
        tolerance *= 2
    while points(strokes) > most:  # thousands of taps: the longest lines stay
        longest = sorted(range(len(strokes)), key=lambda place: _length(strokes[place]), reverse=True)
        kept = sorted(longest[: len(strokes) // 2])
        strokes = tuple(strokes[place] for place in kept)
    return strokes


def _length(line: Stroke) -> float:
    return sum(math.dist(one, other) for one, other in zip(line, line[1:], strict=False))


def _simplified(line: Stroke, tolerance: float) -> Stroke:
    """Douglas and Peucker (1973), without recursion; lines of many points are first thinned by distance, so that it stays quick."""
    near = [line[0]]
    for point in line[1:-1]:
        if math.dist(point, near[-1]) >= tolerance:
            near.append(point)
    near.extend(line[-1:] if len(line) > 1 else ())
    keep = [False] * len(near)
    keep[0] = keep[-1] = True
    spans = [(0, len(near) - 1)]
    while spans:
        first, last = spans.pop()
        far, place = 0.0, 0
        for at in range(first + 1, last):
            distance = _distance(near[at], near[first], near[last])
            if distance > far:
                far, place = distance, at
        if far > tolerance:
            keep[place] = True
            spans += [(first, place), (place, last)]
    return tuple(point for point, kept in zip(near, keep, strict=True) if kept)


def _distance(point: Point, start: Point, end: Point) -> float:
    if start == end:
        return math.dist(point, start)
    (x, y), (x1, y1), (x2, y2) = point, start, end
    return abs((y2 - y1) * x - (x2 - x1) * y + x2 * y1 - y2 * x1) / math.dist(start, end)
