"""The programs around one desk and real phones. They belong to the test: they outlive the console."""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.app.desk_keys import DeskSecrets, load_or_make
from rvr_console.domain import events
from rvr_console.domain.ports import Clock
from rvr_console.evidence.recovery import RecoverableDisk
from rvr_console.system.app_paths import AppPaths, app_paths
from rvr_console.system.child_process import ChildProcess
from rvr_console.system.clock import SystemClock, SystemRandomness
from rvr_console.system.durable_file import DurableDisk
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings
from tests.faults.console_officer import FORCE, NAME, PATIENCE, ROOT, Officer, Told, key_store, recorded


class Phone:
    """A real Chromium with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        command = [sys.executable, "-m", "rvr_console.demo.victim_browser", "--profile", str(profile)]
        self._child = ChildProcess("phone", command)

    async def start(self) -> None:
        await asyncio.to_thread(self._child.start)

    async def do(self, **order: Any) -> Any:
        self._child.order(order)
        answer = await asyncio.to_thread(self._child.answer)
        assert answer["ok"], (order, answer)
        return answer["value"]

    async def knock(self, url: str) -> None:
        """Open the link and tap through to the waiting room."""
        await self.do(do="open", url=url)
        await self.do(do="wait", script="() => document.body.dataset.view === 'check'", seconds=PATIENCE)
        await self.do(do="tap", name="Continue", seconds=PATIENCE)
        inside = "() => ['wait', 'call', 'closed'].includes(document.body.dataset.view)"
        try:
            await self.do(do="wait", script=inside, seconds=PATIENCE)
        except AssertionError:
            seen = await self.do(
                do="eval", script="document.body.dataset.view + ': ' + document.body.innerText"
            )
            raise AssertionError(f"the page stays at {seen}") from None

    async def agree(self) -> None:
        await self.do(do="tap", name="I agree", seconds=PATIENCE)

    async def view(self, name: str) -> None:
        """Wait until this view of the page is shown."""
        await self.do(do="wait", script=f"() => document.body.dataset.view === '{name}'", seconds=PATIENCE)

    @property
    def pid(self) -> int:
        return self._child.pid

    def kill(self) -> None:
        """kill -9 of the browser and everything it started."""
        for pid in (*descendants(self._child.pid), self._child.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._child.stop()

    def stop(self) -> None:
        self._child.stop()


def descendants(pid: int) -> list[int]:
    """Processes started by this one, and by those."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, look = [], [pid]
    while look:
        children = parents.get(look.pop(), [])
        found += children
        look += children
    return found


@dataclass
class Town:
    """The world around one desk: its data folder, the gateway, the control room, phones."""

    folder: Path
    paths: AppPaths
    secrets: DeskSecrets
    cad_token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    ports: dict[str, int] = field(default_factory=dict)
    children: dict[str, ChildProcess] = field(default_factory=dict)
    phones: list[Phone] = field(default_factory=list)
    desk_dials: str = ""  # another address for the desk than the gateway's own

    async def start(self, name: str) -> None:
        """ "gateway" or "cad", on the port it had before."""
        port = str(self.ports.get(name, 0))
        if name == "gateway":
            more = ["--authority", str(self.paths.data / "keys" / "authority.pem")]
            more += ["--pages", str(ROOT / "resources" / "join")]
            module, env = "rvr_console.gateway", None
        else:
            module, more, env = (
                "rvr_console.cad_simulator",
                [],
                {**os.environ, "RVR_CAD_TOKEN": self.cad_token},
            )
        command = [sys.executable, "-m", module, "--port", port, "--data", str(self.folder / name), *more]
        child = self.children[name] = ChildProcess(name, command, env=env)
        ready = await asyncio.to_thread(child.start)
        self.ports[name] = int(str(ready["port"]))

    def kill(self, name: str) -> None:
        child = self.children.pop(name)
        os.kill(child.pid, signal.SIGKILL)
        child.stop()

    async def phone(self, name: str = "phone") -> Phone:
        phone = Phone(self.folder / name)
        self.phones.append(phone)
        await phone.start()
        return phone

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def options(self) -> ConsoleOptions:
        gateway = self.desk_dials or self.url("gateway")
        addresses = Addresses(gateway, self.url("gateway"), self.url("cad"), self.cad_token)
        call = CallSettings(gateway, MediaSettings(allow_loopback=True), "PC 2417")
        return ConsoleOptions(self.paths, FORCE, NAME, addresses, call)

    @contextlib.asynccontextmanager
    async def desk(
        self, *, clock: Clock | None = None, disk: RecoverableDisk | None = None
    ) -> AsyncIterator["Desk"]:
        """A console in this process, started and signed in."""
        told = Told()
        console = Console(self.options(), key_store(self.paths), told, clock=clock, disk=disk)
        try:
            await console.start()
            desk = Desk(console, told, Officer(console))
            await desk.officer.sign_in()
            yield desk
        finally:
            await console.stop()

    def end(self) -> None:
        for phone in self.phones:
            phone.stop()
        for child in reversed(self.children.values()):
            child.stop()


@dataclass
class Desk:
    """A console in the test's own loop."""

    console: Console
    told: Told
    officer: Any  # Officer, or one in another process


@contextlib.asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    """With gateway and control room running."""
    paths = app_paths(folder / "data")
    paths.make()
    keys = key_store(paths).load(may_create=True)
    made = load_or_make(
        paths.data / "keys", FORCE, NAME, keys, DurableDisk(), SystemClock(), SystemRandomness()
    )
    place = Town(folder, paths, made)
    try:
        await place.start("gateway")
        await place.start("cad")
        yield place
    finally:
        await asyncio.to_thread(place.end)


class AnyDesk(Protocol):
    told: Told
    officer: Any


async def talk(desk: AnyDesk, phone: Phone) -> tuple[str, str]:
    """From the queue to a recorded call; (consultation id, the link's address)."""
    await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
    taken = await desk.officer.take()
    url = await desk.officer.send_link(taken.id)
    await phone.knock(url)
    knock = await desk.told.wait(lambda event: isinstance(event, events.DeviceWaiting))
    await desk.officer.call("admit", taken.id, knock.device)
    await phone.agree()
    await desk.told.wait(recorded(1_500_000))
    return taken.id, url
