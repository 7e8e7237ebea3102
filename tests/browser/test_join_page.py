"""The page by itself: what it says, where the keyboard goes, exit, and help when devices or network fail."""

import re

import pytest
from playwright.sync_api import expect

ELSEWHERE = "https://www.bbc.co.uk/weather"
SECRET = "0123456789abcdefghjkmnpqrs"
# Words that would tell somebody looking over a shoulder what the call is about.
TELLING = re.compile(
    r"police|officer|constable|sergeant|crime|criminal|abuse|domestic|victim|witness|statement|evidence|offence|suspect|force\b|gov\.uk",
    re.IGNORECASE,
)
STREAM = "() => document.getElementById('preview').srcObject.getTracks().map((track) => track.readyState)"


@pytest.fixture
def neutral(phone):
    """The page opened with a secret; the site behind "Exit this page" is answered here."""
    phone.route(
        ELSEWHERE, lambda route: route.fulfill(body="<title>Weather</title>", content_type="text/html")
    )
    yield phone
    phone.trouble[:] = [entry for entry in phone.trouble if entry != ELSEWHERE]


def opened(page, gateway, secret=SECRET):
    page.goto(gateway.url + "#" + secret)
    return page


def checked(page, gateway):
    opened(page, gateway)
    expect(page.locator('[data-check="camera"] .state')).to_have_text("Works")
    return page


def test_secret_leaves_the_address_bar_and_nothing_is_sent(phone, gateway):
    sockets = []
    phone.on("websocket", lambda socket: sockets.append(socket.url))
    checked(phone, gateway)
    assert phone.url == gateway.url
    assert SECRET not in phone.content()
    assert (
        phone.evaluate(
            "() => JSON.stringify([history.state, {...localStorage}, {...sessionStorage}, document.cookie])"
        )
        == '[null,{},{},""]'
    )
    assert sockets == []


@pytest.mark.parametrize(
    "written",
    ["0123-4567 89ab cdef ghjk mnpq rs", SECRET.upper(), SECRET.replace("0", "o").replace("1", "l")],
)
def test_secret_is_read_as_people_write_it(phone, gateway, written):
    opened(phone, gateway, written)
    expect(phone.locator("h1:visible")).to_have_text("Check your camera and sound")


def test_link_opened_again_in_the_same_tab(phone, gateway):
    phone.goto(gateway.url)
    expect(phone.locator("h1:visible")).to_have_text("Open the link again")
    phone.evaluate(f"() => {{ location.hash = '{SECRET}'; }}")
    expect(phone.locator("h1:visible")).to_have_text("Check your camera and sound")
    assert phone.url == gateway.url


def test_nothing_tells_what_it_is_about(phone, gateway):
    answer = phone.goto(gateway.url)
    texts = [phone.title(), answer.text(), str(answer.headers)]
    for file in [
        "main.js",
        "visit.js",
        "views.js",
        "help.js",
        "check_view.js",
        "chat.js",
        "exit.js",
        "icon.svg",
        "page.css",
    ]:
        body = phone.request.get(gateway.url + file)
        assert body.ok
        texts += (
            re.findall(r"'[^'\n]*'|`[^`]*`|\"[^\"\n]*\"", body.text())
            if file.endswith(".js")
            else [body.text()]
        )
    shown = [text for text in texts if not re.fullmatch(r"['\"`][\w./#-]*['\"`]", text)]
    found = [
        match.group()
        for text in shown
        for match in TELLING.finditer(
            re.sub(r"\$\{[^}]*\}|officer-chip|/ws/victim|/\*.*?\*/|class=\"[^\"]*\"", "", text)
        )
    ]
    assert found == []


def test_headers(phone, gateway):
    headers = phone.goto(gateway.url).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize("how", ["button", "shift"])
def test_exit(neutral, gateway, how):
    neutral.add_init_script("""const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
        if (real) navigator.mediaDevices.getUserMedia = (wish) => { window.taken = real(wish); return window.taken; };""")
    checked(neutral, gateway)
    # The page tells what stands on it at the moment it leaves.
    neutral.evaluate("""async () => { const tracks = (await window.taken).getTracks();
        navigation.addEventListener('navigate', () => console.info('LEFT', document.title.trim(),
          document.body.checkVisibility(), tracks.map((track) => track.readyState).join())); }""")
    said = []
    neutral.on("console", lambda message: said.append(message.text))
    if how == "button":
        neutral.click("#exit")
    else:
        for _ in range(3):
            neutral.keyboard.press("Shift")
    neutral.wait_for_url(ELSEWHERE)
    assert [text for text in said if text.startswith("LEFT")] == ["LEFT  false ended,ended"]
    assert neutral.title() == "Weather"
    neutral.go_back()
    assert gateway.url not in neutral.url


def test_shift_for_capitals_is_no_exit(neutral, gateway):
    checked(neutral, gateway)
    for letter in "ABCD":
        neutral.keyboard.press(f"Shift+{letter}")
    neutral.keyboard.press("Shift")
    neutral.keyboard.press("Shift")
    expect(neutral.locator("#announcer")).to_have_text("Shift, press 1 more time to exit.")
    assert neutral.url == gateway.url


def test_exit_is_first_for_the_keyboard(phone, gateway):
    checked(phone, gateway)
    order = []
    for _ in range(5):
        phone.keyboard.press("Tab")
        order.append(phone.evaluate("() => document.activeElement.id || document.activeElement.tagName"))
    assert order == ["exit", "continue", "sound-only", "not-working", "SUMMARY"]


def test_says_that_history_stays(phone, gateway):
    checked(phone, gateway)
    phone.click("summary")
    expect(phone.get_by_text("It does not erase your browsing history")).to_be_visible()


def test_refused_camera_and_recovery(phone, gateway):
    phone.add_init_script("""
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        window.refusing = 'NotAllowedError';
        navigator.mediaDevices.getUserMedia = (wish) => window.refusing
          ? Promise.reject(new DOMException('no', window.refusing)) : real(wish);
    """)
    opened(phone, gateway)
    expect(phone.locator("h1:visible")).to_have_text("Your browser is blocking the camera or microphone")
    expect(phone.locator("h1:visible")).to_be_focused()
    for fault, title in [
        ("NotFoundError", "We cannot find a camera or microphone"),
        ("NotReadableError", "Another app is using the camera or microphone"),
    ]:
        phone.evaluate("(fault) => { window.refusing = fault; }", fault)
        phone.click("#try-again")
        expect(phone.locator("h1:visible")).to_have_text(title)
    phone.evaluate("() => { window.refusing = ''; }")
    phone.click("#try-again")
    expect(phone.locator('[data-check="camera"] .state')).to_have_text("Works")


def test_sound_only_without_a_camera(phone, gateway):
    phone.add_init_script("""
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (wish) => wish.video ? Promise.reject(new DOMException('no', 'NotFoundError')) : real(wish);
    """)
    opened(phone, gateway)
    phone.click("#help-sound-only")
    expect(phone.locator('[data-check="camera"] .state')).to_have_text("Off")
    expect(phone.locator('[data-check="microphone"] .state')).to_have_text("Works")


def test_devices_come_back_after_they_were_taken(phone, gateway):
    checked(phone, gateway)
    phone.evaluate("""() => { const [track] = document.getElementById('preview').srcObject.getVideoTracks();
        window.taken = track.id; track.stop(); track.dispatchEvent(new Event('ended')); }""")
    phone.wait_for_function(
        "() => { const [track] = document.getElementById('preview').srcObject?.getVideoTracks() ?? []; return track && track.id !== window.taken && track.readyState === 'live'; }"
    )


def test_devices_that_come_too_late_are_handed_back(phone, gateway):
    """Left while the browser still asked: the camera must not run behind the person's back."""
    checked(phone, gateway)
    phone.evaluate("""() => { const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => { await new Promise((go) => { window.go = go; }); window.late = await real(wish); return window.late; }; }""")
    phone.click("#sound-only")
    phone.evaluate(
        "() => { const asked = window.go; document.getElementById('sound-only').click(); window.first = asked; }"
    )
    phone.evaluate("() => window.go()")
    phone.wait_for_function("() => window.late")
    kept = phone.evaluate_handle("() => window.late")
    phone.evaluate("() => window.first()")
    phone.wait_for_function(
        "(kept) => window.late !== kept && window.late.getTracks().every((track) => track.readyState === 'ended')",
        arg=kept,
    )
    assert phone.evaluate("(kept) => kept.getTracks().every((track) => track.readyState === 'live')", kept)


def test_old_browser(phone, gateway):
    phone.add_init_script("delete window.RTCPeerConnection;")
    opened(phone, gateway)
    expect(phone.locator("h1:visible")).to_have_text("This browser cannot make video calls")


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (640, 400), (1280, 800)])
def test_no_sideways_scrolling_and_targets_are_large(phone, gateway, size):
    phone.set_viewport_size({"width": size[0], "height": size[1]})
    checked(phone, gateway)
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    small = phone.evaluate("""() => [...document.querySelectorAll('button, summary, input')].filter((one) => one.checkVisibility())
        .filter((one) => one.getBoundingClientRect().height < 48).map((one) => one.id || one.tagName)""")
    assert small == []
