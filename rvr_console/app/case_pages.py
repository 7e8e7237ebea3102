"""My consultations (the list and the open one) and review: made, wired to their services, and told of what changes."""

from collections.abc import Callable
from datetime import datetime

from rvr_console.app.console import Console
from rvr_console.app.review_player import ReviewPlayer
from rvr_console.domain import events
from rvr_console.domain.access import Role, User
from rvr_console.domain.consultation import ConsultationState
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.my_consultations.page import MyConsultationsPage
from rvr_console.ui.my_consultations.presenter import MyConsultationsPresenter
from rvr_console.ui.my_consultations.stack import ConsultationStack
from rvr_console.ui.parts import Parts
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.review.page import ReviewPage
from rvr_console.ui.review.presenter import ReviewPresenter, ReviewServices
from rvr_console.ui.review.reading import CasePapers

CASE_ROLES = frozenset({Role.OFFICER, Role.SERGEANT})
VIEW_ROLES = CASE_ROLES | {Role.DISCLOSURE}
CONSULTATION, REVIEW = "consultation", "review"


class CasePages:
    """Call make_in_parts to its end first. show_consultation brings up the open consultation; choosing its rail entry a second time shows the list."""

    def __init__(
        self,
        console: Console,
        bridge: QtBridge,
        window: MainWindow,
        consultation_page: ConsultationPage,
        open_consultation: Callable[[str], None],
    ) -> None:
        self._console, self._bridge, self._window = console, bridge, window
        self._consultation_page, self._open = consultation_page, open_consultation
        self._before = self._shown = ""

    def make_in_parts(self) -> Parts:
        """Each page is in the window as soon as it is whole."""
        self._make_own()
        yield
        yield from self._make_review()
        self._window.page_shown.connect(self._page_shown)
        self._window.rail.chosen.connect(self._rail_chosen)
        self._bridge.subscribe(events.ConsultationChanged, self._changed)
        self.review.reading.follow(self._bridge)

    def _make_own(self) -> None:
        console = self._console
        spawn, now = console.tasks.spawn, console.clock.now
        list_page = MyConsultationsPage()
        self.own = MyConsultationsPresenter(
            list_page, (console.consultations, console.dispatch, console.recordings), spawn, now
        )
        self.stack = ConsultationStack(list_page, self._consultation_page)
        list_page.open_wanted.connect(self._open_one)
        self._window.add_page(Page(CONSULTATION, "My consultations", "video", CASE_ROLES, self.stack))

    def _make_review(self) -> Parts:
        console = self._console
        spawn, now = console.tasks.spawn, console.clock.now
        self.review_page = ReviewPage()
        self.playback = ReviewPlayer(console.vault, console.secrets, console.options.paths.data, spawn)
        services = ReviewServices(
            console.recordings,
            console.review,
            console.consultations,
            console.cad_actions,
            self.playback,
            console.bundles,
            CasePapers(
                console.paperwork.forms,
                console.paperwork.statements,
                console.paperwork.signing,
                console.paperwork.safeguarding,
                console.paperwork.statement_papers,
            ),
            now,
        )
        self.review = ReviewPresenter(self.review_page, services, spawn)
        yield
        yield from self.review_page.attach_in_parts(self.review)
        rail = self._window.rail
        self.review_page.to_review_changed.connect(lambda count: rail.set_badge(REVIEW, count))
        self._window.add_page(Page(REVIEW, "Review", "clipboard-check", VIEW_ROLES, self.review_page))

    def set_user(self, user: User | None) -> None:
        if user is None:
            self.stack.show_list()
        self.own.set_user(user)
        self.review.set_user(user)

    def tick(self, now: datetime) -> None:
        self.review.tick(now)

    def show_consultation(self) -> None:
        self._window.show_page(CONSULTATION)
        self.stack.show_case()

    def show_recording(self, consultation_id: str) -> None:
        """The page on which recordings are verified and played, with this case open."""
        self._window.show_page(REVIEW)
        self.review.leave()
        self.review.open_case(consultation_id)

    def _open_one(self, consultation_id: str) -> None:
        self._open(consultation_id)
        self.stack.show_case()

    def _page_shown(self, key: str) -> None:
        self._before, self._shown = self._shown, key
        if key == CONSULTATION:
            self.own.refresh()
        elif key == REVIEW:
            self.review.refresh()

    def _rail_chosen(self, key: str) -> None:
        """The window has shown the page already; it was there before: the person wants the list."""
        if key == CONSULTATION and self._before == CONSULTATION:
            self.stack.show_list()

    def _changed(self, event: events.ConsultationChanged) -> None:
        if self._shown == CONSULTATION and not self.stack.at_case:
            self.own.refresh()
        if event.consultation.state in (ConsultationState.SUBMITTED, ConsultationState.REVIEWED):
            self.review.refresh()
