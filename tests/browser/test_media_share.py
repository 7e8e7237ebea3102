"""A shared screen against a real Chromium: a second picture by renegotiation, recorded as a track of its own.

The screen is what `getDisplayMedia` gives a headless browser with fake devices: Chromium's own moving test picture. It takes
the real path (capture, screen content encoder, renegotiation, network); that a person chose a window is not tested here.
"""

import importlib.util
import itertools
from pathlib import Path

import pytest

from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video.frame_slot import FrameSlot
from rvr_console.wire import media_messages as wire

_SPEC = importlib.util.spec_from_file_location(
    "media_chromium_share", Path(__file__).with_name("test_media_chromium.py")
)
calls = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(calls)
browser, page, page_address = calls.browser, calls.page, calls.page_address
VICTIM, CAMERA, SCREEN = Party.VICTIM, TrackKind.VIDEO, TrackKind.SCREEN
SHARE = """async () => {
  window.shared = await navigator.mediaDevices.getDisplayMedia({video: {frameRate: {max: 15}}});
  window.sharing = pc.addTransceiver(shared.getVideoTracks()[0], {direction: 'sendonly'});
  const all = sharing.getHeaderExtensionsToNegotiate();
  for (const x of all) if (/dependency-descriptor/.test(x.uri)) x.direction = 'sendrecv';
  sharing.setHeaderExtensionsToNegotiate(all);
  await pc.setLocalDescription(await pc.createOffer());
  return pc.localDescription.sdp;
}"""


def share(side, page) -> None:
    side.link.remote_offer(1, page.evaluate(SHARE))
    side.until(lambda: sum(isinstance(m, wire.LocalAnswer) for m in side.messages) == 2)
    answer = [m for m in side.messages if isinstance(m, wire.LocalAnswer)][-1]
    page.evaluate("sdp => pc.setRemoteDescription({type: 'answer', sdp})", answer.sdp)


def of(side, kind):
    return [f for f in list(side.frames) if (f.party, f.kind) == (VICTIM, kind)]


@pytest.mark.slow
def test_a_share_is_recorded_beside_the_camera_and_stops_alone(page) -> None:
    with calls.desk() as side:
        side.link.set_view_size(VICTIM, 480, 270, SCREEN)
        calls.call(side, page)
        side.until(lambda: len(of(side, CAMERA)) >= 15)
        share(side, page)
        side.until(lambda: len(of(side, SCREEN)) >= 15)
        page.evaluate("() => { shared.getTracks()[0].stop(); return sharing.sender.replaceTrack(null); }")
        stopped = len(of(side, CAMERA))
        side.until(lambda: len(of(side, CAMERA)) >= stopped + 30)

        first = of(side, SCREEN)[0]
        assert first.key
        for kind in (CAMERA, SCREEN, TrackKind.AUDIO):
            numbers = [f.tap_sequence for f in of(side, kind)]
            assert numbers == list(range(len(numbers)))
        around = [f for f in of(side, CAMERA) if abs(f.received_ns - first.received_ns) < 1_000_000_000]
        steps = [b.received_ns - a.received_ns for a, b in itertools.pairwise(around)]
        assert max(steps) < 400_000_000, "the camera goes on while the share is negotiated"
        assert of(side, SCREEN)[-1].received_ns < of(side, CAMERA)[-20].received_ns
        assert not side.holes
        slot = side.wait(wire.PictureSlot, lambda m: m.track == "screen")
        reader = FrameSlot(slot.name)
        picture = reader.latest(0)
        assert (picture.width, picture.height) == (480, 270)
        assert len(set(picture.data[::997])) > 2
        reader.close()


@pytest.mark.slow
def test_a_pause_holds_the_share_back(page) -> None:
    with calls.desk() as side:
        calls.call(side, page)
        share(side, page)
        side.until(lambda: len(of(side, SCREEN)) >= 10)
        side.link.set_paused(on=True)
        side.wait(wire.PauseState, lambda m: m.on)
        at_pause = len(of(side, SCREEN))
        sent = side.wait(wire.Stats).frames_received
        side.wait(wire.Stats, lambda m: m.frames_received > sent + 20)
        assert len(of(side, SCREEN)) == at_pause
        side.link.set_paused(on=False)
        side.until(lambda: len(of(side, SCREEN)) > at_pause)
        assert of(side, SCREEN)[at_pause].key
        assert not side.holes
