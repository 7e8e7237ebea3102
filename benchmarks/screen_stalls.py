"""How long does each act in a call keep the screen from answering? The real page, services, store and packs, offscreen.

    python benchmarks/screen_stalls.py        prints one JSON line for each act

Qt and asyncio share one loop, as in the program. A timer beats in it; the longest time between two beats during an act is the
stall. Counted is the processor time of the screen's own thread, which other programs on the machine do not lengthen; the time
on the clock is in the note. Each act is done for the first time on its page, in a call with everything on it: a form of 27
items, a statement, 20 exhibits. The peer is the limit itself.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "ui"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import qasync
from _turns import Beat, turn_line

from full_call_rig import ACCOUNT, FullCallRig  # isort: skip  # puts the other rigs on the path
from consultation_rig import WORDS
from desk_parts import EVIDENCE
from evidence_rig import JPEG
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rvr_console.domain import call
from rvr_console.domain.statement_content import StatementKind
from rvr_console.ui.theme import apply_theme, tokens

AFTER_MS = 400  # what an act has put off is its own stall too
EXHIBITS = 20
LONG = "\n".join([ACCOUNT] * 20)
LONGEST = tuple(
    f"{n} {ACCOUNT.splitlines()[1]} {ACCOUNT.splitlines()[2]}" for n in range(1_400)
)  # 50,000 words


class OneLoopRig(FullCallRig):
    """Qt's events and the tasks in one loop; an act begins in an event of its own, as by the person's hand."""

    def _make_loop(self) -> qasync.QEventLoop:
        loop = qasync.QEventLoop(self.app)
        asyncio.set_event_loop(loop)
        return loop

    def settle(self) -> None:
        """Until all that is under way has come to its end; Qt's events are handled by the loop itself."""
        self.pass_time(20)
        while busy := [task for task in self._tasks if not task.done()]:
            self.loop.run_until_complete(asyncio.wait(busy, timeout=20))
            self.pass_time(20)
        for task in self._tasks:
            task.result()
        self._tasks = set()

    def go_live_now(self) -> None:
        """The device is admitted, the connection confirmed, the recording agreed and begun."""
        self.presenter.admit()
        QTimer.singleShot(20, lambda: self._report(call.Connecting(1), call.Secured(1, WORDS)))
        opened = call.SegmentOpened(EVIDENCE, 1, "segment_0001.rvrc")
        QTimer.singleShot(100, lambda: self._report(call.ConsentIn(agreed=True), opened))

    def _report(self, *reports: object) -> None:
        for report in reports:
            self.far.report(report)

    async def one_more(self) -> None:
        facts = self.files.facts(self.cid, "f" * 32, size=len(JPEG), description="One more")
        await self.files.bring(facts, JPEG)

    def act(self, do: Callable[[], object]) -> None:
        QTimer.singleShot(0, do)
        self.pass_time(AFTER_MS)

    def pass_time(self, ms: int) -> None:
        self.loop.run_until_complete(asyncio.sleep(ms / 1000))


def acts(rig: OneLoopRig) -> list[tuple[str, Callable[[], None], Callable[[], object]]]:
    """Name, what comes before it unmeasured, and the act."""
    page, nothing = rig.page, lambda: None

    def press(key: Qt.Key) -> None:
        QTest.keyClick(QApplication.focusWidget(), key)

    def press_button(name: str) -> None:
        QTest.mouseClick(rig.named(name), Qt.MouseButton.LeftButton)

    def tab(key: str) -> tuple[str, Callable[[], None], Callable[[], object]]:
        return (f"tab {key}, first time", nothing, lambda: page.open_tab(key))

    def long_statement() -> None:
        """A personal statement of 50,000 words is kept; the page knows of it."""
        begun = rig.run(rig.statements.start(rig.cid, StatementKind.VICTIM_PERSONAL))
        long = replace(begun.content, paragraphs=LONGEST)
        longest.append(rig.run(rig.statements.save(begun.id, long)).id)
        first = rig.papers.state.shown
        rig.papers.state = None  # read again
        rig.papers.show_page(rig.presenter.state)
        rig.settle()
        rig.papers.choose(first)
        page.open_tab("statement")

    def fill_all() -> None:
        rig.sheet.show_view("text")
        rig.pass_time(500)  # what is to be drawn is drawn: keys are pressed outside the loop
        rig.fill_all()

    longest: list[str] = []
    return [
        ("call begins", nothing, rig.go_live_now),
        tab("notes"),
        ("note", nothing, lambda: rig.presenter.add_note("Door damaged")),
        tab("risk"),
        ("form begins", nothing, lambda: press_button("Start form")),
        ("form, one answer", nothing, lambda: press(Qt.Key.Key_Y)),
        ("form, another section", nothing, lambda: rig.risk.presenter.choose_section("history")),
        ("an exhibit comes", lambda: rig.bring_exhibits(EXHIBITS), lambda: rig.spawn(rig.one_more())),
        tab("evidence"),
        tab("statement"),
        ("statement begins", nothing, lambda: press_button("Begin a witness statement")),
        ("statement, text", nothing, lambda: rig.sheet.editor.insertPlainText(LONG)),
        ("statement, its pages", nothing, lambda: rig.sheet.show_view("pages")),
        ("statement frozen", fill_all, rig.papers.freeze),
        ("statement of 50,000 words opened", long_statement, lambda: rig.papers.choose(longest[0])),
        ("in it, a word typed", nothing, lambda: QTest.keyClicks(rig.sheet.editor, "door ")),
        (
            "in it, typed at its end",
            lambda: rig.sheet.editor.moveCursor(QTextCursor.MoveOperation.End),
            lambda: QTest.keyClicks(rig.sheet.editor, "door "),
        ),
        tab("safeguarding"),
        tab("link"),
        tab("cad"),
        tab("close"),
        tab("safety"),
        ("theme, all tabs made", nothing, lambda: apply_theme(rig.app, dark=not tokens().dark)),
        ("theme, back", nothing, lambda: apply_theme(rig.app, dark=not tokens().dark)),
        ("window narrower", nothing, lambda: rig.window.resize(1366, 768)),
        ("call paused", nothing, rig.presenter.call.pause),
        ("call ends", nothing, rig.presenter.call.end_for_both),
    ]


def main() -> None:
    app = QApplication([])
    apply_theme(app, dark=False)
    with tempfile.TemporaryDirectory() as folder:
        rig = OneLoopRig(Path(folder), app)
        rig.show_window()
        rig.until("device_waiting")
        beat = Beat()
        for name, before, do in acts(rig):
            before()
            rig.settle()
            rig.pass_time(50)
            beat.begin()
            rig.act(do)
            beat.end()
            rig.settle()
            _print(name, beat)
        rig.close()


def _print(name: str, beat: Beat) -> None:
    note = f"longest turn of the screen's loop, own processor time; on the clock {beat.clock:.0f} ms; "
    note += f"{len(QApplication.allWidgets())} widgets; load {os.getloadavg()[0]:.1f}"
    print(turn_line(f"screen stall: {name}", beat.own, note), flush=True)


if __name__ == "__main__":
    main()
