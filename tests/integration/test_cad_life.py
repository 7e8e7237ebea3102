"""The simulator as a real process, reached as the console reaches it."""

import asyncio
import importlib
import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from rvr_console.cad.dispatcher import Dispatcher
from rvr_console.domain.cad import DeliveryState
from rvr_console.domain.incident import Incident, IncidentState, Person, Triage, next_for
from rvr_console.errors import RefusedError, ServiceDownError
from rvr_console.wire.cad_messages import DutyMessage

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "cad"))
cad_world = importlib.import_module("cad_world")
OFFICER, TOKEN = cad_world.OFFICER, cad_world.TOKEN


@pytest.fixture
def simulator(tmp_path):
    simulator = cad_world.Simulator(tmp_path / "cad")
    yield simulator
    assert simulator.stop() == 0


@pytest.fixture
async def cad(simulator):
    cad = simulator.client()
    yield cad
    await cad.close()


async def now_in(cad, reference):
    return next(i for i in await cad.incidents() if i.reference == reference)


async def test_the_whole_life_of_an_incident(cad):
    taken = next_for(OFFICER, await cad.incidents(), datetime.now(UTC)).reference
    acts = cad_world.Acts()
    story = [
        acts.make(taken, "self_dispatched"),
        acts.make(taken, "contact_attempt", result="no_answer"),
        acts.make(taken, "arrived", by="sms"),
        acts.make(taken, "log_update", text="Victim admitted, recording announced"),
        acts.make(taken, "converted_to_attendance", reason="Suspect is back", place="6 Tannery Row"),
        acts.make(taken, "resourced_back", code="R3"),
        acts.make(taken, "result_codes", codes="18"),
        acts.make(taken, "closed"),
        acts.make(taken, "log_update", text="too late"),
        acts.make(taken, "reopened", officer="1186", reason="Review outcome C"),
    ]
    outbox, sink = cad_world.MemoryOutbox(*story), cad_world.Sink()
    dispatcher = Dispatcher(cad, outbox, sink)
    dispatcher.start()
    await outbox.until_settled()
    await dispatcher.stop()
    settled = [outbox.actions[a.id] for a in story]
    assert [a.state is DeliveryState.DONE for a in settled] == [True] * 8 + [False, True]
    assert "was closed" in settled[8].refused_reason
    assert all(a.applied_at >= a.at_source for a in settled if a.applied_at)
    log = await cad.acts(taken)
    assert [(e.id, e.sequence, e.verb.value) for e in log] == [
        (a.id, a.sequence, a.verb.value) for a in story
    ]
    assert [e.at_source for e in log] == [a.at_source for a in story]
    assert log[4].payload == {"reason": "Suspect is back", "place": "6 Tannery Row"}
    after = await now_in(cad, taken)
    assert (after.state, after.taken_by, after.triage) == (IncidentState.WAITING, None, Triage.SUITABLE)
    assert any("Arrived" in line.text for line in after.history)


async def test_states_on_the_way(cad):
    incidents = await cad.incidents()
    to_triage = next(i for i in incidents if i.triage is Triage.TO_TRIAGE).reference
    acts = cad_world.Acts()
    assert (await cad.deliver(acts.make(to_triage, "self_dispatched"))).reason == (
        f"{to_triage} has not been triaged yet."
    )
    await cad.deliver(acts.make(to_triage, "triaged", officer="1186"))
    await cad.deliver(acts.make(to_triage, "allocated", officer="1186", to="2417"))
    assert "allocated to officer 2417" in (await cad.deliver(acts.make(to_triage, "self_dispatched"))).reason
    assert (
        await cad.take(acts.make(to_triage, "self_dispatched", officer="2417"))
    ).state is DeliveryState.DONE
    next_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    call_back = acts.make(
        to_triage,
        "contact_attempt",
        officer="2417",
        result="not_safe",
        release="yes",
        next_at=next_at.isoformat(),
    )
    assert (await cad.deliver(call_back)).state is DeliveryState.DONE
    now = await now_in(cad, to_triage)
    assert (now.state, now.contact_attempts, now.next_contact_at) == (IncidentState.WAITING, 1, next_at)


async def test_fifty_officers_take_at_once_and_one_gets_it(simulator, cad):
    reference = next(i for i in await cad.incidents() if i.takeable_by("x", datetime.now(UTC))).reference
    desks = [simulator.client(f"D{n}", seconds=60) for n in range(50)]
    takes = [cad_world.Acts().make(reference, "self_dispatched", officer=f"T{n}") for n in range(50)]
    answers = await asyncio.gather(*(d.take(t) for d, t in zip(desks, takes, strict=True)))
    await asyncio.gather(*(d.close() for d in desks))
    winners = [t.officer for t, a in zip(takes, answers, strict=True) if a.state is DeliveryState.DONE]
    assert len(winners) == 1
    assert (await now_in(cad, reference)).taken_by == winners[0]
    losers = [a for a in answers if a.state is DeliveryState.REFUSED]
    assert len(losers) == 49
    assert all(f"taken by officer {winners[0]}" in a.reason for a in losers)


async def test_a_waiting_desk_hears_of_a_change_at_once(simulator, cad):
    first = await cad.changes()
    assert (len(first.incidents), first.whole) == (14, True)
    other = simulator.client("D2")
    waiting = asyncio.create_task(other.changes(first.version, wait=30))
    free = next(i for i in first.incidents if i.takeable_by("x", datetime.now(UTC))).reference
    await cad.deliver(cad_world.Acts().make(free, "self_dispatched", officer="x"))
    heard = await asyncio.wait_for(waiting, 10)
    assert [(i.reference, i.taken_by) for i in heard.incidents] == [(free, "x")]
    assert (heard.whole, heard.version) == (False, first.version + 1)
    nothing = await other.changes(heard.version, wait=0.05)
    assert (nothing.incidents, nothing.version) == ([], heard.version)
    await other.close()


async def test_a_waiting_desk_does_not_keep_the_program_from_ending(simulator):
    desk = simulator.client("D2")
    at = (await desk.changes()).version
    waiting = asyncio.create_task(desk.changes(at, wait=30))
    await desk.health()  # the poll is on its way by now, or comes to a closed door; both must end soon
    assert simulator.stop() == 0
    results = await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), 10)
    assert not isinstance(results[0], TimeoutError)
    await desk.close()


async def test_everything_stands_after_a_restart(simulator, cad):
    acts = cad_world.Acts()
    free = next(i for i in await cad.incidents() if i.takeable_by(OFFICER, datetime.now(UTC))).reference
    take = acts.make(free, "self_dispatched")
    first = await cad.deliver(take)
    before = await cad.changes()
    simulator.stop()
    simulator.start()
    assert await cad.changes() == before
    assert await cad.deliver(take) == first
    assert (await cad.deliver(acts.make(free, "arrived"))).state is DeliveryState.DONE
    assert len(await cad.acts(free)) == 2


async def test_acts_out_of_their_order(cad):
    free = next(i for i in await cad.incidents() if i.takeable_by(OFFICER, datetime.now(UTC))).reference
    acts = cad_world.Acts()
    one, two, three = (acts.make(free, v) for v in ("self_dispatched", "arrived", "resourced_back"))
    assert (await cad.take(two)).state is DeliveryState.PENDING
    assert await cad.acts(free) == []
    assert (await cad.deliver(one)).state is DeliveryState.DONE
    # Number two was settled without CAD (say it was too long): number three says so and stands.
    assert (await cad.deliver(three)).state is DeliveryState.DONE
    assert "Acts 2 to 2 never reached CAD" in (await cad.acts(free))[-1].reason
    late = await cad.deliver(two)
    assert late.state is DeliveryState.REFUSED
    assert "later act" in late.reason


async def test_duty(cad):
    free = next(i for i in await cad.incidents() if i.takeable_by(OFFICER, datetime.now(UTC))).reference
    await cad.set_duty(OFFICER, DutyMessage(on_duty=False, at=datetime.now(UTC) - timedelta(minutes=1)))
    refused = await cad.deliver(cad_world.Acts().make(free, "self_dispatched"))
    assert "off duty" in refused.reason


async def test_the_local_book_reaches_cad_once(cad):
    note = Incident(
        reference="P1 of 21/11/2026",
        category="Theft",
        grade=3,
        reported_at=datetime.now(UTC),
        place="Northgate",
        address="1 Sample Street",
        person=Person("Nobody Here", "07700 900999"),
        triage=Triage.SUITABLE,
    )
    made = await cad.register_provisional(note, OFFICER)
    assert await cad.register_provisional(note, OFFICER) == made
    assert sum(i.person.name == "Nobody Here" for i in await cad.incidents()) == 1
    twin = replace(note, reference="P2 of 21/11/2026")
    assert (await cad.register_provisional(twin, OFFICER)).possible_duplicates == (made.reference,)
    with pytest.raises(RefusedError, match="no incident 999"):
        await cad.register_provisional(
            replace(note, reference="P3 of 21/11/2026"), OFFICER, "999 of 01/01/2026"
        )


async def test_without_the_key_nothing_is_said(simulator):
    stranger = cad_world.HttpCad(simulator.url, "x" * 30, "D1")
    with pytest.raises(ServiceDownError, match="key"):
        await stranger.incidents()
    await stranger.close()
    async with httpx.AsyncClient(base_url=simulator.url) as bare:
        for path in ("/incidents", "/health", "/docs", "/openapi.json"):
            answer = await bare.get(path)
            assert (answer.status_code, answer.json()) == (401, {"fault": "CAD does not accept this key."})


async def test_bad_calls_are_answered_plainly(simulator):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=simulator.url, headers=headers) as desk:
        path = "/incidents/1%20of%2021%2F11%2F2026/acts"
        assert (await desk.post(path, content=b"x" * 100_000)).status_code == 422
        assert (await desk.post(path, content=b'{"id":')).status_code == 422
        assert (await desk.post(path, content=b'{"verb":"arrived"}')).status_code == 422
        for query in ("since=-1", "since=x", "wait=nan", "since=" + "9" * 40):
            assert (await desk.get(f"/incidents?{query}")).status_code == 422
        assert (await desk.get("/incidents/nothing")).status_code == 404
        assert (await desk.get("/health")).status_code == 200


def run(*options, **environment):
    return subprocess.run(
        [sys.executable, "-m", "rvr_console.cad_simulator", *options],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_wrongly_called(tmp_path):
    data = ["--data", str(tmp_path / "cad")]
    no_token = run("--port", "0", *data, RVR_CAD_TOKEN="")
    assert (no_token.returncode, no_token.stdout) == (2, "")
    assert "no usable token" in no_token.stderr
    open_file = tmp_path / "token"
    open_file.write_text(TOKEN)
    open_file.chmod(0o644)
    assert "chmod 600" in run("--port", "0", *data, "--token-file", str(open_file)).stderr
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        taken = run("--port", port, *data, RVR_CAD_TOKEN=TOKEN)
    assert (taken.returncode, taken.stdout) == (2, "")
    assert f"Port {port} on 127.0.0.1 is taken" in taken.stderr
    assert "Traceback" not in taken.stderr
    (tmp_path / "file").write_text("")
    no_folder = run("--port", "0", "--data", str(tmp_path / "file"), RVR_CAD_TOKEN=TOKEN)
    assert (no_folder.returncode, "Traceback" in no_folder.stderr) == (1, False)
