"""Extracts of the custody log: who may, what is logged, and that a reader who knows only the written format can check them."""

import base64
import csv
import hashlib
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from desk_parts import (
    AUDITOR,
    DISCLOSURE,
    EVIDENCE,
    OFFICER,
    OLDEST,
    OTHER,
    OTHER_SERGEANT,
    SERGEANT,
    DeskWorld,
)

from rvr_console.domain.access import Act
from rvr_console.domain.custody import CustodyAct, CustodyEntry
from rvr_console.domain.custody_extract import CustodyExtract, ProvenEntry
from rvr_console.domain.custody_store import StampRequest, StoredStamp
from rvr_console.errors import AccessDeniedError, EvidenceError, RefusedError
from rvr_console.evidence.desk_identity import TestAuthority
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody_export import CustodyExports
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.system.durable_file import DurableDisk

NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)


@pytest.fixture
def checkpoints(world: DeskWorld, tmp_path: Path) -> Checkpoints:
    identity = TestAuthority.create("Test Force", world.clock.now()).enrol_desk("D1", world.clock.now())
    mirror = CheckpointMirror(tmp_path / "custody" / "desk.jsonl", DurableDisk())
    return Checkpoints(world.desk, identity, desk_signature_holds, mirror)


@pytest.fixture
def exports(world: DeskWorld, checkpoints: Checkpoints) -> CustodyExports:
    return CustodyExports(world.desk, checkpoints)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def short(text: str) -> bytes:
    return len(text.encode()).to_bytes(2, "big") + text.encode()


def check_from_the_document_alone(files: dict[str, bytes]) -> list[dict]:
    """As docs/evidence-format.md section 9 says, with nothing of the console."""
    text, _, lines = files["checkpoint.txt"].decode().partition("\n\n")
    text += "\n"
    facts = text.split("\n")
    size, root, key = int(facts[1]), base64.b64decode(facts[2]), bytes.fromhex(facts[6].removeprefix("key "))
    name, data = lines.split("\n")[0].removeprefix("— ").split(" ")
    line = base64.b64decode(data)
    assert line[:4] == sha(name.encode() + b"\n\x01" + key)[:4]
    Ed25519PublicKey.from_public_bytes(key).verify(line[4:], text.encode())
    entries = [json.loads(each) for each in files["custody.jsonl"].splitlines()]
    for entry in entries:
        commitment = sha(bytes.fromhex(entry["salt"]) + canonical(entry["payload"]))
        assert commitment.hex() == entry["commitment"]
        digest = sha(
            b"rvr/custody2"
            + entry["sequence"].to_bytes(8, "big")
            + short(entry["at"])
            + short(entry["act"])
            + bytes.fromhex(entry["previous"])
            + commitment
        )
        assert digest.hex() == entry["digest"]
        at, last, node = entry["sequence"], size - 1, sha(b"\0" + digest)
        for step in map(bytes.fromhex, entry["proof"]):
            assert last
            if at & 1 or at == last:
                node = sha(b"\1" + step + node)
                while not at & 1 and at:
                    at, last = at >> 1, last >> 1
            else:
                node = sha(b"\1" + node + step)
            at, last = at >> 1, last >> 1
        assert (last, node) == (0, root)
    return entries


def by_name(extract: CustodyExtract) -> dict[str, bytes]:
    return {file.name: file.data for file in extract.files()}


async def test_a_case_goes_out_whole_and_checks_from_the_document_alone(
    world: DeskWorld, exports: CustodyExports
) -> None:
    done = await world.submitted()
    extract = await exports.extract(OLDEST, "Case 12/26")
    files = by_name(extract)
    entries = check_from_the_document_alone(files)
    assert set(files) == {"custody.csv", "custody.jsonl", "checkpoint.txt"}
    subjects = {entry["payload"]["subject"] for entry in entries}
    assert subjects == {OLDEST, done.id, EVIDENCE}
    assert entries[-1]["act"] == "custody_exported", "the extract is in the extract"
    assert entries[-1]["payload"]["purpose"] == "Case 12/26"
    assert "desk TEST D1\n" in files["checkpoint.txt"].decode()
    assert [entry["sequence"] for entry in entries] == sorted(entry["sequence"] for entry in entries)
    one = await exports.extract(EVIDENCE, "Case 12/26")
    assert {proven.entry.subject for proven in one.entries} == {EVIDENCE}


HARM = {
    "payload": lambda entry: entry["payload"].update(actor="9999"),
    "sequence": lambda entry: entry.update(sequence=entry["sequence"] + 1),
    "proof": lambda entry: entry["proof"].__setitem__(0, "00" * 32),
    "act": lambda entry: entry.update(act="note_written"),
    "at": lambda entry: entry.update(at=entry["at"].replace("13:", "14:")),
    "salt": lambda entry: entry.update(salt="00" * 32),
    "previous": lambda entry: entry.update(previous="00" * 32),
}


async def test_the_reader_finds_any_change(world: DeskWorld, exports: CustodyExports) -> None:
    done = await world.taken()
    files = by_name(await exports.extract(done.id, "Court"))
    first, *rest = files["custody.jsonl"].splitlines()
    check_from_the_document_alone(files)
    for name, harm in HARM.items():
        entry = json.loads(first)
        harm(entry)
        files["custody.jsonl"] = b"\n".join([canonical(entry), *rest])
        with pytest.raises(AssertionError):
            check_from_the_document_alone(files)
            pytest.fail(f"{name} was changed and not found")


async def test_only_those_who_may_read_it_and_only_with_a_purpose(
    world: DeskWorld, exports: CustodyExports
) -> None:
    done = await world.submitted()
    for user in (OTHER, OTHER_SERGEANT, DISCLOSURE):
        world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await exports.extract(done.id, "Curious")
        with pytest.raises(AccessDeniedError):
            await exports.extract(OLDEST, "Curious")
    for user in (OFFICER, SERGEANT, AUDITOR):
        world.act_as(user)
        with pytest.raises(RefusedError, match="what the extract is for"):
            await exports.extract(done.id, "  ")
        assert (await exports.extract(done.id, "Audit")).entries
    world.act_as(DISCLOSURE)
    await world.store.run(lambda tx: tx.consultations.assign(done.id, DISCLOSURE.collar))
    assert (await exports.extract(done.id, "Bundle", Act.MAKE_BUNDLE)).entries
    exported = await world.logged(CustodyAct.CUSTODY_EXPORTED)
    assert [entry.actor for entry in exported] == [OFFICER.collar, SERGEANT.collar, AUDITOR.collar, "D10"]
    assert len(await world.logged(CustodyAct.ACCESS_DENIED)) == 6


async def test_nothing_unproven_goes_out(world: DeskWorld, exports: CustodyExports) -> None:
    done = await world.submitted()
    await exports.extract(done.id, "Court")

    def forge(tx) -> None:
        tx._connection.exec_driver_sql("DROP TRIGGER custody_no_UPDATE")
        tx._connection.exec_driver_sql(
            "UPDATE custody SET purpose = 'other' WHERE act = 'submitted_for_review'"
        )

    await world.store.run(forge)
    with pytest.raises(EvidenceError, match="is not the one that was signed"):
        await exports.extract(done.id, "Court")


async def test_a_stamped_checkpoint_comes_with_the_proof_that_it_is_the_beginning(
    world: DeskWorld, exports: CustodyExports, checkpoints: Checkpoints
) -> None:
    done = await world.submitted()
    early = await checkpoints.make()
    assert early is not None

    def stamp(tx) -> None:
        tx.custody_seals.request_stamp(StampRequest(early.number, early.at, "case submitted"))
        tx.custody_seals.add_stamp(StoredStamp(early.number, early.at, early.at, "TEST TSA", b"answer"))

    await world.store.run(stamp)
    extract = await exports.extract(done.id, "Court")
    files = by_name(extract)
    assert extract.size > early.size
    assert files["stamped.txt"] == early.note.encode()
    assert files["stamped.tsr"] == b"answer"
    facts = json.loads(files["stamped.json"])
    assert (facts["from"], facts["to"]) == (early.size, extract.size)
    assert facts["proof"]


def entry(**changes: str) -> ProvenEntry:
    made = CustodyEntry(3, NOW, "2417", CustodyAct.NOTE_WRITTEN, "c")
    return ProvenEntry(replace(made, **changes), ())


@pytest.mark.parametrize("evil", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1"])
def test_no_cell_is_a_formula(evil: str) -> None:
    rows = CustodyExtract(
        (), (entry(purpose=evil, actor=evil, subject=evil),), "", 4, "TEST", entry().entry.at
    ).as_csv()
    assert rows.startswith(b"\xef\xbb\xbf")
    (_, row) = csv.reader(io.StringIO(rows.decode("utf-8-sig"), newline=""))
    assert row[3] == row[4] == row[5] == "'" + evil


def test_an_erased_entry_says_so() -> None:
    erased = CustodyEntry(3, NOW, "", CustodyAct.NOTE_WRITTEN, "", version=2, commitment=b"c" * 32)
    extract = CustodyExtract((), (ProvenEntry(erased, (b"p" * 32,)),), "", 4, "TEST", erased.at)
    line = json.loads(extract.as_json_lines())
    assert (line["payload"], line["salt"], line["commitment"]) == (None, None, (b"c" * 32).hex())
    assert b"(erased)" in extract.as_csv()


async def test_who_asked_for_it_is_named_though_the_console_logged_something_behind(
    world: DeskWorld, exports: CustodyExports
) -> None:
    done = await world.submitted()
    plain = exports._checkpoints.make

    async def later():
        await world.desk.note(lambda work: work.log(CustodyAct.LINK_STATE, done.id, state="closed"))
        return await plain()

    exports._checkpoints.make = later
    world.act_as(AUDITOR)
    extract = await exports.extract(done.id, "Audit")
    assert extract.entries[-1].entry.actor == "console"
    assert extract.made_by == AUDITOR.collar
