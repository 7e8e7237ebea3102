"""The media port against a real Chromium over a network that delays, loses and falls silent, and beside a stalled console."""

import array
import asyncio
import importlib.util
import itertools
import random
import threading
from pathlib import Path

import pytest

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video import media_sandbox
from rvr_console.wire import media_messages as wire

_SPEC = importlib.util.spec_from_file_location(
    "media_chromium", Path(__file__).with_name("test_media_chromium.py")
)
calls = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(calls)
browser, page, page_address = calls.browser, calls.page, calls.page_address
VICTIM_VIDEO, VICTIM_AUDIO = (Party.VICTIM, TrackKind.VIDEO), (Party.VICTIM, TrackKind.AUDIO)


class _Port(asyncio.DatagramProtocol):
    def __init__(self, receive) -> None:
        self._receive = receive

    def connection_made(self, transport) -> None:
        self.send = transport.sendto
        self.number = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data, address) -> None:
        self._receive(data, address)


class Network:
    """Everything between the page and the desk goes through here: one way takes `delay` seconds, `loss` of it is lost."""

    def __init__(self, desk_port, *, delay=0.0, loss=0.0) -> None:
        self._desk, self._phone = ("127.0.0.1", desk_port), None
        self.delay, self.loss = delay, loss
        self._random = random.Random(7)
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._main, args=(ready,))
        self._thread.start()
        assert ready.wait(5)

    def _main(self, ready) -> None:
        async def bind():
            ends = []
            for receive in (self._from_phone, self._from_desk):
                made = await self._loop.create_datagram_endpoint(lambda r=receive: _Port(r), ("127.0.0.1", 0))
                ends.append(made)
            return ends

        (self._near, self._for_phone), (self._far, self._for_desk) = self._loop.run_until_complete(bind())
        self.port = self._for_phone.number
        self._loop.call_soon(ready.set)
        self._loop.run_forever()
        self._near.close()
        self._far.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _from_phone(self, data, address) -> None:
        self._phone = address
        self._pass(self._for_desk, data, self._desk)

    def _from_desk(self, data, _address) -> None:
        if self._phone:
            self._pass(self._for_phone, data, self._phone)

    def _pass(self, out, data, address) -> None:
        if self._random.random() >= self.loss:
            self._loop.call_later(self.delay, out.send, data, address)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


@pytest.fixture
def side():
    with calls.desk() as made:
        yield made


def call_over(side, page, *, ids=True, **network) -> Network:
    side.link.open_session(1)
    offer = page.evaluate("ids => offer(ids)", ids)
    side.link.remote_offer(
        1, "".join(x for x in offer.splitlines(keepends=True) if not x.startswith("a=candidate"))
    )
    answer = side.wait(wire.LocalAnswer)
    page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer.sdp)
    found = side.wait(wire.LocalCandidate, lambda m: " 127.0.0.1 " in m.candidate and " udp " in m.candidate)
    port = found.candidate.split()[5]
    between = Network(int(port), **network)
    page.evaluate(
        "c => pc.addIceCandidate(c)",
        {
            "candidate": found.candidate.replace(f" {port} ", f" {between.port} "),
            "sdpMid": found.sdp_mid,
            "sdpMLineIndex": found.sdp_m_line_index,
        },
    )
    side.wait(wire.ConnectionState, lambda m: m.state == "connected")
    return between


def of(side, track, what="frames"):
    return [f for f in list(getattr(side, what)) if (f.party, f.kind) == track]


def backward_steps(frames) -> int:
    stamps = [f.rtp_timestamp for f in frames]
    return sum(not 0 < (b - a) % 2**32 < 2**31 for a, b in itertools.pairwise(stamps))


@pytest.mark.parametrize("ids", [True, False], ids=["frame ids", "RTP time only"])
def test_at_five_per_cent_loss_frames_come_in_order_and_lost_sound_is_stated(side, page, ids) -> None:
    between = call_over(side, page, ids=ids, delay=0.03)
    side.until(lambda: len(of(side, VICTIM_VIDEO)) >= 20)
    between.loss = 0.05
    side.until(lambda: len(of(side, VICTIM_AUDIO)) >= 200)
    between.loss = 0.0
    marks = len(of(side, VICTIM_AUDIO))
    side.until(lambda: len(of(side, VICTIM_AUDIO)) >= marks + 30)
    between.close()
    for track in (VICTIM_VIDEO, VICTIM_AUDIO):
        assert backward_steps(of(side, track)) == 0
    # every RTP step beyond one frame of sound lies in a stated hole
    sound = of(side, VICTIM_AUDIO)
    missing = (sound[-1].rtp_timestamp - sound[0].rtp_timestamp) % 2**32 // 960 + 1 - len(sound)
    stated = sum(round((h.end_ns - h.start_ns) / 20e6) for h in of(side, VICTIM_AUDIO, "holes"))
    assert missing > 0
    assert stated == missing


def test_an_outage_is_one_stated_hole_and_the_picture_returns_with_a_key_frame(side, page) -> None:
    between = call_over(side, page, delay=0.02)
    side.until(lambda: len(of(side, VICTIM_AUDIO)) >= 60)
    between.loss = 1.0
    told = sum(isinstance(m, wire.Stats) for m in side.messages)
    side.until(lambda: sum(isinstance(m, wire.Stats) for m in side.messages) >= told + 4)  # one a second
    between.loss = 0.0
    hole = side.until(lambda: next(iter(of(side, VICTIM_AUDIO, "holes")), None))
    side.until(lambda: of(side, VICTIM_VIDEO, "holes"))
    after = len(side.frames)
    side.until(
        lambda: any(
            f.key and f.kind == TrackKind.VIDEO for f in side.frames[after:] if f.party == Party.VICTIM
        )
    )
    between.close()
    sound = of(side, VICTIM_AUDIO)
    last = max((f for f in sound if f.received_ns <= hole.start_ns), key=lambda f: f.received_ns)
    first = min((f for f in sound if f.received_ns >= hole.end_ns - 50e6), key=lambda f: f.rtp_timestamp)
    assert hole.end_ns - hole.start_ns > 2e9
    assert abs(hole.start_ns - last.received_ns) < 0.1e9
    assert abs(hole.end_ns - first.received_ns) < 0.1e9
    assert {h.cause.value for h in side.holes} == {"network_loss"}


def test_a_recorder_stalled_for_two_seconds_loses_nothing(page) -> None:
    with calls.desk() as side:
        stalled, go_on = threading.Event(), threading.Event()
        keep = side._add

        def add(where, value) -> None:
            if where is side.frames and len(side.frames) == 100 and not go_on.is_set():
                stalled.set()
                go_on.wait(10)
            keep(where, value)

        side._add = add
        calls.call(side, page)
        assert stalled.wait(10)
        before = page.evaluate("async () => (await inbound('video')).framesDecoded")
        page.wait_for_function(
            f"async () => (await inbound('video')).framesDecoded > {before} + 50", timeout=8000
        )
        go_on.set()
        side.until(lambda: len(of(side, VICTIM_VIDEO)) >= 120)
        for party in Party:
            for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
                numbers = [f.tap_sequence for f in of(side, (party, kind))]
                assert numbers == list(range(len(numbers)))
        assert not side.holes


def test_a_fingerprint_swapped_on_the_way_fails_within_two_seconds(side, page) -> None:
    side.link.open_session(1)
    offer = page.evaluate("offer(true)")
    used = next(line.split()[1] for line in offer.splitlines() if line.startswith("a=fingerprint:"))
    forged = used[:-2] + f"{(int(used[-2:], 16) + 1) % 256:02X}"
    side.link.remote_offer(1, offer.replace(used, forged))
    answer = side.wait(wire.LocalAnswer)
    page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer.sdp)
    side.wait(wire.ConnectionState, lambda m: m.state == "connecting")
    side.wait(wire.ConnectionState, lambda m: m.state == "failed", seconds=2.0)
    assert not side.frames
    assert not [m for m in side.messages if isinstance(m, wire.DataChannelOpen)]


FAKE_SOUND_DEVICE = """
import os, threading
class PortAudioError(Exception): pass
class RawOutputStream:
    def __init__(self, samplerate, channels, dtype, callback): self.callback, self.end = callback, threading.Event()
    def start(self): threading.Thread(target=self.run, daemon=True).start()
    def stop(self): self.end.set()
    def close(self): pass
    def run(self):
        with open(os.environ["RVR_TEST_SOUND"], "wb", buffering=0) as out:
            while not self.end.wait(0.01):
                block = memoryview(bytearray(960))
                self.callback(block, 480, None, None)
                out.write(block)
"""


def test_the_victims_sound_is_played_if_asked_for(page, monkeypatch, tmp_path) -> None:
    """The headset is a stand-in that writes down what it plays; the fake microphone of Chromium beeps."""
    (tmp_path / "sounddevice.py").write_text(FAKE_SOUND_DEVICE)
    made = media_sandbox.child_command

    def with_headset(link_fd, memories, **options):
        command, environment, confined = made(link_fd, memories, **options | {"confine": False})
        environment |= {
            "PYTHONPATH": f"{tmp_path}:{environment['PYTHONPATH']}",
            "RVR_TEST_SOUND": str(tmp_path / "heard"),
        }
        return command, environment, confined

    monkeypatch.setattr(media_sandbox, "child_command", with_headset)
    with calls.desk(sound=True) as side:
        assert side.wait(wire.Ready).sound
        calls.call(side, page)
        side.until(lambda: len(of(side, VICTIM_AUDIO)) >= 150)
    heard = array.array("h", (tmp_path / "heard").read_bytes())
    assert max(heard) > 1000
