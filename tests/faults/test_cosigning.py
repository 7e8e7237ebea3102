"""Two desks that watch one another over a folder: what one has shown, it cannot take back unseen; anybody may write into the folder."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.domain.checkpoint import parse_note, sign_note
from rvr_console.domain.cosigning import DeskName, Drop, follow, parse_drop, parse_seen
from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import EvidenceError, ServiceDownError
from rvr_console.evidence.desk_identity import DeskIdentity, TestAuthority, check_chain
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.cosigning import Cosigning, CosignRound
from rvr_console.services.custody import CustodyLog
from rvr_console.services.desk import Desk, Session
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.storage.cosign_folder import CosignFolder
from rvr_console.storage.store import Store
from rvr_console.system.clock import SystemClock
from rvr_console.system.durable_file import DurableDisk

KEY = bytes(range(32))
NOW = datetime.now(UTC)
AUTHORITY = TestAuthority.create("Test Force", NOW)
STRANGER = TestAuthority.create("Test Force", NOW)


class Ignored:
    def publish(self, event: object) -> None:
        return


def vouch(chain: bytes, at: datetime) -> DeskName:
    found = check_chain(chain, AUTHORITY.certificate_pem, at)
    return DeskName(found.label, found.public_key)


@dataclass
class OneDesk:
    folder: Path
    share: Path
    identity: DeskIdentity

    def open(self) -> None:
        self.store = Store(self.folder / "console.db", KEY)
        self.desk = Desk(self.store, SystemClock(), Ignored(), Session())
        mirror = CheckpointMirror(self.folder / "custody" / "desk.jsonl", DurableDisk())
        self.checkpoints = Checkpoints(self.desk, self.identity, desk_signature_holds, mirror)
        self.log = CustodyLog(self.desk, self.checkpoints)
        place = CosignFolder(self.share, DurableDisk(), self.folder / "cosigned.json")
        chain = self.identity.chain_pem
        self.cosigning = Cosigning(self.desk, self.identity, chain, desk_signature_holds, vouch, place)

    def close(self) -> None:
        self.store.close()

    async def grow(self, count: int) -> None:
        for _ in range(count):
            await self.desk.note(lambda work: work.log(CustodyAct.NOTE_WRITTEN, "case"))
        await self.log.seal()

    async def round(self) -> CosignRound:
        return await self.cosigning.round()

    async def log_id(self) -> str:
        return (await self.store.run(lambda tx: tx.custody.tip())).log_id


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[OneDesk, OneDesk]]:
    share = tmp_path / "share"
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        one = OneDesk(tmp_path / name, share, AUTHORITY.enrol_desk(name, NOW))
        one.open()
        made.append(one)
    yield made[0], made[1]
    for one in made:
        one.close()


async def test_desks_cosign_what_continues(desks: tuple[OneDesk, OneDesk]) -> None:
    one, two = desks
    await one.grow(3)
    assert await two.round() == CosignRound()
    assert await one.round() == CosignRound()
    assert await two.round() == CosignRound(signed=1)
    assert await two.round() == CosignRound(), "nothing new: nothing signed"
    for count in (4, 300):
        await one.grow(count)
        await one.round()
        assert (await two.round()).signed == 1
    assert (await one.round()).received == 1
    assert (await one.round()).received == 0
    health = await one.log.seal()
    assert health.checkpoint is not None
    assert health.checkpoint.cosigners == ("TEST two",)


async def test_a_desk_put_back_to_an_earlier_copy_is_seen_by_the_other_and_by_itself(
    desks: tuple[OneDesk, OneDesk],
) -> None:
    one, two = desks
    await one.grow(3)
    one.close()
    kept = one.folder.with_name("kept")
    shutil.copytree(one.folder, kept)
    one.open()
    await one.grow(9)
    await one.round()
    await two.round()
    one.close()
    shutil.rmtree(one.folder)
    shutil.copytree(kept, one.folder)  # database, tip and the vault's copy: everything this desk has
    one.open()
    assert (await one.log.verify_at_start()) == [], "alone it cannot know"
    await one.grow(2)
    (said,) = (await one.round()).faults
    assert "has shown other desks a log of 12 entries" in said
    assert (await two.round()).faults == (), "it lays down nothing that contradicts"
    log_id, last = await one.log_id(), await one.checkpoints.make()
    assert last is not None
    shown = one.share / log_id
    for path in shown.glob("*.json"):
        path.unlink()
    forged = Drop(last.note, 0, (), one.identity.chain_pem.decode())
    (shown / "000000001.json").write_bytes(forged.to_bytes())
    (said,) = (await two.round()).faults
    assert "was cut or written anew: it had 12 entries, now it signs" in said
    (shown / "000000001.json").unlink()
    (said,) = (await two.round()).faults
    assert "that this desk has seen is gone" in said


async def test_a_longer_log_that_does_not_continue_is_not_signed(desks: tuple[OneDesk, OneDesk]) -> None:
    one, two = desks
    await one.grow(3)
    await one.round()
    await two.round()
    (drop,) = (one.share / await one.log_id()).glob("*.json")
    laid = parse_drop(drop.read_bytes())
    note = parse_note(laid.note).checkpoint
    other = type(note)(note.log_id, 8, bytes(32), note.at, None, note.desk, note.key)
    forged = Drop(sign_note(other, one.identity), 3, (bytes(32),), laid.chain_pem)
    drop.with_name("000000001.json").write_bytes(forged.to_bytes())
    round_ = await two.round()
    assert round_.signed == 0
    assert "does not continue the 3 entries" in round_.faults[0]
    assert not list(drop.parent.glob("000000001.*.cosig"))


async def test_only_desks_of_the_force_count(desks: tuple[OneDesk, OneDesk]) -> None:
    one, two = desks
    await one.grow(3)
    await one.round()
    shown = one.share / await one.log_id()
    (drop,) = shown.glob("*.json")
    laid = drop.read_bytes()
    stranger = STRANGER.enrol_desk("one", NOW)
    facts = json.loads(laid)
    note = parse_note(facts["note"]).checkpoint
    false = type(note)(note.log_id, 3, note.root, note.at, None, stranger.label, stranger.public_key)
    for harm in (
        facts | {"chain": stranger.chain_pem.decode()},
        facts | {"chain": stranger.chain_pem.decode(), "note": sign_note(false, stranger)},
        facts | {"chain": two.identity.chain_pem.decode()},
        facts | {"note": facts["note"].replace("\n3\n", "\n4\n")},
        facts | {"proof": ["x"]},
        facts | {"start": "0"},
        {},
    ):
        drop.write_bytes(json.dumps(harm).encode())
        round_ = await two.round()
        assert (round_.signed, len(round_.faults)) == (0, 1), harm
    drop.write_bytes(laid)
    for number, false_line in enumerate(
        (b"", b"[]", b"{}", json.dumps({"line": "x", "chain": two.identity.chain_pem.decode()}).encode())
    ):
        (shown / f"000000000.{number:016d}.cosig").write_bytes(false_line)
    assert (await one.round()).received == 0
    assert (await two.round()).signed == 1
    assert (await one.round()).received == 1


async def test_a_folder_that_is_away_or_full_of_other_things(desks: tuple[OneDesk, OneDesk]) -> None:
    one, two = desks
    await one.grow(1)
    one.share.mkdir()
    (one.share / "holiday.txt").write_text("x")
    (one.share / ("ab" * 16)).mkdir()
    (one.share / ("ab" * 16) / "thumbs.db").write_text("x")
    await one.round()
    assert (await two.round()).signed == 1
    await two.grow(1)
    await two.round()
    (one.share / await one.log_id() / "999999999.json").write_text("nonsense")
    round_ = await one.round()
    assert (round_.signed, round_.faults) == (1, ("A checkpoint laid down by another desk cannot be read.",))
    shutil.rmtree(one.share)
    one.share.write_text("not a folder")
    await one.grow(1)
    with pytest.raises(ServiceDownError, match="where desks cosign cannot be used"):
        await one.round()
    assert (await one.log.verify_at_start()) == []


def test_memory_and_drops_that_cannot_be_read() -> None:
    for untrusted in (b"", b"[]", b'{"a": 1}', b'{"a": [1, 2, "00"]}', b'{"a": [1, "x", "00"]}'):
        with pytest.raises(EvidenceError):
            parse_seen(untrusted)
    with pytest.raises(EvidenceError):
        parse_drop(b"[" * 100_000)
    with pytest.raises(EvidenceError):
        follow(Drop("", 0, (), ""), "ab" * 16, None, desk_signature_holds, vouch)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("what", ["pipe", "link"])
async def test_a_pipe_or_a_link_in_the_folder_is_named_and_holds_nobody(
    desks: tuple[OneDesk, OneDesk], what: str
) -> None:
    """Whoever may write into the folder could keep every desk's thread, and its end, waiting for a writer that never comes."""
    one, two = desks
    await one.grow(3)
    await one.round()
    assert (await two.round()).signed == 1
    trap = two.share / await one.log_id() / "000000009.json"
    if what == "pipe":
        os.mkfifo(trap)
    else:
        trap.symlink_to(two.folder / "cosigned.json")
    for desk in (two, one):
        found = await desk.round()
        assert found.faults
        assert "cannot be read" in found.faults[0]
