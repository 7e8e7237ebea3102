"""The consultation page over real services and a real encrypted store; only the call's far end is a stand-in."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "services"))

from desk_parts import EVIDENCE, OFFICER, OLDEST, DeskWorld

from rvr_console.domain import call
from rvr_console.domain.consultation import SAFETY_QUESTIONS
from rvr_console.domain.recording import Gap, GapCause, Party, RecorderState, RecorderStatus, TrackKind
from rvr_console.services.video_call import VideoCall
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.presenter import ConsultationPresenter, ConsultationServices
from rvr_console.ui.qt_bridge import QtBridge

WORDS = ("harbour", "lemon", "seven", "cedar")
CHECKS = {
    "Camera": "Works",
    "Microphone": "Works",
    "Connection": "Works, 4G",
    "Battery": "Low, 9%",
}


class FarEnd:
    """Stands for room, media process and recorder: keeps what it was told, says what a test wants said."""

    def __init__(self, report) -> None:
        self.report = report
        self.did: list[tuple] = []
        self.fails: Exception | None = None

    def __getattr__(self, name):
        waits = {
            "open_room",
            "admit",
            "refuse",
            "send_chat",
            "announce",
            "pause",
            "resume",
            "stop_recording",
            "close_link",
            "hang_up",
            "leave",
        }

        def act(*args, **options):
            self.did.append((name, *args, *options.values()))
            if self.fails is not None:
                raise self.fails

        async def act_later(*args, **options):
            act(*args, **options)

        return act_later if name in waits else act

    async def start_recording(self, evidence_id):
        self.did.append(("start_recording", evidence_id))
        return evidence_id or EVIDENCE

    def picture(self, party, after, kind=None):
        return None

    def done(self, name) -> list[tuple]:
        return [one for one in self.did if one[0] == name]


class Rig:
    """settle() lets everything that is under way come to its end: tasks, the store's thread, reports, events, repaints."""

    def __init__(self, path: Path, qapp: QApplication) -> None:
        self.app = qapp
        self.loop = self._make_loop()
        self.held: list | None = None
        self._tasks: set[asyncio.Task] = set()
        self._workers: set[asyncio.Task] = set()
        self.world = DeskWorld(path / "console.db")
        self.far: FarEnd | None = None
        self.loop.run_until_complete(self.world.fill())
        self.world.act_as(OFFICER)
        self._build()

    def _make_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def _build(self) -> None:
        world = self.world
        self.bridge = QtBridge()
        world.sink.publish = self.bridge.publish
        self.calls = VideoCall(
            world.desk, world.consultations, world.recordings, self._make_far_end, self._spawn_worker
        )
        self.services = self._make_services()
        self.page = ConsultationPage()
        self.presenter = ConsultationPresenter(self.page, self.services, self.bridge, self.spawn)
        self.page.attach(self.presenter)

    def _make_services(self) -> ConsultationServices:
        world = self.world
        return ConsultationServices(
            world.dispatch,
            world.consultations,
            world.recordings,
            self.calls,
            world.cad_actions,
            world.clock,
            lambda: "https://video.northmoor.example",
            self._evidence(),
        )

    def _evidence(self):
        """None: without exhibits, as where this console has none."""
        return None  # noqa: RET501  # said to be None

    def restart(self) -> None:
        """The console dies and is started again on the same store."""
        self.page.close()
        self.settle()
        self._end_workers()
        self.page.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._build()

    def _make_far_end(self, _consultation_id, report):
        self.far = FarEnd(report)
        return self.far

    def _spawn_worker(self, work):
        task = self.loop.create_task(work)
        self._workers.add(task)
        return task

    def spawn(self, work):
        if self.held is not None:
            self.held.append(work)
            return
        self._tasks.add(self.loop.create_task(work))

    def release(self) -> None:
        """Let held work run."""
        held, self.held = self.held or [], None
        for work in held:
            self.spawn(work)
        self.settle()

    def settle(self) -> None:
        for _ in range(50):
            busy = {task for task in self._tasks if not task.done()}
            if busy:
                self.loop.run_until_complete(asyncio.wait(busy, timeout=20))
            for live in list(self.calls._calls.values()):
                self.loop.run_until_complete(asyncio.wait_for(live.reports.join(), 20))
            for _twice in range(2):  # widgets put into a layout are shown by an event of their own
                self.app.processEvents()
            if all(task.done() for task in self._tasks):
                break
        done = {task for task in self._tasks if task.done()}
        assert done == self._tasks, "something never comes to its end"
        self._tasks = set()
        for task in done:
            task.result()

    def say(self, *reports) -> None:
        """The far end reports."""
        for report in reports:
            self.far.report(report)
        self.settle()

    def run(self, work):
        done = self.loop.run_until_complete(work)
        self.settle()
        return done

    def _end_workers(self) -> None:
        for task in self._workers:
            task.cancel()
        if self._workers:
            self.loop.run_until_complete(asyncio.gather(*self._workers, return_exceptions=True))
        self._workers.clear()

    def close(self) -> None:
        for work in self.held or []:
            work.close()
        self.held = None
        self.page.close()
        self.settle()
        self._end_workers()
        self.page.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.world.store.close()
        self.loop.close()

    # --- the story, step by step ---
    @property
    def state(self):
        return self.presenter.state

    @property
    def cid(self) -> str:
        return self.presenter.consultation_id()

    def take(self) -> None:
        taken = self.run(self.world.dispatch.take(OLDEST))
        self.presenter.open(taken.id)
        self.settle()

    def answer_all(self) -> None:
        for question in SAFETY_QUESTIONS:
            self.run(self.world.consultations.answer_safety(self.cid, question, "Yes"))

    def send_link(self) -> None:
        self.presenter.next()
        self.settle()

    def knock(self, *, device="aa", second=False, checks=CHECKS) -> None:
        self.say(call.Knocked(device, "Chrome 156, Android", dict(checks), WORDS, known=False, second=second))

    def go_live(self) -> None:
        self.presenter.admit()
        self.settle()
        self.say(call.Connecting(1), call.Secured(1, WORDS))

    def agree(self) -> None:
        self.say(call.ConsentIn(agreed=True), call.SegmentOpened(EVIDENCE, 1, "segment_0001.rvrc"))
        self.status()

    def status(self, state=RecorderState.RECORDING, seconds=10.0, segment=1) -> None:
        self.say(call.RecorderReport(RecorderStatus(state, segment, round(seconds * 1e6), 1, 300, 300)))

    def drop(self) -> None:
        self.say(call.Dropped("The network is lost."))

    def gap(self, start=4.0, end=14.0, segment=1) -> None:
        for kind in (TrackKind.VIDEO, TrackKind.AUDIO):
            gap = Gap(round(start * 1e6), round(end * 1e6), GapCause.NETWORK_LOSS, Party.VICTIM, kind)
            self.say(call.GapReport(segment, gap))

    def until(self, stage: str) -> None:
        """Play the story up to this stage of the page."""
        steps = {
            "no_link": [self.take, self.answer_all],
            "link_sent": [self.send_link],
            "device_waiting": [self.knock],
            "live": [self.go_live, self.agree],
            "paused": [lambda: self._act(self.presenter.call.pause)],
            "dropped": [self.drop],
            "ended": [lambda: self._act(self.presenter.call.end_for_both)],
            "submitted": [lambda: self._act(lambda: self.presenter.submit("No suspect named", ["18"]))],
        }
        skipped = {"dropped": {"paused"}, "ended": {"paused", "dropped"}, "submitted": {"paused", "dropped"}}
        for name, acts in steps.items():
            if name not in skipped.get(stage, set()):
                for act in acts:
                    act()
            if name == stage:
                return

    def _act(self, act) -> None:
        act()
        self.settle()

    # --- eyes and hands ---
    def named(self, name: str) -> QWidget:
        """The visible widget of this accessible name, state or not."""
        for widget in self.page.findChildren(QWidget):
            said = widget.accessibleName()
            if widget.isVisible() and (said == name or said.startswith(name + ",")):
                return widget
        seen = sorted({w.accessibleName() for w in self.page.findChildren(QWidget) if w.isVisible()})
        raise AssertionError(f"no “{name}” among {seen}")

    def sees(self, text: str) -> bool:
        return any(
            widget.isVisible()
            and (text in widget.accessibleName() or text in str(getattr(widget, "text", str)() or ""))
            for widget in self.page.findChildren(QWidget)
        )

    def click(self, name: str) -> None:
        widget = self.named(name)
        assert widget.isEnabled(), f"“{name}” is off"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page.window(), key, modifier)
        self.settle()

    def type(self, name: str, text: str) -> QWidget:
        widget = self.named(name)
        widget.setFocus()
        QTest.keyClicks(widget, text)
        return widget


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 11, 21, hour, minute, tzinfo=UTC)
