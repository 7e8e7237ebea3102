"""Finds pieces of known plaintext in any bytes: every 32-byte window of the needles, at every offset of the hay. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

WINDOW = 32
_KEY = 8
_DISTINCT = 12  # a window of fewer different bytes (runs of zeros) is in every second file and proves nothing
_BITS = 24
_CHUNK = 4 << 20
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Hit:
    """A window of the needle called `source` stands at this byte of the hay."""

    source: str
    offset: int


def _slots(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (keys * _SPREAD) >> np.uint64(64 - _BITS)


class Needles:
    """All windows of some named pieces of plaintext."""

    def __init__(self, pieces: Iterable[tuple[str, bytes]]) -> None:
        """pieces: (name, bytes). Windows with fewer than 12 different bytes are left out."""
        self._sources: dict[bytes, str] = {}
        for name, data in pieces:
            for start in range(len(data) - WINDOW + 1):
                window = data[start : start + WINDOW]
                if len(set(window)) >= _DISTINCT:
                    self._sources.setdefault(window, name)
        firsts = b"".join(window[:_KEY] for window in self._sources)
        self._keys = np.unique(np.frombuffer(firsts, "<u8"))
        self._slots = np.zeros(1 << _BITS, np.bool_)
        self._slots[_slots(self._keys)] = True

    def __len__(self) -> int:
        return len(self._sources)

    def search(self, hay: BinaryIO) -> Iterator[Hit]:
        """In order of offset within each 4 MiB. Raises OSError."""
        base, tail = 0, b""
        while fresh := hay.read(_CHUNK):
            chunk = tail + fresh
            yield from self._in_chunk(chunk, base)
            keep = min(len(chunk), WINDOW - 1)
            tail = chunk[len(chunk) - keep :]
            base += len(chunk) - keep

    def _known(self, keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return self._keys[places] == keys

    def _in_chunk(self, chunk: bytes, base: int) -> Iterator[Hit]:
        places: list[int] = []
        for shift in range(_KEY):
            count = (len(chunk) - shift) // _KEY
            if count <= 0:
                continue
            keys = np.frombuffer(chunk, "<u8", count, shift)
            near = np.flatnonzero(self._slots[_slots(keys)])
            exact = near[self._known(keys[near])]
            places += (exact * _KEY + shift).tolist()
        for place in sorted(places):
            source = self._sources.get(chunk[place : place + WINDOW])
            if source is not None:
                yield Hit(source, base + place)
