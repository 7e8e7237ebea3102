"""Screens that are made in parts, so that no single turn of the Qt thread takes long.

A maker is a generator: it makes a part at each step. Who has a loop takes one step a turn; others take all at once.
"""

from collections import deque
from collections.abc import Iterator

Parts = Iterator[None]


def all_at_once(parts: Parts) -> None:
    deque(parts, maxlen=0)
