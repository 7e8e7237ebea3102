"""Garbage, giants, floods, silence: the gateway stays up for the others, and its log tells no secrets."""

import asyncio
import contextlib
import copy
import json
import socket
import subprocess

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from rvr_console.gateway import program
from rvr_console.video.signalling_events import DeviceKnocked, GatewayDown, GatewayUp, PeerGone, TamperRefused
from rvr_console.wire import signals
from rvr_console.wire.encoding import b64u
from tests.gateway_fixtures import AUTHORITY
from tests.gateway_peer import Gateway, Page, Refused, issued, leaving


async def code_after(gateway, path, *messages, **options):
    async with connect(
        f"ws://127.0.0.1:{gateway.port}{path}", proxy=None, ping_interval=None, **options
    ) as raw:
        try:
            for message in messages:
                await raw.send(message)
            async with asyncio.timeout(10):
                while True:
                    await raw.recv()
        except ConnectionClosed:
            return raw.close_code


GARBAGE = [
    "",
    "{",
    "null",
    "[]",
    '{"t":"hello"}',
    '{"t":"hello","v":1,"room":"../../etc","auth":"x"}',
    '{"t":"hello","v":"1","room":"' + "0" * 32 + '","auth":"' + "A" * 43 + '"}',
    '{"t":"relay","body":"AA"}',
    '{"t":"ping","n":-1}',
    '{"t":"ping","n":1e999}',
    '{"t":"nonsense"}',
    "[" * 50_000,
    b"\x00\x01\x02",
]


@pytest.mark.parametrize("path", ["/ws/page", "/ws/desk"])
async def test_garbage_ends_that_connection_only(shared, signer, path):
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    async with leaving(desk, page):
        for message in GARBAGE:
            assert await code_after(shared, path, message) == 4400, message[:40]
        await page.open()
        await desk.wait_for(DeviceKnocked)


async def test_oversized_messages_are_refused(shared, signer):
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    async with leaving(desk, page):
        assert await code_after(shared, "/ws/page", "x" * 65_537) == 1009
        await page.open()
        await desk.wait_for(DeviceKnocked)
        await page.socket.send(json.dumps({"t": "relay", "body": "A" * 64_100}))
        assert await page.wait_closed() == 4400
        await page.close()
        await page.open()
        await desk.wait_for(DeviceKnocked, 2)
        await page.relay(bytes([3]) + bytes(47_900))
        await desk.wait_for(TamperRefused)


async def test_a_flood_of_messages_is_cut(shared, signer):
    secret, desk = await issued(shared, signer)
    flood, page = Page(shared, secret), Page(shared, secret)
    async with leaving(desk, flood, page):
        await flood.open()
        await flood.wait_signal(signals.Waiting)
        with contextlib.suppress(ConnectionClosed):
            for count in range(5_000):
                await flood.socket.send(json.dumps({"t": "ping", "n": count}))
        assert await flood.wait_closed() == 4400
        await page.open()
        await page.wait_signal(signals.Waiting)


async def test_too_many_pages_in_a_room_are_told_to_wait(shared, signer):
    secret, desk = await issued(shared, signer)
    pages = [Page(shared, secret) for _ in range(5)]
    async with leaving(desk, *pages):
        for page in pages[:4]:
            await page.open()
        await desk.wait_for(DeviceKnocked, 4)
        with pytest.raises(Refused, match="busy"):
            await pages[4].open()
        await pages[0].close()
        await desk.wait_for(PeerGone)
        await pages[4].open()


async def test_a_browser_of_another_site_cannot_connect(shared):
    for path, origin in (("/ws/page", "https://evil.example"), ("/ws/desk", shared.url)):
        with pytest.raises(Exception, match="403"):
            await code_after(shared, path, origin=origin)


class SwallowingRelay:
    """A TCP relay that can swallow every byte both ways and tell neither end."""

    def __init__(self, port):
        self._target = port
        self.swallowing = False
        self._tasks = set()

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader, writer):
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        for ends in ((reader, other_writer), (other_reader, writer)):
            task = asyncio.create_task(self._pump(*ends))
            self._tasks.add(task)

    async def _pump(self, reader, writer):
        try:
            while data := await reader.read(65_536):
                if not self.swallowing:
                    writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def stop(self):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def silent_strangers_are_shown_out(shared):
    strangers = (code_after(shared, path) for path in ("/ws/page", "/ws/desk"))
    assert await asyncio.gather(*strangers) == [4408, 4408]


async def a_page_that_stops_answering_is_let_go(shared, signer):
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    async with leaving(desk, page):
        await page.open()
        await desk.wait_for(DeviceKnocked)
        page._task.cancel()
        await asyncio.gather(page._task, return_exceptions=True)
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionClosed) as caught:
                while True:
                    await page.socket.recv()
        assert caught.value.rcvd.code == 4408


async def the_desk_notices_a_network_that_swallows_everything(shared, signer):
    relay = SwallowingRelay(shared.port)
    await relay.start()
    through = copy.copy(shared)
    through.port = relay.port
    secret, desk = await issued(through, signer)
    page = Page(shared, secret)
    async with leaving(desk, page):
        relay.swallowing = True
        await desk.wait_for(GatewayDown, within_s=9)
        relay.swallowing = False
        await desk.wait_for(GatewayUp, 2, within_s=7)
        await page.open()
        await desk.wait_for(DeviceKnocked)
    await relay.stop()


async def test_silence_is_noticed_on_every_side(shared, signer):
    await asyncio.gather(
        silent_strangers_are_shown_out(shared),
        a_page_that_stops_answering_is_let_go(shared, signer),
        the_desk_notices_a_network_that_swallows_everything(shared, signer),
    )


async def test_guessing_links_is_slowed_down_and_log_and_files_hold_no_secret(gateway, signer):
    secret, desk = await issued(gateway, signer)
    page = Page(gateway, secret)
    async with leaving(desk, page):
        await page.open()
        knock = await desk.wait_for(DeviceKnocked)
        await desk.signalling.admit(knock.connection, "Sam")
        await page.wait_signal(signals.Admitted)
        await page.send(signals.Chat(id="p1", text="kingfisher-canary"))
        await desk.wait_signal(signals.Chat)
        await code_after(gateway, "/ws/page", '{"t":"hello","auth":"' + b64u(secret.auth) + '"}')
        answers = []
        for number in range(40):
            try:
                await Page(gateway, secret).open(room=f"{number:032x}")
            except Refused as refusal:
                answers.append(str(refusal))
        assert answers.count("unavailable") >= 29
        assert answers[-1] == "busy"
        await desk.signalling.close_link()
    await asyncio.to_thread(gateway.stop)
    written = {p.name: p.read_bytes() for p in gateway.data.rglob("*") if p.is_file()} | {
        "log": gateway.log.read_bytes()
    }
    assert {"links.sqlite", "closings.log", "gateway.key", "log"} <= set(written)
    keep_out = [
        secret.reveal(),
        secret.psk.hex(),
        secret.auth.hex(),
        b64u(secret.auth),
        "kingfisher",
        "Sam",
        "127.0.0.1",
    ]
    found = [(name, word) for name, data in written.items() for word in keep_out if word.encode() in data]
    found += [("raw", name) for name, data in written.items() if secret.auth in data or secret.psk in data]
    assert found == []
    assert secret.room_text.encode() not in written["log"]


@pytest.fixture
def called(monkeypatch, capsys):
    """The program in this process, which keeps its own signals and log."""
    monkeypatch.setattr(program, "start_logging", lambda: None)
    monkeypatch.setattr(program.signal, "signal", lambda *_: None)
    return lambda command: (program.main(command[3:]), capsys.readouterr().err)


def test_wrong_calls_are_told_plainly(tmp_path, called):
    gateway = Gateway(tmp_path, AUTHORITY)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, told = called(gateway.command(port))
        assert (code, f"Port {port} on 127.0.0.1 is taken by another program." in told) == (2, True)
    for option in ("--authority", "--pages"):
        command = gateway.command(0)
        command[command.index(option) + 1] = str(tmp_path / "nowhere")
        code, told = called(command)
        assert (code, "nowhere" in told) == (2, True)


def test_a_second_gateway_on_the_same_folder_is_refused(shared):
    done = subprocess.run(shared.command(0), capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "no other gateway uses it" in done.stderr
    assert "Traceback" not in done.stderr
