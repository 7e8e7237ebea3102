"""One hour of recording, sealed, checked as the vault's check does it, against SHA-256 over the same files.

    python benchmarks/vault_check.py        prints one JSON line for each figure

Two segments of 30 minutes, a record each half second at 1 Mbit/s (450 MB), read through the page cache by both sides
in turn. The second line is how late a loop like the screen's gets its turns while the check runs on its quiet thread,
against the same loop without a check just before.
"""

import asyncio
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rvr_console.domain.ports import AppendFile
from rvr_console.domain.vault_check import FileState, VaultFile
from rvr_console.evidence.keys import Recipient, RecipientRole, Recipients, make_key_pair
from rvr_console.evidence.vault import Vault
from rvr_console.evidence.vault_files import FolderVaultFiles
from rvr_console.services.check_watch import CheckWatch
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DiskReserve, DurableDisk, DurableFile
from rvr_console.system.quiet_thread import QuietThread

ROUNDS = 3
SEGMENTS = 2
SECONDS = 1800
PIECE = 62_500  # 0.5 s at 1 Mbit/s
GOAL_SECONDS = 10.0
GOAL_LATE_MS = 50.0
TURN = 0.005


class Desk:
    label = "TEST benchmark"

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


class Unsynced(DurableFile):
    def sync(self) -> None:
        """What is written here need not survive."""


class UnsyncedDisk(DurableDisk):
    def create(self, path: Path) -> AppendFile:
        return Unsynced(path, os.O_CREAT | os.O_EXCL)


def make_hour(folder: Path) -> FolderVaultFiles:
    desk, recovery, team = Desk(), make_key_pair(), make_key_pair()
    who = (
        Recipient("recovery", RecipientRole.RECOVERY, recovery.public),
        Recipient("team", RecipientRole.TEAM, team.public),
    )
    vault = Vault(
        folder,
        UnsyncedDisk(),
        SystemClock(),
        SystemRandomness(),
        desk,
        Recipients("bench", who),
        reserve=DiskReserve(folder / "reserve.bin", 4096),
    )
    recording, data = vault.new_recording("bench"), os.urandom(PIECE)
    for _ in range(SEGMENTS):
        writer = recording.open_segment()
        for piece in range(2 * SECONDS):
            writer.append_media(data, piece * 500_000)
        writer.finish()
    return FolderVaultFiles(vault, None, DurableDisk(), {desk.public_key})


def time_ours(files: FolderVaultFiles, there: list[VaultFile]) -> float:
    watch = CheckWatch(lambda: False, lambda _progress: None)
    start = time.perf_counter()
    verdicts = files.check(there, (), watch)
    took = time.perf_counter() - start
    if any(verdict.state is not FileState.INTACT for verdict in verdicts):
        raise SystemExit(f"not intact: {verdicts}")
    return took


def time_peer(folder: Path, there: list[VaultFile]) -> float:
    start = time.perf_counter()
    for file in there:
        with (folder / file.name).open("rb") as stream:
            hashlib.file_digest(stream, "sha256").digest()
    return time.perf_counter() - start


async def lateness(stop: "asyncio.Future[object]") -> float:
    """The worst delay of a turn that was due 5 ms later, in ms."""
    late = 0.0
    while not stop.done():
        due = time.perf_counter() + TURN
        await asyncio.sleep(TURN)
        late = max(late, (time.perf_counter() - due) * 1000)
    return late


async def disturbed(files: FolderVaultFiles, there: list[VaultFile]) -> tuple[float, float]:
    """Worst delays with the check and without, over about the same time."""
    thread, watch = QuietThread("vault-check"), CheckWatch(lambda: False, lambda _progress: None)
    alone = await lateness(asyncio.ensure_future(asyncio.sleep(2)))
    beside = await lateness(asyncio.ensure_future(thread.run(lambda: files.check(there, (), watch))))
    thread.close()
    return beside, alone


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        files = make_hour(Path(name) / "vault")
        there = files.listed()
        rounds = [(time_ours(files, there), time_peer(Path(name) / "vault", there)) for _ in range(ROUNDS)]
        size = sum(file.size for file in there)
        turns = [asyncio.run(disturbed(files, there)) for _ in range(ROUNDS)]
    ours, peer = (statistics.median(side) for side in zip(*rounds, strict=True))
    line = {
        "name": "vault_check",
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "ratio": round(ours / peer, 2),
        "goal": GOAL_SECONDS,
        "holds": ours < GOAL_SECONDS,
        "unit": "s for one hour of recording",
        "note": f"{size / 1e6:.0f} MB, {SEGMENTS * 2 * SECONDS} signed records; peer: SHA-256 of the same files; median of {ROUNDS}",
    }
    print(json.dumps(line))
    ours, peer = (statistics.median(side) for side in zip(*turns, strict=True))
    line = {
        "name": "vault_check_loop",
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "ratio": round(ours / peer, 2),
        "goal": GOAL_LATE_MS,
        "holds": ours < GOAL_LATE_MS,
        "unit": "ms, worst turn of a loop",
        "note": f"turns of 5 ms while an hour is checked; peer: without a check; median of {ROUNDS}",
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
