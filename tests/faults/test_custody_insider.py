"""An insider with the database's key: what he does to a sealed custody log is found by the desk itself and named.

The real SQLCipher database, its triggers removed; the real desk key; the checkpoints' copy in the vault's folder.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlcipher3 import dbapi2

from rvr_console.domain import merkle
from rvr_console.domain.custody import CustodyAct, CustodyFault, FaultKind, digest_2
from rvr_console.domain.custody_health import CustodyHealth
from rvr_console.domain.events import CustodyHealthChanged
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody import CustodyLog
from rvr_console.services.desk import Desk, Session
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.storage.store import Store
from rvr_console.system.durable_file import DurableDisk

KEY = bytes(range(32))
NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)


class SteppingClock:
    def __init__(self) -> None:
        self.wall = NOW

    def now(self) -> datetime:
        self.wall += timedelta(seconds=10)
        return self.wall

    def monotonic_ns(self) -> int:
        return 0


class DeskKey:
    label = "TEST D1"

    def __init__(self, seed: int = 7) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass
class Rig:
    """One desk's data folder; each visit opens and closes the real store."""

    folder: Path
    key: DeskKey = field(default_factory=DeskKey)
    clock: SteppingClock = field(default_factory=SteppingClock)
    told: list[object] = field(default_factory=list)

    @property
    def database(self) -> Path:
        return self.folder / "console.db"

    @property
    def tip(self) -> Path:
        return self.folder / "console.db.tip"

    @property
    def mirror(self) -> Path:
        return self.folder / "vault" / "custody" / "desk.jsonl"

    def publish(self, event: object) -> None:
        self.told.append(event)

    async def visit(self, add: tuple[int, ...] = ()) -> CustodyHealth:
        """Start as the console does: verify, seal; then append and seal as often as `add` says. How it stood at the start."""
        store = Store(self.database, KEY)
        try:
            desk = Desk(store, self.clock, self, Session())
            mirror = CheckpointMirror(self.mirror, DurableDisk())
            custody = CustodyLog(desk, Checkpoints(desk, self.key, desk_signature_holds, mirror))
            await custody.verify_at_start()
            found = custody.health
            await custody.seal()
            for count in add:
                for _ in range(count):
                    await desk.note(lambda work: work.log(CustodyAct.NOTE_WRITTEN, "case", text="said"))
                await custody.seal()
            return found
        finally:
            store.close()

    def keep(self, name: str) -> Path:
        """A copy of the database and its tip, as an insider takes one."""
        kept = self.folder / name
        kept.mkdir()
        for path in (self.database, self.tip):
            shutil.copy(path, kept)
        return kept

    def put_back(self, kept: Path, *, tip: bool) -> None:
        shutil.copy(kept / "console.db", self.database)
        if tip:
            shutil.copy(kept / "console.db.tip", self.tip)

    @contextmanager
    def inside(self) -> Iterator[dbapi2.Connection]:
        """The insider's hands: the rules of the database are taken away and put back when he is done."""
        connection = dbapi2.connect(str(self.database), isolation_level=None)
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        rules = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in rules:
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection
        for _, statement in rules:
            connection.execute(statement)
        connection.close()


@pytest.fixture
async def rig(tmp_path: Path) -> Rig:
    """Twelve entries, sealed at 4, 7 and 12."""
    made = Rig(tmp_path)
    assert (await made.visit((4, 3, 5))).faults == ()
    return made


def kinds(health: CustodyHealth) -> set[FaultKind]:
    return {fault.kind for fault in health.faults}


def words(health: CustodyHealth) -> str:
    return "; ".join(fault.what for fault in health.faults)


async def test_an_untouched_log_is_intact_at_every_start(rig: Rig) -> None:
    for _ in range(3):
        health = await rig.visit((2,))
        assert health.faults == ()
        assert health.intact
        assert health.found_before == ()
    assert health.checkpoint is not None
    assert (health.checkpoint.size, health.checkpoint.desk, health.entries) == (16, "TEST D1", 16)
    assert isinstance(rig.told[-1], CustodyHealthChanged)
    lines = [json.loads(line)["note"] for line in rig.mirror.read_text().split("\n") if line]
    assert [line.split("\n")[1] for line in lines] == ["4", "7", "12", "14", "16", "18"]
    assert "desk TEST D1\n" in lines[0]


def rewrite(connection: dbapi2.Connection, first: int, count: int) -> None:
    """Write the chain anew from an entry on, each right in itself, tip and tree too: what a clever insider does."""
    previous = connection.execute("SELECT digest FROM custody WHERE sequence = ?", (first - 1,)).fetchone()[0]
    for sequence in range(first, count):
        at, act, commitment = connection.execute(
            "SELECT at, act, commitment FROM custody WHERE sequence = ?", (sequence,)
        ).fetchone()
        digest = digest_2(sequence, at, act, previous, commitment)
        connection.execute(
            "UPDATE custody SET previous = ?, digest = ? WHERE sequence = ?", (previous, digest, sequence)
        )
        previous = digest
    frontier = merkle.Frontier()
    for (digest,) in connection.execute("SELECT digest FROM custody ORDER BY sequence"):
        frontier.append(merkle.leaf_hash(digest))
    connection.execute(
        "UPDATE custody_tip SET entries = ?, digest = ?, frontier = ?", (count, previous, frontier.to_bytes())
    )


def edit_entry_8(connection: dbapi2.Connection) -> None:
    salt, actor, subject, purpose = connection.execute(
        "SELECT salt, actor, subject, purpose FROM custody WHERE sequence = 8"
    ).fetchone()
    details = '{"text":"never said"}'
    payload = json.dumps(
        {"actor": actor, "details": json.loads(details), "purpose": purpose, "subject": subject},
        sort_keys=True,
        separators=(",", ":"),
    )
    commitment = hashlib.sha256(salt + payload.encode()).digest()
    connection.execute(
        "UPDATE custody SET details = ?, commitment = ? WHERE sequence = 8", (details, commitment)
    )
    rewrite(connection, 8, 12)


def cut_to_9(connection: dbapi2.Connection) -> None:
    connection.execute("DELETE FROM custody WHERE sequence >= 9")
    rewrite(connection, 8, 9)


def cut_to_9_and_unseal(connection: dbapi2.Connection) -> None:
    cut_to_9(connection)
    connection.execute("DELETE FROM custody_checkpoints WHERE size > 9")


def take_out_5(connection: dbapi2.Connection) -> None:
    connection.execute("DELETE FROM custody WHERE sequence = 5")
    connection.execute("UPDATE custody SET sequence = sequence - 1 WHERE sequence > 5")
    rewrite(connection, 5, 11)


def put_in_at_5(connection: dbapi2.Connection) -> None:
    connection.execute("UPDATE custody SET sequence = sequence + 100 WHERE sequence >= 5")
    connection.execute("UPDATE custody SET sequence = sequence - 99 WHERE sequence >= 100")
    columns = "at, actor, act, subject, purpose, details, previous, digest, version, salt, commitment"
    connection.execute(
        f"INSERT INTO custody (sequence, {columns}) SELECT 5, {columns} FROM custody WHERE sequence = 4"
    )
    rewrite(connection, 5, 13)


def swap_8_and_9(connection: dbapi2.Connection) -> None:
    for old, new in ((8, 99), (9, 8), (99, 9)):
        connection.execute("UPDATE custody SET sequence = ? WHERE sequence = ?", (new, old))
    rewrite(connection, 8, 12)


CLEVER: dict[str, tuple[Callable[[dbapi2.Connection], None], FaultKind, str]] = {
    "edited": (edit_entry_8, FaultKind.EDITED, "entries 7 to 11 are not those that were signed on"),
    "deleted": (take_out_5, FaultKind.EDITED, "entries 4 to 6 are not those that were signed on"),
    "inserted": (put_in_at_5, FaultKind.EDITED, "entries 4 to 6 are not those that were signed on"),
    "reordered": (swap_8_and_9, FaultKind.EDITED, "entries 7 to 11 are not those that were signed on"),
    "cut": (cut_to_9, FaultKind.DELETED, "entries 9 to 11 are gone: this desk signed 12 entries on"),
    "cut, checkpoint too": (
        cut_to_9_and_unseal,
        FaultKind.ROLLED_BACK,
        "it has 9 entries, but this desk signed 12 on 21/11/2026",
    ),
}


@pytest.mark.parametrize("name", CLEVER)
async def test_a_log_written_anew_is_found_and_the_entries_named(rig: Rig, name: str) -> None:
    """Every entry fits the one before, the tip and the tree fit; the tip beside the database is taken away."""
    harm, kind, said = CLEVER[name]
    with rig.inside() as connection:
        harm(connection)
    rig.tip.unlink()
    health = await rig.visit((3,))
    assert kind in kinds(health), health.faults
    assert said in words(health)
    later = await rig.visit()
    assert kinds(later) <= {FaultKind.EDITED, FaultKind.ROLLED_BACK}
    assert "signed on 21/11/2026" in words(later), "new entries and checkpoints do not hide it"
    assert said in later.found_before[0], "and the log itself says that it was found"


async def test_rules_of_the_database_taken_away_are_said_and_put_back(rig: Rig) -> None:
    connection = dbapi2.connect(str(rig.database), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    connection.execute("DROP TRIGGER custody_no_UPDATE")
    connection.execute("DROP TRIGGER custody_no_DELETE")
    connection.execute("CREATE TRIGGER custody_no_UPDATE BEFORE UPDATE ON custody BEGIN SELECT 1; END")
    connection.close()
    health = await rig.visit((1,))
    assert kinds(health) == {FaultKind.UNGUARDED}
    assert "custody_no_UPDATE and 1 more" in words(health)
    assert (await rig.visit()).faults == ()
    with pytest.raises(dbapi2.IntegrityError, match="never changed"):
        raw = dbapi2.connect(str(rig.database), isolation_level=None)
        raw.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        raw.execute("UPDATE custody SET purpose = 'x'")
    raw.close()


async def test_an_earlier_copy_with_its_tip_is_found_from_the_vault(rig: Rig) -> None:
    kept = rig.keep("kept")
    await rig.visit((6,))
    rig.put_back(kept, tip=True)
    health = await rig.visit((2,))
    assert kinds(health) == {FaultKind.ROLLED_BACK}
    assert "it has 12 entries, but this desk signed 18 on 21/11/2026" in words(health)
    assert "entries 12 to 17 are gone" in words(health)
    grown = await rig.visit((20,))
    assert kinds(grown) == {FaultKind.ROLLED_BACK}
    grown = await rig.visit()
    assert "continued from an earlier copy" in words(grown)
    assert "entries 12 to 17 are not those that were signed on" in words(grown)


async def test_an_earlier_copy_without_its_tip_is_found_twice(rig: Rig) -> None:
    kept = rig.keep("kept")
    await rig.visit((6,))
    rig.put_back(kept, tip=False)
    health = await rig.visit()
    assert [fault.kind for fault in health.faults] == [FaultKind.ROLLED_BACK] * 2
    assert "put back to an earlier copy" in words(health)
    assert "had 18 entries here before" in words(health)


async def test_an_earlier_copy_while_nothing_was_added_since_its_last_checkpoint(rig: Rig) -> None:
    """Nothing is lost then, so nothing is said."""
    kept = rig.keep("kept")
    rig.put_back(kept, tip=True)
    assert (await rig.visit()).faults == ()


async def test_another_database_in_its_place_is_found(rig: Rig, tmp_path: Path) -> None:
    rig.database.unlink()
    rig.tip.unlink()
    health = await rig.visit((3,))
    assert kinds(health) == {FaultKind.ROLLED_BACK}
    assert "is not the one this desk worked with: that had 12 entries" in words(health)


SEALS: dict[str, tuple[str, str]] = {
    "deleted": ("DELETE FROM custody_checkpoints WHERE number = 1", "before number 2 is missing"),
    "edited size": ("UPDATE custody_checkpoints SET size = 6 WHERE number = 1", "checkpoint 1 was changed"),
    "edited note": (
        "UPDATE custody_checkpoints SET note = replace(note, 'TEST D1', 'TEST D9') WHERE number = 1",
        "checkpoint 1 was changed",
    ),
    "all deleted": ("DELETE FROM custody_checkpoints", "put back to an earlier copy"),
}


@pytest.mark.parametrize("name", SEALS)
async def test_checkpoints_taken_out_or_changed_are_named(rig: Rig, name: str) -> None:
    statement, said = SEALS[name]
    with rig.inside() as connection:
        connection.execute(statement)
    assert said in words(await rig.visit())


async def test_a_checkpoint_signed_with_another_key_is_not_ours(rig: Rig) -> None:
    own = rig.key
    rig.key = DeskKey(9)
    await rig.visit((2,))
    rig.key = own
    health = await rig.visit()
    assert "the newest signed checkpoint was not signed by this desk" in words(health)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.unlink(), "in the vault's folder is missing"),
        (lambda path: path.write_text("".join(path.read_text().splitlines(keepends=True)[4:])), "lines were taken out"),
        (lambda path: path.write_text(path.read_text() + '{"note":"x"}\nnonsense\n'), "2 lines that this desk did not sign"),
        (
            lambda path: path.write_text(path.read_text().replace("TEST D1", "TEST D2")),
            "lines that this desk did not sign",
        ),
    ],
    ids=["gone", "cut", "added", "changed"],
)  # fmt: skip
async def test_a_changed_copy_of_the_checkpoints_is_said(
    rig: Rig, harm: Callable[[Path], None], said: str
) -> None:
    harm(rig.mirror)
    assert said in words(await rig.visit())


async def test_a_copy_torn_by_a_crash_is_completed_and_no_fault(rig: Rig) -> None:
    whole = rig.mirror.read_text()
    rig.mirror.write_text(whole[: len(whole) - 100])
    assert (await rig.visit((1,))).faults == ()
    assert (await rig.visit()).faults == ()
    assert [json.loads(line)["note"].split("\n")[1] for line in rig.mirror.read_text().split("\n") if line.endswith('"}')] == [
        "4", "7", "12", "13",
    ]  # fmt: skip


async def test_an_erased_payload_verifies_only_with_the_entry_that_says_so(rig: Rig) -> None:
    store = Store(rig.database, KEY)
    await store.run(
        lambda tx: tx.custody.append(
            NOW, "AU1", CustodyAct.PAYLOAD_ERASED, "entry 3", purpose="retention", details={}
        )
    )
    store.close()
    with rig.inside() as connection:
        erased = "UPDATE custody SET actor = '', subject = '', purpose = '', details = '{}', salt = NULL"
        connection.execute(f"{erased} WHERE sequence = 3")
    health = await rig.visit()
    assert (health.faults, health.erased) == ((), 1)
    with rig.inside() as connection:
        connection.execute(f"{erased} WHERE sequence = 6")
    (fault,) = (await rig.visit()).faults
    assert fault == CustodyFault(6, "what entry 6 says was removed and no entry says why", FaultKind.EDITED)
