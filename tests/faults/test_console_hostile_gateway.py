"""A gateway that changes, repeats, reorders or withholds what it relays between desk and phone gets nothing for it."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from rvr_console.domain import events
from rvr_console.evidence.verification import VerificationStatus
from rvr_console.wire.encoding import b64u, from_b64u
from tests.faults.console_officer import fault, recorded, secured
from tests.faults.console_town import Desk, Phone, town

pytestmark = pytest.mark.timeout(400)
Meddling = Callable[[str], list[str]]  # one sealed body -> what is passed on instead
REFUSED = "was changed or repeated on the way and was refused"


def flipped(body: str) -> list[str]:
    """One bit of the last byte, so of the authentication tag."""
    raw = bytearray(from_b64u(body))
    raw[-1] ^= 1
    return [b64u(bytes(raw))]


def repeated(body: str) -> list[str]:
    return [body, body]


class Swapped:
    """The second body goes before the first."""

    def __init__(self) -> None:
        self._held: list[str] = []

    def __call__(self, body: str) -> list[str]:
        self._held.append(body)
        if len(self._held) < 2:
            return []
        first, second = self._held
        self._held = []
        return [second, first]


class ManInTheMiddle:
    """Stands in for a hacked gateway: between the desk and the real one. It holds no secret of the link."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.to_desk: Meddling | None = None
        self.to_page: Meddling | None = None
        self.times = 0  # how many more bodies are meddled with
        self.meddled = 0
        self.changed = asyncio.Condition()

    async def start(self, way: str, meddling: Meddling, times: int) -> None:
        async with self.changed:
            self.to_desk, self.to_page = (meddling, None) if way == "to_desk" else (None, meddling)
            self.times, self.meddled = times, 0

    async def until(self, count: int) -> None:
        async with asyncio.timeout(60), self.changed:
            await self.changed.wait_for(lambda: self.meddled >= count)

    async def serve(self, desk: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            async with connect(f"ws://127.0.0.1:{self._port}/ws/desk", ping_interval=None) as far:
                tasks = [
                    asyncio.create_task(self._copy(desk, far, "to_page")),
                    asyncio.create_task(self._copy(far, desk, "to_desk")),
                ]
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _copy(self, source: object, sink: object, way: str) -> None:
        async for text in source:  # type: ignore[attr-defined]  # either kind of connection
            for out in await self._passed(str(text), way):
                await sink.send(out)  # type: ignore[attr-defined]

    async def _passed(self, text: str, way: str) -> list[str]:
        frame = json.loads(text)
        meddling: Meddling | None = getattr(self, way)
        if frame["t"] != "relay" or meddling is None or self.times <= 0:
            return [text]
        async with self.changed:
            self.times -= 1
            self.meddled += 1
            self.changed.notify_all()
        return [json.dumps(frame | {"body": body}) for body in meddling(frame["body"])]


@contextlib.asynccontextmanager
async def meddler(port: int) -> AsyncIterator[tuple[ManInTheMiddle, str]]:
    man = ManInTheMiddle(port)
    async with serve(man.serve, "127.0.0.1", 0, ping_interval=None, close_timeout=1) as server:
        yield man, f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def test_meddling_before_and_in_the_call(tmp_path: Path) -> None:
    async with (
        town(tmp_path) as place,
        meddler(place.ports["gateway"]) as (man, place.desk_dials),
        place.desk() as desk,
    ):
        phone = await place.phone()
        await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
        case = (await desk.officer.take()).id
        await phone.knock(await desk.officer.send_link(case))
        await never_secure_while_all_is_changed(desk, man, case, place.paths.vault)
        await phone.agree()
        await desk.told.wait(recorded(1_000_000))
        await call_goes_on(desk, man, phone, case)
        evidence = (await desk.officer.recordings(case))[0].evidence_id
        await desk.officer.call("end_for_both", case)
        await phone.view("closed")
        report = await desk.officer.verify(evidence)
        assert [s.status for s in report.segments] == [VerificationStatus.INTACT]


async def never_secure_while_all_is_changed(desk: Desk, man: ManInTheMiddle, case: str, vault: Path) -> None:
    """From the admission on nothing of the phone arrives unchanged: told, never secure, nothing recorded; then it heals."""
    knock = await desk.told.wait(lambda event: isinstance(event, events.DeviceWaiting))
    await man.start("to_desk", flipped, 1_000_000)
    await desk.officer.call("admit", case, knock.device)
    await desk.told.wait(fault(REFUSED))
    await man.until(4)  # the phone has tried again and again
    assert not [event for event in desk.told.got if secured(event)]
    assert not [name for name in os.listdir(vault) if name.endswith(".rvrc")]  # noqa: PTH208  # not a blocking walk
    assert not await desk.officer.recordings(case)
    await man.start("to_desk", flipped, 0)
    await desk.told.wait(secured)


async def call_goes_on(desk: Desk, man: ManInTheMiddle, phone: Phone, case: str) -> None:
    began = desk.told.now
    attacks: list[tuple[str, Meddling, int]] = [
        ("to_desk", flipped, 1),
        ("to_desk", repeated, 1),
        ("to_desk", Swapped(), 2),
        ("to_page", flipped, 1),
        ("to_page", repeated, 1),
    ]
    for number, (way, meddling, times) in enumerate(attacks):
        since = desk.told.now
        await man.start(way, meddling, times)
        for part in range(times):  # the phone answers each
            await desk.officer.call("send_chat", case, f"Line {number}.{part} is said")
        await man.until(times)
        if way == "to_desk":
            await desk.told.wait(fault(REFUSED), since=since)
        await desk.officer.call("send_chat", case, f"Line {number} is back, it is said")
        shown = f"() => document.body.textContent.includes('Line {number} is back')"
        await phone.do(do="wait", script=shown, seconds=60)
    said = sum(times + 1 for _, _, times in attacks)
    count = "() => [...document.body.textContent.matchAll(/is said/g)].length"
    assert await phone.do(do="eval", script=count) == said, "nothing said is lost or shown twice"
    assert not [e for e in desk.told.all(events.CallStateChanged, began) if not e.secure], (
        "picture and sound go on"
    )
    assert not desk.told.all(events.DeviceWaiting, began), "the phone is let in again without the officer"
