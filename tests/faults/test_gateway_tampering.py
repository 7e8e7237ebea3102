"""What somebody in the middle, or at the gateway's disk, can try: every try must fail, and close must stay closed."""

import asyncio
import hashlib
import json
import shutil
import sqlite3
import time

import pytest
from websockets.asyncio.client import connect

from rvr_console.errors import RefusedError, ServiceDownError, UntrustedInputError
from rvr_console.video.signalling_events import (
    DeviceAdmitted,
    DeviceKnocked,
    LinkRefused,
    Message,
    TamperRefused,
)
from rvr_console.video.signalling_link import GatewayRefusedError, answer_to, gateway_link
from rvr_console.wire import link_secret, sealing, signals
from rvr_console.wire.desk_messages import CloseLink, JoinRoom, sign_statement
from rvr_console.wire.encoding import b64u
from tests.gateway_fixtures import AUTHORITY
from tests.gateway_peer import Desk, Page, Refused, TestAuthority, TestSigner, issued, leaving


async def live(gateway, signer):
    secret, desk = await issued(gateway, signer)
    page = await Page(gateway, secret).open()
    await desk.signalling.admit((await desk.wait_for(DeviceKnocked)).connection, "Sam")
    await page.wait_signal(signals.Admitted)
    return secret, desk, page


def flipped(body):
    return [body[:-1] + bytes([body[-1] ^ 1])]


def doubled(body):
    return [body, body]


def renumbered(body):
    return [body[:1] + (int.from_bytes(body[1:9], "big") + 1).to_bytes(8, "big") + body[9:]]


def cut(body):
    return [body[:-1]]


def emptied(body):
    return [body[:1]]


@pytest.mark.parametrize("mangle", [flipped, doubled, renumbered, cut, emptied])
async def test_a_mangled_message_is_refused_and_the_device_heals(shared, signer, mangle):
    _, desk, page = await live(shared, signer)
    async with leaving(desk, page):
        page.mangle = mangle
        await page.send(signals.Chat(id="p1", text="first"))
        assert (await desk.wait_for(TamperRefused)).live
        assert await page.wait_closed() == 4409
        taken = [event for event in desk.events if isinstance(event, Message)]
        assert len(taken) == (1 if mangle is doubled else 0)
        page.mangle = lambda body: [body]
        await page.close()
        await page.open()
        assert (await desk.wait_for(DeviceAdmitted, 2)).rejoined
        await page.send(signals.Chat(id="p2", text="second"))
        assert (await desk.wait_signal(signals.Chat, len(taken) + 1)).text == "second"


async def test_reordered_messages_are_refused(shared, signer):
    _, desk, page = await live(shared, signer)
    held = []

    def swap(body):
        held.append(body)
        return [] if len(held) == 1 else [held[1], held[0]]

    async with leaving(desk, page):
        page.mangle = swap
        await page.send(signals.Chat(id="p1", text="first"))
        await page.send(signals.Chat(id="p2", text="second"))
        await desk.wait_for(TamperRefused)
        assert not [event for event in desk.events if isinstance(event, Message)]


async def test_a_message_of_an_old_session_is_refused_in_the_new_one(shared, signer):
    _, desk, page = await live(shared, signer)
    async with leaving(desk, page):
        old = page.session.seal(signals.encode(signals.Chat(id="p1", text="old")))
        await page.close()
        await page.open()
        await desk.wait_for(DeviceAdmitted, 2)
        await page.wait_signal(signals.Admitted, 2)
        await page.relay(old)
        await desk.wait_for(TamperRefused)
        assert not [event for event in desk.events if isinstance(event, Message)]


async def test_a_repeated_knock_is_refused(shared, signer):
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    page.mangle = doubled
    async with leaving(desk, page):
        await page.open()
        await desk.wait_for(TamperRefused)
        assert await page.wait_closed() == 4409


async def test_a_page_refuses_what_the_gateway_made_up(shared, signer):
    secret, desk, page = await live(shared, signer)
    async with leaving(desk, page):
        other = link_secret.new(bytes)
        forged = sealing.DeskHandshake(other.psk, secret.room, 9, bytes).hail()
        with pytest.raises(UntrustedInputError):
            sealing.open_hail(secret.psk, secret.room, forged)
        with pytest.raises(UntrustedInputError):
            page.session.open(page.bodies[1])


async def test_wrong_key_and_unknown_link_get_the_same_answer(shared, signer):
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    async with leaving(desk, page):
        for attempt in ({"auth": bytes(32)}, {"room": "0" * 32}, {"auth": secret.auth_hash}):
            with pytest.raises(Refused, match="unavailable"):
                await page.open(**attempt)
            assert page.frames[-1] == {"t": "refused", "reason": "unavailable"}
        assert desk.events[1:] == []


async def test_somebody_with_the_room_but_not_the_secret_cannot_knock(shared, signer):
    """A gateway that turned bad knows room and auth, yet never the key of the hail."""
    secret, desk = await issued(shared, signer)
    page = Page(shared, secret)
    page.mangle = lambda body: [body[:33] + bytes(len(body) - 33)]
    async with leaving(desk, page):
        await page.open()
        await desk.wait_for(TamperRefused)
        assert not [event for event in desk.events if isinstance(event, DeviceKnocked)]


@pytest.mark.parametrize(
    "certificate", [{"end_h": -0.5}, {"start_h": 1}, {"ca": True}, {"sign": False}], ids=str
)
async def test_desks_without_a_good_certificate_are_refused(shared, signer, certificate):
    secret, desk = await issued(shared, signer)
    async with leaving(desk):
        bad = Desk(shared, TestSigner(AUTHORITY, **certificate))
        with pytest.raises(RefusedError, match="signature"):
            await bad.signalling.close_issued(secret, 5)
        page = await Page(shared, secret).open()
        await page.close()


async def test_a_stranger_with_its_own_authority_is_refused(shared, signer):
    secret, desk = await issued(shared, signer)
    stranger = Desk(shared, TestSigner(TestAuthority("TEST authority")))
    async with leaving(desk, stranger):
        with pytest.raises(RefusedError, match="signature"):
            await stranger.signalling.issue(link_secret.new(lambda count: b"x" * count), time.time() + 60)
        with pytest.raises(RefusedError, match="signature"):
            await stranger.signalling.close_issued(secret, 5)
        await stranger.signalling.join(secret, 5)
        assert (await stranger.wait_for(LinkRefused)).reason == "signature"
        page = await Page(shared, secret).open()
        await desk.wait_for(DeviceKnocked)
        await page.close()


async def test_a_join_cannot_be_replayed(shared, signer):
    secret, desk = await issued(shared, signer)
    async with leaving(desk):
        async with gateway_link(shared.url, None) as (_, nonce):
            stale = JoinRoom(room=secret.room_text, epoch=50, nonce=nonce)
        async with gateway_link(shared.url, None) as (link, _):
            with pytest.raises(GatewayRefusedError) as caught:
                await answer_to(link, stale, signer)
            assert caught.value.reason == "signature"


async def test_an_old_epoch_is_refused(shared, signer):
    secret, desk = await issued(shared, signer)
    again = Desk(shared, signer)
    async with leaving(desk, again):
        await again.signalling.join(secret, 7)
        await desk.wait_for(LinkRefused)
        async with gateway_link(shared.url, None) as (link, nonce):
            with pytest.raises(GatewayRefusedError) as caught:
                await answer_to(link, JoinRoom(room=secret.room_text, epoch=7, nonce=nonce), signer)
            assert (caught.value.reason, caught.value.epoch) == ("old_epoch", 7)
            with pytest.raises(GatewayRefusedError) as caught:
                await answer_to(link, CloseLink(room=secret.room_text, epoch=6), signer)
            assert caught.value.reason == "old_epoch"


async def test_a_statement_changed_on_its_way_is_refused(shared, signer):
    secret, desk = await issued(shared, signer)
    async with leaving(desk):
        signed = sign_statement(CloseLink(room=secret.room_text, epoch=3), signer)
        body = json.dumps({"act": "close", "epoch": 4, "room": secret.room_text, "v": 1}).encode()
        async with gateway_link(shared.url, None) as (link, _):
            link.send(signed.model_copy(update={"body": b64u(body)}))
            assert (await link.receive()).reason == "signature"
        # The same body under another act's label is another statement.
        body = json.dumps({"act": "close", "epoch": 3, "room": secret.room_text, "v": 1}).encode()
        relabelled = signer.sign(b"rvr/desk1/join\0" + body)
        async with gateway_link(shared.url, None) as (link, _):
            link.send(signed.model_copy(update={"body": b64u(body), "signature": b64u(relabelled)}))
            assert (await link.receive()).reason == "signature"


async def assert_dead(gateway, secret, signer):
    with pytest.raises(Refused, match="unavailable"):
        await Page(gateway, secret).open()
    desk = Desk(gateway, signer)
    async with leaving(desk):
        await desk.signalling.join(secret, 1000)
        assert (await desk.wait_for(LinkRefused)).reason == "unavailable"
        with pytest.raises(RefusedError):
            await desk.signalling.issue(secret, time.time() + 60)


async def closed(gateway, signer):
    """A link that was live, then closed; and a copy of its row from when it was live."""
    secret, desk, page = await live(gateway, signer)
    await desk.signalling.close_link()
    await page.close()
    return secret


def edit(gateway, statement, *values):
    base = sqlite3.connect(gateway.data / "links.sqlite")
    with base:
        count = base.execute(statement, values).rowcount
    base.close()
    assert count > 0


EDITS = [
    "UPDATE link SET state = 'live' WHERE room = ?",
    "UPDATE link SET state = 'issued', closing = '' WHERE room = ?",
    "UPDATE link SET state = 'live', closing = '', mac = zeroblob(32) WHERE room = ?",
]


def put_back(copy, gateway):
    """The database as it was when it was copied; journal and key stay."""
    for name in ("links.sqlite", "links.sqlite-wal"):
        (gateway.data / name).unlink(missing_ok=True)
        if (copy / name).exists():
            shutil.copy(copy / name, gateway.data / name)


async def test_closed_stays_closed_whatever_happens_to_process_and_database(gateway, signer, tmp_path):
    edited = [await closed(gateway, signer) for _ in EDITS]
    secret, desk, page = await live(gateway, signer)
    await asyncio.to_thread(gateway.stop, kill=True)
    shutil.copytree(gateway.data, tmp_path / "copy")
    async with leaving(desk, page):
        # While the gateway is down a closing is not acknowledged; once it is back it is.
        with pytest.raises(ServiceDownError):
            await desk.signalling.close_link()
        await asyncio.to_thread(gateway.start)
        await desk.signalling.close_link()
    for one in (*edited, secret):
        await assert_dead(gateway, one, signer)
    await Desk(gateway, signer).signalling.close_issued(secret, 1)
    await asyncio.to_thread(gateway.stop)

    # An old copy of the database, edited besides, and a last line of the journal torn by a loss of power.
    put_back(tmp_path / "copy", gateway)
    for statement, one in zip(EDITS, edited, strict=True):
        edit(gateway, statement, one.room_text)
    with (gateway.data / "closings.log").open("ab") as journal:
        journal.write(b'{"at":1,"epo')
    await asyncio.to_thread(gateway.start)
    later = await closed(gateway, signer)
    for one in (*edited, secret, later):
        await assert_dead(gateway, one, signer)
    await asyncio.to_thread(gateway.stop)
    await asyncio.to_thread(gateway.start)
    for one in (secret, later):
        await assert_dead(gateway, one, signer)


async def test_without_a_journal_an_edited_row_stays_refused(gateway, signer):
    """The journal and its note in the database are taken away together: each row still has to verify."""
    rooms = [await closed(gateway, signer) for _ in EDITS]
    await asyncio.to_thread(gateway.stop)
    for statement, secret in zip(EDITS, rooms, strict=True):
        edit(gateway, statement, secret.room_text)
    (gateway.data / "closings.log").unlink()
    edit(gateway, "DELETE FROM journal")
    await asyncio.to_thread(gateway.start)
    for secret in rooms:
        await assert_dead(gateway, secret, signer)


async def test_a_cut_journal_or_a_missing_key_is_refused_at_the_start(gateway, signer):
    await closed(gateway, signer)
    await asyncio.to_thread(gateway.stop)
    journal, key = gateway.data / "closings.log", gateway.data / "gateway.key"
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-40])
    with pytest.raises(AssertionError, match="journal of closed links was cut or changed"):
        await asyncio.to_thread(gateway.start)
    assert gateway.stop() == 1
    journal.write_bytes(whole)
    key.unlink()
    with pytest.raises(AssertionError, match="key file is missing"):
        await asyncio.to_thread(gateway.start)
    assert gateway.stop() == 1


async def test_a_desk_frame_from_a_page_reaches_nobody(shared, signer):
    secret, desk, _page = await live(shared, signer)
    async with leaving(desk, _page):
        url = f"ws://127.0.0.1:{shared.port}/ws/desk"
        async with connect(url, proxy=None) as socket:
            await socket.recv()
            await socket.send(json.dumps({"t": "relay", "connection": "x", "body": "AA"}))
            assert json.loads(await socket.recv())["reason"] == "malformed"
        digest = hashlib.sha256(secret.auth).hexdigest()
        assert digest not in shared.log.read_text()
