"""A Merkle tree over a log that only grows: root, inclusion and consistency proofs (RFC 6962 section 2.1, RFC 9162 section 2.1).

leaf = SHA-256(00 || data), node = SHA-256(01 || left || right). A tree of n leaves is split at the largest power of two
smaller than n. A complete subtree is named by (level, place): it covers the leaves from place << level on, 1 << level of them.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
KEPT_EVERY = 8  # levels: the hashes of complete subtrees that are stored are those of levels 8, 16, 24 ...


class Node(NamedTuple):
    """The hash of a complete subtree."""

    level: int
    place: int
    digest: bytes


class KeptNodes(Protocol):
    """Where hashes of complete subtrees are kept: level 0 (leaf hashes) and each multiple of KEPT_EVERY."""

    def kept(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """Hashes of the subtrees (level, first) to (level, first + count - 1). Raises EvidenceError when one is missing."""
        ...


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The growing edge of the tree: the roots of its complete subtrees, largest first. All that an append needs."""

    __slots__ = ("_roots", "size")

    def __init__(self, size: int = 0, data: bytes = b"") -> None:
        """size: leaves so far. data: as `to_bytes` gave it. Raises ValueError when the two do not fit."""
        if size < 0 or len(data) != size.bit_count() * HASH_BYTES:
            raise ValueError("the edge of the tree does not fit its size")
        self.size = size
        self._roots = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]

    def append(self, leaf: bytes) -> list[Node]:
        """Add one leaf hash. The complete subtrees that are to be kept now (usually none)."""
        index, roots, level = self.size, self._roots, 0
        made: list[Node] = []
        digest = leaf
        while index & 1:
            digest = hashlib.sha256(b"\x01" + roots.pop() + digest).digest()
            index >>= 1
            level += 1
            if level % KEPT_EVERY == 0:
                made.append(Node(level, index, digest))
        roots.append(digest)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root over all leaves; of an empty tree SHA-256 of nothing."""
        if not self._roots:
            return EMPTY_ROOT
        digest = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            digest = node_hash(left, digest)
        return digest

    def to_bytes(self) -> bytes:
        return b"".join(self._roots)


class Tree:
    """Any hash of a tree, from the few that are kept: a hash costs at most 255 others, whatever the size."""

    def __init__(self, nodes: KeptNodes) -> None:
        self._nodes = nodes

    def root(self, size: int) -> bytes:
        """The root when the tree had this many leaves."""
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of a leaf, lowest first (RFC 9162 section 2.1.3.1). Raises ValueError beyond the tree."""
        if not 0 <= index < size:
            raise ValueError("there is no such leaf")
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Proof that the tree of `old` leaves is the beginning of that of `size` (RFC 9162 section 2.1.4.1).

        Raises ValueError unless 0 < old <= size.
        """
        if not 0 < old <= size:
            raise ValueError("the old tree is empty or larger than the new one")
        start, end, path, whole = 0, size, [], True
        while old < end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._range(start, end))
        return path[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """Hash of leaves start to end - 1, where start is a multiple of the next power of two."""
        count = end - start
        if count & (count - 1) == 0:
            return self._subtree(count.bit_length() - 1, start)
        middle = start + _split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _subtree(self, level: int, start: int) -> bytes:
        kept = level - level % KEPT_EVERY
        digests = list(self._nodes.kept(kept, start >> kept, 1 << (level - kept)))
        while len(digests) > 1:
            digests = [node_hash(digests[at], digests[at + 1]) for at in range(0, len(digests), 2)]
        return digests[0]


def _split(count: int) -> int:
    """The largest power of two smaller than count (count > 1)."""
    return 1 << (count - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from this leaf hash to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, digest = index, size - 1, leaf
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            digest = node_hash(step, digest)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            digest = node_hash(digest, step)
        fn >>= 1
        sn >>= 1
    return sn == 0 and digest == root


def verify_consistency(old: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of the tree of `size` (RFC 9162 section 2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(step, first), node_hash(step, second)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, step)
        fn >>= 1
        sn >>= 1
    return sn == 0 and first == old_root and second == root
