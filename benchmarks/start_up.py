"""How soon the sign-in window is there, against a bare PySide6 window, and the queue after sign-in.

    python benchmarks/start_up.py        prints one JSON line for each figure

Windows: each start is a fresh process, the two kinds in turn; timed from before the interpreter starts until the window has
been painted once. Queue: real services over a real encrypted store with the sample day's number of incidents, from pressing
the button on the sign-in page until the queue's rows are on the screen.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtWidgets import QApplication, QTableView, QWidget

from rvr_console.domain.access import Role, User
from rvr_console.domain.cad import CadAction
from rvr_console.domain.incident import Incident, Person, Triage
from rvr_console.domain.repositories import Delivery
from rvr_console.services.desk import Desk, Session
from rvr_console.services.dispatch import Dispatch
from rvr_console.services.sign_in import SignIn
from rvr_console.storage.store import Store
from rvr_console.system.clock import SystemClock
from rvr_console.system.password import AccountPasswords
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.queue.page import QueuePage
from rvr_console.ui.queue.presenter import QueuePresenter
from rvr_console.ui.sign_in.page import SignInPage
from rvr_console.ui.sign_in.presenter import SignInPresenter
from rvr_console.ui.theme import apply_theme

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, QUEUE_ROUNDS, INCIDENTS = 7, 5, 60

BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, app.quit)
app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
print(time.time())
"""
OURS = """
import sys, time
from datetime import UTC, datetime
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from rvr_console.ui.main_window import MainWindow
from rvr_console.ui.sign_in.page import SignInPage
from rvr_console.ui.theme import apply_theme
app = QApplication([])
apply_theme(app, False)
class Page(SignInPage):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, app.quit)
window = MainWindow("Northmoor Constabulary", lambda: datetime.now(UTC))
window.set_sign_in(Page("Northmoor Constabulary", ()))
window.show()
app.exec()
print(time.time())
"""


def start(program: str, cache: str) -> float:
    """Seconds until the first painted window. cache: folder of Python's compiled modules, kept from start to start as an
    installed program's are, whether or not this environment keeps them."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = cache
    began = time.time()
    done = subprocess.run(  # our own interpreter and text
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, env=env
    )
    return float(done.stdout.split()[-1]) - began


def windows() -> None:
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as cache:
        start(BARE, cache), start(OURS, cache)  # the first starts compile
        for _ in range(ROUNDS):
            peer.append(start(BARE, cache))
            ours.append(start(OURS, cache))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, peer, strict=True))  # of neighbours
    _print(
        "sign_in_window",
        statistics.median(ours),
        statistics.median(peer),
        ratio,
        2.0,
        f"fresh process each, modules compiled by an earlier start (both sides), until painted; bare PySide6 window "
        f"beside it, {ROUNDS} alternating runs",
    )


def _print(name: str, ours: float, peer: float | None, ratio: float | None, goal: float, note: str) -> None:
    measured = ours if ratio is None else ratio
    print(
        json.dumps(
            {
                "name": name,
                "ours": round(ours, 3),
                "peer": None if peer is None else round(peer, 3),
                "ratio": None if ratio is None else round(ratio, 2),
                "goal": goal,
                "holds": measured <= goal,
                "unit": "s",
                "note": note,
            }
        ),
        flush=True,
    )


async def desk_with_incidents(folder: Path) -> tuple[Store, SignIn, Dispatch]:
    """Real services over a real encrypted store, one officer, the sample day's number of incidents."""
    store = Store(folder / "console.db", os.urandom(32))
    desk = Desk(store, SystemClock(), QtBridge(), Session())
    sign_in, dispatch = SignIn(desk, AccountPasswords()), Dispatch(desk, NoTaker())
    officer = User("2417", "A. Bennett", "PC", Role.OFFICER)
    await sign_in.create_first_accounts([(officer, "West", "correct horse battery")])
    reported = datetime.now(UTC) - timedelta(hours=40)
    made = Incident(
        "",
        "Damage",
        3,
        reported,
        "Haverbrook",
        "14 Alder Court",
        Person("Hannah Cole"),
        triage=Triage.SUITABLE,
    )
    await dispatch.refresh_from_cad(
        [replace(made, reference=f"{n:03} of {reported:%d/%m/%Y}", version=1) for n in range(INCIDENTS)]
    )
    return store, sign_in, dispatch


class NoTaker:
    """CAD, of which nothing is asked here."""

    async def take(self, action: CadAction) -> Delivery:
        raise AssertionError(f"nothing is taken: {action.verb}")


async def queue_once(folder: Path) -> float:
    """Seconds from pressing the sign-in button until the queue's rows are painted."""
    store, sign_in, dispatch = await desk_with_incidents(folder)
    tasks: set[asyncio.Task[None]] = set()

    def spawn(work: Coroutine[Any, Any, None]) -> object:
        task = asyncio.ensure_future(work)
        tasks.add(task)
        return task

    now = SystemClock().now
    window = MainWindow("Northmoor Constabulary", now)
    sign_in_page, queue_page = SignInPage("Northmoor Constabulary", ()), QueuePage(now)
    queue = QueuePresenter(queue_page, dispatch, spawn, now, lambda _taken: None)

    def signed_in(user: User) -> None:
        window.set_user(user)
        queue.set_user(user)

    presenter = SignInPresenter(sign_in_page, sign_in, spawn, signed_in)
    sign_in_page.wanted.connect(presenter.sign_in)
    window.set_sign_in(sign_in_page)
    window.add_page(Page("queue", "Queue", "list", frozenset(Role), queue_page))
    window.show()
    QApplication.processEvents()
    began = time.perf_counter()
    sign_in_page.wanted.emit("2417", "correct horse battery")
    while _rows(queue_page) < INCIDENTS:
        await asyncio.sleep(0.002)
        QApplication.processEvents()
    window.grab()
    seconds = time.perf_counter() - began
    window.close()
    window.deleteLater()
    await asyncio.gather(*tasks)
    store.close()
    return seconds


def _rows(page: QWidget) -> int:
    """Rows on the screen."""
    if not page.isVisible():
        return 0
    return max((table.model().rowCount() for table in page.findChildren(QTableView)), default=0)


def queue() -> None:
    app = QApplication([])
    apply_theme(app, dark=False)
    times = []
    for _ in range(QUEUE_ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            times.append(asyncio.run(queue_once(Path(folder))))
    note = f"from the sign-in button (Argon2id as in production) to {INCIDENTS} painted rows; median of {QUEUE_ROUNDS}"
    _print("queue_after_sign_in", statistics.median(times), None, None, 1.5, note)


def main() -> None:
    windows()
    queue()


if __name__ == "__main__":
    main()
