"""A really full disk (a small tmpfs) under the gateway's uploads: both ends are told, nothing acknowledged is lost, it goes on by itself."""

import asyncio
import os
import subprocess
import sys

import pytest

from rvr_console.domain.uploads import UploadState
from rvr_console.gateway.upload_store import SPARE
from rvr_console.intake import file_intake, incoming
from rvr_console.wire.file_signals import FileProgress, FileReceived
from rvr_console.wire.upload_sealing import CHUNK, SEALED_CHUNK
from tests.file_page import sending
from tests.gateway_peer import Gateway, TestAuthority, TestSigner

AUTHORITY = TestAuthority()
DATA = os.urandom(5 * CHUNK + 1000)
MORE = 24 << 20
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="a disk of our own needs mount rights"
)


@pytest.fixture
def small(tmp_path):
    """A gateway whose disk has little more than what it leaves free."""
    made = Gateway(tmp_path, AUTHORITY)
    made.data.mkdir()
    size = f"size={SPARE + MORE},mode=700"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(made.data)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a disk of our own cannot be mounted here: {mounted.stderr.strip()}")
    made.start()
    yield made
    made.stop()
    subprocess.run(["umount", "--lazy", str(made.data)], check=True)


class Ballast:
    """What fills the disk but for so many bytes."""

    def __init__(self, gateway, leave: int) -> None:
        self.path = gateway.data / "ballast"
        room = os.statvfs(gateway.data)
        with self.path.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - leave)

    def gone(self) -> None:
        self.path.unlink()


def status_of(sender, sent):
    return [e.status for e in sender.desk.told.events if e.status.facts.upload_id == sent.id][-1]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(incoming, "POLL_S", 0.5)
    monkeypatch.setattr(file_intake, "ROOM_AGAIN_S", 0.2)


async def test_full_in_the_middle_of_a_file_it_waits_says_why_and_goes_on(small):
    async with sending(small, TestSigner(AUTHORITY)) as sender:
        sent = await sender.offer(len(DATA))
        await sent.accepted()
        sealed = sent.sealed(DATA)
        assert await sent.patch(0, sealed[:SEALED_CHUNK]) == 204
        ballast = Ballast(small, leave=CHUNK)
        assert await sent.patch(SEALED_CHUNK, sealed[SEALED_CHUNK:]) == 507
        await sent.said(FileProgress, lambda said: said.waiting)
        assert status_of(sender, sent).state is UploadState.WAITING
        assert "gateway's disk is full" in status_of(sender, sent).words
        held = await sent.held()
        assert held >= SEALED_CHUNK, "what was acknowledged is there"
        ballast.gone()
        assert await sent.patch(held, sealed[held:]) == 204
        await sent.said(FileReceived)
        assert bytes(sender.sink.files[0].data) == DATA
        waits = [s.waiting for s in sender.page.signals if isinstance(s, FileProgress) and s.id == sent.id]
        assert waits[-1] is False or waits.count(True) == 1


async def test_full_before_a_file_it_is_asked_again_until_there_is_room(small):
    async with sending(small, TestSigner(AUTHORITY)) as sender:
        ballast = Ballast(small, leave=SPARE)
        sent = await sender.offer(len(DATA))
        await sent.said(FileProgress, lambda said: said.waiting)
        assert status_of(sender, sent).state is UploadState.WAITING
        ballast.gone()
        await sent.accepted()
        assert await sent.patch(0, sent.sealed(DATA)) == 204
        await sent.said(FileReceived)
        [file] = await asyncio.to_thread(sender.sink.whole)
        assert bytes(file.data) == DATA
        assert sender.desk.told.states(sent.id)[-1] == "received"
