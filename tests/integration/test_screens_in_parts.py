"""The screens are made in parts after the sign-in window is there; who signs in meanwhile misses nothing."""

import asyncio
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.app.window import Screens
from rvr_console.domain.access import Role, User
from rvr_console.system.app_paths import app_paths
from rvr_console.system.key_store import PassphraseKeyStore
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.theme import apply_theme
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings

NOWHERE, PASSWORD = "http://127.0.0.1:9", "correct horse battery"
OFFICER = User("2417", "A. Bennett", "PC", Role.OFFICER)
ADMIN = User("9001", "K. Lowe", "IT", Role.IT_ADMIN)


@pytest.fixture
async def screens(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    call = CallSettings(NOWHERE, MediaSettings(), "OFFICER")
    options = ConsoleOptions(
        app_paths(tmp_path),
        "Northmoor Constabulary",
        "D1",
        Addresses(NOWHERE, NOWHERE, NOWHERE, "token"),
        call,
    )
    store = PassphraseKeyStore(options.paths.passphrase_file, "a passphrase of the tests", memory_kib=1024)
    bridge = QtBridge()
    console = Console(options, store, bridge)
    await console.sign_in.create_first_accounts([(OFFICER, "West", PASSWORD), (ADMIN, "West", PASSWORD)])
    made = Screens(console, bridge)
    made.window.show()
    yield made
    made.window.hide()
    await console.stop()
    made.window.deleteLater()


async def sign_in_after(screens, turns, person):
    user = await screens._console.sign_in.sign_in(person.collar, PASSWORD)
    making = asyncio.ensure_future(screens.make())
    for _ in range(turns):
        await asyncio.sleep(0)
    assert not screens.made.is_set()
    screens._signed_in(user)
    await making


class Windows(QObject):
    """Each window that comes up, by what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


async def test_nothing_else_comes_up_and_the_page_has_the_keys(screens, qapp):
    """A part that is shown before it has a parent is a window: it flashes, and takes the keys from who is signing in."""
    windows = Windows()
    qapp.installEventFilter(windows)
    await sign_in_after(screens, 5, OFFICER)
    qapp.removeEventFilter(windows)
    assert windows.seen == []
    assert qapp.activeWindow() is screens.window
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus is screens.queue_page or screens.queue_page.isAncestorOf(focus)


@pytest.mark.parametrize("turns", [0, 1, 5, 14])
async def test_signing_in_while_the_pages_are_made(screens, turns):
    await sign_in_after(screens, turns, OFFICER)
    shown = ["queue", "consultation", "review", "evidence", "health"]
    assert screens.window.current_page == "queue"
    assert screens.window._pages.shown == shown
    for key in shown:
        screens.window.show_page(key)
        assert screens.window.current_page == key
    presenters = (screens.queue, screens.cases.own, screens.cases.review, screens.evidence.evidence)
    assert [presenter._user.collar for presenter in presenters] == [OFFICER.collar] * 4


async def test_who_has_only_the_last_page_gets_it(screens):
    await sign_in_after(screens, 3, ADMIN)
    assert screens.window.current_page == "health"


async def test_a_window_closed_before_the_pages_are_made_closes(screens):
    closed = []
    screens.window.closing.connect(lambda: closed.append(True))
    assert screens.window.close()
    assert closed
    await screens.make()
