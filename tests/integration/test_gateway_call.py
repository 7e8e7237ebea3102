"""Desk, gateway process and a page's peer: the whole life of a link."""

import asyncio
import hashlib
import time
import urllib.error
import urllib.request

import pytest

from rvr_console.errors import RefusedError, ServiceDownError
from rvr_console.video.signalling_events import (
    DeviceAdmitted,
    DeviceKnocked,
    GatewayDown,
    GatewayUp,
    LinkRefused,
    PeerGone,
    SecondDevice,
)
from rvr_console.wire import signals
from tests.gateway_fixtures import AUTHORITY
from tests.gateway_peer import (
    Desk,
    Page,
    Refused,
    TestSigner,
    description,
    issued,
    leaving,
)

DESK_PRINT, PAGE_PRINT = hashlib.sha256(b"desk").digest(), hashlib.sha256(b"page").digest()


async def test_whole_handshake_call_and_close(shared, signer):
    secret, desk = await issued(shared, signer)
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        knock = await desk.wait_for(DeviceKnocked)
        await page.wait_signal(signals.Waiting)
        assert knock.words == page.words
        assert len(set(knock.words)) > 1
        assert (knock.browser, knock.checks, knock.known_device) == (
            "Test browser",
            {"Camera": "Works"},
            False,
        )
        await desk.signalling.announce("Two minutes, please.")
        assert (await page.wait_signal(signals.Announce)).text == "Two minutes, please."

        key_id = await desk.signalling.admit(knock.connection, "Sam")
        assert key_id == knock.device_key_id
        assert (await page.wait_signal(signals.Admitted)).name == "Sam"
        await page.send(description(signals.Offer, PAGE_PRINT))
        offer = await desk.wait_signal(signals.Offer)
        assert offer.fingerprint_bytes == PAGE_PRINT
        session = await desk.signalling.send(description(signals.Answer, DESK_PRINT))
        await page.wait_signal(signals.Answer)

        theirs, ours = page.session.confirmation(), desk.signalling.confirmation(session)
        ours.check(theirs.message(DESK_PRINT, PAGE_PRINT), DESK_PRINT, PAGE_PRINT)
        theirs.check(ours.message(DESK_PRINT, PAGE_PRINT), DESK_PRINT, PAGE_PRINT)

        await page.send(signals.Chat(id="p1", text="Hello – ça va? 🙂"))
        assert (await desk.wait_signal(signals.Chat)).text == "Hello – ça va? 🙂"
        await page.wait_signal(signals.Received)
        await page.send(signals.Ping(n=9))
        assert (await page.wait_signal(signals.Pong)).n == 9

        await desk.signalling.close_link()
        await page.wait_signal(signals.LinkClosed)
        assert await page.wait_closed() == 4404
        assert not [event for event in desk.events if isinstance(event, LinkRefused)]
        with pytest.raises(Refused, match="unavailable"):
            await Page(shared, secret).open()


async def test_known_device_is_let_in_again_and_chat_is_not_lost(shared, signer):
    secret, desk = await issued(shared, signer)
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        first = await desk.wait_for(DeviceKnocked)
        await desk.signalling.admit(first.connection, "Sam")
        await page.wait_signal(signals.Admitted)
        await page.close()
        gone = await desk.wait_for(PeerGone)
        assert gone.live
        assert await desk.signalling.send(signals.Chat(id="d1", text="Still there?")) == ""
        with pytest.raises(ServiceDownError):
            await desk.signalling.send(signals.LinkClosed())
        await page.open()
        assert (await desk.wait_for(DeviceAdmitted, 2)).rejoined
        assert (await desk.wait_for(DeviceKnocked, 2)).known_device
        assert (await page.wait_signal(signals.Chat)).id == "d1"
        await desk.wait_signal(signals.Received)
        assert not [event for event in desk.events if isinstance(event, SecondDevice)]


async def test_second_device_gets_no_session_description_and_first_stays_live(shared, signer):
    secret, desk = await issued(shared, signer)
    first, second = Page(shared, secret), Page(shared, secret, "Other phone")
    async with leaving(desk, first, second):
        await first.open()
        knock = await desk.wait_for(DeviceKnocked)
        await desk.signalling.admit(knock.connection, "Sam")
        await first.wait_signal(signals.Admitted)
        await second.open()
        alarm = await desk.wait_for(SecondDevice)
        await second.wait_signal(signals.Waiting)
        assert alarm.browser == "Other phone"
        assert alarm.words == second.words
        await first.send(description(signals.Offer, PAGE_PRINT))
        await desk.wait_signal(signals.Offer)
        await desk.signalling.send(description(signals.Answer, DESK_PRINT))
        await first.wait_signal(signals.Answer)
        await second.send(signals.Ping(n=1))
        await second.wait_signal(signals.Pong)
        assert {type(signal) for signal in second.signals} == {signals.Waiting, signals.Pong}
        assert first.close_code is None
        # An offer from it ends its connection and reaches nobody.
        await second.send(description(signals.Offer, PAGE_PRINT))
        assert await second.wait_closed() == 4409
        await first.send(signals.Ping(n=2))
        assert (await first.wait_signal(signals.Pong)).n == 2


async def test_officer_may_change_to_the_second_device(shared, signer):
    secret, desk = await issued(shared, signer)
    first, second = Page(shared, secret), Page(shared, secret)
    async with leaving(desk, first, second):
        await first.open()
        await desk.signalling.admit((await desk.wait_for(DeviceKnocked)).connection, "Sam")
        await second.open()
        alarm = await desk.wait_for(SecondDevice)
        await desk.signalling.admit(alarm.connection, "Sam")
        await second.wait_signal(signals.Admitted)
        assert await first.wait_closed() == 4409


async def test_gateway_restart_in_mid_call(gateway, signer):
    secret, desk = await issued(gateway, signer)
    page = await Page(gateway, secret).open()
    async with leaving(desk, page):
        await desk.signalling.admit((await desk.wait_for(DeviceKnocked)).connection, "Sam")
        await page.wait_signal(signals.Admitted)
        began = desk.signalling.epoch
        await asyncio.to_thread(gateway.stop, kill=True)
        await desk.wait_for(GatewayDown)
        await page.wait_closed()
        await asyncio.to_thread(gateway.start)
        await desk.wait_for(GatewayUp, 2)
        assert desk.signalling.epoch > began
        await page.open()
        assert (await desk.wait_for(DeviceAdmitted, 2)).rejoined


async def test_desk_started_again_meets_the_same_device(shared, signer):
    secret, desk = await issued(shared, signer)
    page = await Page(shared, secret).open()
    again = Desk(shared, TestSigner(AUTHORITY))
    async with leaving(desk, again, page):
        key_id = await desk.signalling.admit((await desk.wait_for(DeviceKnocked)).connection, "Sam")
        await page.wait_signal(signals.Admitted)
        await again.signalling.join(secret, 1, device_key_id=key_id, officer_first_name="Alex")
        assert (await again.wait_for(DeviceAdmitted)).rejoined
        assert (await page.wait_signal(signals.Admitted, 2)).name == "Alex"
        assert again.signalling.epoch > desk.signalling.epoch
        assert (await desk.wait_for(LinkRefused)).reason == "taken_over"
        assert page.close_code is None


async def test_refused_device_waits_for_good(shared, signer):
    secret, desk = await issued(shared, signer)
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        await desk.signalling.refuse((await desk.wait_for(DeviceKnocked)).connection)
        await page.wait_signal(signals.Waiting)
        await page.close()
        await page.open()
        await page.wait_signal(signals.Waiting, 2)
        await page.send(signals.Ping(n=1))
        await page.wait_signal(signals.Pong)
        assert len([event for event in desk.events if isinstance(event, DeviceKnocked)]) == 1


async def expired_link_says_what_an_unknown_one_says(shared, signer):
    secret, desk = await issued(shared, signer, life_s=2)
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        assert await page.wait_closed() == 4404
        assert (await desk.wait_for(LinkRefused)).reason == "unavailable"
        with pytest.raises(Refused, match="unavailable"):
            await Page(shared, secret).open()


async def begun_call_does_not_expire(shared, signer):
    secret, desk = await issued(shared, signer, life_s=2)
    ends = time.time() + 2
    page = await Page(shared, secret).open()
    async with leaving(desk, page):
        await desk.signalling.admit((await desk.wait_for(DeviceKnocked)).connection, "Sam")
        with pytest.raises(TimeoutError):
            await page.wait_closed(ends - time.time() + 1.5)
        await page.close()
        await page.open()
        await desk.wait_for(DeviceAdmitted, 2)


async def test_only_a_link_without_a_call_expires(shared, signer):
    await asyncio.gather(
        expired_link_says_what_an_unknown_one_says(shared, signer), begun_call_does_not_expire(shared, signer)
    )


async def test_issue_again_is_no_error_but_another_key_is(shared, signer):
    secret, desk = await issued(shared, signer)
    async with leaving(desk):
        with pytest.raises(RefusedError, match="exists"):
            await desk.signalling.issue(secret, time.time() + 60)


def test_page_is_served_safely_and_a_get_uses_nothing_up(shared):
    with urllib.request.urlopen(shared.url + "/") as answer:
        headers = answer.headers
        assert answer.status == 200
        assert b"Test page" in answer.read()
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" in headers["Content-Security-Policy"]
    assert f"connect-src 'self' ws://127.0.0.1:{shared.port};" in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].count("unsafe") == 1
    assert "camera=(self), microphone=(self)" in headers["Permissions-Policy"]
    assert "server" not in headers
    for path in ("/docs", "/openapi.json", "/../authority.pem", "/%2e%2e/authority.pem", "/.git", "/x" * 900):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(shared.url + path)
        with caught.value as error:
            assert error.code == 404
            assert error.headers["Content-Security-Policy"]


async def test_scanner_does_not_use_the_link_up(shared, signer):
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    async with leaving(desk, page):
        for url in (secret.url(shared.url), shared.url + "/?" + secret.reveal()):
            request = urllib.request.Request(url, headers={"User-Agent": "Preview bot"})
            with await asyncio.to_thread(urllib.request.urlopen, request) as answer:
                assert answer.status == 200
        await page.open()
        await desk.wait_for(DeviceKnocked)
