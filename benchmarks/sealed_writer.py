"""Sealed writer into memory against AES-256-GCM + SHA-256 over the same bytes, and its CPU cost at 2 Mbit/s.

    python benchmarks/sealed_writer.py        prints one JSON line for each figure

Both sides run in turn in this one process; figures are medians.
"""

import hashlib
import json
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rvr_console.evidence.record_format import SegmentHeader
from rvr_console.evidence.sealed_stream import SYNC_BYTES, SealedWriter
from rvr_console.evidence.segment_cipher import key_commitment
from rvr_console.system.clock import SystemClock

ROUNDS = 21
PIECES = 128  # of 256 KiB: 32 MiB a run
SECONDS = 240
FRAGMENT = 125_000  # 0.5 s at 2 Mbit/s


class MemoryFile:
    """Takes the bytes as a list of references: the cost measured is the writer's, not that of a copy."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(data)
        return len(data)

    def sync(self) -> None:
        """Memory needs none."""

    def close(self) -> None:
        """Nothing is held open."""


class Desk:
    label = "TEST benchmark"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def make_writer(desk: Desk) -> SealedWriter:
    key, salt = os.urandom(32), os.urandom(32)
    now = datetime.now(UTC).isoformat()
    header = SegmentHeader(
        "bench", "bench", 1, None, salt, key_commitment(key, salt), desk.public_key, desk.label, now, 0, "0"
    )
    return SealedWriter(MemoryFile(), header, key, signer=desk, clock=SystemClock())


def time_ours(data: bytes, desk: Desk) -> float:
    writer = make_writer(desk)
    start = time.perf_counter()
    for number in range(PIECES):
        writer.append_media(data, number * 1000)
    writer.finish()
    return time.perf_counter() - start


def time_peer(data: bytes) -> float:
    aead, digest, parts = AESGCM(os.urandom(32)), hashlib.sha256(), []
    start = time.perf_counter()
    for number in range(PIECES):
        sealed = aead.encrypt(number.to_bytes(12, "big"), data, None)
        digest.update(sealed)
        parts.append(sealed)
    digest.digest()
    return time.perf_counter() - start


def cpu_per_second(desk: Desk) -> float:
    """CPU milliseconds for one recorded second at 2 Mbit/s, header and closing included."""
    data = os.urandom(FRAGMENT)
    start = time.process_time()
    writer = make_writer(desk)
    for number in range(2 * SECONDS):
        writer.append_media(data, number * 500_000)
    writer.finish()
    return (time.process_time() - start) * 1000 / SECONDS


def main() -> None:
    desk, data = Desk(), os.urandom(SYNC_BYTES)
    time_ours(data, desk), time_peer(data)
    ours, peer = [], []
    for _ in range(ROUNDS):
        ours.append(time_ours(data, desk))
        peer.append(time_peer(data))
    size = PIECES * len(data) / 1e6
    our_speed, peer_speed = size / statistics.median(ours), size / statistics.median(peer)
    ratio = statistics.median(theirs / mine for mine, theirs in zip(ours, peer, strict=True))  # of neighbours
    print(
        json.dumps(
            {
                "name": "sealed_writer",
                "ours": round(our_speed, 1),
                "peer": round(peer_speed, 1),
                "ratio": round(ratio, 3),
                "goal": 0.7,
                "holds": ratio >= 0.7,
                "unit": "MB/s",
                "note": f"AES-256-GCM + SHA-256 over the same bytes; 256 KiB pieces, {ROUNDS} alternating runs",
            }
        )
    )
    cost = statistics.median(cpu_per_second(desk) for _ in range(5))
    print(
        json.dumps(
            {
                "name": "sealed_writer_cpu",
                "ours": round(cost, 3),
                "peer": None,
                "ratio": None,
                "goal": 5.0,
                "holds": cost < 5.0,
                "unit": "CPU ms per recorded second",
                "note": "2 Mbit/s in pieces of 0.5 s",
            }
        )
    )


if __name__ == "__main__":
    main()
