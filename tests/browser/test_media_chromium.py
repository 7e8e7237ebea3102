"""The media port against a real Chromium: the page offers, our process answers, values come out of the link."""

import http.server
import itertools
import os
import re
import signal
import threading
from collections import Counter
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video.frame_slot import FrameSlot
from rvr_console.video.media_link import MediaLink, MediaSettings
from rvr_console.wire import media_messages as wire

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PAGE = """<!doctype html><video id=v autoplay playsinline muted></video><script>
window.got = []; window.cands = [];
async function offer(ids) {
  window.pc = new RTCPeerConnection();
  window.stream = window.stream || await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}, audio: true});
  stream.getTracks().forEach(t => pc.addTrack(t, stream));
  if (ids) for (const t of pc.getTransceivers()) {
    const all = t.getHeaderExtensionsToNegotiate();
    for (const x of all) if (/dependency-descriptor|abs-capture-time/.test(x.uri)) x.direction = 'sendrecv';
    t.setHeaderExtensionsToNegotiate(all);
  }
  window.dc = pc.createDataChannel('call');
  dc.onmessage = e => got.push(typeof e.data === 'string' ? e.data : new TextDecoder().decode(e.data));
  pc.ontrack = e => { document.getElementById('v').srcObject = e.streams[0] || new MediaStream([e.track]) };
  await pc.setLocalDescription(await pc.createOffer());
  await new Promise(r => { const f = () => pc.iceGatheringState === 'complete' && r(); pc.onicegatheringstatechange = f; f() });
  return pc.localDescription.sdp;
}
async function inbound(kind) {
  for (const s of (await pc.getStats()).values()) if (s.type === 'inbound-rtp' && s.kind === kind) return s;
  return {};
}
</script>"""


class Desk:
    """The console's side, for a test: collects what the link delivers."""

    def __init__(self, **settings) -> None:
        self.frames = []
        self.holes = []
        self.messages = []
        self.changed = threading.Condition()
        self.link = MediaLink(
            lambda f: self._add(self.frames, f),
            lambda h: self._add(self.holes, h),
            lambda m: self._add(self.messages, m),
            settings=MediaSettings(allow_loopback=True, **settings),
        )

    def _add(self, where, value) -> None:
        with self.changed:
            where.append(value)
            self.changed.notify_all()

    def until(self, check, seconds=10.0):
        with self.changed:
            assert self.changed.wait_for(check, seconds), f"not in {seconds} s; last: {self.messages[-4:]}"
            return check()

    def wait(self, kind, check=lambda _m: True, seconds=10.0):
        return self.until(
            lambda: next((m for m in self.messages if isinstance(m, kind) and check(m)), None), seconds
        )

    def count(self, party, kind) -> int:
        return sum(f.party == party and f.kind == kind for f in list(self.frames))


@pytest.fixture(scope="module")
def page_address():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.encode())

        def log_message(self, *_args) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, page_address):
    tab = browser.new_page()
    tab.goto(page_address)
    yield tab
    tab.close()


@contextmanager
def desk(**options):
    side = Desk(**options)
    try:
        yield side
    finally:
        side.link.close()


def call(side: Desk, page, epoch=1, *, ids=True) -> str:
    side.link.open_session(epoch, officer_label="PC 1234")
    offer = page.evaluate("ids => offer(ids)", ids)
    side.link.remote_offer(epoch, offer)
    answer = side.wait(wire.LocalAnswer, lambda m: m.epoch == epoch)
    page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer.sdp)
    side.wait(wire.LocalCandidate, lambda m: m.epoch == epoch and not m.candidate)
    for found in [m for m in side.messages if isinstance(m, wire.LocalCandidate) and m.epoch == epoch]:
        page.evaluate(
            "c => pc.addIceCandidate(c)",
            {"candidate": found.candidate, "sdpMid": found.sdp_mid, "sdpMLineIndex": found.sdp_m_line_index},
        )
    side.wait(wire.ConnectionState, lambda m: m.epoch == epoch and m.state == "connected")
    return offer


def test_frames_of_both_directions_and_pictures_arrive(page) -> None:
    with desk() as side:
        ready = side.wait(wire.Ready)
        assert ready.confined == side.link.confined
        for party in Party:
            side.link.set_view_size(party, 400, 400)
        offer = call(side, page)
        for party in Party:
            for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
                side.until(lambda p=party, k=kind: side.count(p, k) >= 50)
        certificate = side.wait(wire.PeerCertificate)
        described = re.search(r"a=fingerprint:sha-256 (\S+)", offer).group(1).replace(":", "").lower()
        assert certificate.sha256 == described
        answer, own = side.wait(wire.LocalAnswer), side.wait(wire.OwnFingerprint)
        assert own.sha256 in answer.sdp.replace(":", "").lower()

        firsts = {(f.party, f.kind): f for f in reversed(side.frames)}
        assert firsts[Party.VICTIM, TrackKind.VIDEO].key
        phone, own_card = firsts[Party.VICTIM, TrackKind.VIDEO], firsts[Party.OFFICER, TrackKind.VIDEO]
        assert phone.width * 3 == phone.height * 4, (
            "a busy browser may send a smaller picture, of the same shape"
        )
        assert (own_card.width, own_card.height) == (640, 360)
        for track in firsts:
            numbers = [f.tap_sequence for f in side.frames if (f.party, f.kind) == track]
            assert numbers == list(range(len(numbers)))
            times = [f.rtp_timestamp for f in side.frames if (f.party, f.kind) == track]
            assert all(0 < (b - a) % 2**32 < 2**31 for a, b in itertools.pairwise(times))
        assert not side.holes

        sizes = {}
        cameras = [m for m in side.messages if isinstance(m, wire.PictureSlot) and m.track == "video"]
        for slot in cameras:
            reader = FrameSlot(slot.name)
            picture = reader.latest(0)
            sizes[slot.party] = (picture.width, picture.height)
            assert len(set(picture.data[::997])) > 5
            assert reader.latest(picture.sequence + 1000) is None
            reader.close()
        assert sizes == {"victim": (400, 300), "officer": (400, 225)}
        assert page.evaluate("async () => (await inbound('video')).framesDecoded") > 20


def test_pause_hands_on_nothing_and_resumes_with_a_key_frame(page) -> None:
    with desk() as side:
        call(side, page)
        side.until(
            lambda: (
                side.count(Party.VICTIM, TrackKind.VIDEO) >= 10
                and side.count(Party.OFFICER, TrackKind.AUDIO) >= 10
            )
        )
        side.link.set_paused(on=True)
        side.wait(wire.PauseState, lambda m: m.on)
        at_pause = len(side.frames)
        decoded = page.evaluate("async () => (await inbound('video')).framesDecoded")
        # the page goes on sending: two of our once-a-second reports show it, and not a frame comes
        sent = side.wait(wire.Stats).frames_received
        side.wait(wire.Stats, lambda m: m.frames_received > sent + 20)
        assert len(side.frames) == at_pause
        assert page.evaluate("async () => (await inbound('video')).framesDecoded") <= decoded + 3
        side.link.set_paused(on=False)
        resumed = side.wait(wire.PauseState, lambda m: not m.on)
        for party in Party:
            for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
                side.until(
                    lambda p=party, k=kind: any(f.party == p and f.kind == k for f in side.frames[at_pause:])
                )
        after = side.frames[at_pause:]
        for party in Party:
            first = next(f for f in after if f.party == party and f.kind == TrackKind.VIDEO)
            assert first.key
            assert 0 <= first.received_ns - resumed.at_ns < 1_000_000_000
        assert not side.holes


def test_rejoin_is_a_new_session_and_data_goes_both_ways(page) -> None:
    with desk() as side:
        call(side, page, epoch=1)
        side.wait(wire.DataChannelOpen, lambda m: m.epoch == 1 and m.label == "call")
        page.evaluate("dc.send('hello desk')")
        assert side.wait(wire.DataMessage).content() == b"hello desk"
        side.link.send_data(1, b"hello phone")
        page.wait_for_function("got.includes('hello phone')")
        side.until(lambda: side.count(Party.VICTIM, TrackKind.VIDEO) >= 5)
        page.evaluate("pc.close()")
        call(side, page, epoch=2)
        side.wait(wire.ConnectionState, lambda m: m.epoch == 1 and m.state == "closed")
        before = len(side.frames)
        side.until(
            lambda: (
                sum(f.party == Party.VICTIM and f.kind == TrackKind.VIDEO for f in side.frames[before:]) > 5
            )
        )
        numbers = [
            f.tap_sequence for f in side.frames if (f.party, f.kind) == (Party.VICTIM, TrackKind.VIDEO)
        ]
        assert numbers == list(range(len(numbers)))
        side.link.open_session(2)
        assert side.wait(wire.SessionFault).reason == "stale_epoch"
        side.link.send_data(1, b"late")
        side.wait(wire.SessionFault, lambda m: m.epoch == 1 and m.reason == "no_session")


def test_renegotiation_keeps_one_tap_for_each_mid(page) -> None:
    """inactive and back: the engine fires ``track`` again; no frame may come twice."""
    with desk() as side:
        call(side, page)
        side.until(lambda: side.count(Party.VICTIM, TrackKind.VIDEO) >= 5)
        for direction in ("inactive", "sendrecv"):
            known = sum(isinstance(m, wire.LocalAnswer) for m in side.messages)
            sdp = page.evaluate(
                """async d => { pc.getTransceivers().forEach(t => t.direction = d);
                   await pc.setLocalDescription(await pc.createOffer()); return pc.localDescription.sdp }""",
                direction,
            )
            side.link.remote_offer(1, sdp)
            side.until(lambda n=known: sum(isinstance(m, wire.LocalAnswer) for m in side.messages) > n)
            answer = [m for m in side.messages if isinstance(m, wire.LocalAnswer)][-1]
            page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer.sdp)
        before = len(side.frames)
        side.until(
            lambda: (
                sum(f.party == Party.VICTIM and f.kind == TrackKind.VIDEO for f in side.frames[before:]) > 20
            )
        )
        side.until(
            lambda: (
                sum(f.party == Party.OFFICER and f.kind == TrackKind.VIDEO for f in side.frames[before:]) > 20
            )
        )
        for party in Party:
            stamps = Counter(
                f.rtp_timestamp
                for f in side.frames[before:]
                if f.party == party and f.kind == TrackKind.VIDEO
            )
            assert max(stamps.values()) == 1


def test_officer_camera_off_is_a_stated_hole(page) -> None:
    with desk() as side:
        call(side, page)
        side.until(lambda: side.count(Party.OFFICER, TrackKind.VIDEO) >= 10)
        side.link.set_camera(on=False)
        side.until(lambda: side.count(Party.OFFICER, TrackKind.AUDIO) >= 10)
        stopped = side.wait(wire.Stats, lambda m: m.bit_rate_out < 100)
        assert stopped.tap_faults == 0
        side.link.set_camera(on=True)
        hole = side.until(lambda: next(iter(side.holes), None))
        assert (hole.party, hole.kind, hole.cause.value) == (Party.OFFICER, TrackKind.VIDEO, "camera_off")
        assert hole.end_ns > hole.start_ns


def test_without_frame_ids_from_the_page_the_call_works_and_repeats_are_dropped(page) -> None:
    with desk() as side:
        call(side, page, ids=False)
        side.until(lambda: side.count(Party.VICTIM, TrackKind.VIDEO) >= 60)
        stamps = [
            f.rtp_timestamp for f in side.frames if (f.party, f.kind) == (Party.VICTIM, TrackKind.VIDEO)
        ]
        assert len(set(stamps)) == len(stamps)


def test_a_killed_process_is_told_and_a_new_link_works(page) -> None:
    with desk() as side:
        call(side, page)
        side.until(lambda: side.count(Party.VICTIM, TrackKind.VIDEO) >= 5)
        os.kill(side.link.pid, signal.SIGKILL)
        died = side.wait(wire.ProcessDied)
        assert (died.exit_code, died.reason) == (-9, "exited")
        assert not side.link.set_muted(muted=True)
    page.evaluate("pc.close()")
    with desk() as side:
        call(side, page)
        side.until(lambda: side.count(Party.VICTIM, TrackKind.VIDEO) >= 5)


def test_a_flood_of_data_closes_the_channel_only(page) -> None:
    with desk() as side:
        call(side, page)
        side.wait(wire.DataChannelOpen)
        page.evaluate("for (let i = 0; i < 1000; i++) dc.send('x'.repeat(100))")
        side.wait(wire.SessionFault, lambda m: m.reason == "data_flood")
        before = len(side.frames)
        side.until(lambda: len(side.frames) > before + 50)
        assert sum(isinstance(m, wire.DataMessage) for m in side.messages) <= 200
