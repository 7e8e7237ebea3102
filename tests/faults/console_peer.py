"""A console in a process of its own, without screens: to be killed with kill -9 and started again on the same data.

Its officer is asked over one pipe; answers and events come back over another. `python -m tests.faults.console_peer` is
the process; its passphrase comes by a file descriptor.
"""

import asyncio
import base64
import contextlib
import json
import os
import pickle
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.errors import ServiceDownError
from rvr_console.system.app_paths import app_paths
from rvr_console.system.child_process import dying_with_parent
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings
from tests.faults.console_officer import FORCE, NAME, PASSPHRASE, PATIENCE, ROOT, Officer, Told, key_store
from tests.faults.console_town import Town


class KillableDesk:
    """Its officer is asked over a pipe; its events come back over another."""

    def __init__(self, place: Town) -> None:
        self._town = place
        self.told = Told()
        self.officer: Any = _RemoteOfficer(self)
        self.back: list[str] = []
        self.log = place.folder / "console.log"
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Build, recover, sign in, go on with open calls. Events told before are forgotten."""
        self.told = Told()
        options = self._town.options()
        order = {"data": str(self._town.folder / "data"), "gateway": options.addresses.gateway}
        order |= {"page": options.addresses.page, "cad": options.addresses.cad}
        ours, theirs = os.pipe()
        os.write(theirs, json.dumps([PASSPHRASE, self._town.cad_token]).encode())
        os.close(theirs)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *dying_with_parent(
                    [sys.executable, "-m", "tests.faults.console_peer", json.dumps(order), str(ours)]
                ),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                pass_fds=(ours,),
                cwd=ROOT,
                limit=16 * 1024 * 1024,
            )
        os.close(ours)
        self._reading = asyncio.create_task(self._read(self._process))
        self.back = await self.officer.sign_in()

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            what, number, value = pickle.loads(base64.b64decode(line))
            if what == "event":
                self.told.publish(value)
                continue
            answer = self._answers.pop(number)
            if what == "answer":
                answer.set_result(value)
            else:
                answer.set_exception(AssertionError(value))
        for answer in self._answers.values():
            answer.set_exception(ServiceDownError("The console is gone."))
        self._answers.clear()

    async def ask(self, act: str, given: tuple[Any, ...]) -> Any:
        assert self._process is not None
        assert self._process.stdin is not None
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        line = base64.b64encode(pickle.dumps((self._asked, act, given))) + b"\n"
        self._process.stdin.write(line)
        async with asyncio.timeout(PATIENCE):
            return await answer

    async def kill(self) -> None:
        """kill -9. Returns once it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()
        if self._reading is not None:
            await self._reading
        if process.stdin is not None:
            process.stdin.close()


@contextlib.asynccontextmanager
async def killable_desk(place: Town) -> AsyncIterator[KillableDesk]:
    desk = KillableDesk(place)
    try:
        await desk.start()
        yield desk
    finally:
        await desk.kill()


class _RemoteOfficer:
    def __init__(self, desk: KillableDesk) -> None:
        self._desk = desk

    def __getattr__(self, act: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        async def ask(*given: Any) -> Any:
            return await self._desk.ask(act, given)

        return ask


class _Pipe:
    """The child's side: one line a message, whole, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def send(self, what: str, number: int, value: object) -> None:
        line = base64.b64encode(pickle.dumps((what, number, value))) + b"\n"
        with self._lock:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()

    def publish(self, event: object) -> None:
        self.send("event", 0, event)


async def _obey(officer: Officer, pipe: _Pipe, number: int, act: str, given: tuple[Any, ...]) -> None:
    try:
        pipe.send("answer", number, await getattr(officer, act)(*given))
    except Exception as error:  # main of an order: the test is told
        pipe.send("failed", number, f"{act}: {type(error).__name__}: {error}")


async def _child(order: dict[str, str], passphrase: str, cad_token: str) -> None:
    paths, pipe = app_paths(Path(order["data"])), _Pipe()
    addresses = Addresses(order["gateway"], order["page"], order["cad"], cad_token)
    call = CallSettings(order["gateway"], MediaSettings(allow_loopback=True), "PC 2417")
    options = ConsoleOptions(paths, FORCE, NAME, addresses, call)
    console = Console(options, key_store(paths, passphrase), pipe)
    await console.start()
    officer = Officer(console)
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=16 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with asyncio.TaskGroup() as orders:
        while line := await reader.readline():
            orders.create_task(_obey(officer, pipe, *pickle.loads(base64.b64decode(line))))


def _main() -> None:
    descriptor = int(sys.argv[2])
    passphrase, cad_token = json.loads(os.read(descriptor, 4096))
    os.close(descriptor)
    asyncio.run(_child(json.loads(sys.argv[1]), passphrase, cad_token))


if __name__ == "__main__":
    _main()
