"""What the person at the desk asks of the page: to share a screen, to use the other camera. Nothing without a tap.

The screen is Chromium's own test picture, given by the real `getDisplayMedia` (fake devices); choosing a window is the browser's part.
"""

import re

import pytest
from playwright.sync_api import expect

from rvr_console.wire import signals

CONNECTED = "() => document.getElementById('stage-message').hidden && document.getElementById('remote').videoWidth > 0"
KEEP_PEERS = """const Real = RTCPeerConnection; window.peers = [];
    window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.peers.push(this); } };"""
KEEP_SCREENS = """window.screens = []; const real = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getDisplayMedia = async (wanted) => { const given = await real(wanted); window.screens.push(given.getTracks()[0]); return given; };"""
SENT = """async () => [...(await window.peers.at(-1).getStats()).values()]
    .filter((r) => r.type === 'outbound-rtp' && r.kind === 'video').map((r) => [r.mid, r.framesSent])"""
TWO_CAMERAS = """const enumerate = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    navigator.mediaDevices.enumerateDevices = async () => { const found = await enumerate(); return [...found, ...found.filter((d) => d.kind === 'videoinput')]; };"""


@pytest.fixture
def in_call(phone, desk):
    phone.add_init_script(KEEP_PEERS + KEEP_SCREENS + TWO_CAMERAS)
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    phone.click("#continue")
    desk.wait("confirmed")
    phone.wait_for_function(CONNECTED)
    return phone


def sent(page, mid: str) -> int:
    return dict(page.evaluate(SENT)).get(mid, 0)


def test_a_screen_is_shared_after_a_tap_and_stopped_at_once(in_call, desk):
    desk.send(signals.AskedFor(what="share"))
    expect(in_call.locator("#asked-title")).to_have_text("Amara asks you to share a screen or window")
    expect(in_call.locator("#asked-title")).to_be_focused()
    assert in_call.evaluate("window.screens.length") == 0, "nothing is captured before the tap"
    in_call.click("#asked-yes")
    assert desk.wait("share_state").on
    assert desk.wait("asked_answer").result == "done"
    assert desk.wait("offer", 2).sdp.count("m=video") == 2
    in_call.wait_for_function(f"async () => Object.fromEntries(await ({SENT})())['3'] > 3")
    expect(in_call.locator("#sharing")).to_contain_text("You are sharing.")
    camera = sent(in_call, "1")
    in_call.click("#stop-share")
    expect(in_call.locator("#sharing")).to_be_hidden()
    assert not desk.wait("share_state", 2).on
    assert in_call.evaluate("window.screens[0].readyState") == "ended"
    in_call.wait_for_function(f"async () => Object.fromEntries(await ({SENT})())['1'] > {camera} + 3")
    # The second share goes over the same line: nothing is negotiated anew.
    desk.send(signals.AskedFor(what="share"))
    in_call.click("#asked-yes")
    assert desk.wait("share_state", 3).on
    in_call.click("#pause")
    expect(in_call.locator("#sharing")).to_contain_text("Sharing is paused. Nothing is sent.")
    in_call.wait_for_function("() => window.peers.at(-1).getSenders().every((sender) => !sender.track)")
    assert len([1 for kind, _ in desk.signals if kind == "offer"]) == 2


def test_exit_stops_the_share_at_once_and_not_now_shares_nothing(in_call, desk):
    desk.send(signals.AskedFor(what="share"))
    in_call.click("#asked-no")
    assert desk.wait("asked_answer").result == "declined"
    desk.send(signals.AskedFor(what="share"))
    in_call.click("#asked-yes")
    desk.wait("share_state")
    in_call.route("**/weather", lambda route: route.fulfill(body="weather"))
    in_call.evaluate(
        "() => { const track = window.screens[0]; const stop = track.stop.bind(track);"
        " track.stop = () => { stop(); document.title = 'stopped'; sessionStorage.stopped = 'yes'; }; }"
    )
    url = in_call.url
    in_call.click("#exit")
    assert desk.wait("leaving").reason == "exit"
    in_call.wait_for_url(re.compile("weather"))
    in_call.trouble.clear()  # the neutral site, on purpose
    in_call.goto(url)
    assert in_call.evaluate("sessionStorage.stopped") == "yes"


@pytest.mark.slow
def test_the_other_camera_is_used_after_a_tap(in_call, desk):
    desk.send(signals.AskedFor(what="other_camera"))
    expect(in_call.locator("#asked-yes")).to_have_text("Use the other camera")
    in_call.click("#asked-yes")
    answer = desk.wait("asked_answer")
    assert (answer.what, answer.result) == ("other_camera", "done")
    in_call.wait_for_function(CONNECTED)


@pytest.mark.slow
def test_a_device_that_cannot_says_so(phone, desk):
    phone.add_init_script("delete MediaDevices.prototype.getDisplayMedia;")
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    phone.click("#continue")
    desk.wait("confirmed")
    for count, what in enumerate(("share", "other_camera"), 1):
        desk.send(signals.AskedFor(what=what))
        assert desk.wait("asked_answer", count).result == "unable"
    expect(phone.locator("#asked")).to_be_hidden()
