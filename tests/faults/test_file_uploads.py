"""Files that are changed, cut, mixed up or misnamed on the way; full disks; a gateway and a console that are killed."""

import asyncio
import hashlib
import os

import pytest

from rvr_console.domain.uploads import UploadState
from rvr_console.intake import incoming
from rvr_console.intake.open_files import OpenFiles
from rvr_console.system.key_store import KekSealer
from rvr_console.wire.file_signals import (
    FileAccepted,
    FileAgain,
    FileCancelled,
    FileHave,
    FileProgress,
    FileReceived,
    FileRefused,
)
from rvr_console.wire.upload_sealing import CHUNK, FILE_LIMIT, SEALED_CHUNK
from tests.file_page import sending
from tests.gateway_peer import Gateway, TestAuthority, TestSigner

AUTHORITY = TestAuthority()
THREE = os.urandom(2 * CHUNK + 1000)
NAMES = [
    "../../../etc/passwd",
    "C:\\Windows\\System32\\drivers\\etc\\hosts",
    "photo\u202egpj.exe",
    "",
    "\x00\x07a\r\nb",
    "x" * 1024,
    "\U0001f600" * 1024,
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(incoming, "AGAIN_S", 0.05)
    monkeypatch.setattr(incoming, "POLL_S", 0.5)


@pytest.fixture(scope="module")
def signer():
    return TestSigner(AUTHORITY)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    made = Gateway(tmp_path_factory.mktemp("uploads"), AUTHORITY)
    made.start()
    yield made
    made.stop()


async def whole(sender, count=1):
    return await asyncio.to_thread(sender.sink.whole, count)


def state_of(sender, upload_id):
    return [e.status for e in sender.desk.told.events if e.status.facts.upload_id == upload_id][-1]


@pytest.mark.parametrize("data", [b"", b"x", os.urandom(CHUNK - 32), os.urandom(CHUNK - 7), THREE], ids=len)
async def test_every_length_arrives_as_it_was(gateway, signer, data):
    async with sending(gateway, signer) as sender:
        sent = await sender.send(data)
        received = await sent.said(FileReceived)
        [file] = await whole(sender)
        assert bytes(file.data) == data
        assert received.sha256 == hashlib.sha256(data).hexdigest() == file.received.claimed_sha256
        assert sender.desk.told.states(sent.id)[-1] == "received"
        # The gateway has nothing of it any more, and says so.
        await sender.desk.intake.stop()
        assert (await sent.request("HEAD")).status_code == 410
        assert list((gateway.data / "uploads").glob(f"{sent.id}*")) == []


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_a_name_is_only_ever_words(gateway, signer, name):
    async with sending(gateway, signer) as sender:
        await sender.send(b"data", name=name)
        [file] = await whole(sender)
        assert file.facts.untrusted_name == name


async def test_an_offer_that_is_too_long_is_no_offer(gateway, signer):
    """The honest page shortens the name; ten thousand letters end the connection and nothing is begun."""
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(4)
        await sent.accepted()
        with pytest.raises(ValueError, match="1024"):
            await sender.offer(4, name="x" * 10_000)
        count = len(sender.sink.files)
        offer = b'{"kind":"file_offer","id":"%s","name":"%s"}' % (b"0" * 32, b"x" * 10_000)
        await sender.page.relay(sender.page.session.seal(offer))
        await sender.page.wait_closed()
        assert len(sender.sink.files) == count


def flipped(sealed):
    changed = bytearray(sealed)
    changed[SEALED_CHUNK + 5] ^= 1
    return bytes(changed)


def swapped(sealed):
    return sealed[SEALED_CHUNK : 2 * SEALED_CHUNK] + sealed[:SEALED_CHUNK] + sealed[2 * SEALED_CHUNK :]


def repeated(sealed):
    return sealed[:SEALED_CHUNK] * 2 + sealed[2 * SEALED_CHUNK :]


@pytest.mark.parametrize("change", [flipped, swapped, repeated])
async def test_changed_bytes_are_refused_and_nothing_becomes_of_them(gateway, signer, change):
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(len(THREE))
        await sent.accepted()
        assert await sent.patch(0, change(sent.sealed(THREE))) == 204
        assert (await sent.said(FileRefused)).reason == "changed"
        [file] = sender.sink.files
        assert file.received is None
        assert file.abandoned
        assert THREE.startswith(bytes(file.data))
        assert state_of(sender, sent.id).state is UploadState.FAILED


async def test_a_cut_file_is_never_taken_for_a_whole_one(gateway, signer):
    """Its last chunk is missing, or its end was sealed as if it were the end: both stay unfinished or are refused."""
    async with sending(gateway, signer) as sender:
        cut = await sender.offer(len(THREE))
        await cut.accepted()
        assert await cut.patch(0, cut.sealed(THREE)[: 2 * SEALED_CHUNK]) == 204
        await cut.said(FileProgress, lambda said: said.received == 2 * CHUNK)
        lie = await sender.offer(len(THREE))
        await lie.accepted()
        assert await lie.patch(0, lie.sealed(THREE[:-500])) == 204
        await sender.page.send(FileCancelled(id=cut.id))
        await asyncio.to_thread(sender.sink.until, lambda: sender.sink.files[0].abandoned)
        assert all(file.received is None for file in sender.sink.files)


async def test_a_false_hash_is_told_and_the_bytes_are_kept(gateway, signer):
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(len(THREE))
        await sent.accepted()
        await sent.patch(0, sent.sealed(THREE, sha256=bytes(32)))
        assert (await sent.said(FileReceived)).sha256 == hashlib.sha256(THREE).hexdigest()
        [file] = await whole(sender)
        assert bytes(file.data) == THREE
        assert not file.received.agrees
        assert not state_of(sender, sent.id).agrees


async def test_the_protocol_is_kept_to(gateway, signer):
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(1000)
        await sent.accepted()
        sealed = sent.sealed(bytes(1000))
        assert (await sent.request("OPTIONS")).headers["Tus-Version"] == "1.0.0"
        assert await sent.patch(5, sealed[5:]) == 409
        assert await sent.patch(0, sealed, **{"Content-Type": "text/plain"}) == 415
        assert await sent.patch(0, sealed, **{"Tus-Resumable": "0.2.2"}) == 412
        assert await sent.patch(0, sealed, **{"Upload-Offset": "-1"}) == 400
        assert await sent.patch(0, sealed + b"more") == 413
        assert await sent.held() == 0
        assert await sent.patch(0, sealed[:300]) == 204
        assert await sent.patch(0, sealed[:300]) == 409
        assert await sent.held() == 300
        answer = await sent.request("HEAD")
        assert answer.headers["Upload-Length"] == str(len(sealed))
        assert answer.headers["Upload-Expires"].endswith("GMT")
        assert await sent.patch(300, sealed[300:]) == 204
        [file] = await whole(sender)
        assert bytes(file.data) == bytes(1000)


async def test_nobody_reaches_the_uploads_of_another_link(gateway, signer):
    async with sending(gateway, signer) as sender, sending(gateway, signer) as other:
        sent = await sender.offer(100)
        await sent.accepted()
        strangers = [
            sent.headers(other.secret),
            sent.headers(sender.secret, auth=other.secret.auth),
            {**sent.headers(), "Authorization": "Bearer x"},
            {"Tus-Resumable": "1.0.0"},
        ]
        for headers in strangers:
            for method in ("HEAD", "PATCH", "GET", "DELETE"):
                assert (await sent.request(method, **headers, **_none(headers))).status_code == 404
        assert await sent.held() == 0
        unknown = await sender.offer(FILE_LIMIT + 1)
        assert (await unknown.said(FileRefused)).reason == "too_large"
        assert await unknown.patch(0, b"x") == 404


def _none(headers):
    return {} if "Authorization" in headers else {"Authorization": ""}


async def test_limits_by_declared_sizes(gateway, signer):
    async with sending(gateway, signer) as sender:
        four = [await sender.offer(FILE_LIMIT) for _ in range(4)]
        one_more = await sender.offer(1)
        assert (await one_more.said(FileRefused)).reason == "too_much"
        await sender.page.send(FileCancelled(id=four[0].id))
        again = await sender.offer(1)
        await again.said(FileAccepted)


async def test_a_closed_link_is_dead_for_files_but_what_is_there_is_kept(gateway, signer):
    async with sending(gateway, signer) as sender:
        sender.sink.full_after = 0
        there, half = await sender.send(b"all of it"), await sender.offer(2_000)
        await half.accepted()
        assert await half.patch(0, half.sealed(bytes(2_000))[:100]) == 204
        await asyncio.to_thread(sender.sink.refused.wait, 10)
        await sender.desk.signalling.close_link()
        sender.desk.door.link_closed()
        assert await half.patch(100, bytes(100)) == 404
        assert (await half.request("HEAD")).status_code == 404
        sender.sink.full_after = None
        [file] = await whole(sender)
        assert bytes(file.data) == b"all of it"
        assert file.facts.upload_id == there.id
        other = next(one for one in sender.sink.files if one is not file)
        assert "ended before" in other.abandoned


async def test_a_full_disk_at_the_desk_waits_and_goes_on(gateway, signer):
    async with sending(gateway, signer) as sender:
        sender.sink.full_after = 4 * CHUNK  # as much as is written at once
        data = os.urandom(8 * CHUNK + 1000)
        sent = await sender.send(data)
        waiting = await sent.said(FileProgress, lambda said: said.waiting)
        assert waiting.received == 4 * CHUNK
        assert state_of(sender, sent.id).state is UploadState.WAITING
        assert "The disk is full." in state_of(sender, sent.id).words
        sender.sink.full_after = None
        await sent.said(FileReceived)
        assert bytes(sender.sink.files[0].data) == data


async def test_a_console_that_was_killed_begins_again_with_what_the_gateway_holds(gateway, signer):
    async with sending(gateway, signer) as sender:
        sent = await sender.offer(len(THREE))
        await sent.accepted()
        sealed = sent.sealed(THREE)
        await sent.patch(0, sealed[:-10])
        await sent.said(FileProgress, lambda said: said.received == 2 * CHUNK)
        await sender.desk.killed(sender.secret)
        stale = await sender.offer(5)  # wrapped to the key of the console that ended
        assert (await stale.said(FileRefused)).reason == "start_again"
        await sender.offer_again(sent, key_count=2)
        assert await sent.patch(len(sealed) - 10, sealed[-10:]) == 204
        await sent.said(FileReceived)
        [file] = await whole(sender)
        assert bytes(file.data) == THREE


async def test_a_console_goes_on_with_what_it_had_noted_though_the_page_is_gone(gateway, signer, tmp_path):
    """Killed with the file whole at the gateway and nothing of it here; the notes are sealed and end with the file."""
    kept = OpenFiles(tmp_path / "open", KekSealer(bytes(32)))
    async with sending(gateway, signer) as sender:
        sender.desk.intake.kept = kept
        sender.desk.opened(sender.secret)
        sender.sink.full_after = 0
        sent = await sender.send(THREE, name="IMG_7.jpg", description="the window")
        await asyncio.to_thread(sender.sink.refused.wait, 10)
        [note] = (tmp_path / "open").iterdir()
        assert b"IMG_7" not in note.read_bytes()
        assert sent.key not in note.read_bytes()
        await sender.page.close()
        (tmp_path / "open" / ("0" * 32 + ".open")).write_bytes(b"not a note")
        sender.sink.full_after = None
        await sender.desk.killed(sender.secret, kept)
        [file] = await whole(sender)
        assert bytes(file.data) == THREE
        assert (file.facts.untrusted_name, file.facts.description) == ("IMG_7.jpg", "the window")
        await sender.desk.intake.stop()
        assert not note.exists()
        assert (await sent.request("HEAD")).status_code in {404, 410}


async def test_a_file_that_the_gateway_has_forgotten_is_given_up(gateway, signer, tmp_path):
    kept = OpenFiles(tmp_path / "open", KekSealer(bytes(32)))
    async with sending(gateway, signer) as sender:
        sender.desk.intake.kept = kept
        sender.desk.opened(sender.secret)
        sent = await sender.offer(len(THREE))
        await sent.accepted()
        await asyncio.to_thread(sender.sink.until, lambda: sender.sink.files)  # begun: its note is there
        await sender.desk.intake.stop()
        assert (await sent.request("DELETE")).status_code == 204
        await sender.desk.killed(sender.secret, kept)
        await sent.said(FileRefused)
        await sender.desk.intake.stop()
        assert all(file.received is None for file in sender.sink.files)
        assert list((tmp_path / "open").glob("*.open")) == []


async def test_a_page_that_was_closed_goes_on_behind_what_has_arrived(gateway, signer):
    async with sending(gateway, signer) as sender:
        first = await sender.offer(len(THREE))
        await first.accepted()
        await first.patch(0, first.sealed(THREE)[: SEALED_CHUNK + 1000])
        await sender.page.send(FileAgain(id=first.id))
        have = await first.said(FileHave)
        assert (have.bytes, have.sha256) == (CHUNK, hashlib.sha256(THREE[:CHUNK]).hexdigest())
        wrong = await sender.offer(len(THREE), continues=first.id, start=CHUNK - 1)
        assert (await wrong.said(FileRefused)).reason == "start_again"
        rest = await sender.offer(len(THREE), continues=first.id, start=CHUNK)
        await rest.accepted()
        assert await rest.patch(0, rest.sealed(THREE, start=CHUNK)) == 204
        await rest.said(FileReceived)
        [file] = await whole(sender)
        assert bytes(file.data) == THREE
        assert file.received.agrees
        assert len(sender.sink.files) == 1


@pytest.mark.slow
async def test_a_gateway_that_is_killed_keeps_what_it_acknowledged(tmp_path, signer):
    gateway = Gateway(tmp_path, AUTHORITY)
    gateway.start()
    try:
        async with sending(gateway, signer) as sender:
            sent = await sender.offer(len(THREE))
            await sent.accepted()
            sealed = sent.sealed(THREE)
            assert await sent.patch(0, sealed[:1_500_000]) == 204
            gateway.stop(kill=True)
            # A write that was not acknowledged must not count.
            with (gateway.data / "uploads" / f"{sent.id}.part").open("ab") as file:
                file.write(bytes(5000))
            gateway.start()
            assert await sent.held() == 1_500_000
            assert await sent.patch(1_500_000, sealed[1_500_000:]) == 204
            [file] = await whole(sender)
            assert bytes(file.data) == THREE
    finally:
        gateway.stop()
