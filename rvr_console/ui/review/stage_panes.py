"""What stands where the player will be: the purpose, the progress of verification, or why nothing is played."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.review import words
from rvr_console.ui.review.playback import Verification, WorkProgress
from rvr_console.ui.review.state import CaseState
from rvr_console.ui.theme import Height, Size, Space, Weight
from rvr_console.ui.widgets.banner import Banner, EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.choice_list import Select
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.figures import when
from rvr_console.ui.widgets.progress_row import ProgressRow
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane


class PurposePane(QWidget):
    """Asked before anything is opened; Enter in the field opens."""

    def __init__(self, open_recording: Callable[[str], None], choose: Callable[[str], None]) -> None:
        super().__init__()
        self._open_recording = open_recording
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.S)
        column.addStretch(1)
        column.addWidget(Text(words.PURPOSE_TITLE, Size.TITLE, Weight.BOLD))
        column.addWidget(Text(words.PURPOSE_ADVICE, Size.BODY, ink="ink2", wrap=True))
        self._which = Select(words.WHICH)
        self._which.activated.connect(lambda _place: choose(str(self._which.currentData())))
        self._which_field = Field(words.WHICH, self._which)
        column.addWidget(self._which_field)
        self._line = QLineEdit()
        self._line.setFixedHeight(Height.CONTROL)
        self._line.setMaxLength(1000)
        self._line.returnPressed.connect(self.confirm)
        self._field = Field(words.PURPOSE, self._line)
        column.addWidget(self._field)
        row = QHBoxLayout()
        button = Button(words.OPEN)
        button.clicked.connect(self.confirm)
        row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        self._evidence: list[str] = []

    def show_state(self, state: CaseState) -> None:
        evidence = [summary.recording.evidence_id for summary in state.line.recordings]
        self._which_field.setVisible(len(evidence) > 1)
        if evidence == self._evidence:
            return
        self._evidence = evidence
        self._which.clear()
        for summary in state.line.recordings:
            at = summary.recording.started_at
            self._which.addItem(f"From {when(at, at)[-5:]}", summary.recording.evidence_id)
        self._which.setCurrentIndex(len(evidence) - 1)

    def begin(self) -> None:
        """A new case: an empty field with the cursor in it."""
        self._line.clear()
        self._field.set_error("")
        self._line.setFocus()

    def confirm(self) -> None:
        purpose = self._line.text().strip()
        self._field.set_error("" if purpose else words.PURPOSE_MISSING)
        if purpose:
            self._open_recording(purpose)


class VerifyingPane(QWidget):
    def __init__(self, leave: Callable[[], None]) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.addStretch(1)
        self._progress = ProgressRow(words.VERIFYING)
        self._progress.cancelled.connect(leave)
        column.addWidget(self._progress)
        column.addStretch(2)

    def begin(self) -> None:
        self._progress.set_progress(0, "")

    def set_progress(self, progress: WorkProgress) -> None:
        self._progress.set_progress(progress.part, progress.words)


class RefusedPane(QWidget):
    """Why a recording is not played, in full."""

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._pane = plane("surface")
        outer.addWidget(self._pane)
        self._column = QVBoxLayout(self._pane)
        self._column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        self._column.setSpacing(Space.S)
        self._shown: Verification | None = None
        self._parts: list[QWidget] = []

    def show_verification(self, verification: Verification) -> None:
        if verification is self._shown:
            return
        self._shown = verification
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        if self._column.count():
            self._column.takeAt(0)
        headline = words.REFUSED_TITLE.format(headline=verification.headline)
        self._parts = [Banner(Tone.DANGER, headline, words.REFUSED_KEPT, wrap=True)]
        self._parts += [Text(sentence, Size.BODY, wrap=True) for sentence in verification.details]
        for part in self._parts:
            self._column.addWidget(part)
        self._column.addStretch(1)


def not_recorded_pane() -> QWidget:
    pane = plane("surface")
    column = QVBoxLayout(pane)
    column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
    empty = EmptyState("video-off", words.NOT_RECORDED, words.NOT_RECORDED_ADVICE)
    empty.setMinimumHeight(128)
    column.addWidget(empty)
    column.addStretch(1)
    return pane
