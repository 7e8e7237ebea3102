"""The consultation page: header with the action slot, stage on the left, paperwork on the right, timeline below."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.halves import Halves
from rvr_console.ui.consultation.heading import show_header
from rvr_console.ui.consultation.left_side import LeftSide
from rvr_console.ui.consultation.next_words import pending_of, slot_of
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.right_side import RightSide
from rvr_console.ui.consultation.sheet import Sheet
from rvr_console.ui.consultation.state import OVER, NextAct, PageState, Stage
from rvr_console.ui.consultation.timeline_of import timeline_of
from rvr_console.ui.parts import Parts, all_at_once
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.ask_pane import ReasonPane
from rvr_console.ui.widgets.banner import Banner, BannerStack, EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import plane, rule
from rvr_console.ui.widgets.timeline import ConsultationTimeline

LINE = 120  # letters of a fault that stand in one line at 1366 pixels


def _fault_banner(what: str, advice: str) -> Banner:
    """What to do stands last, and is never cut."""
    return Banner(Tone.WARN, what, advice, words.DISMISS, wrap=len(what) + len(advice) > LINE)


class ConsultationPage(QWidget):
    """Implements the presenter's View. `attach` gives it the presenter once both exist."""

    def __init__(self) -> None:
        super().__init__()
        self._presenter: ConsultationPresenter | None = None
        self._shown = Shown()
        self._compact = False
        self._heard = 0
        self._outer = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._outer)
        empty = plane("surface")
        column = QVBoxLayout(empty)
        column.setContentsMargins(24, 24, 24, 24)
        column.addWidget(EmptyState("video", words.EMPTY, words.EMPTY_ADVICE))
        column.addStretch(1)
        self._outer.addWidget(empty)

    def attach(self, presenter: ConsultationPresenter, sheets: Sequence[Sheet] = ()) -> None:
        """Build the parts; called once. sheets: the paperwork's own tabs beside those of the page."""
        all_at_once(self.attach_in_parts(presenter, sheets))

    def attach_in_parts(self, presenter: ConsultationPresenter, sheets: Sequence[Sheet] = ()) -> Parts:
        """The same, one part a step. Nothing is shown on the page before the last."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_header(presenter))
        self._banners = BannerStack()
        column.addWidget(self._banners)
        self._make_questions(presenter)
        for pane in (self._convert, self._consent):
            column.addWidget(pane)
        yield
        self.left = LeftSide(presenter)
        yield
        self.right = RightSide(presenter, sheets)
        yield
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.addWidget(self.left)
        split.addWidget(self.right)
        split.setSizes([656, 688])
        split.setStretchFactor(0, 656)
        split.setStretchFactor(1, 688)
        split.setChildrenCollapsible(False)
        self._halves = Halves(split, self.left, self.right)
        self.right.wide_wanted.connect(self._halves.set_wide)
        column.addWidget(split, 1)
        column.addWidget(rule())
        self._timeline = ConsultationTimeline()
        column.addWidget(self._timeline)
        self._outer.addWidget(body)
        self._presenter = presenter
        self.set_compact(self._compact)

    def _make_header(self, presenter: ConsultationPresenter) -> QWidget:
        self._header = PageHeader()
        self._convert_button = Button(words.CONVERT, "danger", icon="triangle-alert", tall=True)
        self._convert_button.setToolTip(words.CONVERT_TIP)
        self._convert_button.clicked.connect(self._ask_convert)
        QShortcut(QKeySequence("Ctrl+Shift+A"), self).activated.connect(self._convert_button.click)
        self._header.add_button(self._convert_button)
        self._header.slot.acted.connect(presenter.next)
        return self._header

    def _make_questions(self, presenter: ConsultationPresenter) -> None:
        self._convert = ReasonPane(words.CONVERT, words.CONVERT_REASON, Tone.DANGER, needs_reason=False)
        self._convert.add(words.CONVERT_SEND, "rec", self._send_somebody, on_enter=True)
        self._convert.add_way_back(words.KEEP_VIDEO)
        self._consent = ReasonPane("", words.REFUSED_REASON, Tone.WARN)
        self._consent.may_leave = False
        decide = presenter.call.decide_consent
        self._consent.add(
            words.RECORD_ALL_THE_SAME, "secondary", lambda reason: decide(record=True, reason=reason)
        )
        self._consent.add(
            words.GO_ON_UNRECORDED, "secondary", lambda reason: decide(record=False, reason=reason)
        )

    # --- View ---
    def show_nothing_open(self) -> None:
        self._outer.setCurrentIndex(0)

    def leave(self) -> None:
        self.right.leave()
        self._convert.close_pane()

    def show(self, state: PageState | None = None) -> None:  # also Qt's own show()
        if state is None:
            super().show()
            return
        self._outer.setCurrentIndex(1)
        show_header(self._header, state, compact=self._compact)
        self.left.show_state(state)
        self.right.show_state(state)
        self._show_convert(state)
        self._show_second(state)
        asked = state.refused and state.consultation.consent.value == "not_asked" and state.stage not in OVER
        if asked:
            if not self._consent.isVisible():
                self._consent.ask(words.REFUSED.format(name=state.incident.person.name))
        elif not self._consent.isHidden():
            self._consent.close_pane()
        self._say(state)
        self.show_time(state)

    def show_time(self, state: PageState) -> None:
        """Once a second: recording banner, waiting time and the timeline's now line."""
        if self._presenter is not None:
            now = self._presenter.now()
            self.left.show_time(state, now, self._presenter.monotonic_ns())
            self._timeline.set_data(timeline_of(state, now))

    def show_next(self, act: NextAct, state: PageState) -> None:
        word, reason = slot_of(act, state)
        pending = pending_of(act, state)
        if not self._shown.changed("slot", (word, reason, pending)):
            return
        if not pending or not self._header.slot.pending:
            self._header.slot.set_action(word, reason)
        if pending:
            self._header.slot.set_pending(pending)

    def show_fault(self, what: str, kept: str, todo: str) -> None:
        banner = _fault_banner(what, " ".join(part for part in (kept, todo) if part))
        self._banners.put("fault", banner).acted.connect(lambda: self._banners.clear("fault"))

    def begun_note(self) -> str:
        """Consultation of a note that is typed and not added; "" when there is none."""
        return self.right.notes.begun()

    def open_tab(self, key: str) -> None:
        self.right.open_tab(key)

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        """The form for 1366×768."""
        self._compact = compact
        if self._presenter is None:
            return
        self._timeline.set_folded(compact)
        self.left.set_compact(compact)
        self.right.set_compact(compact)
        if self._presenter.state is not None:
            self.show(self._presenter.state)

    # --- inside ---
    def _ask_convert(self) -> None:
        self._convert.ask()

    def _send_somebody(self, reason: str) -> None:
        if self._presenter is not None:
            self._presenter.convert_to_attendance(reason)
            self._convert.close_pane()

    def _show_convert(self, state: PageState) -> None:
        converted, over = state.consultation.converted, state.stage in OVER
        if not self._shown.changed("convert", (state.consultation.id, converted, over)):
            return
        why = words.CONVERT_DONE if converted else words.CONVERT_OVER if over else ""
        self._convert_button.setEnabled(not why)
        name = (words.CONVERT, words.OFF, why) if why else (words.CONVERT, words.CONVERT_KEYS)
        self._convert_button.setAccessibleName(", ".join(name))
        self._convert_button.setToolTip(why or words.CONVERT_TIP)
        if why:
            self._convert.close_pane()
        if converted and not over:
            self._banners.put("converted", Banner(Tone.OK, words.CONVERTED_FACT, words.CONVERTED_ADVICE))
        else:
            self._banners.clear("converted")

    def _show_second(self, state: PageState) -> None:
        second = None if state.stage in OVER else state.second
        gone = state.stage is Stage.DROPPED
        if not self._shown.changed("second", (second, gone)):
            return
        if second is None:
            self._banners.clear("second")
            return
        advice = (words.SECOND_ALONE if gone else words.SECOND_ADVICE).format(browser=second.browser)
        banner = Banner(Tone.DANGER, words.SECOND, advice, words.SECOND_REFUSE)
        self._banners.put("second", banner).acted.connect(
            lambda: self._presenter.refuse_second(second) if self._presenter else None
        )

    def _say(self, state: PageState) -> None:
        """Tell a screen reader what changed by itself. Recording and its pauses are the recording banner's to say."""
        if self._shown.changed("said", (state.consultation.id, state.stage)):
            self._heard = min(self._heard, len(state.chat))
            urgent = state.stage in (Stage.DROPPED, Stage.PAUSED)
            if state.stage is not Stage.NO_LINK:
                announce(self, words.SAID[state.stage.value], assertive=urgent)
        for line in state.chat[self._heard :]:
            if line.from_victim:
                announce(self, words.SAID_CHAT.format(name=state.first_name, text=line.text))
        self._heard = len(state.chat)
