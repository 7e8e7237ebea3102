"""Who may make a bundle, what is logged before a byte is written, and what is logged when it fails."""

import asyncio
import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk_parts import (
    ADMIN,
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

from rvr_console.domain.bundle import BundleFile, BundleMade, BundleProgress, BundleRecipient
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import (
    Exhibit,
    ExhibitChange,
    ExhibitContent,
    ExhibitFlag,
    ExhibitOrigin,
    ExhibitReference,
    ExhibitSource,
)
from rvr_console.errors import AccessDeniedError, BugError, RefusedError, StorageError
from rvr_console.services.bundles import BundleRequest, Bundles

TARGET = Path("/media/stick/bundle")


class ChosenMaker:
    """Makes nothing, but notes what it was asked for; fails as told."""

    def __init__(self) -> None:
        self.orders = []
        self.fail: Exception | None = None
        self.refuse = False
        self.wait: threading.Event | None = None
        self.begun = threading.Event()

    def check_target(self, target, recipients) -> None:
        assert threading.current_thread() is not threading.main_thread()
        if self.refuse:
            raise RefusedError("The folder is not empty.")

    def make(self, order, tell, stopped):
        self.orders.append(order)
        tell(BundleProgress(0.5, "half"))
        self.begun.set()
        if self.wait is not None:
            assert self.wait.wait(20)
        if self.fail is not None:
            raise self.fail
        if stopped():
            return None
        return BundleMade(order.target, "ab" * 32, 9, 1234, ("one note",))


@pytest.fixture
def maker() -> ChosenMaker:
    return ChosenMaker()


@pytest.fixture
def bundles(world: DeskWorld, maker: ChosenMaker) -> Bundles:
    async def custody(consultation_id: str, purpose: str) -> list[BundleFile]:
        return [BundleFile("custody.jsonl", "Custody log", f"{consultation_id} {purpose}".encode())]

    async def documents(_consultation_id: str) -> list[BundleFile]:
        return [BundleFile("statement.pdf", "Statement", b"%PDF")]

    return Bundles(world.desk, maker, custody, documents)


def exhibit(consultation_id: str, number: int) -> Exhibit:
    return Exhibit(
        f"exhibit-{number}",
        ExhibitReference("HC", number),
        ExhibitOrigin(consultation_id, ExhibitSource.UPLOAD, "Hannah Cole", "front door.jpg"),
        ExhibitContent(10, hashlib.sha256(b"x").hexdigest(), "image/jpeg"),
        datetime(2026, 11, 21, tzinfo=UTC),
    )


async def case(world: DeskWorld, bundles: Bundles, exhibits: int = 2) -> str:
    done = await world.submitted()
    for number in range(1, exhibits + 1):
        one = exhibit(done.id, number)
        await world.store.run(lambda tx, one=one: tx.exhibits.add(one))
    world.act_as(SERGEANT)
    await bundles.assign(done.id, DISCLOSURE.collar)
    world.act_as(DISCLOSURE)
    return done.id


@pytest.mark.parametrize(
    ("flags", "distressing", "warnings", "runs"),
    [
        (set(), False, (), False),
        ({ExhibitFlag.HASH_DIFFERS}, True, ("marked as distressing", "hash differs"), False),
        ({ExhibitFlag.ACTIVE, ExhibitFlag.POLYGLOT}, False, ("active", "polyglot"), True),
    ],
)
async def test_what_was_found_of_an_exhibit_goes_with_it(
    world, bundles, maker, flags, distressing, warnings, runs
) -> None:
    case_id = await case(world, bundles, exhibits=0)
    one = exhibit(case_id, 1)
    one = replace(one, content=replace(one.content, flags=frozenset(flags)))
    await world.store.run(lambda tx: tx.exhibits.add(one))
    if distressing:
        change, value = ExhibitChange.DISTRESSING, {"value": "yes"}
        await world.store.run(
            lambda tx: tx.exhibits.add_change(one.evidence_id, world.clock.now(), "2417", change, value)
        )
    await bundles.make(request(case_id))
    (sent,) = maker.orders[0].exhibits
    assert (sent.warnings, sent.runs) == (warnings, runs)


def request(consultation_id: str, **changes) -> BundleRequest:
    return replace(BundleRequest(consultation_id, "Case file", TARGET), **changes)


async def test_everything_is_logged_before_a_byte_is_written(world, bundles, maker) -> None:
    case_id = await case(world, bundles)
    made = await bundles.make(request(case_id, leave_out=(("exhibit-2", "another person's"),)))
    assert made.digest == "ab" * 32
    (order,) = maker.orders
    assert [one.evidence_id for one in order.recordings] == [EVIDENCE]
    assert order.recordings[0].heads[0].sequence == 20
    assert [one.reference for one in order.exhibits] == ["HC/1"]
    assert order.left_out == ("HC/2: another person's",)
    assert order.incident == OLDEST
    assert order.documents[0].name == "statement.pdf"
    assert order.custody[0].data.decode() == f"{case_id} Case file"
    entries = (await world.log())[-4:]
    assert [entry.act for entry in entries] == [
        CustodyAct.BUNDLE_STARTED,
        CustodyAct.HANDED_OVER,
        CustodyAct.HANDED_OVER,
        CustodyAct.BUNDLE_MADE,
    ]
    assert [entry.subject for entry in entries] == [case_id, EVIDENCE, "exhibit-1", case_id]
    assert {entry.purpose for entry in entries[:3]} == {"Case file"}
    assert {entry.actor for entry in entries[:3]} == {DISCLOSURE.collar}
    assert entries[0].details["left_out"] == "HC/2: another person's"
    assert entries[3].details["bundle_sha256"] == "ab" * 32


async def test_recipients_stand_in_the_log(world, bundles) -> None:
    case_id = await case(world, bundles)
    await bundles.make(request(case_id, recipients=(BundleRecipient("Court", "age1xyz"),)))
    for act in (CustodyAct.BUNDLE_STARTED, CustodyAct.HANDED_OVER):
        assert (await world.logged(act))[0].details["recipients"] == "Court (age1xyz)"


@pytest.mark.parametrize("user", [OFFICER, OTHER, SERGEANT, OTHER_SERGEANT, ADMIN, AUDITOR])
async def test_only_the_assigned_disclosure_officer_may(world, bundles, maker, user) -> None:
    case_id = await case(world, bundles)
    world.act_as(user)
    with pytest.raises(AccessDeniedError):
        await bundles.make(request(case_id))
    assert not maker.orders
    assert (await world.log())[-1].act is CustodyAct.ACCESS_DENIED


async def test_a_disclosure_officer_without_the_case_may_not(world, bundles, maker) -> None:
    done = await world.submitted()
    world.act_as(DISCLOSURE)
    with pytest.raises(AccessDeniedError):
        await bundles.make(request(done.id))
    assert not maker.orders


async def test_only_the_teams_sergeant_assigns_and_only_to_disclosure(world, bundles) -> None:
    done = await world.submitted()
    for user in (OFFICER, OTHER_SERGEANT, DISCLOSURE, ADMIN, AUDITOR):
        world.act_as(user)
        with pytest.raises(AccessDeniedError):
            await bundles.assign(done.id, DISCLOSURE.collar)
    world.act_as(SERGEANT)
    for collar in (OTHER.collar, "nobody"):
        with pytest.raises(RefusedError, match="not a disclosure officer"):
            await bundles.assign(done.id, collar)
    await bundles.assign(done.id, DISCLOSURE.collar)
    (entry,) = await world.logged(CustodyAct.CASE_ASSIGNED)
    assert (entry.actor, entry.details) == (SERGEANT.collar, {"to": DISCLOSURE.collar})


async def test_what_is_refused_leaves_no_entry(world, bundles, maker) -> None:
    case_id = await case(world, bundles)
    before = await world.log()
    for wrong in (request(case_id, purpose=" "), request(case_id, leave_out=(("exhibit-1", " "),))):
        with pytest.raises(RefusedError):
            await bundles.make(wrong)
    maker.refuse = True
    with pytest.raises(RefusedError, match="not empty"):
        await bundles.make(request(case_id))
    assert await world.log() == before
    assert not maker.orders


async def test_a_running_recording_is_not_bundled(world, bundles) -> None:
    call = await world.in_call()
    await world.store.run(lambda tx: tx.consultations.assign(call.id, DISCLOSURE.collar))
    world.act_as(DISCLOSURE)
    with pytest.raises(RefusedError, match="still running"):
        await bundles.make(request(call.id))


@pytest.mark.parametrize("error", [StorageError("No room."), BugError("our mistake")])
async def test_a_failure_is_logged(world, bundles, maker, error) -> None:
    case_id = await case(world, bundles)
    maker.fail = error
    with pytest.raises(type(error)):
        await bundles.make(request(case_id))
    (entry,) = await world.logged(CustodyAct.BUNDLE_NOT_MADE)
    assert entry.details["why"] == ("No room." if isinstance(error, StorageError) else "it was broken off")


async def test_progress_comes_on_the_loop_and_may_cancel(world, bundles, maker) -> None:
    case_id, told, maker.wait = await case(world, bundles), [], threading.Event()

    def tell(progress: BundleProgress) -> None:
        told.append((progress, threading.current_thread()))
        maker.wait.set()

    assert await bundles.make(request(case_id), tell, lambda: True) is None
    assert told == [(BundleProgress(0.5, "half"), threading.main_thread())]
    assert (await world.logged(CustodyAct.BUNDLE_NOT_MADE))[0].details["why"] == "it was cancelled"


async def test_one_at_a_time_and_the_consoles_end_waits_for_the_thread(world, bundles, maker) -> None:
    case_id, maker.wait = await case(world, bundles), threading.Event()
    task = asyncio.ensure_future(bundles.make(request(case_id)))
    await asyncio.to_thread(maker.begun.wait, 20)
    with pytest.raises(RefusedError, match="Another bundle"):
        await bundles.make(request(case_id))
    task.cancel()
    maker.wait.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await world.logged(CustodyAct.BUNDLE_NOT_MADE))[0].details["why"] == "it was broken off"


async def test_what_comes_while_it_is_prepared_is_not_withheld(world, maker) -> None:
    """The extract would name an exhibit that the bundle has not got, without a word why."""
    came: list[str] = []

    async def custody(consultation_id: str, _purpose: str) -> list[BundleFile]:
        one = exhibit(consultation_id, len(came) + 2)
        if not came:
            await world.store.run(lambda tx: tx.exhibits.add(one))
        came.append(one.evidence_id)
        return []

    async def documents(_consultation_id: str) -> list[BundleFile]:
        return []

    bundles = Bundles(world.desk, maker, custody, documents)
    case_id = await case(world, bundles, exhibits=1)
    with pytest.raises(RefusedError, match="came while the bundle was being prepared"):
        await bundles.make(request(case_id))
    assert maker.orders == []
    assert len(await world.logged(CustodyAct.BUNDLE_NOT_MADE)) == 1
    await bundles.make(request(case_id, leave_out=(("exhibit-2", "not relevant"),)))
    assert [one.evidence_id for one in maker.orders[0].exhibits] == ["exhibit-1"]
