"""Puts the screens together: window, pages, presenters, and the events they live on."""

from collections.abc import Sequence
from datetime import datetime

from rvr_console.app.case_pages import CasePages
from rvr_console.app.console import Console
from rvr_console.app.evidence_pages import EvidencePages
from rvr_console.app.paper_sheets import make_sheets
from rvr_console.domain import events
from rvr_console.domain.access import Role, User
from rvr_console.domain.consultation import Consultation
from rvr_console.domain.recording import RecorderState
from rvr_console.ui.consultation.evidence_acts import EvidenceServices
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.presenter import ConsultationPresenter, ConsultationServices
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.queue.page import QueuePage
from rvr_console.ui.queue.presenter import QueuePresenter
from rvr_console.ui.sign_in.page import DemoAccount, SignInPage
from rvr_console.ui.sign_in.presenter import SignInPresenter
from rvr_console.ui.widgets.banner import Banner
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.top_bar import ServiceState

CASE_ROLES = frozenset({Role.OFFICER, Role.SERGEANT})
SERVICES = {"cad": "CAD", "gateway": "Gateway", "storage": "Storage"}


class Screens:
    """The window and its presenters. Holds no state of its own but what the top bar shows."""

    def __init__(self, console: Console, bridge: QtBridge, demo: Sequence[DemoAccount] = ()) -> None:
        self._console = console
        self.bridge = self._bridge = bridge
        self._services = {name: ServiceState(word) for name, word in SERVICES.items()}
        self._recording_of = ""
        self.window = MainWindow(console.options.force, console.clock.now)
        self._sign_in(demo)
        self._queue()
        self._consultation()
        self._connect()

    def _sign_in(self, demo: Sequence[DemoAccount]) -> None:
        self.sign_in_page = page = SignInPage(self._console.options.force, demo)
        self.sign_in = SignInPresenter(
            page, self._console.sign_in, self._console.tasks.spawn, self._signed_in
        )
        page.wanted.connect(self.sign_in.sign_in)
        self.window.set_sign_in(page)

    def _queue(self) -> None:
        console = self._console
        self.queue_page = QueuePage(console.clock.now)
        self.queue = QueuePresenter(
            self.queue_page, console.dispatch, console.tasks.spawn, console.clock.now, self._taken
        )
        page = self.queue_page
        page.connect_presenter(self.queue)
        page.waiting_changed.connect(lambda count: self.window.rail.set_badge("queue", count))
        self.window.add_page(Page("queue", "Queue", "list", CASE_ROLES, page))

    def _consultation(self) -> None:
        console = self._console
        services = ConsultationServices(
            console.dispatch,
            console.consultations,
            console.recordings,
            console.calls,
            console.cad_actions,
            console.clock,
            lambda: console.options.addresses.page,
            EvidenceServices(
                console.exhibits,
                console.clock.monotonic_ns,
                asker=console.file_requests,
                stills=console.stills,
                thumbnails=console.exhibit_views,
            ),
            console.paperwork.kinds,
        )
        self.consultation_page = ConsultationPage()
        self.consultation = ConsultationPresenter(
            self.consultation_page, services, self._bridge, console.tasks.spawn
        )
        self.consultation_page.attach(
            self.consultation, make_sheets(console, self.consultation, self._bridge)
        )
        self.cases = CasePages(
            console, self._bridge, self.window, self.consultation_page, self.consultation.open
        )
        self.evidence = EvidencePages(console, self._bridge, self.window, self.cases.show_recording)
        self.consultation.evidence.open_exhibit = self.evidence.show_exhibit

    def _connect(self) -> None:
        window, subscribe = self.window, self._bridge.subscribe
        window.ticked.connect(self._tick)
        window.duty_wanted.connect(lambda on: self._console.tasks.spawn(self._set_duty(on)))
        window.sign_out_wanted.connect(lambda: self._console.tasks.spawn(self._sign_out()))
        window.recording_clicked.connect(self.cases.show_consultation)
        window.set_may_close(self._may_close)
        subscribe(events.QueueChanged, lambda _event: self.queue.refresh())
        subscribe(events.ServiceStateChanged, self._service_changed)
        subscribe(events.RecorderStatusChanged, self._recorder_changed)
        subscribe(events.Fault, self._fault)
        window.top_bar.set_services(self._services.values())

    # --- people ---
    def _signed_in(self, user: User) -> None:
        self.window.set_user(user)
        self.queue.set_user(user)
        self.cases.set_user(user)
        self.evidence.set_user(user)
        self._console.tasks.spawn(self._come_back())

    async def _come_back(self) -> None:
        """After a restart the officer's open call goes on by itself, and its page is shown."""
        user = self._console.sign_in.user
        if user is None or user.role not in CASE_ROLES:
            return
        back = await self._console.calls.come_back()
        still_open = await self._console.consultations.open_consultations()
        ids = back or [consultation.id for consultation in still_open]
        if ids:
            self.consultation.open(ids[-1])
            self.cases.stack.show_case()
        if back:
            self.cases.show_consultation()

    async def _set_duty(self, on: bool) -> None:
        user = await self._console.sign_in.set_duty(on)
        self.window.set_user(user)
        self.queue.set_user(user)
        self.cases.set_user(user)
        self.evidence.set_user(user)

    async def _sign_out(self) -> None:
        if not self._may_close():
            return
        await self._console.sign_in.sign_out()
        self.window.set_user(None)
        self.queue.set_user(None)
        self.cases.set_user(None)
        self.evidence.set_user(None)

    def _taken(self, consultation: Consultation) -> None:
        self.consultation.open(consultation.id)
        self.cases.show_consultation()

    # --- the top bar ---
    def _tick(self, now: datetime) -> None:
        self.queue.tick(now)
        self.consultation.tick()
        self.cases.tick(now)

    def _service_changed(self, event: events.ServiceStateChanged) -> None:
        name = SERVICES.get(event.name, event.name)
        tone = Tone.OK if event.up else Tone.DANGER
        self._services[event.name] = ServiceState(name, tone, "" if event.up else "down")
        self.window.top_bar.set_services(self._services.values())
        if event.name == "cad":
            self.queue_page.local_book.set_cad_up(event.up)
        if event.up:
            self.window.banners.clear(event.name)
        else:
            kept = {
                "cad": "Your actions are kept here and go by themselves.",
                "gateway": "The recording goes on; it reconnects by itself.",
            }
            self.window.banners.put(
                event.name, Banner(Tone.WARN, f"{name} is down.", kept.get(event.name, event.words))
            )

    def _recorder_changed(self, event: events.RecorderStatusChanged) -> None:
        status = event.status
        state = self.consultation.state
        if status.state in (RecorderState.RECORDING, RecorderState.PAUSED) and state is not None:
            paused = status.state is RecorderState.PAUSED
            self.window.top_bar.rec_mark.set_recording(
                status.recorded_us / 1e6, state.incident.short_reference, paused=paused
            )
        else:
            self.window.top_bar.rec_mark.stop()

    def _fault(self, event: events.Fault) -> None:
        if self.window.current_page == "consultation":
            return  # the page shows it itself
        banner = Banner(Tone.WARN, event.what, " ".join(p for p in (event.kept, event.todo) if p), "Dismiss")
        self.window.banners.put("fault", banner).acted.connect(lambda: self.window.banners.clear("fault"))

    def _may_close(self) -> bool:
        """A window does not close over a recording: the officer ends the call or keeps its link first."""
        state = self.consultation.state
        if state is None or not state.recording:
            return True
        self.cases.show_consultation()
        self.consultation_page.show_fault(
            "A recording is running.",
            "Nothing was closed.",
            "End the call, or keep the link open, then close the window.",
        )
        return False
