"""How long does each act on the pages keep the screen from answering? The whole program, offscreen, with a desk that is full.

    python benchmarks/page_stalls.py        prints one JSON line for each act

As screen_stalls.py, which has the acts in a call: counted is the processor time of the screen's own thread in the longest
turn of its loop. The desk: 500 incidents that come at once, a case with every form, two statements, 40 exhibits and 25 minutes
of recording, and another with 160 exhibits. Gateway and control room are down.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _full_case import DISCLOSURE, OFFICER, PASSPHRASE, PASSWORD, SERGEANT, fill, incidents, options
from _turns import Beat, turn_line
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from rvr_console.app.console import Console
from rvr_console.app.program import Program, run_program
from rvr_console.app.window import Screens
from rvr_console.domain.access import User
from rvr_console.system.key_store import PassphraseKeyStore
from rvr_console.ui.theme import apply_theme, tokens

AFTER_S = 0.4  # what an act has put off is its own stall too
ARRIVING = 500
PURPOSE = "For the benchmark"


class Acts:
    """Each act begins in an event of its own, as by the person's hand, and is over when the tasks it began are."""

    def __init__(self, console: Console, screens: Screens, case: str, folder: Path) -> None:
        self.console, self.screens, self.case, self.folder = console, screens, case, folder
        self._beat = Beat()

    async def do(
        self, name: str, act: Callable[[], object], until: Callable[[], bool] = lambda: True
    ) -> None:
        await asyncio.sleep(0.1)
        self._beat.begin()
        QTimer.singleShot(0, act)
        await asyncio.sleep(AFTER_S)
        for _ in range(1200):
            if until():
                break
            await asyncio.sleep(0.05)
        else:
            raise TimeoutError(name)
        await asyncio.sleep(AFTER_S)
        self._beat.end()
        note = (
            f"longest turn of the screen's loop, own processor time; on the clock {self._beat.clock:.0f} ms; "
        )
        note += f"{len(QApplication.allWidgets())} widgets; load {os.getloadavg()[0]:.1f}"
        print(turn_line(f"page stall: {name}", self._beat.own, note), flush=True)

    async def all(self) -> None:
        for part in (self.officer, self.sergeant, self.disclosure):
            await part()

    async def _sign_in(self, user: User, page: str) -> None:
        window, door = self.screens.window, self.screens.sign_in_page
        await self.do(
            f"sign-in, {user.role.value}", lambda: door.wanted.emit(user.collar, PASSWORD),
            lambda: window.current_page == page,
        )  # fmt: skip

    async def _page(self, key: str) -> None:
        await self.do(f"page {key}", lambda: self.screens.window.show_page(key))

    async def officer(self) -> None:
        console, screens = self.console, self.screens
        await self._sign_in(OFFICER, "queue")
        model = screens.queue_page.model
        news = console.dispatch.refresh_from_cad
        await self.do(
            "500 incidents arrive at once", lambda: console.tasks.spawn(news(incidents(ARRIVING, 8))),
            lambda: model.rowCount() >= ARRIVING,
        )  # fmt: skip
        await self.do("one more incident", lambda: console.tasks.spawn(news(incidents(1, 600))))
        await self.do("queue, another row", lambda: screens.queue_page.table.selectRow(40))
        await self._page("consultation")
        await self._page("evidence")
        evidence = screens.evidence
        await self.do(
            "evidence, 200 exhibits",
            evidence.evidence.refresh,
            lambda: len(evidence.evidence.state.items) > 190,
        )
        find = evidence.evidence_page.list._find
        await self.do("evidence, words to find", lambda: find.setText("door 3"))
        await self.do("evidence, all again", lambda: find.setText(""))
        state = evidence.evidence.state
        one = state.items[20].evidence_id
        await self.do("evidence, one chosen", lambda: evidence.evidence.choose(one))
        await self.do(
            "evidence, one opened", lambda: evidence.evidence.open(PURPOSE),
            lambda: state.chosen is not None and state.chosen.stage.value != "opening",
        )  # fmt: skip
        await self.do(
            "evidence, its whole incident", lambda: evidence.evidence.show_custody(whole_incident=True)
        )
        await self._page("health")
        await self.do("health, all verified", screens.evidence.health.verify, self._verified)
        await self._page("queue")
        await self.do("theme, all pages made", lambda: apply_theme(_app(), dark=not tokens().dark))
        await self.do("theme, back", lambda: apply_theme(_app(), dark=not tokens().dark))
        await self.do("window narrower", lambda: screens.window.resize(1366, 768))
        await self._sign_out()

    def _verified(self) -> bool:
        state = self.screens.evidence.health.state
        return not state.busy

    async def _sign_out(self) -> None:
        window = self.screens.window
        await self.do("sign-out", window.sign_out_wanted.emit, lambda: not window.current_page)

    async def sergeant(self) -> None:
        await self._sign_in(SERGEANT, "queue")
        await self._page("review")
        await self._review("full case")
        tabs = self.screens.cases.review_page.case
        if tabs is None:
            raise RuntimeError("the review page has no case")
        for key in ("forms", "safeguarding", "statements", "cad", "notes", "seal", "events"):
            await self.do(f"review, tab {key}", lambda key=key: tabs._tabs.open(key))
        await self._sign_out()

    async def _review(self, what: str) -> None:
        review = self.screens.cases.review
        await self.do(
            f"review, {what} opened", lambda: review.open_case(self.case),
            lambda: review.state is not None and bool(review.state.forms),
        )  # fmt: skip
        await self.do(
            "review, recording opened", lambda: review.open_recording(PURPOSE),
            lambda: review.state is not None and review.player.recording is not None,
        )  # fmt: skip

    async def disclosure(self) -> None:
        await self._sign_in(DISCLOSURE, "review")
        await self._review("full case again")
        review = self.screens.cases.review
        page = self.screens.cases.review_page.case
        if page is None or review.state is None:
            raise RuntimeError("the review page has no case")
        await self.do("bundle, its form", page._open_bundle)
        review.leave()
        await self._page("evidence")
        evidence = self.screens.evidence.evidence
        state = evidence.state
        # The case of 160 exhibits: a film's copy for any player takes minutes of a process of its own, which no turn waits for.
        one = next(item.evidence_id for item in state.items if item.consultation.id != self.case)
        await self.do("evidence, one of the other case", lambda: evidence.choose(one))
        began: list[bool] = []

        def make() -> None:
            evidence.make_bundle(PURPOSE, str(self.folder), "")
            began.append(True)

        await self.do(
            "bundle of 160 exhibits",
            make,
            lambda: bool(began) and any(self.folder.iterdir()) and not state.bundling,
        )
        await self._sign_out()


def _app() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("no application")
    return app


def main() -> None:
    case: list[str] = []

    async def prepared(console: Console) -> None:
        case.append(await fill(console))

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()

        async def story(console: Console, screens: Screens) -> int:
            await Acts(console, screens, case[0], out).all()
            return 0

        made = options(Path(folder) / "data")
        made.paths.make()
        store = PassphraseKeyStore(made.paths.passphrase_file, PASSPHRASE, memory_kib=1024)
        raise SystemExit(run_program(Program(made, store, prepared=prepared, story=story)))


if __name__ == "__main__":
    main()
