"""Exhibits: every act with its custody entry, references without holes, nothing kept twice, nothing lost in between."""

from pathlib import Path

import pytest
from desk_parts import (
    ADMIN,
    AUDITOR,
    DISCLOSURE,
    OFFICER,
    OTHER,
    OTHER_SERGEANT,
    PEOPLE,
    SERGEANT,
    DeskWorld,
)
from exhibit_parts import team_ring
from exhibit_world import ExhibitWorld

from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.events import ExhibitChanged
from rvr_console.domain.exhibit import (
    ExhibitFlag,
    ExhibitOrigin,
    ExhibitSource,
    ExhibitState,
    RecordingMoment,
)
from rvr_console.errors import AccessDeniedError, RefusedError, StorageError
from rvr_console.evidence.recovery import RecoveryOutcome

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"


@pytest.fixture
def parts(world: DeskWorld, tmp_path: Path) -> ExhibitWorld:
    return ExhibitWorld(world, tmp_path)


async def test_a_file_becomes_an_exhibit_with_its_entries(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    parts.moment = RecordingMoment("EV-2026-0001", 1, 7_000_000)
    exhibit = await parts.bring(parts.facts(call.id), JPEG)
    assert str(exhibit.reference) == "HC/1"
    assert exhibit.reference.file_name == "HC_1"
    assert exhibit.origin.producer == "Hannah Cole"
    assert exhibit.origin.moment == parts.moment
    assert (exhibit.state, exhibit.hashes_agree) == (ExhibitState.SEALED, True)
    assert (exhibit.description, exhibit.content.found_type) == ("my door", "image/jpeg")
    assert parts.read(exhibit.evidence_id) == JPEG
    log = [entry for entry in await parts.world.log() if entry.subject == exhibit.evidence_id]
    assert [entry.act for entry in log] == [CustodyAct.EXHIBIT_RECEIVED, CustodyAct.EXHIBIT_SEALED]
    assert log[0].details["sha256"] == exhibit.content.sha256
    assert log[0].details["offset_us"] == "7000000"
    assert log[1].details["chain"] == exhibit.head.chain.hex()
    assert {entry.actor for entry in log} == {"console"}
    (listed,) = parts.vault.listed(team_ring())
    assert listed.label is not None
    assert listed.label.reference == "HC/1"
    told = parts.world.sink.of(ExhibitChanged)
    assert [event.exhibit.state for event in told] == [ExhibitState.RECEIVED, ExhibitState.SEALED]


async def test_references_are_counted_within_the_incident_without_holes(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    withdrawn = await parts.intake.begin(parts.facts(call.id, "b0"))
    withdrawn.write(JPEG)
    await withdrawn.abandon("withdrawn by the person")
    references = [str((await parts.bring(parts.facts(call.id, f"a{n}"), JPEG)).reference) for n in range(3)]
    assert references == ["HC/1", "HC/2", "HC/3"]
    still = ExhibitOrigin(call.id, ExhibitSource.STILL, "A. Bennett")
    first = await parts.intake.keep(still, b"pixels")
    of_it = [await parts.intake.keep(still, b"part", parent=first.reference) for _ in range(2)]
    assert [str(e.reference) for e in (first, *of_it)] == ["AB/1", "AB/1/1", "AB/1/2"]
    (broken,) = await parts.world.logged(CustodyAct.EXHIBIT_BROKEN_OFF)
    assert broken.details["words"] == "withdrawn by the person"
    assert len(await parts.exhibits.of_consultation(call.id)) == 6


async def test_an_untrue_hash_is_kept_and_flagged(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    writer = await parts.intake.begin(parts.facts(call.id))
    writer.write(JPEG)
    await writer.finish(parts.received(JPEG, claimed=b"another"))
    (exhibit,) = await parts.exhibits.of_consultation(call.id)
    assert ExhibitFlag.HASH_DIFFERS in exhibit.content.flags
    assert exhibit.hashes_agree is False
    assert parts.read(exhibit.evidence_id) == JPEG


async def test_a_full_disk_at_the_end_is_asked_again_and_gives_one_exhibit(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    data = bytes(3_000_000)
    writer = await parts.intake.begin(parts.facts(call.id, size=len(data)))
    for start in range(0, len(data), 1 << 20):
        writer.write(data[start : start + (1 << 20)])
    for room in (0, 0, 903_000, 0):  # the last piece, then the closing records do not fit
        parts.disk.room = room
        with pytest.raises(StorageError):
            await writer.finish(parts.received(data))
    parts.disk.room = 1 << 30
    await writer.finish(parts.received(data))
    (exhibit,) = await parts.exhibits.of_consultation(call.id)
    assert exhibit.state is ExhibitState.SEALED
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_RECEIVED)) == 1
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_SEALED)) == 1
    assert parts.read(exhibit.evidence_id) == data


async def test_the_same_upload_again_is_not_kept_twice(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    first = await parts.bring(parts.facts(call.id), JPEG)
    again = await parts.bring(parts.facts(call.id), JPEG)
    assert again == first
    assert parts.vault.exhibits() == [first.evidence_id]
    writer = await parts.intake.begin(parts.facts(call.id))
    writer.write(b"other")
    with pytest.raises(RefusedError, match="Another file"):
        await writer.finish(parts.received(b"other"))
    assert parts.read(first.evidence_id) == JPEG
    logged = await parts.world.logged(CustodyAct.EXHIBIT_RECEIVED)
    # No other content under its id, for whoever reads the log.
    assert [e.details.get("sha256") for e in logged] == [first.content.sha256, None, None]


async def test_the_same_upload_twice_at_once_gives_one_exhibit(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    writers = [await parts.intake.begin(parts.facts(call.id)) for _ in range(3)]
    for writer, data in zip(writers, (JPEG, JPEG, b"other"), strict=True):
        writer.write(data)
    await writers[0].finish(parts.received(JPEG))
    await writers[1].finish(parts.received(JPEG))
    with pytest.raises(RefusedError, match="Another file"):
        await writers[2].finish(parts.received(b"other"))
    (exhibit,) = await parts.exhibits.of_consultation(call.id)
    assert parts.read(exhibit.evidence_id) == JPEG
    assert len(await parts.world.logged(CustodyAct.EXHIBIT_BROKEN_OFF)) == 2
    assert parts.vault.unfinished() == []


async def test_a_failure_in_the_transaction_leaves_no_half_exhibit(
    parts: ExhibitWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rvr_console.storage.custody_repository import SqlCustody

    class PowerCutError(Exception):
        pass

    def fail(*_args: object, **_named: object) -> None:
        raise PowerCutError

    call = await parts.world.in_call()
    writer = await parts.intake.begin(parts.facts(call.id))
    writer.write(JPEG)
    with monkeypatch.context() as patched:
        patched.setattr(SqlCustody, "append", fail)
        with pytest.raises(PowerCutError):
            await writer.finish(parts.received(JPEG))
    assert await parts.exhibits.of_consultation(call.id) == []
    await writer.finish(parts.received(JPEG))
    assert [str(e.reference) for e in await parts.exhibits.of_consultation(call.id)] == ["HC/1"]


async def test_a_crash_after_the_transaction_is_completed_by_recovery(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    writer = await parts.intake.begin(parts.facts(call.id))
    writer.write(JPEG)

    def cut(_label: object) -> None:
        raise StorageError("gone")

    writer._opened.seal = cut
    with pytest.raises(StorageError):
        await writer.finish(parts.received(JPEG))
    writer._opened._writer.abandon()
    half = await parts.bring(parts.facts(call.id, "b2"), JPEG)  # another one, sealed
    after = ExhibitWorld(parts.world, tmp_path)
    (segment,) = after.vault.unfinished()
    result = after.vault.recover(segment.path, team_ring())
    assert result.outcome is RecoveryOutcome.RECOVERED
    found = after.vault.describe(segment.path, segment.evidence_id, team_ring())
    exhibit = await after.exhibits.recovered(found, result.head, result.in_words())
    assert exhibit is not None
    assert (exhibit.state, exhibit.head) == (ExhibitState.RECOVERED, result.head)
    assert after.read(exhibit.evidence_id) == JPEG
    assert half.evidence_id != exhibit.evidence_id
    (logged,) = await parts.world.logged(CustodyAct.EXHIBIT_RECOVERED)
    assert "completed" in logged.details["words"]


async def test_an_exhibit_that_only_the_vault_knows_is_listed_again(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    kept = await parts.bring(parts.facts(call.id), JPEG)
    other = DeskWorld(tmp_path / "older.db")
    await other.fill()
    older = ExhibitWorld(other, tmp_path)
    same = await other.in_call()
    (listed,) = older.vault.listed(team_ring())
    with pytest.raises(RefusedError):
        await older.exhibits.listed_again(listed)  # the older store does not know the consultation

    await other.store.run(lambda tx: tx.consultations.add(_moved(same, call.id)))
    again = await older.exhibits.listed_again(listed)
    assert again is not None
    assert (again.reference, again.content) == (kept.reference, kept.content)
    assert await older.exhibits.listed_again(listed) is None
    assert len(await other.logged(CustodyAct.EXHIBIT_LISTED_AGAIN)) == 1
    other.store.close()


def _moved(consultation, new_id: str):
    from dataclasses import replace

    return replace(consultation, id=new_id, version=0)


async def test_describing_and_marking_add_and_never_change(parts: ExhibitWorld) -> None:
    call = await parts.world.in_call()
    exhibit = await parts.bring(parts.facts(call.id), JPEG)
    await parts.exhibits.describe(exhibit.evidence_id, "  front door\u0007 ")
    now = await parts.exhibits.mark_distressing(exhibit.evidence_id, on=True)
    assert (now.description, now.distressing) == ("front door\\x07", True)
    now = await parts.exhibits.mark_distressing(exhibit.evidence_id, on=False)
    assert now.distressing is False
    assert (await parts.exhibits.get(exhibit.evidence_id)) == now
    described = await parts.world.logged(CustodyAct.EXHIBIT_DESCRIBED)
    assert [entry.actor for entry in described] == [OFFICER.collar]
    for table in ("exhibits", "exhibit_changes"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET place = place + 1000"):
            with pytest.raises(StorageError, match="never"):
                await parts.world.store.run(lambda tx, s=statement: _execute(tx, s))


def _execute(tx, statement: str) -> None:
    from sqlalchemy import text

    tx._connection.execute(text(statement))


async def test_the_role_table_for_exhibits(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    exhibit = await parts.bring(parts.facts(call.id), JPEG)
    await parts.world.store.run(lambda tx: tx.consultations.assign(call.id, DISCLOSURE.collar))
    one = exhibit.evidence_id
    viewers = {OFFICER, SERGEANT, DISCLOSURE}
    acts = {
        "list": (viewers, lambda: parts.exhibits.of_consultation(call.id)),
        "get": (viewers, lambda: parts.exhibits.get(one)),
        "view": (viewers, lambda: parts.exhibits.view(one, "case review")),
        "copy": (viewers, lambda: parts.exhibits.save_copy(one, "court", tmp_path)),
        "mark": (viewers, lambda: parts.exhibits.mark_distressing(one, on=True)),
        "describe": ({OFFICER}, lambda: parts.exhibits.describe(one, "door")),
        "log": (viewers | {AUDITOR}, lambda: parts.world.custody.for_subject(one)),
    }
    for name, (allowed, act) in acts.items():
        for user in {*PEOPLE, OTHER_SERGEANT}:
            parts.world.act_as(user)
            before = len(await parts.world.logged(CustodyAct.ACCESS_DENIED))
            if user in allowed:
                await act()
            else:
                with pytest.raises(AccessDeniedError):
                    await act()
                assert len(await parts.world.logged(CustodyAct.ACCESS_DENIED)) == before + 1, (name, user)
    assert {OTHER, ADMIN}.isdisjoint(viewers)


async def test_opening_needs_a_purpose_and_is_logged_first(parts: ExhibitWorld, tmp_path) -> None:
    call = await parts.world.in_call()
    exhibit = await parts.bring(parts.facts(call.id), JPEG)
    with pytest.raises(RefusedError, match="what you open"):
        await parts.exhibits.view(exhibit.evidence_id, "  ")
    permit = await parts.exhibits.view(exhibit.evidence_id, "statement")
    assert (permit.exhibit, permit.purpose) == (exhibit, "statement")
    await parts.exhibits.save_copy(exhibit.evidence_id, "disclosure", tmp_path)
    (viewed,) = await parts.world.logged(CustodyAct.EXHIBIT_VIEWED)
    (copied,) = await parts.world.logged(CustodyAct.EXHIBIT_COPIED)
    assert (viewed.actor, viewed.purpose) == (OFFICER.collar, "statement")
    assert copied.details["folder"] == str(tmp_path)
    with pytest.raises(RefusedError, match="no such exhibit"):
        await parts.exhibits.view("unknown", "x")


async def test_an_upload_for_no_consultation_is_refused(parts: ExhibitWorld) -> None:
    with pytest.raises(RefusedError):
        await parts.intake.begin(parts.facts("nowhere"))
    assert parts.vault.exhibits() == []
