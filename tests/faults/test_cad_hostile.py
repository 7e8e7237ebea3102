"""A CAD gateway that is broken, hostile, or not one at all: nothing it says is believed unchecked, nothing is lost."""

import asyncio
import contextlib
import gzip
import importlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rvr_console.cad.http_client import HttpCad
from rvr_console.domain.cad import DeliveryState
from rvr_console.domain.incident import Incident, Person
from rvr_console.errors import RefusedError, ServiceDownError
from rvr_console.wire.cad_messages import MAX_ANSWER_BYTES, MAX_PAGE_BYTES

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "cad"))
cad_world = importlib.import_module("cad_world")

GOOD = {
    "reference": "155 of 21/11/2026",
    "category": "Theft",
    "grade": 3,
    "reported_at": "2026-11-21T12:00:00Z",
    "place": "Haverbrook",
    "address": "6 Tannery Row",
    "person": {"name": "Susan Whitlock"},
    "version": 1,
}


def page(*incidents, **changes):
    return {"book": "b1", "incidents": list(incidents), "next": len(incidents), "more": False} | changes


class HostileCad:
    """Answers every call with the same bytes, then `then`: "close", or "drip" a byte now and then for ever."""

    def __init__(self, raw, then="close"):
        self.raw = raw
        self.then = then
        self.requests = []

    async def __aenter__(self):
        self._tasks = set()
        self._closing = asyncio.Event()
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self.cad = HttpCad(self.url, cad_world.TOKEN, "D1", seconds=1.0)
        return self

    async def __aexit__(self, *_):
        await self.cad.close()
        self._server.close()
        self._closing.set()
        await asyncio.gather(*self._tasks)
        await self._server.wait_closed()

    async def _answer(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(head)
            writer.write(self.raw)
            await writer.drain()
            while self.then == "drip":
                writer.write(b" ")
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), 0.05)
                    return
            if self.then == "flood":
                while not self._closing.is_set():
                    writer.write(b"x" * 65536)
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def http(body, status="200 OK", kind="application/json", extra=""):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}Content-Length: {len(raw)}\r\nConnection: close\r\n\r\n".encode()
        + raw
    )


ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
ACT_ID = "0" * 36
APPLIED = {
    "outcome": "applied",
    "id": ACT_ID,
    "reference": "155 of 21/11/2026",
    "applied_at": "2026-11-21T12:00:00Z",
    "version": 2,
}
NONSENSE = {
    "not http": (b"\x00\xff" * 500, "close"),
    "nothing": (b"", "close"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-", "close"),
    "huge head": (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000 + b"\r\n\r\n", "close"),
    "html": (http(b"<html>Sign in</html>", kind="text/html"), "close"),
    "html called json": (http(b"<html>Sign in</html>"), "close"),
    "empty json": (http(b""), "close"),
    "list": (http([]), "close"),
    "null": (http(None), "close"),
    "deep": (http(b"[" * 50_000), "close"),
    "gzip bomb": (http(gzip.compress(b" " * 10**7), extra="Content-Encoding: gzip\r\n"), "close"),
    "elsewhere": (
        http({}, status="302 Found", extra="Location: http://127.0.0.1:9/\r\n"),
        "close",
    ),
    "away": (http({"fault": "x"}, status="503 Service Unavailable"), "close"),
    "foreign 404": (http({"detail": "Not Found"}, status="404 Not Found"), "close"),
    "cut body": (http({"a": "b" * 500})[:-300], "close"),
    "drip": (ENDLESS, "drip"),
    "flood": (ENDLESS, "flood"),
}
LIES_ABOUT_THE_ACT = {
    "another id": http(APPLIED | {"id": "1" * 36}),
    "no time zone": http(APPLIED | {"applied_at": "2026-11-21T12:00:00"}),
    "year 9999": http(APPLIED | {"applied_at": "9999-12-31T23:59:59Z"}),
    "wrong types": http(APPLIED | {"version": "many"}),
    "surplus": http(APPLIED | {"script": "x"}),
    "refused with 200": http({"outcome": "refused", "id": ACT_ID, "code": "taken", "reason": "x"}),
    "applied with 409": http(APPLIED, status="409 Conflict"),
    "unknown code": http(
        {"outcome": "refused", "id": ACT_ID, "code": "whim", "reason": "x"}, status="409 Conflict"
    ),
    "too long": http(APPLIED | {"reference": "1" * MAX_ANSWER_BYTES}),
}
LIES_ABOUT_THE_LIST = {
    "circles": http(page(GOOD, next=0, more=True)),
    "backwards": http(page(GOOD, next=-1)),
    "no book": http(page(GOOD, book="")),
    "too many": http(page(*[{}] * 501)),
    "not a list": http(page(incidents={"a": 1})),
    "too large": http(page(GOOD, pad="x" * MAX_PAGE_BYTES)),
}


def an_act():
    act = cad_world.Acts().make("155 of 21/11/2026", "self_dispatched")
    object.__setattr__(act, "id", ACT_ID)
    return act


@pytest.mark.parametrize(("raw", "then"), NONSENSE.values(), ids=NONSENSE)
async def test_nonsense_settles_nothing(raw, then):
    async with asyncio.timeout(20), HostileCad(raw, then) as hostile:
        delivery = await hostile.cad.deliver(an_act())
        assert delivery.state is DeliveryState.PENDING
        assert delivery.reason
        for ask in (hostile.cad.incidents, hostile.cad.health, lambda: hostile.cad.acts("1 of 21/11/2026")):
            with pytest.raises(ServiceDownError) as told:
                await ask()
            assert "kept here" in told.value.kept
        assert len(hostile.requests) == 4, "a redirect was followed or a call repeated"


@pytest.mark.parametrize("raw", LIES_ABOUT_THE_ACT.values(), ids=LIES_ABOUT_THE_ACT)
async def test_a_wrong_answer_to_an_act_leaves_it_pending(raw):
    async with HostileCad(raw) as hostile:
        assert (await hostile.cad.deliver(an_act())).state is DeliveryState.PENDING


async def test_the_right_answer_is_believed_so_the_others_were_wrong_for_their_own_reason():
    async with HostileCad(http(APPLIED)) as honest:
        assert (await honest.cad.deliver(an_act())).state is DeliveryState.DONE
    async with HostileCad(http(page(GOOD))) as honest:
        assert [i.reference for i in await honest.cad.incidents()] == ["155 of 21/11/2026"]


@pytest.mark.parametrize("raw", LIES_ABOUT_THE_LIST.values(), ids=LIES_ABOUT_THE_LIST)
async def test_a_list_that_cannot_be_right_is_not_shown(raw):
    async with asyncio.timeout(20), HostileCad(raw) as hostile:
        with pytest.raises(ServiceDownError):
            await hostile.cad.incidents()


@pytest.mark.parametrize(
    "bad",
    [
        {"reference": "../../etc"},
        {"reference": ""},
        {"grade": "high"},
        {"reported_at": "yesterday"},
        {"reported_at": "9999-12-31T00:00:00Z", "target_seconds": 10**8},
        {"person": None},
        {"flags": ["secret"]},
        {"thrive": {"threat": "x" * 3000}},
        {"history": [{"at": "2026-11-21T12:00:00Z", "text": "x"}] * 201},
        {"surplus": True},
        {"version": -5},
    ],
)
async def test_one_bad_incident_does_not_hide_the_others(bad, caplog):
    async with HostileCad(http(page(GOOD | {"reference": "9 of 21/11/2026"} | bad, GOOD))) as hostile:
        changes = await hostile.cad.changes()
    assert [i.reference for i in changes.incidents] == ["155 of 21/11/2026"]
    assert changes.unreadable == 1
    assert "1 incidents from CAD could not be understood" in caplog.text
    caplog.clear()


async def test_an_endless_list_ends():
    class Endless(HostileCad):
        async def _answer(self, reader, writer):
            self.raw = http(page(next=len(self.requests) + 1, more=True))
            await super()._answer(reader, writer)

    async with asyncio.timeout(60), Endless(b"") as hostile:
        with pytest.raises(ServiceDownError, match="does not end"):
            await hostile.cad.incidents()


async def test_a_new_incident_is_not_believed_unchecked():
    note = Incident("P1", "Theft", 3, datetime.now(UTC), "Northgate", "1 Sample Street", Person("Nobody"))
    created = {k: v for k, v in APPLIED.items() if k != "outcome"}
    async with HostileCad(http(created)) as hostile:
        with pytest.raises(ServiceDownError, match="another incident"):
            await hostile.cad.register_provisional(note, "2302")
    refused = {"outcome": "refused", "id": ACT_ID, "code": "closed", "reason": "It is closed."}
    async with HostileCad(http(refused, status="409 Conflict")) as hostile:
        with pytest.raises(RefusedError, match="closed"):
            await hostile.cad.register_provisional(note, "2302")


async def test_an_act_that_can_never_fit_is_refused_here_in_words():
    async with HostileCad(b"") as nobody:
        for payload in ({"text": "x" * 9000}, {f"k{n}": "é" * 8000 for n in range(5)}):
            act = cad_world.Acts().make("155 of 21/11/2026", "log_update", **payload)
            delivery = await nobody.cad.deliver(act)
            assert delivery.state is DeliveryState.REFUSED
            assert "x" * 10 not in delivery.reason
        assert nobody.requests == []


@pytest.mark.parametrize(
    "url", ["http://cad.example", "ftp://127.0.0.1", "127.0.0.1:80", "http://localhost.evil.example"]
)
def test_the_key_never_travels_in_clear(url):
    with pytest.raises(RefusedError, match="not safe"):
        HttpCad(url, cad_world.TOKEN, "D1")
