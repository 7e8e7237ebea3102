"""The custody log: durable appends in a second, and a log of a million entries verified.

    python benchmarks/custody_log.py [ENTRIES]

Appends: each its own durable transaction in the real encrypted store, through the service that the desk uses; beside it the
same number of single-row durable transactions by the database alone, on the same disk. Verification: every entry's salt, payload,
commitment, digest and place, the chain, the tree, a signed root each thousand entries; beside it SHA-256 alone over as much
as the log hashes, in one process as the verification is.
"""

import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection

from rvr_console.domain.custody import CustodyAct, commitment_of, digest_2, payload_bytes
from rvr_console.domain.custody_check import LogCheck
from rvr_console.domain.merkle import Frontier, leaf_hash
from rvr_console.domain.repositories import Transaction
from rvr_console.services.desk import Desk, Session, Work
from rvr_console.storage.custody_tip_file import Tip, TipFile
from rvr_console.storage.database import Database
from rvr_console.storage.store import Store
from rvr_console.system.clock import SystemClock

KEY = bytes(range(32))
APPENDS, BATCH = 1500, 1000
ENTRIES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)


class Ignored:
    def publish(self, _event: object) -> None:
        return


def note(work: Work) -> None:
    work.log(CustodyAct.RECORDING_HEAD, "a" * 36, segment="1", sequence="4711", chain="ab" * 32)


async def appends(store: Store) -> float:
    """Entries in a second."""
    desk = Desk(store, SystemClock(), Ignored(), Session())
    begin = time.perf_counter()
    for _ in range(APPENDS):
        await desk.note(note)
    return APPENDS / (time.perf_counter() - begin)


def plain(path: Path) -> float:
    """Durable single-row transactions in a second, with as many bytes, by the database alone."""
    database = Database(path, KEY)
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE plain (n INTEGER PRIMARY KEY, body BLOB)")
    begin = time.perf_counter()
    for n in range(APPENDS):
        with database.transaction() as connection:
            connection.exec_driver_sql("INSERT INTO plain VALUES (?, ?)", (n, os.urandom(400)))
    rate = APPENDS / (time.perf_counter() - begin)
    database.close()
    return rate


def fill(connection: Connection, first: int, count: int, state: dict) -> None:
    """Entries as the console writes them, in bulk: writing a million one by one is not what is measured."""
    rows, nodes = [], []
    previous, frontier = state["previous"], state["frontier"]
    for sequence in range(first, first + count):
        at = (NOW + timedelta(seconds=sequence)).isoformat()
        details = '{"chain":"' + "ab" * 32 + '","segment":"1","sequence":"4711"}'
        salt, subject = os.urandom(32), f"{sequence // 500:036d}"
        commitment = commitment_of(salt, payload_bytes("2417", details, "", subject))
        digest = digest_2(sequence, at, "recording_head", previous, commitment)
        rows.append(
            (
                sequence,
                at,
                "2417",
                "recording_head",
                subject,
                "",
                details,
                previous,
                digest,
                2,
                salt,
                commitment,
            )
        )
        nodes += frontier.append(leaf_hash(digest))
        previous = digest
        if (sequence + 1) % 1000 == 0:
            state["roots"][sequence + 1] = (frontier.root(),)
    state["previous"] = previous
    run = connection.exec_driver_sql
    run(
        "INSERT INTO custody (sequence, at, actor, act, subject, purpose, details, previous, digest, version, salt, commitment)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    if nodes:
        run("INSERT INTO custody_nodes VALUES (?, ?, ?)", [tuple(node) for node in nodes])
    run("UPDATE custody_tip SET frontier = ?", (frontier.to_bytes(),))


def make_large(path: Path) -> dict:
    """A log of ENTRIES entries; the roots signed each thousand."""
    Store(path, KEY).close()
    database = Database(path, KEY)
    state = {"previous": bytes(32), "frontier": Frontier(), "roots": {}}
    for first in range(0, ENTRIES, 10_000):
        with database.transaction() as connection:
            fill(connection, first, min(10_000, ENTRIES - first), state)
    database.close()
    path.with_name(path.name + ".tip").unlink(missing_ok=True)
    TipFile(path.with_name(path.name + ".tip"), KEY).write(Tip(ENTRIES, state["previous"]))
    return state["roots"]


async def verified(store: Store, roots: dict) -> tuple[float, float]:
    """Seconds, and the longest that another act had to wait."""
    run = LogCheck(roots=roots)
    begin, longest, done = time.perf_counter(), 0.0, False
    found: list = []

    def some(tx: Transaction) -> bool:
        if not tx.custody.check(run, BATCH):
            return False
        found.extend(tx.custody.faults(run))
        return True

    while not done:
        start = time.perf_counter()
        done = await store.run(some)
        longest = max(longest, time.perf_counter() - start)
    seconds = time.perf_counter() - begin
    if found or run.contradicted or run.entries != ENTRIES:
        raise RuntimeError(f"not intact: {found[:3]} {run.contradicted[:3]} {run.entries}")
    return seconds, longest


def hashing_alone() -> float:
    """Seconds for the four SHA-256 of each entry (payload, digest, leaf, node) over as many bytes."""
    sizes = [bytes(n) for n in (230, 152, 33, 65)]
    begin = time.perf_counter()
    for _ in range(ENTRIES):
        for data in sizes:
            hashlib.sha256(data).digest()
    return time.perf_counter() - begin


async def measure(folder: Path) -> None:
    store = Store(folder / "small.db", KEY)
    ours = await appends(store)
    store.close()
    peer = plain(folder / "plain.db")
    note = f"{APPENDS} durable transactions each; goal: at least 500/s"
    tell("custody_append", ours, peer, 500, ours >= 500, "entries/s", note)
    roots = make_large(folder / "large.db")
    store = Store(folder / "large.db", KEY)
    seconds, longest = await verified(store, roots)
    store.close()
    alone = hashing_alone()
    goal = 20 * ENTRIES / 1_000_000
    note = f"{ENTRIES} entries, {len(roots)} signed roots compared, batches of {BATCH}: other acts wait {longest * 1000:.0f} ms at most"
    tell("custody_verify", seconds, alone, goal, seconds <= goal, "s", note)


def tell(name: str, ours: float, peer: float, goal: float, holds: bool, unit: str, note: str) -> None:
    facts = {
        "name": name, "ours": round(ours, 2), "peer": round(peer, 2), "ratio": round(ours / peer, 3),
        "goal": goal, "holds": holds, "unit": unit, "note": note,
    }  # fmt: skip
    print(json.dumps(facts), flush=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
