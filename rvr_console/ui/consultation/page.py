"""The consultation page: header with the action slot, stage on the left, paperwork on the right, timeline below."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.recording import RecorderState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.cad_tab import CadTab
from rvr_console.ui.consultation.close_tab import CloseTab
from rvr_console.ui.consultation.consent_bar import ReasonBar
from rvr_console.ui.consultation.heading import show_header
from rvr_console.ui.consultation.link_tab import LinkTab
from rvr_console.ui.consultation.next_words import slot_of
from rvr_console.ui.consultation.notes_tab import NotesTab
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.safety_tab import SafetyTab
from rvr_console.ui.consultation.stage_before import StageBefore
from rvr_console.ui.consultation.stage_call import StageCall
from rvr_console.ui.consultation.state import NextAct, PageState, Stage, first_unanswered
from rvr_console.ui.consultation.timeline_of import timeline_of
from rvr_console.ui.widgets.banner import Banner, BannerStack, EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.checklist import ChecklistGrid, Todo
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.recording_banner import RecordingBanner, RecordingState
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tabs import StateTabs
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import plane, rule
from rvr_console.ui.widgets.timeline import ConsultationTimeline

CALL_STAGES = (Stage.LIVE, Stage.PAUSED, Stage.CONNECTING)
TODO_SHAPES = {
    "done": Shape.DONE,
    "under_way": Shape.HALF,
    "attention": Shape.SOON,
    "not_started": Shape.RING,
}


class ConsultationPage(QWidget):
    """Implements the presenter's View. `attach` gives it the presenter once both exist."""

    def __init__(self) -> None:
        super().__init__()
        self._presenter: ConsultationPresenter | None = None
        self._paused_at: datetime | None = None
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

    def attach(self, presenter: ConsultationPresenter) -> None:
        self._presenter = presenter
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._header = PageHeader()
        convert = Button(words.CONVERT, "danger", icon="triangle-alert", tall=True)
        convert.clicked.connect(self._ask_convert)
        QShortcut(QKeySequence("Ctrl+Shift+A"), self).activated.connect(self._ask_convert)
        self._header.add_button(convert)
        self._header.slot.acted.connect(presenter.next)
        column.addWidget(self._header)
        self._banners = BannerStack()
        column.addWidget(self._banners)
        self._convert: ReasonBar = ReasonBar(words.CONVERT, words.CONVERT_REASON, needs_reason=False)
        self._convert.add(words.CONVERT_SEND, "rec", self._send_somebody)
        self._convert.add_cancel(words.KEEP_VIDEO)
        self._consent = ReasonBar("", words.REFUSED_REASON)
        self._consent.add(words.RECORD_ALL_THE_SAME, "secondary", lambda reason: self._decide(True, reason))
        self._consent.add(words.GO_ON_UNRECORDED, "secondary", lambda reason: self._decide(False, reason))
        for bar in (self._convert, self._consent):
            column.addWidget(bar.pane)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.addWidget(self._left(presenter))
        split.addWidget(self._right(presenter))
        split.setSizes([656, 688])
        split.setChildrenCollapsible(False)
        column.addWidget(split, 1)
        column.addWidget(rule())
        self._timeline = ConsultationTimeline()
        column.addWidget(self._timeline)
        self._outer.addWidget(body)

    def _left(self, presenter: ConsultationPresenter) -> QWidget:
        pane = plane("stage")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._recording = RecordingBanner()
        column.addWidget(self._recording)
        self._stages = QStackedWidget()
        self._before = StageBefore(presenter.send_chat)
        self._call = StageCall(presenter)
        self._stages.addWidget(self._before)
        self._stages.addWidget(self._call)
        column.addWidget(self._stages, 1)
        return pane

    def _right(self, presenter: ConsultationPresenter) -> QWidget:
        pane = plane("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._tabs = StateTabs(words.TAB_BAR)
        self._sheets = QStackedWidget()
        self._safety = SafetyTab(presenter.answer_safety, presenter.confirm_location)
        self._link = LinkTab()
        self._notes = NotesTab(presenter.add_note)
        self._cad = CadTab(presenter.log_update)
        self._close = CloseTab(presenter.submit)
        sheets = {
            "safety": self._safety,
            "link": self._link,
            "notes": self._notes,
            "cad": self._cad,
            "close": self._close,
        }
        self._sheet_keys = list(sheets)
        for key, sheet in sheets.items():
            self._tabs.add(key, words.TABS[key], Shape.RING)
            self._sheets.addWidget(sheet)
        self._tabs.chosen.connect(self._show_sheet)
        column.addWidget(self._tabs)
        column.addWidget(rule())
        column.addWidget(self._sheets, 1)
        column.addWidget(rule())
        self._todo = ChecklistGrid()
        self._todo.chosen.connect(lambda key: self.open_tab(words.TODO_TABS.get(key, "close")))
        column.addWidget(self._todo)
        return pane

    # --- View ---
    def show_nothing_open(self) -> None:
        self._outer.setCurrentIndex(0)

    def show(self, state: PageState | None = None) -> None:  # also Qt's own show()
        if state is None:
            super().show()
            return
        self._outer.setCurrentIndex(1)
        show_header(self._header, state)
        in_call = state.stage in CALL_STAGES and (state.secure or state.stage is not Stage.CONNECTING)
        self._stages.setCurrentIndex(1 if in_call else 0)
        self._before.show_state(state)
        self._call.show_state(state)
        for sheet in (self._safety, self._link, self._notes, self._cad, self._close):
            sheet.show_state(state)
        self._show_tab_states(state)
        self._todo.set_items(
            [
                Todo(item.key, item.label, item.words, TODO_SHAPES[item.state.value])
                for item in state.checklist
                if item.key in words.TODO_TABS
            ]
        )
        self._show_second(state)
        if state.refused and state.consultation.consent.value == "not_asked":
            if not self._consent.pane.isVisible():
                self._consent.open(words.REFUSED.format(name=state.incident.person.name))
        else:
            self._consent.close()
        self.show_time(state)

    def show_time(self, state: PageState) -> None:
        """Once a second: recording banner and the timeline's now line."""
        if self._presenter is None:
            return
        status, now = state.recorder, self._presenter.now()
        if status is None or status.state in (RecorderState.IDLE, RecorderState.CLOSED):
            self._recording.set_state(None)
        else:
            paused = status.state is RecorderState.PAUSED
            self._paused_at = (self._paused_at or now) if paused else None
            age = (
                None
                if not status.last_sealed_ns
                else (self._presenter.monotonic_ns() - status.last_sealed_ns) / 1e9
            )
            note = {"agreed": f"Picture and sound · {state.incident.person.name.split(' ')[0]} agreed"}.get(
                state.consultation.consent.value, "Picture and sound · recorded by the officer's decision"
            )
            pause_s = (now - self._paused_at).total_seconds() if self._paused_at else None
            self._recording.set_state(
                RecordingState(status.recorded_us / 1e6, 0.0 if paused else age, pause_s, note)
            )
        self._timeline.set_data(timeline_of(state, now))

    def show_next(self, act: NextAct, state: PageState) -> None:
        word, reason = slot_of(act, state)
        if state.pending:
            self._header.slot.set_pending(state.pending)
        else:
            self._header.slot.set_action(word, reason)

    def show_fault(self, what: str, kept: str, todo: str) -> None:
        self._banners.put(
            "fault", Banner(Tone.WARN, what, " ".join(p for p in (kept, todo) if p), "Dismiss")
        ).acted.connect(lambda: self._banners.clear("fault"))

    def open_tab(self, key: str) -> None:
        self._tabs.set_current(key)
        self._show_sheet(key)
        if key == "notes":
            self._notes.focus_edit()
        elif key == "safety" and self._presenter is not None and self._presenter.state is not None:
            place = first_unanswered(self._presenter.state.consultation)
            if place is not None:
                self._safety.focus_first_open(place)

    # --- inside ---
    def _show_sheet(self, key: str) -> None:
        self._sheets.setCurrentIndex(self._sheet_keys.index(key))

    def _ask_convert(self) -> None:
        self._convert.open()

    def _send_somebody(self, reason: str) -> None:
        if self._presenter is not None:
            self._presenter.convert_to_attendance(reason)
            self._convert.close()

    def _decide(self, record: bool, reason: str) -> None:
        if self._presenter is not None:
            self._presenter.decide_consent(record, reason)

    def _show_tab_states(self, state: PageState) -> None:
        states = {item.key: item.state.value for item in state.checklist}
        states["link"] = "done" if state.link else "not_started"
        states["close"] = "done" if state.stage is Stage.SUBMITTED else "not_started"
        tones = {
            "done": Tone.OK,
            "under_way": Tone.ACCENT,
            "attention": Tone.WARN,
            "not_started": Tone.NEUTRAL,
        }
        for key in self._sheet_keys:
            value = states.get(key, "not_started")
            self._tabs.set_state(key, TODO_SHAPES[value], tones[value], value.replace("_", " "))

    def _show_second(self, state: PageState) -> None:
        second = state.second
        if second is None or self._presenter is None:
            self._banners.clear("second")
        elif "second" not in self._banners.keys():  # noqa: SIM118  # a method of ours, not a dict
            advice = words.SECOND_ADVICE.format(browser=second.browser)
            banner = self._banners.put(
                "second", Banner(Tone.DANGER, words.SECOND, advice, words.SECOND_REFUSE)
            )
            banner.acted.connect(lambda: self._presenter.refuse_second(second) if self._presenter else None)
