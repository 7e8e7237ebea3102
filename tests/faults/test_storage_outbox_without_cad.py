"""CAD down for the whole call, the console started again meanwhile: afterwards CAD has every act once, in order, with its own time."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.cad.dispatcher import Dispatcher
from rvr_console.domain.consultation import LinkState
from rvr_console.domain.events import CadActionChanged
from rvr_console.domain.incident import IncidentState, Person
from rvr_console.storage.store import Store

UNIT = Path(__file__).resolve().parents[1] / "unit"
sys.path[:0] = [str(UNIT / "cad"), str(UNIT / "services")]
cad_world = importlib.import_module("cad_world")
desk_parts = importlib.import_module("desk_parts")
KEY, OFFICER = desk_parts.KEY, desk_parts.OFFICER


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[object]:
    simulator = cad_world.Simulator(tmp_path / "cad")
    yield simulator
    assert simulator.stop() == 0


class Settled:
    """Counts acts on their way to CAD; `wait` returns when none is pending in the store."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()

    def publish(self, event: object) -> None:
        if isinstance(event, CadActionChanged):
            self.changed.set()

    async def wait(self, world) -> None:
        async with asyncio.timeout(60):
            while await world.cad_actions.pending():
                await self.changed.wait()
                self.changed.clear()


async def test_everything_reaches_cad_once_it_is_back(tmp_path: Path, simulator) -> None:
    client = simulator.client()
    world = desk_parts.DeskWorld(tmp_path / "console.db")
    world.clock.wall = datetime.now(UTC)
    await world.fill()
    await world.dispatch.refresh_from_cad(await client.incidents())
    world.act_as(OFFICER)
    open_to = [i for i in await client.incidents() if i.takeable_by(OFFICER.collar, world.clock.now())]
    reference = open_to[0].reference
    simulator.kill()

    world.dispatch._cad = client
    taken = await world.dispatch.take(reference)
    await world.consultations.send_link(taken.id)
    for state in (LinkState.WAITING, LinkState.LIVE):
        await world.consultations.link_state(taken.id, state)
    await world.cad_actions.log_update(taken.id, "Victim admitted")
    book = await world.dispatch.add_provisional("Theft", 3, "Haverbrook", "1 High St", Person("J. Doe"))
    second = await world.dispatch.take(book.reference)
    await world.consultations.send_link(second.id)
    made = await world.outbox(reference)
    world.store.close()

    again = desk_parts.DeskWorld(tmp_path / "console.db", store=Store(tmp_path / "console.db", KEY))
    again.clock.wall = datetime.now(UTC)
    again.act_as(OFFICER)
    await again.consultations.end(taken.id)
    await again.consultations.submit(taken.id, "18", ["RVR1"])
    settled = Settled()
    dispatcher = Dispatcher(client, again.cad_actions, settled, book=again.local_book, check_seconds=0.2)
    dispatcher.start()
    simulator.start()
    await settled.wait(again)
    async with asyncio.timeout(60):
        while await again.local_book.unregistered() or await again.cad_actions.pending():
            await settled.changed.wait()
            settled.changed.clear()
    await dispatcher.stop()

    log = await client.acts(reference)
    assert [(e.verb.value, e.outcome) for e in log] == [
        ("self_dispatched", "applied"),
        ("arrived", "applied"),
        ("log_update", "applied"),
        ("resourced_back", "applied"),
        ("result_codes", "applied"),
        ("closed", "applied"),
    ]
    assert [e.id for e in log[:3]] == [a.id for a in made]
    assert [e.at_source for e in log[:3]] == [a.at_source for a in made]
    assert {a.state.value for a in await again.outbox(reference)} == {"done"}
    joined = await again.stored(second.id)
    assert not joined.incident.startswith("P")
    assert [e.verb.value for e in await client.acts(joined.incident)] == ["self_dispatched", "arrived"]
    closed = next(i for i in await client.incidents() if i.reference == reference)
    assert closed.state is IncidentState.CLOSED
    assert await again.custody.verify_at_start() == []
    again.store.close()
    await client.close()
