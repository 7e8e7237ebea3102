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
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.review.page import ReviewPage
from rvr_console.ui.review.presenter import ReviewPresenter, ReviewServices
from rvr_console.ui.review.reading import CasePapers

CASE_ROLES = frozenset({Role.OFFICER, Role.SERGEANT})
VIEW_ROLES = CASE_ROLES | {Role.DISCLOSURE}
CONSULTATION, REVIEW = "consultation", "review"


class CasePages:
    """show_consultation brings up the open consultation; choosing its rail entry a second time shows the list."""

    def __init__(
        self,
        console: Console,
        bridge: QtBridge,
        window: MainWindow,
        consultation_page: ConsultationPage,
        open_consultation: Callable[[str], None],
    ) -> None:
        self._window, self._open = window, open_consultation
        self._before = self._shown = ""
        spawn, now = console.tasks.spawn, console.clock.now
        list_page = MyConsultationsPage()
        self.own = MyConsultationsPresenter(
            list_page, (console.consultations, console.dispatch, console.recordings), spawn, now
        )
        self.stack = ConsultationStack(list_page, consultation_page)
        list_page.open_wanted.connect(self._open_one)
        window.add_page(Page(CONSULTATION, "My consultations", "video", CASE_ROLES, self.stack))
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
        self.review_page.attach(self.review)
        self.review_page.to_review_changed.connect(lambda count: window.rail.set_badge(REVIEW, count))
        window.add_page(Page(REVIEW, "Review", "clipboard-check", VIEW_ROLES, self.review_page))
        window.page_shown.connect(self._page_shown)
        window.rail.chosen.connect(self._rail_chosen)
        bridge.subscribe(events.ConsultationChanged, self._changed)
        self.review.reading.follow(bridge)

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
