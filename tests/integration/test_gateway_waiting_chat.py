"""Chat in the waiting room, both ways; and what a device that was not admitted must not be able to do with it."""

import pytest

from rvr_console.errors import RefusedError
from rvr_console.video.signalling_events import (
    DeviceAdmitted,
    DeviceKnocked,
    Message,
    PeerGone,
    SecondDevice,
    TamperRefused,
)
from rvr_console.wire import signals
from tests.gateway_peer import Page, issued, leaving


def chats(desk):
    return [
        event
        for event in desk.events
        if isinstance(event, Message) and isinstance(event.signal, signals.Chat)
    ]


async def test_both_ways_and_again_after_the_line_was_lost(shared, signer):
    secret, desk = await issued(shared, signer)
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        knock = await desk.wait_for(DeviceKnocked)
        await page.wait_signal(signals.Waiting)
        await page.send(signals.Chat(id="p1", text="ok thanks"))
        await page.wait_signal(signals.Received)
        (heard,) = chats(desk)
        assert (heard.live, heard.connection, heard.device_key_id) == (
            False,
            knock.connection,
            knock.device_key_id,
        )
        await page.close()
        await desk.wait_for(PeerGone)
        await desk.signalling.send_to_waiting(signals.Chat(id="d0", text="for whoever is let in"))
        await page.open()
        await desk.wait_for(DeviceKnocked, 2)
        await page.wait_signal(signals.Waiting, 2)
        await desk.signalling.send_to_waiting(signals.Chat(id="d1", text="I can see you are here."))
        assert (await page.wait_signal(signals.Chat)).id == "d1"
        await desk.wait_signal(signals.Received)
        # The same message again, now admitted: acknowledged, not shown twice.
        await desk.signalling.admit((await desk.wait_for(DeviceKnocked, 2)).connection, "Sam")
        assert (await page.wait_signal(signals.Chat, 2)).id == "d0"
        await page.send(signals.Chat(id="p1", text="ok thanks"))
        await page.wait_signal(signals.Received, 2)
        await page.send(signals.Chat(id="p2", text="hello"))
        await desk.wait_signal(signals.Chat, 2)
        assert [(event.signal.id, event.live) for event in chats(desk)] == [("p1", False), ("p2", True)]


async def test_a_second_device_cannot_speak_or_acknowledge_for_the_admitted_one(shared, signer):
    secret, desk = await issued(shared, signer)
    first, second = Page(shared, secret), Page(shared, secret)
    async with leaving(desk, first, second):
        await first.open()
        await desk.signalling.admit((await desk.wait_for(DeviceKnocked)).connection, "Sam")
        await first.wait_signal(signals.Admitted)
        await second.open()
        other = await desk.wait_for(SecondDevice)
        await second.wait_signal(signals.Waiting)
        await second.send(signals.Chat(id="p1", text="I am the one you talk to"))
        await second.wait_signal(signals.Received)
        assert [(e.live, e.device_key_id, e.connection) for e in chats(desk)] == [
            (False, other.device_key_id, other.connection)
        ]
        # Its id does not keep the admitted person's message of the same id from being shown.
        await first.send(signals.Chat(id="p1", text="this is me"))
        await first.wait_signal(signals.Received)
        assert [(e.live, e.signal.text) for e in chats(desk)][1:] == [(True, "this is me")]
        # What is for the admitted one does not reach it, and it cannot say that it had it.
        await first.close()
        await desk.signalling.send(signals.Chat(id="d1", text="for the first alone"))
        await second.send(signals.Received(id="d1"))
        await second.send(signals.Ping(n=1))
        await second.wait_signal(signals.Pong)
        assert not [signal for signal in second.signals if isinstance(signal, signals.Chat)]
        await first.open()
        await desk.wait_for(DeviceAdmitted, 2)
        assert (await first.wait_signal(signals.Chat)).id == "d1"
        await desk.signalling.send_to_waiting(signals.Chat(id="d2", text="who are you?"), other.connection)
        assert (await second.wait_signal(signals.Chat)).id == "d2"
        assert [s.id for s in first.signals if isinstance(s, signals.Chat)] == ["d1"]


async def test_with_two_waiting_the_desk_must_name_one(shared, signer):
    secret, desk = await issued(shared, signer)
    first, second = Page(shared, secret), Page(shared, secret)
    async with leaving(desk, first, second):
        await first.open()
        knock = await desk.wait_for(DeviceKnocked)
        await second.open()
        other = await desk.wait_for(DeviceKnocked, 2)
        with pytest.raises(RefusedError, match="More than one device"):
            await desk.signalling.send_to_waiting(signals.Chat(id="d1", text="Hello"))
        with pytest.raises(RefusedError, match="not waiting any more"):
            await desk.signalling.send_to_waiting(signals.Chat(id="d1", text="Hello"), "gone")
        # One that was refused is heard by nobody, is not written to, and cannot tell.
        await desk.signalling.refuse(other.connection)
        await second.wait_signal(signals.Waiting)
        await second.send(signals.Chat(id="p1", text="let me in"))
        await second.wait_signal(signals.Received)
        await desk.signalling.send_to_waiting(signals.Chat(id="d2", text="Hello"))
        assert (await first.wait_signal(signals.Chat)).id == "d2"
        await second.send(signals.Ping(n=1))
        await second.wait_signal(signals.Pong)
        assert not [signal for signal in second.signals if isinstance(signal, signals.Chat)]
        assert chats(desk) == []
        assert knock.connection != other.connection


async def test_a_flood_and_a_giant_from_the_waiting_room(shared, signer):
    secret, desk = await issued(shared, signer)
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        await desk.wait_for(DeviceKnocked)
        await page.wait_signal(signals.Waiting)
        for number in range(30):
            await page.send(signals.Chat(id=f"p{number}", text="x"))
        await page.send(signals.Ping(n=1))
        await page.wait_signal(signals.Pong)
        acknowledged = {signal.id for signal in page.signals if isinstance(signal, signals.Received)}
        assert 8 <= len(acknowledged) <= 10
        assert {event.signal.id for event in chats(desk)} == acknowledged
        assert page.close_code is None
        await page.send(signals.Chat(id="long", text="x" * 501))
        assert not (await desk.wait_for(TamperRefused)).live
        assert await page.wait_closed() == 4409
        assert "long" not in {event.signal.id for event in chats(desk)}
