"""The review page: the list, or one case. Implements the presenter's view."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.access import User
from rvr_console.ui.parts import Parts, all_at_once
from rvr_console.ui.review import words
from rvr_console.ui.review.case_page import CasePage
from rvr_console.ui.review.list_page import ListPage
from rvr_console.ui.review.playback import ReviewTimeline, WorkProgress
from rvr_console.ui.review.presenter import ReviewPresenter
from rvr_console.ui.review.state import CaseLine, CaseState
from rvr_console.ui.widgets.banner import Banner, BannerStack
from rvr_console.ui.widgets.tag import Tone


class ReviewPage(QWidget):
    """to_review_changed(count): for the rail's badge. Call attach with the presenter once both exist."""

    to_review_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(words.PAGE)
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.list = ListPage()
        self.list.to_review_changed.connect(self.to_review_changed)
        self._stack.addWidget(self.list)
        self.case: CasePage | None = None

    def attach(self, presenter: ReviewPresenter) -> None:
        all_at_once(self.attach_in_parts(presenter))

    def attach_in_parts(self, presenter: ReviewPresenter) -> Parts:
        """The same, one part a step. Nothing is shown on the page before the last."""
        case = CasePage(presenter)
        yield from case.make_in_parts()
        self._stack.addWidget(case)
        self.case = case
        self.list.open_wanted.connect(presenter.open_case)

    def _banners(self) -> BannerStack:
        at_case = self.case is not None and self._stack.currentWidget() is self.case
        return self.case.banners if self.case is not None and at_case else self.list.banners

    # --- View ---
    def show_list(self, lines: Sequence[CaseLine], user: User, now: datetime) -> None:
        coming_back = self._stack.currentWidget() is not self.list
        self.list.show_lines(lines, user, now)
        self._stack.setCurrentWidget(self.list)
        if coming_back:
            self.list.table.setFocus()

    def show_case(self, state: CaseState, now: datetime) -> None:
        if self.case is not None:
            self._stack.setCurrentWidget(self.case)
            self.case.show_state(state, now)

    def show_slot(self, word: str, reason: str, pending: str) -> None:
        if self.case is not None:
            self.case.show_slot(word, reason, pending)

    def show_progress(self, progress: WorkProgress) -> None:
        if self.case is not None:
            self.case.set_progress(progress)

    def show_copy_progress(self, progress: WorkProgress) -> None:
        if self.case is not None:
            self.case.set_copy_progress(progress)

    def show_bundle_progress(self, progress: WorkProgress) -> None:
        if self.case is not None:
            self.case.set_bundle_progress(progress)

    def show_disclosure_officers(self, people: Sequence[User]) -> None:
        if self.case is not None:
            self.case.assign.open(people)

    def show_recording(self, timeline: ReviewTimeline | None) -> None:
        if self.case is not None:
            self.case.show_recording(timeline)

    def show_disclosure(self, record_id: str, text: str) -> None:
        if self.case is not None:
            self.case.show_disclosure(record_id, text)

    def show_statement(self, statement_id: str, number: int, text: str) -> None:
        if self.case is not None:
            self.case.show_statement(statement_id, number, text)

    def show_done(self, fact: str, advice: str = "") -> None:
        for banners in {self._banners(), self.list.banners}:
            banners.toast(fact, advice)

    def show_fault(self, what: str, advice: str) -> None:
        banners = self._banners()
        banner = banners.put("fault", Banner(Tone.DANGER, what, advice, "Dismiss"))
        banner.acted.connect(lambda: banners.clear("fault"))
