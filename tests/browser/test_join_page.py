"""The page by itself: what it says, where the keyboard goes, exit, and help when devices or network fail."""

import pytest
from playwright.sync_api import expect

ELSEWHERE = "https://www.bbc.co.uk/weather"
SECRET = "0123456789abcdefghjkmnpqrs"
TAKEN = """async (fragments) => { const { takeSecret } = await import('/link.js');
    return fragments.map((hash) => takeSecret({ hash, pathname: '/' }, { replaceState() {} })); }"""


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


def test_link_opened_again_in_the_same_tab(phone, gateway):
    phone.goto(gateway.url)
    expect(phone.locator("h1:visible")).to_have_text("Open the link again")
    written = ["0123-4567 89ab cdef ghjk mnpq rs", SECRET.upper(), SECRET.replace("0", "o").replace("1", "l")]
    wrong = ["", SECRET[1:], SECRET + "0", SECRET.replace("a", "u"), SECRET[:-1] + "é"]
    taken = phone.evaluate(TAKEN, ["#" + text for text in written + wrong])
    assert taken == [SECRET] * len(written) + [None] * len(wrong)
    phone.evaluate(f"() => {{ location.hash = '{SECRET}'; }}")
    expect(phone.locator("h1:visible")).to_have_text("Check your camera and sound")
    assert phone.url == gateway.url


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


def test_keyboard(neutral, gateway):
    """Exit is first; Shift for capitals is no exit; what leaving does not do is said."""
    checked(neutral, gateway)
    order = []
    for _ in range(5):
        neutral.keyboard.press("Tab")
        order.append(neutral.evaluate("() => document.activeElement.id || document.activeElement.tagName"))
    assert order == ["exit", "continue", "sound-only", "not-working", "SUMMARY"]
    for letter in "ABCD":
        neutral.keyboard.press(f"Shift+{letter}")
    neutral.keyboard.press("Shift")
    neutral.keyboard.press("Shift")
    expect(neutral.locator("#announcer")).to_have_text("Shift, press 1 more time to exit.")
    assert neutral.url == gateway.url
    neutral.keyboard.press("Enter")
    expect(neutral.get_by_text("It does not erase your browsing history")).to_be_visible()


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


@pytest.mark.parametrize(
    ("lacking", "title"),
    [
        ("delete window.RTCPeerConnection;", "This browser cannot make video calls"),
        (
            """const real = crypto.subtle.generateKey.bind(crypto.subtle); window.timesAsked = 0;
            crypto.subtle.generateKey = (how, ...rest) => how.name === 'X25519'
              ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')) : real(how, ...rest);
            navigator.mediaDevices.getUserMedia = () => { window.timesAsked += 1; return Promise.reject(new DOMException('no', 'NotAllowedError')); };""",
            "This browser is too old",
        ),
    ],
    ids=["no calls", "no X25519"],
)
def test_old_browser_is_told_before_anything_is_asked_for(phone, gateway, lacking, title):
    phone.add_init_script(lacking)
    opened(phone, gateway)
    expect(phone.locator("h1:visible")).to_have_text(title)
    assert not phone.evaluate("() => window.timesAsked")
    expect(phone.locator("#continue")).to_be_hidden()
    expect(phone.locator("#try-again")).to_be_hidden()


@pytest.mark.parametrize("part", ["visit.js", "main.js", "page.css"])
def test_a_part_that_was_changed_on_the_way_is_not_used(phone, gateway, part):
    def changed(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + "\n/* changed */")

    phone.route("**/" + part, changed)
    with phone.expect_console_message(lambda message: "integrity" in message.text):
        opened(phone, gateway)
    if part.endswith(".js"):
        expect(phone.locator("body")).to_have_attribute("data-view", "start")
    else:
        loaded = "() => [...document.styleSheets].map((sheet) => sheet.href.split('/').pop())"
        assert part not in phone.evaluate(loaded)
    phone.trouble[:] = [text for text in phone.trouble if "integrity" not in text]


def test_no_sideways_scrolling_and_targets_are_large(phone, gateway):
    checked(phone, gateway)
    for width, height in [(320, 568), (390, 844), (640, 400), (1280, 800)]:
        phone.set_viewport_size({"width": width, "height": height})
        assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), width
        small = phone.evaluate("""() => [...document.querySelectorAll('button, summary, input')].filter((one) => one.checkVisibility())
            .filter((one) => one.getBoundingClientRect().height < 48).map((one) => one.id || one.tagName)""")
        assert small == [], width
