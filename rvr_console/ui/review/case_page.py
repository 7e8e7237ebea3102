"""One case on one page: purpose, player and timeline left, paperwork below, the outcome right."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.ui.parts import Parts
from rvr_console.ui.review import words
from rvr_console.ui.review.assign_pane import AssignPane
from rvr_console.ui.review.case_tabs import CaseTabs
from rvr_console.ui.review.outcome_pane import RightPane
from rvr_console.ui.review.playback import ReviewTimeline, WorkProgress
from rvr_console.ui.review.player_pane import PlayerPane
from rvr_console.ui.review.presenter import ReviewPresenter
from rvr_console.ui.review.stage_panes import PurposePane, RefusedPane, VerifyingPane, not_recorded_pane
from rvr_console.ui.review.state import CaseState, Stage
from rvr_console.ui.review.statements_pane import StatementSavePane, VersionShown
from rvr_console.ui.widgets.banner import BannerStack
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.save_pane import SavePane
from rvr_console.ui.widgets.tag import Tag

ORDER = (Stage.NO_RECORDING, Stage.PURPOSE, Stage.VERIFYING, Stage.PLAYING, Stage.REFUSED)


class CasePage(QWidget):
    """Call make_in_parts to its end before anything is shown."""

    def __init__(self, presenter: ReviewPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._state: CaseState | None = None
        self._stage: Stage | None = None

    def make_in_parts(self) -> Parts:
        presenter = self._presenter
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader()
        back = Button(words.BACK, icon="arrow-left", tall=True)
        back.clicked.connect(presenter.leave)
        self._copy_button = Button(words.COPY, icon="download", tall=True)
        self._copy_button.clicked.connect(self._open_copy)
        self._bundle_button = Button(words.BUNDLE, icon="archive", tall=True)
        self._bundle_button.clicked.connect(self._open_bundle)
        self._assign_button = Button(words.ASSIGN, icon="user-plus", tall=True)
        self._assign_button.clicked.connect(presenter.handing.ask_whom)
        for button in (back, self._assign_button, self._copy_button, self._bundle_button):
            self.header.add_button(button)
        self.header.slot.acted.connect(self._act)
        yield
        column.addWidget(self.header)
        self.banners = BannerStack()
        column.addWidget(self.banners)
        self._copy = SavePane(words.COPY_WORDS, presenter.copying.cancel)
        self._copy.start_wanted.connect(presenter.save_copy)
        self._bundle = SavePane(words.BUNDLE_WORDS, presenter.handing.cancel)
        self._bundle.start_wanted.connect(presenter.handing.make_bundle)
        self.assign = AssignPane(presenter.handing.assign)
        self._pages = StatementSavePane(presenter.pages.save)
        for pane in (self._copy, self._bundle, self.assign, self._pages):
            column.addWidget(pane)
        yield
        self._make_stages(presenter)
        yield
        self._tabs = CaseTabs(
            presenter.player.seek,
            presenter.reading.approve,
            presenter.reading.show_disclosure,
            self._open_pages,
            presenter.reading.open_gate,
            presenter.reading.read_version,
        )
        yield from self._tabs.make_in_parts()
        yield
        self._right = RightPane(presenter.set_outcome, presenter.set_plan, presenter.set_feedback)
        yield
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_left())
        split.addWidget(self._right)
        split.setSizes([800, 544])
        split.setStretchFactor(0, 1)
        column.addWidget(split, 1)

    def _make_stages(self, presenter: ReviewPresenter) -> None:
        self._purpose = PurposePane(presenter.open_recording, presenter.choose_recording)
        self._verifying = VerifyingPane(presenter.leave)
        self.player = PlayerPane(presenter.player)
        self._refused = RefusedPane()
        self._stages = QStackedWidget()
        for pane in (not_recorded_pane(), self._purpose, self._verifying, self.player, self._refused):
            self._stages.addWidget(pane)

    def _make_left(self) -> QWidget:
        down = QSplitter(Qt.Orientation.Vertical)
        down.setHandleWidth(1)
        down.setChildrenCollapsible(False)
        down.setProperty("pane", True)
        down.addWidget(self._stages)
        down.addWidget(self._tabs)
        down.setSizes([560, 228])
        down.setStretchFactor(0, 1)
        return down

    def show_state(self, state: CaseState, now: datetime) -> None:
        fresh, changed = state is not self._state, state.stage is not self._stage
        self._state, self._stage = state, state.stage
        if fresh:
            self._right.outcome.forget()
            self._copy.forget()
            self._bundle.forget()
            self._pages.forget()
            self.assign.hide()
            for key in self.banners.keys():  # noqa: SIM118  # a method of ours, not a dict
                self.banners.clear(key)
        self._show_heading(state)
        self._copy_button.setVisible(state.line.may_save_copy)
        self._copy_button.setEnabled(not state.copying)
        self._copy.set_working(state.copying)
        self._bundle_button.setVisible(state.may_make_bundle)
        self._bundle_button.setEnabled(not state.bundling)
        self._bundle.set_working(state.bundling)
        self._assign_button.setVisible(state.may_assign)
        self._pages.set_working(state.saving_pages)
        self._stages.setCurrentIndex(ORDER.index(state.stage))
        self.player.set_people(state.line.incident.person.name, state.line.officer)
        self.player.set_verification(state.verification)
        self._purpose.show_state(state)
        if state.verification is not None:
            self._refused.show_verification(state.verification)
        self._tabs.show_state(state)
        self._right.show_state(state, now)
        if state.stage is Stage.PURPOSE and fresh:
            self._purpose.begin()
        if state.stage is Stage.VERIFYING and changed:
            self._verifying.begin()
        if state.stage is Stage.REFUSED and changed:
            self._tabs.open("seal")

    def _show_heading(self, state: CaseState) -> None:
        line = state.line
        title = words.TITLE_REVIEW if state.for_review else words.TITLE_VIEW
        inline = words.PLACE_IN_LIST.format(place=state.place, count=state.count) if state.place else ""
        below = words.BELOW.format(
            log=line.incident.reference, person=line.incident.person.name, officer=line.officer
        )
        tags: list[Tag] = []
        self.header.set_heading(title, inline=inline, below=below, tags=tags)

    def show_disclosure(self, record_id: str, text: str) -> None:
        self._tabs.safeguarding.uncover(record_id, text)

    def show_statement(self, statement_id: str, number: int, text: str) -> None:
        self._tabs.statements.show_text(statement_id, number, text)

    def show_slot(self, word: str, reason: str, pending: str) -> None:
        if pending:
            self.header.slot.set_pending(pending)
        else:
            self.header.slot.set_action(word, reason)

    def _act(self) -> None:
        state = self._state
        if state is not None and not state.for_review and state.stage is Stage.PURPOSE:
            self._purpose.confirm()
        else:
            self._presenter.act()

    def _open_copy(self) -> None:
        if self._state is not None:
            self._copy.open(self._state.purpose)

    def _open_bundle(self) -> None:
        if self._state is not None:
            self._bundle.open(self._state.purpose)

    def _open_pages(self, version: VersionShown) -> None:
        if self._state is not None:
            self._pages.open_for(version, self._state.purpose)

    def set_bundle_progress(self, progress: WorkProgress) -> None:
        self._bundle.set_progress(progress.part, progress.words)

    def set_progress(self, progress: WorkProgress) -> None:
        self._verifying.set_progress(progress)

    def set_copy_progress(self, progress: WorkProgress) -> None:
        self._copy.set_progress(progress.part, progress.words)

    def show_recording(self, timeline: ReviewTimeline | None) -> None:
        self.player.show_recording(timeline)
        self._tabs.show_recording(timeline)
