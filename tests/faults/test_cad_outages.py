"""CAD goes away, dies, loses its answers: every act still stands in it once, in order."""

import asyncio
import importlib
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.cad.dispatcher import Dispatcher
from rvr_console.domain.cad import DeliveryState
from rvr_console.domain.events import ServiceStateChanged

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "cad"))
cad_world = importlib.import_module("cad_world")


@pytest.fixture
def simulator(tmp_path):
    simulator = cad_world.Simulator(tmp_path / "cad")
    yield simulator
    simulator.stop()


async def takeable(cad, count):
    """References that any officer may take."""
    now = datetime.now(UTC)
    return [i.reference for i in await cad.incidents() if i.takeable_by("anybody", now)][:count]


def a_call(acts, reference, lines=4):
    """The acts of one whole consultation."""
    return [
        acts.make(reference, "self_dispatched"),
        acts.make(reference, "arrived"),
        *(acts.make(reference, "log_update", text=f"line {n}") for n in range(lines)),
        acts.make(reference, "resourced_back"),
        acts.make(reference, "result_codes", codes="18"),
        acts.make(reference, "closed"),
    ]


async def assert_each_stands_once_in_order(cad, story):
    for reference in {a.incident for a in story}:
        log = await cad.acts(reference)
        assert [(e.id, e.outcome) for e in log] == [
            (a.id, "applied") for a in story if a.incident == reference
        ]


@pytest.mark.parametrize("seed", [1, 2])
async def test_answers_lost_after_the_act_was_applied(simulator, seed):
    rng = random.Random(seed)
    direct = simulator.client()
    acts = cad_world.Acts()
    story = [a for ref in await takeable(direct, 3) for a in a_call(acts, ref)]
    outbox, sink = cad_world.MemoryOutbox(*story), cad_world.Sink()
    async with cad_world.Relay(simulator.port) as relay:
        cad = simulator.client(url=relay.url, seconds=2)
        relay.cut = rng.randrange(1, 4)
        dispatcher = Dispatcher(cad, outbox, sink)
        dispatcher.start()
        for settled in (3, 9, 15, 21):
            await outbox.until(lambda _, n=settled: len(outbox.settled_order) >= n)
            relay.cut = rng.randrange(1, 4)
        relay.cut = 0
        await outbox.until_settled()
        await dispatcher.stop()
        await cad.close()
        assert relay.cuts_made >= 3
    assert any(a.attempts for a in outbox.actions.values()), "no answer was lost: the test shows nothing"
    assert all(a.state is DeliveryState.DONE for a in outbox.actions.values())
    await assert_each_stands_once_in_order(direct, story)
    await direct.close()


async def test_one_lost_answer_by_hand(simulator):
    """Without the dispatcher: the act stands though the desk heard nothing, and the next try gets CAD's first time."""
    direct = simulator.client()
    (reference,) = await takeable(direct, 1)
    take = cad_world.Acts().make(reference, "self_dispatched")
    async with cad_world.Relay(simulator.port) as relay:
        cad = simulator.client(url=relay.url, seconds=2)
        relay.cut = 1
        lost = await cad.deliver(take)
        assert lost.state is DeliveryState.PENDING
        (entry,) = await direct.acts(reference)
        assert (entry.id, entry.outcome) == (take.id, "applied")
        again = await cad.deliver(take)
        assert (again.state, again.at) == (DeliveryState.DONE, entry.applied_at)
        await cad.close()
    await direct.close()


@pytest.mark.parametrize("after", [1, 6, 13])
async def test_cad_killed_in_the_middle(simulator, after):
    cad = simulator.client(seconds=2)
    acts = cad_world.Acts()
    story = [a for ref in await takeable(cad, 3) for a in a_call(acts, ref)]
    outbox, sink = cad_world.MemoryOutbox(*story), cad_world.Sink()
    dispatcher = Dispatcher(cad, outbox, sink)
    dispatcher.start()
    await outbox.until(lambda _: len(outbox.settled_order) >= after)
    simulator.kill()
    known = {a.id for a in outbox.actions.values() if a.state is DeliveryState.DONE}
    assert len(known) < len(story)
    await asyncio.to_thread(simulator.start)
    await outbox.until_settled()
    await dispatcher.stop()
    assert all(a.state is DeliveryState.DONE for a in outbox.actions.values())
    await assert_each_stands_once_in_order(cad, story)
    assert next(s.up for s in sink.of(ServiceStateChanged))
    await cad.close()


async def test_cad_away_for_the_whole_call_then_catching_up(simulator):
    cad = simulator.client(seconds=2)
    (reference,) = await takeable(cad, 1)
    simulator.kill()
    outbox, sink, acts = cad_world.MemoryOutbox(), cad_world.Sink(), cad_world.Acts()
    dispatcher = Dispatcher(cad, outbox, sink)
    dispatcher.start()
    story = a_call(acts, reference)
    for action in story:
        outbox.add(action)
        dispatcher.wake()
        tries = outbox.actions[story[0].id].attempts
        await outbox.until(lambda made, n=tries: made[0].attempts > n)
    assert outbox.settled_order == []
    assert [(s.up, bool(s.words)) for s in sink.of(ServiceStateChanged)] == [(False, True)]
    await dispatcher.stop()  # the console ends as well, and is started again
    again = Dispatcher(cad, outbox, sink)
    again.start()
    await asyncio.to_thread(simulator.start)
    await outbox.until_settled()
    await again.stop()
    assert outbox.settled_order == [a.id for a in story]
    await assert_each_stands_once_in_order(cad, story)
    closed = next(i for i in await cad.incidents() if i.reference == reference)
    assert closed.state == "closed"
    assert sink.of(ServiceStateChanged)[-1].up is True
    await cad.close()


async def test_the_incident_was_taken_by_another_while_cad_was_away(simulator):
    """The conflict is told in words, and a cry for help still gets through."""
    cad, other = simulator.client(seconds=2), simulator.client("D2")
    (reference,) = await takeable(cad, 1)
    acts = cad_world.Acts()
    story = [
        acts.make(reference, "self_dispatched"),
        acts.make(reference, "arrived"),
        acts.make(reference, "converted_to_attendance", reason="Suspect is back"),
    ]
    theirs = await other.deliver(cad_world.Acts().make(reference, "self_dispatched", officer="2417"))
    assert theirs.state is DeliveryState.DONE
    outbox = cad_world.MemoryOutbox(*story)
    dispatcher = Dispatcher(cad, outbox, cad_world.Sink())
    dispatcher.start()
    await outbox.until_settled()
    await dispatcher.stop()
    states = [outbox.actions[a.id].state for a in story]
    assert states == [DeliveryState.REFUSED, DeliveryState.REFUSED, DeliveryState.DONE]
    assert "taken by officer 2417" in outbox.actions[story[0].id].refused_reason
    await cad.close()
    await other.close()


async def test_stopped_in_mid_air_and_started_again(simulator):
    direct = simulator.client()
    acts = cad_world.Acts()
    (reference,) = await takeable(direct, 1)
    story = a_call(acts, reference)
    outbox, sink = cad_world.MemoryOutbox(*story), cad_world.Sink()
    for stop_after in (1, 3, 5):
        dispatcher = Dispatcher(direct, outbox, sink)
        dispatcher.start()
        await outbox.until(lambda _, n=stop_after: len(outbox.settled_order) >= n)
        await dispatcher.stop()
    last = Dispatcher(direct, outbox, sink)
    last.start()
    await outbox.until_settled()
    await last.stop()
    await assert_each_stands_once_in_order(direct, story)
    await direct.close()
