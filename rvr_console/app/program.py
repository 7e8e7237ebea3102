"""`rvr-console run`: the Qt program. One event loop for Qt and asyncio (qasync); everything is ended in reverse order."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import qasync
from PySide6.QtWidgets import QApplication

from rvr_console.app.clock_watch import tell_clock
from rvr_console.app.console import Console, ConsoleOptions
from rvr_console.app.window import Screens
from rvr_console.errors import KnownError
from rvr_console.system.key_store import KeyStore
from rvr_console.system.single_instance import SingleInstance
from rvr_console.ui.main_window import fits
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.sign_in.page import DemoAccount
from rvr_console.ui.theme import apply_theme

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """What `run_program` needs. prepared: after the console is built, before it starts. story: drives the screens, then the program ends."""

    options: ConsoleOptions
    key_store: KeyStore
    dark: bool = False
    demo: tuple[DemoAccount, ...] = ()
    prepared: Callable[[Console], Awaitable[None]] | None = None
    opened: Callable[[Console, Screens], Awaitable[None]] | None = None
    story: Callable[[Console, Screens], Awaitable[int]] | None = None


def run_program(program: Program) -> int:
    """Exit code: 0 well, 1 found wrong. Raises KnownError when the console cannot be built."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        raise KnownError("This machine offers no screen for windows.", kept="Nothing was started.")
    app.setApplicationName("rvr-console")
    apply_theme(app, program.dark)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, SingleInstance(program.options.paths.data):
        return int(loop.run_until_complete(_run(program, app)))


async def _run(program: Program, app: QApplication) -> int:
    bridge = QtBridge()
    console = Console(program.options, program.key_store, bridge)
    try:
        if program.prepared is not None:
            await program.prepared(console)
        screens = Screens(console, bridge, program.demo)
        closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def close(code: int = 0) -> None:
            if not closed.done():
                closed.set_result(code)

        screens.window.closing.connect(close)
        app.setQuitOnLastWindowClosed(False)
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            signal.signal(signal.SIGTERM, lambda *_: close(0))
        if program.story is None and not fits(screens.window.size(), app.primaryScreen().availableSize()):
            screens.window.showMaximized()
        else:
            screens.window.show()
        screens.sign_in_page.collar.setFocus()
        await screens.make()
        gc.freeze()  # what is loaded and made by now stays: a whole collection over it stops every thread for 180 ms
        await tell_clock(console.store, console.clock, console.events)
        await console.start()
        if program.opened is not None:
            await program.opened(console, screens)
        code = await _until_closed(program, console, screens, closed)
        screens.window.hide()
        return code
    finally:
        await console.stop()


async def _until_closed(
    program: Program, console: Console, screens: Screens, closed: "asyncio.Future[int]"
) -> int:
    """The person closes the window, the system ends the program, or the story is over: whichever comes first."""
    if program.story is None:
        return await closed
    story = asyncio.ensure_future(program.story(console, screens))
    await asyncio.wait({story, closed}, return_when=asyncio.FIRST_COMPLETED)
    if story.done():
        return story.result()
    story.cancel()
    await asyncio.gather(story, return_exceptions=True)
    return 1
