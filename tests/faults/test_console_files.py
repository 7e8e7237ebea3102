"""A whole console takes a file by itself: from a page's sealed bytes to an exhibit in the vault, over a restart in the middle."""

import hashlib
import os

import httpx
import pytest

from rvr_console.domain import events
from rvr_console.domain.uploads import UploadState
from rvr_console.wire import link_secret
from rvr_console.wire.file_signals import FileProgress, FileReceived
from rvr_console.wire.upload_sealing import CHUNK
from tests.faults.console_town import town
from tests.file_page import Sender
from tests.gateway_peer import Page, leaving

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PHOTO = os.urandom(2 * CHUNK + 77)


class _Address:
    """The gateway as a page sees it."""

    def __init__(self, port: int) -> None:
        self.port, self.url = port, f"http://127.0.0.1:{port}"


def _received(event: object) -> bool:
    return isinstance(event, events.UploadChanged) and event.status.state is UploadState.RECEIVED


def _gateway_up(event: object) -> bool:
    return isinstance(event, events.ServiceStateChanged) and (event.name, event.up) == ("gateway", True)


async def test_a_file_becomes_an_exhibit_also_when_the_console_is_started_anew(tmp_path):
    async with town(tmp_path) as place:
        async with place.desk() as desk:
            await desk.told.wait(lambda event: isinstance(event, events.QueueChanged))
            taken = await desk.officer.take()
            secret = link_secret.parse((await desk.officer.send_link(taken.id)).partition("#")[2])
            await desk.told.wait(_gateway_up)
            page = Page(_Address(place.ports["gateway"]), secret)
            await page.open()
            knock = await desk.told.wait(lambda event: isinstance(event, events.DeviceWaiting))
            await desk.officer.call("admit", taken.id, knock.device)
            async with httpx.AsyncClient(trust_env=False) as http:
                sender = Sender(_Address(place.ports["gateway"]), secret, None, page, http)
                sent = await sender.offer(len(PHOTO), name="IMG_1.jpg", description="the door")
                await sent.accepted()
                sealed = sent.sealed(PHOTO)
                assert await sent.patch(0, sealed[:-100]) == 204
                await sent.said(FileProgress, lambda said: said.received >= CHUNK)
        # Another run of the same desk, with the page still there: another key, the same upload.
        async with place.desk() as desk, leaving(page), httpx.AsyncClient(trust_env=False) as http:
            sender.http = http
            await sender.desk_key(2)
            await sender.offer_again(sent, name="IMG_1.jpg", key_count=2, description="the door")
            while await sent.patch(len(sealed) - 100, sealed[-100:]) == 404:
                pass
            await sent.said(FileReceived)
            status = (await desk.told.wait(_received)).status
            assert (status.sha256, status.agrees) == (hashlib.sha256(PHOTO).hexdigest(), True)
            [exhibit] = await desk.console.exhibits.of_consultation(taken.id)
            assert exhibit.content.sha256 == status.sha256
            assert exhibit.origin.original_name == "IMG_1.jpg"
            assert exhibit.description == "the door"
            assert (await desk.console.custody.verify()).faults == ()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or PHOTO[1000:1032] not in path.read_bytes(), path
