"""Uploads that another stream or another device would go on with: judged before anything stops, one at a time, by its own device."""

from rvr_console.wire.file_signals import (
    FileAgain,
    FileCancelled,
    FileHave,
    FileReceived,
    FileRefused,
    FileUnfinished,
)
from rvr_console.wire.upload_sealing import SEALED_CHUNK
from tests.faults.test_file_uploads import THREE, gateway, quick, signer, whole
from tests.file_page import sending

__all__ = ["gateway", "quick", "signer"]


async def test_a_continuation_that_does_not_fit_leaves_the_upload_going(gateway, signer):
    """It was stopped before the offer was judged, and never taken up again: a file that was whole at the gateway was lost."""
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(len(THREE))
        await sent.accepted()
        sealed = sent.sealed(THREE)
        assert await sent.patch(0, sealed[:SEALED_CHUNK]) == 204
        wrong = await sender.offer(len(THREE), continues=sent.id, start=5)
        assert (await wrong.said(FileRefused)).reason == "start_again"
        assert await sent.patch(SEALED_CHUNK, sealed[SEALED_CHUNK:]) == 204
        await sent.said(FileReceived)
        [file] = await whole(sender)
        assert bytes(file.data) == THREE


async def test_two_continuations_at_once_are_never_both_followed(gateway, signer):
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(len(THREE))
        await sent.accepted()
        assert await sent.patch(0, sent.sealed(THREE)[:SEALED_CHUNK]) == 204
        await sender.page.send(FileAgain(id=sent.id))
        have = await sent.said(FileHave)
        offers, send = [], sender.page.send
        sender.page.send = collecting(offers)
        one, two = [await sender.offer(len(THREE), continues=sent.id, start=have.bytes) for _ in range(2)]
        sender.page.send = send
        for offer in offers:
            sender.desk.door.page_said(offer)
        assert (await two.said(FileRefused)).reason == "start_again"
        await one.accepted()
        assert await one.patch(0, one.sealed(THREE, start=have.bytes)) == 204
        await one.said(FileReceived)
        [file] = await whole(sender)
        assert bytes(file.data) == THREE


def collecting(offers):
    async def collect(offer):
        offers.append(offer)

    return collect


async def test_another_device_is_told_no_name_and_changes_nothing(gateway, signer):
    """The officer let a second device in: what the first one had begun to send is none of its business."""
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(len(THREE), name="his face.jpg")
        await sent.accepted()
        door, said = sender.desk.door, []
        door._say = said.append
        door.page_here("another device")
        assert not [signal for signal in said if isinstance(signal, FileUnfinished)]
        await door._again(FileAgain(id=sent.id))
        door.page_said(FileCancelled(id=sent.id))
        assert [signal.reason for signal in said if isinstance(signal, FileRefused)] == ["start_again"]
        del door._say
        assert await sent.patch(0, sent.sealed(THREE)) == 204
        [file] = await whole(sender)
        assert bytes(file.data) == THREE
