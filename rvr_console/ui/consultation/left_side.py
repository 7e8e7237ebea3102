"""The left half: what is recorded or who waits, the stage, and the bar of what can be done there."""

from datetime import datetime

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from rvr_console.domain.consultation import Consent, LinkState
from rvr_console.domain.recording import RecorderState
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.before_bar import BeforeBar
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.stage_before import StageBefore, WaitingBar
from rvr_console.ui.consultation.stage_call import StageCall
from rvr_console.ui.consultation.state import BEFORE_CALL, PageState, Stage
from rvr_console.ui.widgets.checklist import ChecklistGrid
from rvr_console.ui.widgets.recording_banner import RecordingBanner, RecordingState


class LeftSide(QWidget):
    """One pane for F6."""

    def __init__(self, presenter: ConsultationPresenter) -> None:
        super().__init__()
        self.setProperty("pane", True)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._waiting = WaitingBar()
        self._recording = RecordingBanner()
        column.addWidget(self._waiting)
        column.addWidget(self._recording)
        self._stages = QStackedWidget()
        self._before = StageBefore(presenter.call, presenter.call.send_chat)
        self._call = StageCall(presenter.call, presenter.evidence)
        self._stages.addWidget(self._before)
        self._stages.addWidget(self._call)
        column.addWidget(self._stages, 1)
        self._bar = BeforeBar(presenter.now)
        self._bar.contact_logged.connect(presenter.contact_attempt)
        self._bar.link_closed.connect(presenter.close_link)
        column.addWidget(self._bar)

    def show_state(self, state: PageState) -> None:
        waits = state.stage is Stage.DEVICE_WAITING and state.waiting is not None
        self._waiting.setVisible(waits)
        self._recording.setVisible(not waits)
        self._stages.setCurrentIndex(1 if state.on_call_stage else 0)
        self._before.show_state(state)
        self._call.show_state(state)
        before = state.stage in BEFORE_CALL and not state.consultation.converted
        if not before:
            self._bar.close_questions()
        self._bar.setVisible(before)
        self._bar.show_state(state)

    def show_time(self, state: PageState, now: datetime, monotonic_ns: int) -> None:
        """Once a second."""
        if state.waiting is not None:
            self._waiting.show_since(state.waiting, (now - state.waiting.since).total_seconds())
        self._recording.set_state(_recording_state(state, now, monotonic_ns))

    def set_narrow(self, narrow: bool) -> None:
        """Room for a few controls only; the others are behind "More"."""
        self._call.set_narrow(narrow)
        # The stage that is not shown does not keep the pane wide.
        policy = QSizePolicy.Policy.Ignored if narrow else QSizePolicy.Policy.Preferred
        self._before.setSizePolicy(policy, QSizePolicy.Policy.Preferred)

    def take_todo(self, todo: ChecklistGrid) -> None:
        """The list of what is still to do, below the picture, in two columns."""
        todo.set_columns(2)
        self._column.addWidget(todo)

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._before.set_compact(compact)


def _recording_state(state: PageState, now: datetime, monotonic_ns: int) -> RecordingState | None:
    """The recorder's own figures; None when nothing is recorded."""
    status = state.recorder
    if status is None or status.state in (RecorderState.IDLE, RecorderState.CLOSED):
        return None
    paused = status.state is RecorderState.PAUSED
    age = None if not status.last_sealed_ns else (monotonic_ns - status.last_sealed_ns) / 1e9
    consent = state.consultation.consent
    note = words.RECORDING_ASKED
    if consent is Consent.AGREED:
        note = words.RECORDING_AGREED.format(name=state.first_name)
    elif consent is Consent.REFUSED_RECORDED:
        note = words.RECORDING_DECIDED
    return RecordingState(status.recorded_us / 1e6, age, _paused_for(state, now) if paused else None, note)


def _paused_for(state: PageState, now: datetime) -> float:
    """Seconds of the running pause."""
    last = state.consultation.link_history[-1:]
    since = last[0].at if last and last[0].state is LinkState.PAUSED else now
    return max(0.0, (now - since).total_seconds())
