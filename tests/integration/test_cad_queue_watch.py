import asyncio
import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from rvr_console.cad.queue_watch import QueueWatch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "cad"))
cad_world = importlib.import_module("cad_world")


async def test_the_list_follows_cad_through_its_death(tmp_path):
    simulator = cad_world.Simulator(tmp_path / "cad")
    cad, other = simulator.client(seconds=2), simulator.client("D2")
    known, heard = {}, asyncio.Condition()

    async def take_over(incidents, whole):
        async with heard:
            if whole:
                known.clear()
            known.update({i.reference: i for i in incidents})
            heard.notify_all()

    async def until(condition):
        async with asyncio.timeout(20), heard:
            await heard.wait_for(condition)

    watch = QueueWatch(cad, take_over)
    watch.start()
    await until(lambda: len(known) == 14)
    first, second = [r for r, i in known.items() if i.takeable_by("x", datetime.now(UTC))][:2]
    await other.deliver(cad_world.Acts().make(first, "self_dispatched", officer="x"))
    await until(lambda: known[first].taken_by == "x")
    simulator.kill()
    await asyncio.to_thread(simulator.start)
    await other.deliver(cad_world.Acts().make(second, "self_dispatched", officer="x"))
    await until(lambda: known[second].taken_by == "x")
    await watch.stop()
    await cad.close()
    await other.close()
    assert simulator.stop() == 0
