"""Parts that the evidence tests share: a still clock, counted randomness, a test desk, recipients, small recordings."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rvr_console.domain.recording import EventKind, RecordingEvent
from rvr_console.evidence.keys import (
    EvidenceKeyRing,
    KeyPair,
    Recipient,
    RecipientRole,
    Recipients,
    make_key_pair,
)
from rvr_console.evidence.record_scan import ScannedRecord, scan_file
from rvr_console.evidence.vault import Vault, VaultRecording
from rvr_console.system.clock import SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk

START = datetime(2026, 3, 4, 13, 52, 31, tzinfo=UTC)


class StillClock:
    """Time moves only when a test says so."""

    def __init__(self) -> None:
        self.ns = 1_000_000_000

    def now(self) -> datetime:
        return START + timedelta(microseconds=(self.ns - 1_000_000_000) // 1000)

    def monotonic_ns(self) -> int:
        return self.ns


class CountedRandomness:
    """The same bytes in every run, never the same twice in one run."""

    def __init__(self, seed: bytes = b"vectors") -> None:
        self._seed = seed
        self._count = 0

    def token_bytes(self, count: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._seed + self._count.to_bytes(4, "big")).digest(count)


class SeededDesk:
    """A Signer whose key is in the test."""

    def __init__(self, seed: int = 7) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.label = "TEST desk"

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@cache
def key_pairs() -> tuple[KeyPair, KeyPair]:
    """Recovery and team."""
    return make_key_pair(), make_key_pair()


def recipients() -> Recipients:
    recovery, team = key_pairs()
    return Recipients(
        "test-force",
        (
            Recipient("recovery", RecipientRole.RECOVERY, recovery.public),
            Recipient("team-1", RecipientRole.TEAM, team.public),
        ),
    )


def team_ring() -> EvidenceKeyRing:
    return EvidenceKeyRing({"team-1": [key_pairs()[1].private]})


@dataclass
class Bench:
    """A vault with everything that a test may want to reach into."""

    vault: Vault
    clock: StillClock
    folder: Path

    def key(self, path: Path) -> bytes:
        return self.vault.data_key(scan_file(path), team_ring())


def make_bench(folder: Path, *, disk=None, randomness=None, reserve_bytes: int = 64 * 1024) -> Bench:
    clock = StillClock()
    vault = Vault(
        folder,
        disk or DurableDisk(),
        clock,
        randomness or SystemRandomness(),
        SeededDesk(),
        recipients(),
        reserve=DiskReserve(folder / "reserve.bin", reserve_bytes),
    )
    return Bench(vault, clock, folder)


def media_piece(number: int, size: int = 40) -> bytes:
    return hashlib.shake_256(b"media" + number.to_bytes(4, "big")).digest(size)


def event(kind: EventKind, pts_us: int, **detail: str) -> RecordingEvent:
    return RecordingEvent(kind, pts_us, detail)


def write_small(recording: VaultRecording, pieces: int = 5, *, finish: bool = True):
    """INIT, STARTED, then media with one PAUSE in it: 4 + pieces records with INDEX and FINAL."""
    writer = recording.open_segment()
    writer.append_event(event(EventKind.STARTED, 0))
    writer.append_init(b"container header")
    for number in range(pieces):
        writer.append_media(media_piece(number), number * 500_000)
        if number == pieces // 2:
            writer.append_event(event(EventKind.PAUSE, number * 500_000 + 1, by="officer"))
    if finish:
        writer.finish()
    else:
        writer.sync()
        writer.abandon()
    return writer


def plain_of(pieces: int = 5) -> bytes:
    return b"container header" + b"".join(media_piece(number) for number in range(pieces))


def records_of(path: Path) -> list[ScannedRecord]:
    return scan_file(path).records
