"""Desks that watch one another: each lays its checkpoints where others find them, others sign what is consistent with what they saw.

A desk that signed a longer log can then no longer show a shorter or another one without the others knowing (C2SP tlog-witness).
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rvr_console.domain.checkpoint import Checkpoint, SignatureCheck, parse_note
from rvr_console.domain.merkle import HASH_BYTES, verify_consistency
from rvr_console.errors import EvidenceError

MOST_STEPS = 64
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class DeskName:
    """A desk whose certificate was checked. label: as it stands in what it signs. key: Ed25519, 32 bytes."""

    label: str
    key: bytes


class Vouching(Protocol):
    def __call__(self, untrusted_chain_pem: bytes, at: datetime) -> DeskName:
        """The desk of this certificate chain. Raises EvidenceError unless the force's authority issued it."""
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a log was followed. number: of its checkpoint."""

    number: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Drop:
    """What a desk lays down: its newest note, and the proof that the log of `start` entries is its beginning (0: the first)."""

    note: str
    start: int
    proof: tuple[bytes, ...]
    chain_pem: str

    def to_bytes(self) -> bytes:
        facts = {
            "chain": self.chain_pem,
            "note": self.note,
            "proof": [step.hex() for step in self.proof],
            "start": self.start,
        }
        return json.dumps(facts, sort_keys=True).encode()


def parse_drop(untrusted: bytes) -> Drop:
    """Raises EvidenceError."""
    try:
        facts = json.loads(untrusted)
        proof, start = facts["proof"], facts["start"]
        good = (
            isinstance(facts["note"], str)
            and isinstance(facts["chain"], str)
            and type(start) is int
            and isinstance(proof, list)
            and len(proof) <= MOST_STEPS
            and all(isinstance(step, str) and _HEX.fullmatch(step) for step in proof)
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EvidenceError("A checkpoint laid down by another desk cannot be read.") from error
    if not good:
        raise EvidenceError("A checkpoint laid down by another desk cannot be read.")
    return Drop(facts["note"], start, tuple(bytes.fromhex(step) for step in proof), facts["chain"])


def follow(drop: Drop, log_id: str, seen: Seen | None, check: SignatureCheck, vouch: Vouching) -> Checkpoint:
    """The checkpoint, once it is proven to continue what was seen of this log. Raises EvidenceError: it must not be signed."""
    note = parse_note(drop.note)
    one = note.checkpoint
    desk = vouch(drop.chain_pem.encode(), one.at)
    if one.log_id != log_id or (desk.label, desk.key) != (one.desk, one.key) or not note.holds(check):
        raise EvidenceError(f"A checkpoint in the name of {one.desk} was not signed by that desk.")
    if seen is None:
        return one
    if (one.size, one.root) == (seen.size, seen.root):
        return one
    if one.size <= seen.size:
        raise EvidenceError(
            f"The custody log of {one.desk} was cut or written anew: it had {seen.size} entries, now it signs {one.size}."
        )
    if drop.start != seen.size or not verify_consistency(
        seen.size, one.size, seen.root, one.root, drop.proof
    ):
        raise EvidenceError(
            f"The custody log of {one.desk} does not continue the {seen.size} entries that this desk has seen of it."
        )
    return one


def parse_seen(untrusted: bytes) -> dict[str, Seen]:
    """What this desk remembers of others' logs, log id -> how far. Raises EvidenceError."""
    try:
        facts = json.loads(untrusted)
        seen = {
            str(log): Seen(int(n), int(size), bytes.fromhex(root)) for log, (n, size, root) in facts.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise EvidenceError("What this desk remembers of other desks' logs cannot be read.") from error
    if any(len(one.root) != HASH_BYTES for one in seen.values()):
        raise EvidenceError("What this desk remembers of other desks' logs cannot be read.")
    return seen


def seen_bytes(seen: dict[str, Seen]) -> bytes:
    return json.dumps(
        {log: [one.number, one.size, one.root.hex()] for log, one in seen.items()}, sort_keys=True
    ).encode()
