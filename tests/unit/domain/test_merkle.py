"""The tree against the published answers of Certificate Transparency and against a second, recursive way of computing it."""

import hashlib
import random
from collections.abc import Sequence

import pytest

from rvr_console.domain import merkle
from rvr_console.domain.merkle import Frontier, Tree

# Leaves and roots of the reference tests of Certificate Transparency (RFC 6962's authors).
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes(range(0x60, 0x70)))
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def plain_root(leaves: Sequence[bytes]) -> bytes:
    """The definition, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:split]) + plain_root(leaves[split:])).digest()


class Shelf:
    """Keeps what the frontier says is to be kept, and counts what is asked."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self.frontier, self.held, self.asked = Frontier(), {}, 0
        for index, one in enumerate(data):
            leaf = merkle.leaf_hash(one)
            self.held[0, index] = leaf
            for node in self.frontier.append(leaf):
                self.held[node.level, node.place] = node.digest

    def kept(self, level: int, first: int, count: int) -> list[bytes]:
        self.asked += count
        return [self.held[level, index] for index in range(first, first + count)]


def data(count: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(count)]


def test_the_published_roots() -> None:
    tree = Tree(Shelf(LEAVES))
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS
    assert tree.root(0) == hashlib.sha256(b"").digest() == Frontier().root()


def test_a_published_audit_path() -> None:
    path = Tree(Shelf(LEAVES)).inclusion(5, 8)
    assert [step.hex()[:16] for step in path] == ["bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 20])
def test_every_proof_of_a_small_tree_holds_and_no_other_does(count: int) -> None:
    entries = data(count)
    tree, root = Tree(Shelf(entries)), plain_root(entries)
    for index in range(count):
        path, leaf = tree.inclusion(index, count), merkle.leaf_hash(entries[index])
        assert merkle.verify_inclusion(leaf, index, count, path, root)
        assert not merkle.verify_inclusion(merkle.leaf_hash(b"other"), index, count, path, root)
        assert not merkle.verify_inclusion(leaf, index, count, [*path, bytes(32)], root)
        assert not merkle.verify_inclusion(leaf, index, count, path, bytes(32))
        for other in {*range(count)} - {index}:
            assert not merkle.verify_inclusion(leaf, other, count, path, root)
        if path:
            assert not merkle.verify_inclusion(leaf, index, count, path[:-1], root)
    for old in range(1, count + 1):
        path, before = tree.consistency(old, count), plain_root(entries[:old])
        assert merkle.verify_consistency(old, count, before, root, path)
        assert not merkle.verify_consistency(old, count, bytes(32), root, path)
        assert not merkle.verify_consistency(old, count, before, bytes(32), path)
        assert not merkle.verify_consistency(old, count, before, root, [*path, bytes(32)])
        for place in range(len(path)):
            assert not merkle.verify_consistency(
                old, count, before, root, [*path[:place], bytes(32), *path[place + 1 :]]
            )


def test_a_large_tree_from_the_few_kept_hashes() -> None:
    count = 70_000
    entries = data(count)
    shelf = Shelf(entries)
    tree, root = Tree(shelf), plain_root(entries)
    assert shelf.frontier.root() == tree.root(count) == root
    assert len(shelf.held) - count == count // 256 + count // 65536
    rng = random.Random(3)
    for _ in range(20):
        index, old = rng.randrange(count), rng.randrange(1, count)
        shelf.asked = 0
        path = tree.inclusion(index, count)
        assert shelf.asked < 1500
        assert len(path) <= 17
        assert merkle.verify_inclusion(merkle.leaf_hash(entries[index]), index, count, path, root)
        assert merkle.verify_consistency(old, count, tree.root(old), root, tree.consistency(old, count))


def test_the_edge_survives_being_stored() -> None:
    frontier = Frontier()
    for size, one in enumerate(data(300)):
        frontier = Frontier(frontier.size, frontier.to_bytes())
        frontier.append(merkle.leaf_hash(one))
        assert frontier.size == size + 1
    assert frontier.root() == plain_root(data(300))
    with pytest.raises(ValueError, match="does not fit"):
        Frontier(3, bytes(32))


def test_there_is_no_proof_beyond_the_tree() -> None:
    tree = Tree(Shelf(data(3)))
    for ask in (lambda: tree.inclusion(3, 3), lambda: tree.inclusion(-1, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            ask()
    for ask in (lambda: tree.consistency(0, 3), lambda: tree.consistency(4, 3)):
        with pytest.raises(ValueError, match="old tree"):
            ask()
    assert not merkle.verify_inclusion(bytes(32), 3, 3, [], bytes(32))
    assert not merkle.verify_consistency(0, 3, bytes(32), bytes(32), [])
    assert not merkle.verify_consistency(2, 3, bytes(32), bytes(32), [])
