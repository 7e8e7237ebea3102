"""The page from the tap to the call and to its end, against the real gateway and a desk held by the test."""

import re

import pytest
from playwright.sync_api import expect

from rvr_console.wire import signals

CONNECTED = "() => document.getElementById('stage-message').hidden && document.getElementById('remote').videoWidth > 0"
SENDING = """async () => { const senders = window.peers.at(-1).getSenders(); return senders.map((sender) => Boolean(sender.track?.enabled)); }"""
KEEP_PEERS = """const Real = RTCPeerConnection; window.peers = [];
    window.RTCPeerConnection = class extends Real { constructor(...given) { super(...given); window.peers.push(this); } };"""
KEEP_SOCKETS = """const RealSocket = WebSocket; window.sockets = [];
    window.WebSocket = class extends RealSocket { constructor(...given) { super(...given); window.sockets.push(this); } };"""


@pytest.fixture
def caller(phone, desk):
    phone.add_init_script(KEEP_PEERS + KEEP_SOCKETS)
    phone.goto(desk.url)
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")
    return phone


@pytest.fixture
def in_call(caller, desk):
    caller.click("#continue")
    desk.wait("confirmed")
    caller.wait_for_function(CONNECTED)
    return caller


TELLING = re.compile(
    r"victim|police|officer|constab|abuse|crime|criminal|domestic|evidence|witness|statement|offence|suspect|custody",
    re.IGNORECASE,
)


def test_waiting_room(caller, desk):
    desk.admits = False
    caller.click("#continue")
    knock = desk.wait("knock")
    assert knock.browser.startswith("Chrome 1")
    assert knock.checks["Camera"] == "Works"
    expect(caller.locator("h1:visible")).to_have_text("You are in the waiting room")
    expect(caller.locator("#words-list li")).to_have_text(list(desk.words))
    desk.send(signals.Announce(text="I will be with you in two minutes."))
    desk.send(signals.Chat(id="d-1", text="I can see you are here."))
    assert desk.wait("received").id == "d-1"
    caller.fill("#message", "ok thanks, all good here")
    caller.click("#send")
    sent = desk.wait("chat")
    assert sent.text == "ok thanks, all good here"
    # Not acknowledged: the page says that it has not arrived, and sends it again with the same id.
    expect(caller.locator(".chat__message--own")).to_contain_text("Sending")
    desk.drop_page()
    assert desk.wait("chat", 2) == sent
    desk.send(signals.Received(id=sent.id))
    expect(caller.locator(".chat__message--own")).not_to_contain_text("Sending")
    said = ["I will be with you in two minutes.", "I can see you are here.", sent.text]
    expect(caller.locator(".chat__text")).to_have_text(said)
    # The field takes no more than a waiting device may send.
    caller.fill("#message", "x" * 600)
    caller.press("#message", "Enter")
    assert len(desk.wait("chat", 3).text) == 500
    assert [kind for kind, _ in desk.signals if kind == "offer"] == []
    desk.admit()
    desk.wait("confirmed")
    expect(caller.locator("body")).to_have_attribute("data-view", "call")
    caller.click("#chat")
    expect(caller.locator(".chat__text")).to_have_text([*said, "x" * 500])


def test_nothing_that_travels_says_what_it_is_about(phone, desk):
    """Addresses, headers, names and bytes of all that the phone asks for, and the frames of its socket, from opening to call."""
    travelled: list[str] = []
    answers = []

    def answered(answer) -> None:
        answers.append(answer)

    phone.on("request", lambda request: travelled.append(f"{request.url} {request.headers}"))
    phone.on("response", answered)

    def heard(socket) -> None:
        travelled.append(socket.url)
        socket.on("framereceived", lambda frame: travelled.append(str(frame)))
        socket.on("framesent", lambda frame: travelled.append(str(frame)))

    phone.on("websocket", heard)
    phone.goto(desk.url)
    phone.click("#continue")
    desk.wait("confirmed")
    travelled += [f"{answer.all_headers()} {answer.body().decode('latin-1')}" for answer in answers]
    assert len(answers) > 20
    assert any("/ws/page" in text for text in travelled)
    assert any('"t":"welcome"' in text for text in travelled)
    assert [word for text in travelled for word in TELLING.findall(text)] == []
    index = answers[0].all_headers()
    assert (index["referrer-policy"], index["cache-control"]) == ("no-referrer", "no-store")
    # WebAssembly may be compiled (decision 15); no script from text, none in line.
    assert "unsafe" not in index["content-security-policy"].replace("'wasm-unsafe-eval'", "")


def test_nothing_of_the_person_is_sent_before_both_confirmed(caller, desk):
    desk.wrong_mac = True
    caller.click("#continue")
    desk.wait("confirmed")
    offers = desk.wait("offer", 2)
    assert offers.call == 2
    expect(caller.locator("#stage-message")).to_contain_text("private")
    assert caller.evaluate("() => window.peers[0].connectionState") == "closed"
    desk.wait("offer", 3)
    expect(caller.locator("h1:visible")).to_have_text("The connection is not private", timeout=10_000)
    assert caller.evaluate(
        "() => window.peers.flatMap((one) => one.getSenders()).every((sender) => !sender.track)"
    )
    desk.wrong_mac = False
    caller.click("#try-again")
    caller.click("#continue")
    caller.wait_for_function(CONNECTED)


def test_call_both_ways_mute_camera_pause(in_call, desk):
    expect(in_call.locator("#name-chip")).to_have_text("Amara")
    expect(in_call.locator("#recording-words")).to_have_text("Not recording")
    assert in_call.evaluate(SENDING) == [True, True]
    offer = desk.wait("offer")
    assert "VP8" in offer.sdp
    assert "H264" not in offer.sdp
    in_call.click("#mute")
    assert desk.wait("media_state", 3).muted
    assert in_call.evaluate(SENDING) == [False, True]
    in_call.click("#mute")
    in_call.click("#camera")
    assert not desk.wait("media_state", 5).camera_on
    assert in_call.evaluate(SENDING) == [True, False]
    in_call.click("#camera")
    in_call.click("#pause")
    assert desk.wait("pause_request").on
    in_call.wait_for_function(
        "() => window.peers.at(-1).getSenders().every((sender) => sender.track === null)"
    )
    expect(in_call.locator("#stage-message")).to_have_text("Paused by you. No picture or sound is sent.")
    desk.send(signals.PauseState(paused=True, by="page"))
    in_call.click("#pause")
    assert not desk.wait("pause_request", 2).on
    assert in_call.evaluate(SENDING) == [False, False]
    desk.send(signals.PauseState(paused=False, by="nobody"))
    expect(in_call.locator("#stage-message")).to_be_hidden()
    in_call.wait_for_function(
        "() => window.peers.at(-1).getSenders().every((sender) => sender.track?.enabled)"
    )


def test_own_pause_outlives_a_lost_line(in_call, desk):
    in_call.click("#pause")
    desk.wait("pause_request")
    desk.send(signals.PauseState(paused=True, by="page"))
    desk.drop_page()
    desk.wait("pause_request", 2)
    # A console that was started anew does not know of the pause yet.
    desk.send(signals.PauseState(paused=False, by="nobody"))
    desk.send(signals.Chat(id="d-1", text="after it"))
    desk.wait("received")
    assert in_call.evaluate(SENDING) == [False, False]
    expect(in_call.locator("#pause")).to_have_text("Resume")


def test_recording_is_asked_and_said_in_words_and_pause_by_the_other_side(in_call, desk):
    desk.send(signals.ConsentQuestion(text="Picture and sound of this call will be recorded."))
    expect(in_call.locator("#ask-title")).to_be_focused()
    expect(in_call.locator("#ask-text")).to_have_text("Picture and sound of this call will be recorded.")
    in_call.get_by_role("button", name="I agree", exact=True).click()
    assert desk.wait("consent_answer").agreed
    desk.send(signals.RecordingState(state="recording", elapsed_s=754.0))
    expect(in_call.locator("#recording-words")).to_have_text("Recording picture and sound")
    expect(in_call.locator("#recording-time")).to_have_text("12:35")
    expect(in_call.locator("#alarm")).to_have_text("Recording picture and sound.")
    desk.send(signals.RecordingState(state="paused", elapsed_s=756.0))
    expect(in_call.locator("#recording-words")).to_have_text("Recording is paused")
    desk.send(signals.ConsentQuestion(text="Once more."))
    in_call.get_by_role("button", name="I do not agree").click()
    assert not desk.wait("consent_answer", 2).agreed
    desk.send(signals.PauseState(paused=True, by="desk"))
    expect(in_call.locator("#stage-message")).to_have_text("Paused by Amara. No picture or sound is sent.")
    in_call.wait_for_function(
        "() => window.peers.at(-1).getSenders().every((sender) => sender.track === null)"
    )
    expect(in_call.locator("#pause")).to_have_text("Pause")


def test_chat(in_call, desk):
    desk.send(signals.Chat(id="d-1", text="<b>Can you hear me?</b>"))
    desk.send(signals.Chat(id="d-1", text="<b>Can you hear me?</b>"))
    assert desk.wait("received", 2).id == "d-1"
    expect(in_call.locator("#chat-count")).to_have_text("1 new")
    in_call.click("#chat")
    expect(in_call.locator(".chat__text")).to_have_text("<b>Can you hear me?</b>")
    in_call.fill("#message", "yes, I can")
    in_call.keyboard.press("Enter")
    sent = desk.wait("chat")
    assert sent.text == "yes, I can"
    # Not acknowledged: it comes again, with the same id, after the line was cut.
    desk.drop_page()
    assert desk.wait("chat", 2) == sent
    desk.send(signals.Received(id=sent.id))
    in_call.keyboard.press("Escape")
    expect(in_call.locator("#chat-panel")).to_be_hidden()


def test_line_lost_and_back_keeps_the_call_and_desk_comes_back_with_a_new_epoch(in_call, desk):
    desk.drop_page()
    desk.wait("knock", 2)
    desk.wait("media_state", 3)
    in_call.wait_for_function(CONNECTED)
    assert in_call.evaluate("() => window.peers.length") == 1
    desk.join()
    desk.wait("knock", 3)
    assert len(set(desk.device_keys)) == 1
    desk.send(signals.OfferWanted(how="new"))
    assert desk.wait("offer", 2).call == 2
    desk.wait("confirmed", 2)
    in_call.wait_for_function(CONNECTED)


def test_gateway_killed_and_started_again(in_call, desk, gateway, server_away):
    gateway.kill()
    try:
        expect(in_call.locator("#notice")).to_have_text("The call goes on. Messages wait for the connection.")
    finally:
        gateway.start()
    desk.join()
    desk.wait("knock", 2)
    expect(in_call.locator("#notice")).to_be_hidden()
    in_call.wait_for_function(CONNECTED)


def test_silent_line_is_noticed_and_lost_media_is_made_anew_and_mute_stays(in_call, desk):
    """Nothing heard for 5 s: the page makes a new line though nobody closed the old one. Media is lost beside it."""
    in_call.click("#mute")
    in_call.evaluate("() => { window.sockets.at(-1).onmessage = null; }")
    desk.lose_media()
    desk.wait("knock", 2, seconds=12)
    assert desk.wait("offer", 2, seconds=30).call == 2
    desk.wait("confirmed", 2)
    in_call.wait_for_function(CONNECTED)
    in_call.wait_for_function("() => window.peers.at(-1).getSenders().every((sender) => sender.track)")
    assert in_call.evaluate(SENDING) == [False, True]
    assert len(set(desk.device_keys)) == 1


def test_leave_and_come_back(in_call, desk):
    in_call.click("#leave")
    in_call.click("#ask-no")
    expect(in_call.locator("#controls")).to_be_visible()
    in_call.click("#leave")
    in_call.click("#ask-yes")
    expect(in_call.locator("h1:visible")).to_have_text("You have left the call")
    assert desk.wait("leaving").reason == "leave"
    in_call.click("#come-back")
    in_call.click("#continue")
    desk.wait("confirmed", 2)
    in_call.wait_for_function(CONNECTED)
    assert len(set(desk.device_keys)) == 1


def test_camera_lost_in_the_call_comes_back_with_the_same_wishes(in_call, desk):
    in_call.click("#mute")
    in_call.evaluate("""() => { const [track] = document.getElementById('own').srcObject.getVideoTracks();
        window.taken = track.id; track.stop(); track.dispatchEvent(new Event('ended')); }""")
    in_call.wait_for_function(
        """() => { const [sound, picture] = window.peers.at(-1).getSenders().map((sender) => sender.track);
            return picture.id !== window.taken && picture.readyState === 'live' && picture.enabled && !sound.enabled; }"""
    )
    expect(in_call.locator("#notice")).to_be_hidden()


def test_exit_is_told(in_call, desk):
    in_call.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Weather"))
    in_call.click("#exit")
    assert desk.wait("leaving").reason == "exit"
    in_call.wait_for_url("https://www.bbc.co.uk/weather")
    in_call.trouble.remove("https://www.bbc.co.uk/weather")
    in_call.goto(desk.url)
    in_call.click("#continue")
    desk.wait("confirmed", 2)
    assert len(set(desk.device_keys)) == 1


@pytest.mark.parametrize("when", ["by signal", "by the gateway"])
def test_closed(in_call, desk, when):
    if when == "by signal":
        desk.send(signals.LinkClosed())
    else:
        desk.close_link()
    expect(in_call.locator("h1:visible")).to_have_text("This call is not open")
    assert (
        in_call.evaluate(
            "() => document.querySelector('#own').srcObject?.getTracks().some((track) => track.readyState === 'live') ?? false"
        )
        is False
    )
    if when == "by the gateway":
        in_call.goto(desk.url)
        in_call.click("#continue")
        expect(in_call.locator("h1:visible")).to_have_text("This call is not open")


def test_unknown_link_is_the_same_page(phone, gateway):
    phone.goto(gateway.url + "#0123456789abcdefghjkmnpqrs")
    phone.click("#continue")
    expect(phone.locator("h1:visible")).to_have_text("This call is not open")
