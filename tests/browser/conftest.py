"""One Chromium for the tests of the page, with a gateway and a desk for each test."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.hand_desk import ROOT, Desk, Gateway

FLAGS = [
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream=fps=10",  # the tests ask whether pictures come, not how many
    "--use-fake-ui-for-media-stream",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}

# The browser, shared by the files of page tests that follow one another.
_OPEN: list[tuple[object, ExitStack]] = []


def _close_browser() -> None:
    while _OPEN:
        _OPEN.pop()[1].close()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The browser's loop must not run when others start theirs: it ends with the last page test in a row."""
    if nextitem is None or not nextitem.path.name.startswith("test_join_"):
        _close_browser()


@pytest.fixture(scope="session", autouse=True)
def assets() -> Iterator[None]:
    subprocess.run([sys.executable, ROOT / "scripts" / "build_assets.py"], check=True, timeout=600)
    yield
    _close_browser()


@pytest.fixture
def chromium() -> object:
    """Chromium with fake devices."""
    if not _OPEN:
        stack = ExitStack()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        stack.callback(browser.close)
        _OPEN.append((browser, stack))
    return _OPEN[0][0]


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("gateway"))
    yield running
    running.kill()


@pytest.fixture
def desk(gateway: Gateway) -> Iterator[Desk]:
    console = Desk(gateway.port, gateway.signer)
    console.join()
    yield console
    console.stop()


# What the browser says of a server that is not there; which of them depends on the moment it went.
SERVER_AWAY = (
    "WebSocket",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONNECTION_RESET",
    "ERR_CONNECTION_CLOSED",
    "ERR_EMPTY_RESPONSE",
)


@pytest.fixture
def phone(chromium) -> Iterator[object]:
    """A page on a phone's screen, camera and microphone allowed; fails the test on any error or foreign request.

    A test that takes the server away on purpose asks for `server_away` too.
    """
    context = chromium.new_context(**PHONE, permissions=["camera", "microphone"])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.trouble = []
    page.excused = ()

    def asked(request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "blob:", "data:")):
            page.trouble.append(request.url)

    def said(message) -> None:
        # The browser asks for this by itself where a test opens something that is no page.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            page.trouble.append(message.text)

    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", asked)
    page.on("console", said)
    yield page
    context.close()
    assert [text for text in page.trouble if not any(words in text for words in page.excused)] == []


@pytest.fixture
def server_away(phone) -> None:
    """This test takes the server away on purpose: what the browser says of that, early or late, is no trouble."""
    phone.excused = SERVER_AWAY
