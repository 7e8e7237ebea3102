import asyncio
import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.cad.dispatcher import Dispatcher
from rvr_console.cad.http_client import Registration
from rvr_console.domain.cad import DeliveryState
from rvr_console.domain.events import CadActionChanged, Fault, ServiceStateChanged
from rvr_console.domain.incident import Incident, Person
from rvr_console.domain.repositories import Delivery, LocalEntry
from rvr_console.errors import BugError, RefusedError, ServiceDownError, StorageError

sys.path.insert(0, str(Path(__file__).resolve().parent))
cad_world = importlib.import_module("cad_world")
Acts, MemoryOutbox, Sink = cad_world.Acts, cad_world.MemoryOutbox, cad_world.Sink

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
DONE, PENDING = Delivery(DeliveryState.DONE, at=NOW), Delivery(DeliveryState.PENDING, reason="no answer")


class ScriptedCad:
    """answers: id -> list of deliveries to give in turn, the last for ever; DONE when not named."""

    def __init__(self, **answers):
        self.answers = answers
        self.sent = []
        self.alive = True
        self.health_asked = asyncio.Event()
        self.conflicts = {}

    async def deliver(self, action):
        if not self.alive:
            return PENDING
        self.sent.append(action.id)
        script = self.answers.get(action.id, [DONE])
        return script.pop(0) if len(script) > 1 else script[0]

    async def health(self):
        self.health_asked.set()
        if not self.alive:
            raise ServiceDownError("CAD cannot be reached.")

    async def register_provisional(self, incident, officer):
        if not self.alive:
            raise ServiceDownError("CAD cannot be reached.")
        if incident.reference in self.conflicts:
            raise RefusedError(self.conflicts[incident.reference])
        return Registration(incident.reference, "501 of 21/11/2026", ("500 of 21/11/2026",))


class LocalBook:
    def __init__(self, *entries):
        self.entries = {e.incident.reference: e for e in entries}
        self.registered, self.conflicts = {}, {}

    async def unregistered(self):
        return [e for ref, e in self.entries.items() if ref not in {*self.registered, *self.conflicts}]

    async def mark_registered(self, provisional, reference):
        self.registered[provisional] = reference

    async def mark_conflict(self, provisional, reason):
        self.conflicts[provisional] = reason


def provisional(reference):
    incident = Incident(reference, "Theft", 3, NOW, "Northgate", "1 Sample Street", Person("Nobody"))
    return LocalEntry(incident, "2302")


def make(*incidents):
    acts = Acts()
    return [acts.make(incident, "log_update", text="x") for incident in incidents]


async def test_a_held_act_holds_back_its_own_incident_only():
    a1, a2, b1 = make("A", "A", "B")
    cad, outbox, sink = ScriptedCad(**{a1.id: [PENDING, DONE]}), MemoryOutbox(a1, a2, b1), Sink()
    dispatcher = Dispatcher(cad, outbox, sink)
    assert await dispatcher.one_round() is False
    assert cad.sent == [a1.id, b1.id]
    assert await dispatcher.one_round() is True
    assert cad.sent == [a1.id, b1.id, a1.id, a2.id]
    assert outbox.actions[a1.id].attempts == 1
    assert dispatcher.up is True


async def test_a_refused_act_lets_later_ones_through_and_is_told():
    a1, a2 = make("A", "A")
    cad = ScriptedCad(**{a1.id: [Delivery(DeliveryState.REFUSED, reason="taken by 2417")]})
    outbox, sink = MemoryOutbox(a1, a2), Sink()
    assert await Dispatcher(cad, outbox, sink).one_round() is True
    assert [outbox.actions[a.id].state for a in (a1, a2)] == [DeliveryState.REFUSED, DeliveryState.DONE]
    told = [e.action for e in sink.of(CadActionChanged)]
    assert [(a.state, a.refused_reason, a.applied_at) for a in told] == [
        (DeliveryState.REFUSED, "taken by 2417", None),
        (DeliveryState.DONE, "", NOW),
    ]


async def test_cad_down_is_told_once_and_so_is_its_return():
    cad, outbox, sink = ScriptedCad(), MemoryOutbox(*make("A", "B", "C")), Sink()
    dispatcher = Dispatcher(cad, outbox, sink)
    cad.alive = False
    assert await dispatcher.one_round() is False
    assert await dispatcher.one_round() is False
    cad.alive = True
    assert await dispatcher.one_round() is True
    states = sink.of(ServiceStateChanged)
    assert [(s.name, s.up) for s in states] == [("cad", False), ("cad", True)]
    assert "cannot be reached" in states[0].words


async def test_waking_sends_at_once_and_nothing_waits_for_the_next_check():
    cad, outbox, sink = ScriptedCad(), MemoryOutbox(), Sink()
    dispatcher = Dispatcher(cad, outbox, sink, check_seconds=3600)
    dispatcher.start()
    await asyncio.wait_for(cad.health_asked.wait(), 5)
    outbox.add(*make("A"))
    dispatcher.wake()
    await outbox.until_settled(5)
    await dispatcher.stop()
    assert len(cad.sent) == 1


async def test_it_comes_back_by_itself_after_an_outage():
    cad, outbox, sink = ScriptedCad(), MemoryOutbox(*make("A", "A")), Sink()
    cad.alive = False
    dispatcher = Dispatcher(cad, outbox, sink, check_seconds=3600)
    dispatcher.start()
    await outbox.until(lambda acts: acts[0].attempts >= 3, 10)
    cad.alive = True
    await outbox.until_settled(10)
    await dispatcher.stop()
    assert cad.sent == list(outbox.actions)


async def test_a_disk_that_fails_after_cad_applied_loses_nothing():
    (a1,) = make("A")
    cad, sink = ScriptedCad(), Sink()

    class FailingOnce(MemoryOutbox):
        failed = False

        async def mark_done(self, action_id, applied_at):
            if not self.failed:
                self.failed = True
                raise StorageError("The disk is full.", todo="Make room.")
            await super().mark_done(action_id, applied_at)

    outbox = FailingOnce(a1)
    dispatcher = Dispatcher(cad, outbox, sink)
    dispatcher.start()
    await outbox.until_settled(10)
    await dispatcher.stop()
    assert cad.sent == [a1.id, a1.id]
    assert [f.what for f in sink.of(Fault)] == ["The disk is full."]


async def test_a_dispatcher_that_dies_says_so():
    class Broken(MemoryOutbox):
        async def pending(self):
            raise BugError("mistake")

    sink = Sink()
    dispatcher = Dispatcher(ScriptedCad(), Broken(), sink)
    dispatcher.start()
    await asyncio.gather(dispatcher._task, return_exceptions=True)
    with pytest.raises(BugError):
        await dispatcher.stop()
    assert "has stopped" in sink.of(Fault)[0].what
    assert sink.of(ServiceStateChanged)[-1].up is False


async def test_the_local_book_is_entered_and_conflicts_are_told_once():
    cad, outbox, sink = ScriptedCad(), MemoryOutbox(), Sink()
    cad.conflicts["P2"] = "499 of 21/11/2026 is closed in CAD."
    book = LocalBook(provisional("P1"), provisional("P2"))
    dispatcher = Dispatcher(cad, outbox, sink, book=book)
    cad.alive = False
    assert await dispatcher.one_round() is False
    assert (book.registered, book.conflicts) == ({}, {})
    cad.alive = True
    assert await dispatcher.one_round() is True
    assert await dispatcher.one_round() is True
    assert book.registered == {"P1": "501 of 21/11/2026"}
    assert list(book.conflicts) == ["P2"]
    told = [f.what for f in sink.of(Fault)]
    assert len(told) == 1, "conflicts are told by the book"
    assert "500 of 21/11/2026" in told[0]
    assert "closed in CAD" in book.conflicts["P2"]
