"""A signature drawn with a finger: lines on a pad of 1000 by 400 units, the origin top left."""

import itertools
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
            "A single dot is not a signature.",
            kept="Nothing was signed.",
            todo="Draw again, or type the name.",
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
    """At most so many points: those that lie close together are left out, then, if need be, whole short lines."""
    apart = 1.0
    while points(strokes) > most and apart < PAD_WIDTH:
        strokes = tuple(_apart(line, apart) for line in strokes)
        apart *= 1.25
    while points(strokes) > most:  # thousands of taps: the longest lines stay
        longest = sorted(range(len(strokes)), key=lambda place: _length(strokes[place]), reverse=True)
        kept = sorted(longest[: len(strokes) // 2])
        strokes = tuple(strokes[place] for place in kept)
    return strokes


def _apart(line: Stroke, distance: float) -> Stroke:
    kept = [line[0]]
    for point in line[1:-1]:
        if math.dist(point, kept[-1]) >= distance:
            kept.append(point)
    kept.extend(line[-1:] if len(line) > 1 else ())
    return tuple(kept)


def _length(line: Stroke) -> float:
    return sum(math.dist(one, other) for one, other in itertools.pairwise(line))
