"""What the CAD tests share: the simulator as a real process, an outbox in memory, a relay that cuts, made-up acts."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rvr_console.cad.http_client import HttpCad
from rvr_console.domain.cad import CadAction, CadVerb, DeliveryState

TOKEN = "a-token-for-tests-only"
OFFICER = "2302"


class Simulator:
    """The program as users start it. kill() is kill -9; start() again keeps the port."""

    def __init__(self, folder, *options):
        self.folder = folder
        self.options = options
        self.port = 0
        self.start()

    def start(self):
        command = [sys.executable, "-m", "rvr_console.cad_simulator", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.folder), *self.options],
            env={**os.environ, "RVR_CAD_TOKEN": TOKEN},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = json.loads(self.process.stdout.readline())
        self.port = self.ready["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        if self.process.returncode is None:
            self.process.terminate()
            self.process.wait()
            self.process.stdout.close()
        return self.process.returncode

    def client(self, desk="D1", url=None, **options):
        return HttpCad(url or self.url, TOKEN, desk, **options)


class Acts:
    """Makes acts with the next number of their incident."""

    def __init__(self):
        self.last = defaultdict(int)

    def make(self, incident, verb, officer=OFFICER, **payload):
        self.last[incident] += 1
        at = datetime.now(UTC)
        return CadAction(
            str(uuid.uuid4()), incident, CadVerb(verb), officer, at, self.last[incident], payload
        )


@dataclass
class Sink:
    events: list = field(default_factory=list)

    def publish(self, event):
        self.events.append(event)

    def of(self, kind):
        return [e for e in self.events if isinstance(e, kind)]


class MemoryOutbox:
    """The port, in memory: what it keeps outlives a dispatcher, as the real one outlives the console."""

    def __init__(self, *actions):
        self.actions = {a.id: a for a in actions}
        self.changed = asyncio.Condition()
        self.settled_order = []

    def add(self, *actions):
        self.actions |= {a.id: a for a in actions}

    async def pending(self):
        return [a for a in self.actions.values() if a.state is DeliveryState.PENDING]

    async def mark_done(self, action_id, applied_at):
        await self._set(action_id, state=DeliveryState.DONE, applied_at=applied_at)

    async def mark_refused(self, action_id, reason):
        await self._set(action_id, state=DeliveryState.REFUSED, refused_reason=reason)

    async def note_attempt(self, action_id):
        await self._set(action_id, attempts=self.actions[action_id].attempts + 1)

    async def _set(self, action_id, **changes):
        before = self.actions[action_id]
        assert before.state is DeliveryState.PENDING, "settled twice"
        self.actions[action_id] = replace(before, **changes)
        if "state" in changes:
            self.settled_order.append(action_id)
        async with self.changed:
            self.changed.notify_all()

    async def until(self, condition, seconds=30):
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: condition(list(self.actions.values())))

    async def until_settled(self, seconds=30):
        await self.until(lambda acts: all(a.state is not DeliveryState.PENDING for a in acts), seconds)


class Relay:
    """A TCP relay. cut: of the next so many answers nothing comes back, though the request went through."""

    def __init__(self, port):
        self.to = port
        self.cut = 0
        self.cuts_made = 0

    async def __aenter__(self):
        self._tasks = set()
        self._closing = asyncio.Event()
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        self._closing.set()
        await asyncio.gather(*self._tasks)
        await self._server.wait_closed()

    async def _relay(self, near_in, near_out):
        self._tasks.add(asyncio.current_task())
        far_in, far_out = await asyncio.open_connection("127.0.0.1", self.to)
        pumps = [
            asyncio.create_task(self._closing.wait()),
            asyncio.create_task(self._pump(near_in, far_out, answers=False)),
            asyncio.create_task(self._pump(far_in, near_out, answers=True)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for writer in (near_out, far_out):
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    async def _pump(self, source, sink, *, answers):
        while data := await source.read(65536):
            if answers and self.cut:
                self.cut -= 1
                self.cuts_made += 1
                return
            sink.write(data)
            await sink.drain()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
