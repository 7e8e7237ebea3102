"""Puts the screens together: window, pages, presenters, and the events they live on."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from rvr_console.app.case_pages import CasePages
from rvr_console.app.console import Console
from rvr_console.app.evidence_pages import EvidencePages
from rvr_console.app.paper_sheets import make_sheets
from rvr_console.app.shell_news import ShellNews
from rvr_console.domain import events
from rvr_console.domain.access import Role, User
from rvr_console.domain.consultation import Consultation
from rvr_console.ui.consultation.evidence_acts import EvidenceServices
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.presenter import ConsultationPresenter, ConsultationServices
from rvr_console.ui.consultation.sheet import Sheet
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.parts import Parts
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.queue.page import QueuePage
from rvr_console.ui.queue.pane import DetailPane
from rvr_console.ui.queue.presenter import QueuePresenter
from rvr_console.ui.sign_in.page import DemoAccount, SignInPage
from rvr_console.ui.sign_in.presenter import SignInPresenter

CASE_ROLES = frozenset({Role.OFFICER, Role.SERGEANT})


class Screens:
    """The window and its presenters. Holds no state of its own but what the top bar shows.

    At first there is the sign-in page alone; `make` brings the others, the queue first.
    """

    def __init__(self, console: Console, bridge: QtBridge, demo: Sequence[DemoAccount] = ()) -> None:
        self._console = console
        self.bridge = self._bridge = bridge
        self._followers: list[Callable[[User | None], None]] = []
        self._user: User | None = None
        self.made = asyncio.Event()
        self.window = MainWindow(console.options.force, console.clock.now)
        self._follow(self.window.set_user)
        self._sign_in(demo)
        self.window.duty_wanted.connect(lambda on: console.tasks.spawn(self._set_duty(on)))
        self.window.sign_out_wanted.connect(lambda: console.tasks.spawn(self._sign_out()))
        self.window.set_may_close(self._may_close)
        self.news = ShellNews(self.window, bridge)

    async def make(self) -> None:
        """The pages, one part in each turn of the loop: the sign-in page answers meanwhile."""
        for _ in self._parts():
            await asyncio.sleep(0)
        self.made.set()

    def _parts(self) -> Parts:
        yield
        yield from self._queue()
        self._follow(self.queue.set_user)
        yield
        yield from self._consultation()
        yield from self.cases.make_in_parts()
        self._follow(self.cases.set_user)
        yield
        yield from self.evidence.make_in_parts()
        self._follow(self.evidence.set_user)
        self._connect()

    def _follow(self, set_user: Callable[[User | None], None]) -> None:
        """Told who is signed in: now, and whenever it changes."""
        self._followers.append(set_user)
        if self._user is not None:
            set_user(self._user)

    def _set_user(self, user: User | None) -> None:
        self._user = user
        for set_user in self._followers:
            set_user(user)

    def _sign_in(self, demo: Sequence[DemoAccount]) -> None:
        self.sign_in_page = page = SignInPage(self._console.options.force, demo)
        self.sign_in = SignInPresenter(
            page, self._console.sign_in, self._console.tasks.spawn, self._signed_in
        )
        page.wanted.connect(self.sign_in.sign_in)
        self.window.set_sign_in(page)

    def _queue(self) -> Parts:
        console = self._console
        pane = DetailPane(console.clock.now)
        yield
        self.queue_page = QueuePage(console.clock.now, pane)
        yield
        self.queue = QueuePresenter(
            self.queue_page, console.dispatch, console.tasks.spawn, console.clock.now, self._taken
        )
        page = self.queue_page
        page.connect_presenter(self.queue)
        page.waiting_changed.connect(lambda count: self.window.rail.set_badge("queue", count))
        self.window.add_page(Page("queue", "Queue", "list", CASE_ROLES, page))

    def _consultation(self) -> Parts:
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
        sheets: list[Sheet] = []
        yield from make_sheets(console, self.consultation, self._bridge, sheets)
        yield from self.consultation_page.attach_in_parts(self.consultation, sheets)
        yield
        self.cases = CasePages(
            console, self._bridge, self.window, self.consultation_page, self.consultation.open
        )
        self.evidence = EvidencePages(console, self._bridge, self.window, self.cases.show_recording)
        self.consultation.evidence.open_exhibit = self.evidence.show_exhibit

    def _connect(self) -> None:
        window, subscribe = self.window, self._bridge.subscribe
        window.ticked.connect(self._tick)
        window.recording_clicked.connect(self.cases.show_consultation)
        subscribe(events.QueueChanged, lambda _event: self.queue.refresh())
        self.news.join(self.consultation, self.queue_page.local_book.set_cad_up)

    # --- people ---
    def _signed_in(self, user: User) -> None:
        self._set_user(user)
        self._console.tasks.spawn(self._come_back())

    async def _come_back(self) -> None:
        """After a restart the officer's open call goes on by itself, and its page is shown."""
        await self.made.wait()
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
        self._set_user(await self._console.sign_in.set_duty(on))

    async def _sign_out(self) -> None:
        if not self._may_close():
            return
        await self._console.sign_in.sign_out()
        self._set_user(None)
        self.sign_in_page.collar.setFocus()

    def _taken(self, consultation: Consultation) -> None:
        self._console.tasks.spawn(self._show_taken(consultation))

    async def _show_taken(self, consultation: Consultation) -> None:
        await self.made.wait()
        self.consultation.open(consultation.id)
        self.cases.show_consultation()

    # --- the top bar ---
    def _tick(self, now: datetime) -> None:
        self.queue.tick(now)
        self.consultation.tick()
        self.cases.tick(now)

    def _may_close(self) -> bool:
        """A window does not close over a call, nor over a note that nobody has added yet."""
        if not self.made.is_set():
            return True
        state = self.consultation.state
        if state is not None and state.in_call:
            what = "A recording is running." if state.recording else "A call is running."
            todo = "End the call, or keep the link open, then close the window."
        elif begun := self.consultation_page.begun_note():
            self.consultation.open(begun)
            what, todo = "A note is begun and not added.", "Add it, or clear the line, then close the window."
            self.consultation_page.open_tab("notes")
        else:
            return True
        self.cases.show_consultation()
        self.consultation_page.show_fault(what, "Nothing was closed.", todo)
        return False
