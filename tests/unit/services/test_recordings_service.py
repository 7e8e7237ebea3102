import inspect
from pathlib import Path

import pytest
from desk_parts import (
    DISCLOSURE,
    EVIDENCE,
    OFFICER,
    OTHER_SERGEANT,
    SERGEANT,
    DeskWorld,
)

from rvr_console.domain import repositories
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.recording import EventKind, Gap, GapCause, Party, RecordHead, TrackKind
from rvr_console.domain.repositories import Envelope, Recording, RecordingStatus, ReviewOutcome
from rvr_console.errors import AccessDeniedError, RefusedError
from rvr_console.services import recordings as recordings_module
from rvr_console.storage import custody_repository, evidence_repositories


async def test_heads_only_grow_and_stand_in_the_custody_log(world: DeskWorld) -> None:
    await world.in_call()
    newer = RecordHead(EVIDENCE, 1, 42, b"j" * 32)
    await world.recordings.head(newer)
    await world.recordings.head(newer)
    assert await world.recordings.last_head(EVIDENCE, 1) == newer
    assert await world.recordings.last_head(EVIDENCE, 2) is None
    with pytest.raises(RefusedError, match="fewer records"):
        await world.recordings.head(RecordHead(EVIDENCE, 1, 41, b"k" * 32))
    with pytest.raises(RefusedError, match="fewer records"):
        await world.recordings.head(RecordHead(EVIDENCE, 1, 42, b"k" * 32))
    with pytest.raises(RefusedError, match="no such segment"):
        await world.recordings.head(RecordHead(EVIDENCE, 9, 1, b"k" * 32))
    logged = await world.logged(CustodyAct.RECORDING_HEAD)
    assert [entry.details["sequence"] for entry in logged] == ["10", "42"]
    assert logged[-1].details["chain"] == (b"j" * 32).hex()


async def test_the_timeline_keeps_gaps_pauses_and_markers(world: DeskWorld) -> None:
    call = await world.in_call()
    gap = Gap(5_000_000, 15_000_000, GapCause.CONNECTION_DROPPED, Party.VICTIM, TrackKind.VIDEO)
    await world.recordings.gap(call.id, 1, gap)
    await world.recordings.paused(EVIDENCE, 1, 20_000_000, "victim")
    await world.recordings.resumed(EVIDENCE, 1, 30_000_000, "victim")
    await world.recordings.marker(EVIDENCE, 1, 31_000_000, "shows the door")
    (recording,) = await world.recordings.of_consultation(call.id)
    assert [(m.kind, m.start_us, m.end_us) for m in recording.marks] == [
        (EventKind.GAP, 5_000_000, 15_000_000),
        (EventKind.PAUSE, 20_000_000, 20_000_000),
        (EventKind.RESUME, 30_000_000, 30_000_000),
        (EventKind.MARKER, 31_000_000, 31_000_000),
    ]
    assert recording.marks[0].detail == {"cause": "connection_dropped", "party": "victim", "kind": "video"}
    (marker,) = await world.logged(CustodyAct.RECORDING_MARKER)
    assert marker.actor == OFFICER.collar


async def open_recordings(world: DeskWorld) -> list[Recording]:
    recordings = await world.store.run(lambda tx: tx.recordings.all())
    return [one for one in recordings if one.status is RecordingStatus.OPEN]


async def test_a_crash_leaves_the_recording_open_and_recovery_closes_it(world: DeskWorld) -> None:
    await world.in_call()
    (left_open,) = await open_recordings(world)
    assert left_open.evidence_id == EVIDENCE
    await world.recordings.recovered(EVIDENCE, 1, RecordHead(EVIDENCE, 1, 11, b"z" * 32), "torn tail kept")
    assert await open_recordings(world) == []
    await world.recordings.started(left_open.consultation_id, EVIDENCE)
    await world.recordings.segment_started(EVIDENCE, 2, "segment_0002.rvrc")
    (again,) = await open_recordings(world)
    assert [(s.number, s.closed) for s in again.segments] == [(1, True), (2, False)]
    await world.recordings.recovered(EVIDENCE, 3, None, "header torn")
    assert (await world.logged(CustodyAct.RECORDING_RECOVERED))[-1].details["words"] == "header torn"


async def test_recovery_is_logged_for_segments_that_the_crash_kept_from_being_noted(world: DeskWorld) -> None:
    call = await world.in_call()
    head = RecordHead(EVIDENCE, 2, 4, b"n" * 32)
    await world.recordings.recovered(EVIDENCE, 2, head, "closed", file="segment_0002.rvrc")
    assert await world.recordings.last_head(EVIDENCE, 2) == head
    new = RecordHead("EV-2", 1, 4, b"n" * 32)
    await world.recordings.recovered("EV-2", 1, new, "closed", consultation_id=call.id, file="f")
    assert {r.evidence_id for r in await world.recordings.of_consultation(call.id)} == {EVIDENCE, "EV-2"}
    await world.recordings.recovered("EV-3", 1, None, "header torn")
    assert [e.subject for e in await world.logged(CustodyAct.RECORDING_RECOVERED)] == [
        EVIDENCE,
        "EV-2",
        "EV-3",
    ]


async def test_recovery_of_a_segment_cut_short_is_logged_and_the_longer_head_stays(world: DeskWorld) -> None:
    await world.in_call()
    await world.recordings.recovered(EVIDENCE, 1, RecordHead(EVIDENCE, 1, 3, b"q" * 32), "cut")
    assert await world.recordings.last_head(EVIDENCE, 1) == RecordHead(EVIDENCE, 1, 10, b"h" * 32)
    (entry,) = await world.logged(CustodyAct.RECORDING_RECOVERED)
    assert entry.details["shorter_than_logged"] == "10"


async def test_faults_are_kept_even_before_the_recording_began(world: DeskWorld) -> None:
    await world.recordings.fault("EV-9", "The disk is full.")
    await world.in_call()
    await world.recordings.fault(EVIDENCE, "The disk is full.")
    recording = await world.store.run(lambda tx: tx.recordings.get(EVIDENCE))
    assert recording.status is RecordingStatus.FAULT
    assert [e.subject for e in await world.logged(CustodyAct.RECORDING_FAULT)] == ["EV-9", EVIDENCE]


async def test_viewing_needs_a_purpose_and_is_logged_before_anything_opens(world: DeskWorld) -> None:
    call = await world.in_call()
    await world.recordings.verified(EVIDENCE, "intact")
    with pytest.raises(RefusedError, match="what you open"):
        await world.recordings.view(EVIDENCE, "  ")
    permit = await world.recordings.view(EVIDENCE, "Check the account")
    assert permit.last_heads == (RecordHead(EVIDENCE, 1, 10, b"h" * 32),)
    assert permit.officer_title == "PC 2417 A. Bennett"
    (entry,) = await world.logged(CustodyAct.RECORDING_VIEWED)
    assert (entry.actor, entry.subject, entry.purpose) == ("2417", EVIDENCE, "Check the account")
    await world.recordings.save_copy(EVIDENCE, "For the file", Path("/media/usb"))
    (entry,) = await world.logged(CustodyAct.COPY_SAVED)
    assert entry.details == {"folder": "/media/usb"}
    assert [s.consultation.id for s in await world.recordings.list_for_review()] == [call.id]


async def test_a_sergeant_of_another_team_and_an_unassigned_disclosure_officer_see_nothing(
    world: DeskWorld,
) -> None:
    call = await world.in_call()
    world.act_as(OTHER_SERGEANT)
    assert await world.recordings.list_for_review() == []
    with pytest.raises(AccessDeniedError):
        await world.recordings.view(EVIDENCE, "Curious")
    world.act_as(DISCLOSURE)
    with pytest.raises(AccessDeniedError):
        await world.recordings.view(EVIDENCE, "Curious")
    await world.store.run(lambda tx: tx.consultations.assign(call.id, DISCLOSURE.collar))
    (listed,) = await world.recordings.list_for_review()
    assert listed.may_save_copy
    world.act_as(SERGEANT)
    assert len(await world.recordings.list_for_review()) == 1
    assert len(await world.logged(CustodyAct.ACCESS_DENIED)) == 2


async def test_envelopes_are_kept_apart(world: DeskWorld) -> None:
    envelope = Envelope(EVIDENCE, 1, "team", b"d" * 32, b"sealed")
    await world.recordings.add_envelope(envelope)
    assert await world.store.run(lambda tx: tx.envelopes.of(EVIDENCE, 1)) == [envelope]


def test_no_way_to_delete_a_recording_exists() -> None:
    owners = [
        recordings_module.Recordings,
        repositories.Recordings,
        evidence_repositories.SqlRecordings,
        custody_repository.SqlCustody,
        repositories.Custody,
    ]
    for owner in owners:
        for name, _ in inspect.getmembers(owner, callable):
            assert not any(word in name.lower() for word in ("delete", "remove", "purge", "erase", "drop"))


async def test_the_sergeant_reviews_others_work_within_a_day_with_a_plan(world: DeskWorld) -> None:
    done = await world.submitted()
    world.act_as(SERGEANT)
    world.clock.forward(hours=5)
    (item,) = await world.review.list_waiting()
    assert (item.due_in.total_seconds(), item.own) == (19 * 3600, False)
    with pytest.raises(RefusedError, match="investigation plan"):
        await world.review.record(done.id, ReviewOutcome.C, " ")
    with pytest.raises(RefusedError, match="how the victim was told"):
        await world.review.record(done.id, ReviewOutcome.D, " ")
    await world.review.record(done.id, ReviewOutcome.C, "Ask number 12", "Clear announcement")
    assert await world.review.list_waiting() == []
    with pytest.raises(RefusedError, match="not waiting"):
        await world.review.record(done.id, ReviewOutcome.D, "Type 18; told by phone")
    assert (await world.logged(CustodyAct.REVIEW_OUTCOME))[0].details == {"outcome": "C"}


async def test_a_sergeant_never_reviews_own_work(world: DeskWorld) -> None:
    done: Consultation = await world.submitted(SERGEANT)
    (item,) = await world.review.list_waiting()
    assert item.own
    with pytest.raises(AccessDeniedError):
        await world.review.record(done.id, ReviewOutcome.D, "Type 18; told by phone")
    world.act_as(OTHER_SERGEANT)
    assert await world.review.list_waiting() == []
    with pytest.raises(AccessDeniedError):
        await world.review.record(done.id, ReviewOutcome.D, "Type 18; told by phone")
