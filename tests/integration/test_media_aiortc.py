"""The media port against aiortc: an independent second peer, and a hostile one."""

import asyncio
import re
import threading

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from aiortc.sdp import candidate_from_sdp

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video.media_link import MediaLink, MediaSettings
from rvr_console.wire import media_messages as wire

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
FINGERPRINT = re.compile(r"a=fingerprint:sha-256 (\S+)")


class Desk:
    """Collects what the link delivers."""

    def __init__(self) -> None:
        self.frames, self.holes, self.messages = [], [], []
        self.changed = threading.Condition()
        self.link = MediaLink(
            lambda f: self._add(self.frames, f),
            lambda h: self._add(self.holes, h),
            lambda m: self._add(self.messages, m),
            settings=MediaSettings(allow_loopback=True),
        )

    def _add(self, where, value) -> None:
        with self.changed:
            where.append(value)
            self.changed.notify_all()

    async def until(self, check, seconds=10.0):
        def wait():
            with self.changed:
                assert self.changed.wait_for(check, seconds), (
                    f"not in {seconds} s; last: {self.messages[-4:]}"
                )
                return check()

        return await asyncio.to_thread(wait)

    async def wait(self, kind, check=lambda _m: True):
        return await self.until(
            lambda: next((m for m in self.messages if isinstance(m, kind) and check(m)), None)
        )


@pytest.fixture
async def side():
    desk = Desk()
    yield desk
    await asyncio.to_thread(desk.link.close)


@pytest.fixture
async def peer():
    connection = RTCPeerConnection()
    connection.addTrack(VideoStreamTrack())
    connection.addTrack(AudioStreamTrack())
    connection.channel = connection.createDataChannel("call")
    yield connection
    await connection.close()


async def offered(peer) -> str:
    await peer.setLocalDescription(await peer.createOffer())
    return peer.localDescription.sdp


async def accept(side, peer) -> None:
    answer = await side.wait(wire.LocalAnswer)
    await side.wait(wire.LocalCandidate, lambda m: not m.candidate)
    await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
    for found in [m for m in side.messages if isinstance(m, wire.LocalCandidate) and " udp " in m.candidate]:
        candidate = candidate_from_sdp(found.candidate.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = found.sdp_mid, found.sdp_m_line_index
        await peer.addIceCandidate(candidate)
    await peer.addIceCandidate(None)


def seen(side, party, kind) -> int:
    return sum(f.party == party and f.kind == kind for f in list(side.frames))


async def test_a_second_kind_of_peer_talks_to_us(side, peer) -> None:
    got = asyncio.get_running_loop().create_future()
    peer.channel.on("message", lambda content: got.done() or got.set_result(content))
    side.link.open_session(1)
    sdp = await offered(peer)
    side.link.remote_offer(1, sdp)
    await accept(side, peer)
    for party in Party:
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
            await side.until(lambda p=party, k=kind: seen(side, p, k) >= 20)
    certificate = await side.wait(wire.PeerCertificate)
    assert certificate.sha256 == FINGERPRINT.search(sdp).group(1).replace(":", "").lower()
    await side.wait(wire.DataChannelOpen)
    side.link.send_data(1, b"hello")
    assert await asyncio.wait_for(got, 5) == b"hello"
    first = next(f for f in side.frames if (f.party, f.kind) == (Party.VICTIM, TrackKind.VIDEO))
    assert first.key


async def test_a_swapped_fingerprint_fails_and_nothing_is_handed_on(side, peer) -> None:
    """aiortc describes itself by SHA-384 and SHA-512 too: those true lines must not make up for the forged one."""
    side.link.open_session(1)
    sdp = await offered(peer)
    used = FINGERPRINT.search(sdp).group(1)
    forged = ":".join(f"{(int(pair, 16) + 1) % 256:02X}" for pair in used.split(":"))
    side.link.remote_offer(1, sdp.replace(used, forged))
    await accept(side, peer)
    await side.wait(wire.ConnectionState, lambda m: m.state == "failed")
    assert not side.frames
    told = [m.sha256 for m in side.messages if isinstance(m, wire.PeerCertificate)]
    assert forged.replace(":", "").lower() not in told
    assert not [m for m in side.messages if isinstance(m, wire.DataMessage | wire.DataChannelOpen)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sdp: re.sub(r"a=fingerprint:.*\r\n", "", sdp),
        lambda sdp: sdp.replace("a=fingerprint:sha-256", "a=fingerprint:sha-1"),
        lambda sdp: sdp.replace(
            "a=fingerprint:sha-256 ", "a=fingerprint:sha-256 " + "AA:" * 31 + "AA\r\na=fingerprint:sha-256 "
        ),
        lambda sdp: sdp[: len(sdp) // 2],
        lambda _sdp: "v=0\r\n" + "a=x\r\n" * 5000,
    ],
    ids=["fingerprint removed", "weak fingerprint only", "two fingerprints", "cut", "junk"],
)
async def test_a_spoilt_offer_is_refused_or_never_connects_and_the_process_lives(side, peer, spoil) -> None:
    side.link.open_session(1)
    sdp = spoil(await offered(peer))
    side.link.remote_offer(1, sdp)
    outcome = await side.wait(wire.SessionFault | wire.LocalAnswer)
    assert isinstance(outcome, wire.SessionFault)
    assert outcome.reason == "offer_refused"
    # and a decent offer is taken afterwards, in a new session
    side.link.open_session(2)
    side.link.remote_offer(2, peer.localDescription.sdp)
    await side.wait(wire.LocalAnswer, lambda m: m.epoch == 2)


async def test_an_offer_without_encryption_is_answered_with_encryption_only(side, peer) -> None:
    side.link.open_session(1)
    side.link.remote_offer(1, (await offered(peer)).replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"))
    answer = await side.wait(wire.LocalAnswer)
    assert FINGERPRINT.search(answer.sdp)
    assert "a=crypto" not in answer.sdp


async def test_junk_candidates_and_servers_are_refused(side, peer) -> None:
    side.link.open_session(1)
    side.link.remote_offer(1, await offered(peer))
    await side.wait(wire.LocalAnswer)
    side.link.remote_candidate(1, "candidate:junk", "0", 0)
    await side.wait(wire.SessionFault, lambda m: m.reason == "candidate_refused")
    side.link.open_session(2, ice_servers=[wire.IceServer(urls=["http://example.org"])])
    await side.wait(wire.SessionFault, lambda m: m.reason == "configuration_refused")
    side.link.open_session(3)
    side.link.remote_offer(3, peer.localDescription.sdp)
    await side.wait(wire.LocalAnswer, lambda m: m.epoch == 3)


async def test_relay_only_without_a_relay_never_connects_directly(side, peer) -> None:
    side.link.open_session(1, relay_only=True)
    side.link.remote_offer(1, await offered(peer))
    await side.wait(wire.LocalCandidate, lambda m: not m.candidate)
    assert not [m for m in side.messages if isinstance(m, wire.LocalCandidate) and m.candidate]
