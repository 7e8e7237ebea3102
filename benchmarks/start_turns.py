"""The whole program from its start to its first useful screen: how long does any one turn keep the screen from answering?

    python benchmarks/start_turns.py        prints one JSON line for each part

Every start is a fresh process with the real console, store and screens, on a desk with accounts and incidents; gateway and
control room are down, as they may be. Counted is the processor time of the screen's own thread in the longest turn of its
loop, median of the starts; times until something is painted are on the clock, with the machine's load beside them.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _turns import Beat, turn_line
from PySide6.QtWidgets import QApplication, QTableView

from rvr_console.app.console import Addresses, Console, ConsoleOptions
from rvr_console.app.program import Program, run_program
from rvr_console.app.window import Screens
from rvr_console.domain.access import Role, User
from rvr_console.domain.incident import Incident, Person, Triage
from rvr_console.system.app_paths import app_paths
from rvr_console.system.key_store import PassphraseKeyStore
from rvr_console.ui.main_window import MainWindow
from rvr_console.video.call_session import CallSettings
from rvr_console.video.media_link import MediaSettings

ROUNDS, INCIDENTS = 5, 60
QUIET_MS = 1500  # what is made while nobody waits is made by then
NOWHERE = "http://127.0.0.1:9"
OFFICER, PASSWORD = User("2417", "A. Bennett", "PC", Role.OFFICER), "correct horse battery"
ROOT = Path(__file__).resolve().parents[1]


def options(folder: Path) -> ConsoleOptions:
    addresses = Addresses(NOWHERE, NOWHERE, NOWHERE, "no token")
    call = CallSettings(NOWHERE, MediaSettings(allow_loopback=True), "OFFICER")
    return ConsoleOptions(app_paths(folder), "Northmoor Constabulary", "D1", addresses, call)


class Start:
    """One start, in this process; prints what it measured as one JSON line."""

    def __init__(self, folder: Path, began: float) -> None:
        self._folder, self._began = folder, began
        self._beat = Beat(self._look)
        self.turns: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self._screens: Screens | None = None
        self._signed_in = 0.0
        self._queue_there = asyncio.Event()

    def run(self) -> None:
        made = options(self._folder)
        store = PassphraseKeyStore(
            made.paths.passphrase_file, "a passphrase of the benchmark", memory_kib=1024
        )
        run_program(Program(made, store, prepared=self._prepared, story=self._story))
        print(json.dumps({"turns": self.turns, "seconds": self.seconds}))

    async def _prepared(self, console: Console) -> None:
        if not await console.sign_in.has_accounts():
            await console.sign_in.create_first_accounts([(OFFICER, "West", PASSWORD)])
            reported = datetime.now(UTC) - timedelta(hours=40)
            place, caller = ("Haverbrook", "14 Alder Court"), Person("Hannah Cole")
            one = Incident("", "Damage", 3, reported, *place, caller, triage=Triage.SUITABLE)
            await console.dispatch.refresh_from_cad(
                [
                    replace(one, reference=f"{n:03} of {reported:%d/%m/%Y}", version=1)
                    for n in range(INCIDENTS)
                ]
            )
        await asyncio.sleep(0)
        self._beat.begin()

    def _look(self) -> None:
        if "window" not in self.seconds:
            windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
            if windows and windows[0]._painted:
                self.seconds["window"] = time.time() - self._began
        elif self._screens is not None and "queue" not in self.seconds and self._rows() >= INCIDENTS:
            self.seconds["queue"] = time.perf_counter() - self._signed_in
            self._queue_there.set()

    async def _story(self, _console: Console, screens: Screens) -> int:
        self._lap("until the screens are made")
        await asyncio.sleep(QUIET_MS / 1000)
        self._lap("while nobody signs in")
        screens.sign_in_page.wanted.emit(OFFICER.collar, PASSWORD)
        self._screens, self._signed_in = screens, time.perf_counter()
        await self._queue_there.wait()
        self._lap("sign-in, until the queue's rows are there")
        await asyncio.sleep(QUIET_MS / 1000)
        self._lap("after that")
        for key in ("consultation", "review", "evidence", "health", "queue"):
            screens.window.show_page(key)
            await asyncio.sleep(0.3)
            self._lap(f"page {key}, first time")
        screens.window.sign_out_wanted.emit()
        await asyncio.sleep(0.3)
        self._lap("sign-out")
        return 0

    def _rows(self) -> int:
        page = self._screens.queue_page if self._screens else None
        if page is None or not page.isVisible():
            return 0
        return max((table.model().rowCount() for table in page.findChildren(QTableView)), default=0)

    def _lap(self, name: str) -> None:
        self.turns[name], _clock = self._beat.lap()


def environment(cache: str) -> dict[str, str]:
    """cache: folder of Python's compiled modules, kept from start to start as an installed program's are."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": cache}


def start(folder: Path, cache: str) -> dict[str, dict[str, float]]:
    """A fresh process."""
    command = [sys.executable, __file__, "--one", str(folder), "--began", str(time.time())]
    env = environment(cache)
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=env)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def load_only(cache: str) -> float:
    """Seconds in which a fresh process loads the program's modules and does nothing with them."""
    began = time.time()
    command = [sys.executable, "-c", "import rvr_console.app.program"]
    subprocess.run(command, check=True, cwd=ROOT, env=environment(cache))
    return time.time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=Path)
    parser.add_argument("--began", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    if given.one is not None:
        Start(given.one, given.began).run()
        return
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as cache:
        start(Path(data), cache)  # makes the desk, compiles
        rounds, peers = [], []
        for _ in range(given.rounds):
            peers.append(load_only(cache))
            rounds.append(start(Path(data), cache))
    load = f"load {os.getloadavg()[0]:.1f}"
    for name in rounds[0]["turns"]:
        turns = sorted(one["turns"][name] for one in rounds)
        said = f"{turns[0]:.0f} to {turns[-1]:.0f} in {len(turns)} starts"
        print(
            turn_line(
                f"start: {name}",
                statistics.median(turns),
                f"longest turn, own processor time; {said}; {load}",
            )
        )
    window = [one["seconds"]["window"] for one in rounds]
    ratio = statistics.median(ours / peer for ours, peer in zip(window, peers, strict=True))
    note = (
        f"process start until the real sign-in window is painted, against loading the program alone; {load}"
    )
    _print("start: window painted", statistics.median(window), statistics.median(peers), ratio, 1.5, note)
    queue = statistics.median(one["seconds"]["queue"] for one in rounds)
    note = f"sign-in button (Argon2id) until {INCIDENTS} rows are there; {load}"
    _print("start: queue there", queue, None, queue, 1.5, note)


def _print(name: str, ours: float, peer: float | None, measured: float, goal: float, note: str) -> None:
    line = {
        "name": name,
        "ours": round(ours, 3),
        "peer": None if peer is None else round(peer, 3),
        "ratio": None if peer is None else round(measured, 2),
        "goal": goal,
        "holds": measured <= goal,
        "unit": "s",
        "note": note,
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
