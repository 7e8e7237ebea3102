"""Evidence of this consultation: what is on its way and what is sealed, newest first; asking and stills on top."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.domain.exhibit import ExhibitState
from rvr_console.ui.consultation import evidence_words as words
from rvr_console.ui.consultation.arrivals import Arrival, still_shown
from rvr_console.ui.consultation.evidence_acts import EvidenceActs
from rvr_console.ui.consultation.exhibit_rows import ArrivalRow, ExhibitRow, RowActs
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.consultation.state import OVER, PageState, Stage
from rvr_console.ui.exhibits.kinds import kind_of, worst_flag
from rvr_console.ui.exhibits.thumbnail import ThumbnailStore
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.banner import EmptyState
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane

REACHABLE = frozenset({Stage.LIVE, Stage.PAUSED})


class EvidenceTab(QWidget):
    def __init__(self, presenter: ConsultationPresenter) -> None:
        super().__init__()
        self._acts: EvidenceActs = presenter.evidence
        self._state: PageState | None = None
        self._shown = Shown()
        self._of, self._known = "", set[str]()
        self._store = ThumbnailStore(self._acts.thumbnails, presenter.spawn, self._refill)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("surface")
        outer.addWidget(pane)
        column = QVBoxLayout(pane)
        column.setContentsMargins(Space.L, Space.S, Space.M, Space.XS)
        column.setSpacing(Space.XS)
        column.addLayout(self._make_head())
        self._asked = Status(Shape.GIVEN, "", Tone.ACCENT)
        self._asked.hide()
        column.addWidget(self._asked)
        column.addWidget(self._make_list(), 1)

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(Space.XS)
        head.addWidget(Text(words.TITLE, Size.BODY, Weight.BOLD))
        self._count = Text("", Size.LABEL, ink="ink2", elide=True)
        head.addWidget(self._count, 1)
        self._photo = Button(words.ASK_PHOTO, icon="image")
        self._file = Button(words.ASK_FILE, icon="file-up")
        self._still = Button(words.TAKE_STILL, icon="camera")
        for button, tip, act in (
            (self._photo, words.ASK_PHOTO_TIP, partial(self._acts.ask_for, "photo")),
            (self._file, words.ASK_FILE_TIP, partial(self._acts.ask_for, "file")),
            (self._still, words.STILL_TIP, self._acts.take_still),
        ):
            button.setToolTip(tip)
            button.clicked.connect(lambda _on=False, do=act: do())
            head.addWidget(button)
        for button, may in (
            (self._photo, self._acts.may_ask),
            (self._file, self._acts.may_ask),
            (self._still, self._acts.may_take_stills),
        ):
            if not may:
                button.hide()  # never shown here: it has no parent yet and would come up as a window
        return head

    def _make_list(self) -> QScrollArea:
        self._rows: dict[str, ExhibitRow | ArrivalRow] = {}
        body = plane("surface")
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, Space.XS, 0)
        self._column.setSpacing(0)
        self._empty = EmptyState("image", words.EMPTY, words.EMPTY_ADVICE)
        self._empty.setMinimumHeight(128)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words.TITLE)
        scroll.setWidget(body)
        return scroll

    # --- showing ---
    def show_state(self, state: PageState) -> None:
        if state.consultation.id != self._of:
            self._of, self._known = state.consultation.id, {one.evidence_id for one in state.exhibits}
            self.flush()
            self._clear()
            self._store.forget()
        self._state = state
        self._show_controls(state)
        self._refill()
        self._announce(state)

    def _show_controls(self, state: PageState) -> None:
        there = state.stage in REACHABLE
        seen = state.stage is Stage.LIVE
        if not self._shown.changed("controls", (there, seen, state.taking_still, state.asked)):
            return
        for button, word in ((self._photo, words.ASK_PHOTO), (self._file, words.ASK_FILE)):
            button.setEnabled(there)
            button.setAccessibleName(word if there else f"{word}, off, {words.ONLY_IN_CALL}")
        self._still.setText(words.TAKING_STILL if state.taking_still else words.TAKE_STILL)
        self._still.setEnabled(seen and not state.taking_still)
        self._still.setAccessibleName(
            words.TAKE_STILL if seen else f"{words.TAKE_STILL}, off, {words.ONLY_WITH_PICTURE}"
        )
        self._asked.setVisible(state.asked is not None)
        if state.asked is not None:
            said = words.ASKED_PHOTO if state.asked.what == "photo" else words.ASKED_FILE
            self._asked.set_state(Shape.GIVEN, said.format(time=clock(state.asked.at)), Tone.ACCENT)

    def _refill(self) -> None:
        state = self._state
        if state is None:
            return
        arrivals = still_shown(list(state.arrivals.values()), state.exhibits)
        acts = RowActs(
            self._acts.describe, self._acts.mark_distressing, self._acts.dismiss, self._acts.open_exhibit
        )
        wanted = [self._show_arrival(arrival, acts) for arrival in arrivals]
        for exhibit in reversed(state.exhibits):
            key = exhibit.evidence_id
            row = self._rows.get(key)
            if not isinstance(row, ExhibitRow):
                row = self._rows[key] = ExhibitRow(exhibit, acts)
            row.show_exhibit(exhibit, self._store.image(exhibit))
            wanted.append(key)
        self._place(wanted)
        advice = words.EMPTY_ADVICE if self._acts.may_ask else words.EMPTY_BARE_ADVICE
        self._empty.set_words(words.EMPTY, words.EMPTY_OVER_ADVICE if state.stage in OVER else advice)
        self._empty.setVisible(not wanted)
        sealed = sum(one.state is not ExhibitState.RECEIVED for one in state.exhibits)
        live = sum(arrival.live for arrival in arrivals)
        counts = [words.SEALED_COUNT.format(count=sealed)] if sealed else []
        counts += [words.ARRIVING_COUNT.format(count=live)] if live else []
        self._count.setText(", ".join(counts))

    def _show_arrival(self, arrival: Arrival, acts: RowActs) -> str:
        key = f"upload {arrival.status.facts.upload_id}"
        row = self._rows.get(key)
        if isinstance(row, ArrivalRow):
            row.show_arrival(arrival)
        else:
            self._rows[key] = ArrivalRow(arrival, acts)
        return key

    def _place(self, wanted: list[str]) -> None:
        for key in [key for key in self._rows if key not in wanted]:
            row = self._rows.pop(key)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, key in enumerate(wanted):
            if self._column.indexOf(self._rows[key]) != place:
                self._column.insertWidget(place, self._rows[key])

    def _clear(self) -> None:
        self._place([])

    def flush(self) -> None:
        """Store what is typed and not stored yet."""
        for row in self._rows.values():
            if isinstance(row, ExhibitRow):
                row.flush()

    def focus_first(self) -> None:
        button = self._photo if self._photo.isEnabled() and self._acts.may_ask else self._still
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _announce(self, state: PageState) -> None:
        for exhibit in state.exhibits:
            if exhibit.evidence_id not in self._known:
                self._known.add(exhibit.evidence_id)
                said = words.SAID_ARRIVED.format(reference=exhibit.reference, kind=kind_of(exhibit))
                announce(self, said)


def tab_state(state: PageState, listed: tuple[str, str]) -> tuple[str, str]:
    """State and words for the tab's glyph. listed: what the checklist says."""
    arrivals = still_shown(list(state.arrivals.values()), state.exhibits)
    live = sum(arrival.live for arrival in arrivals)
    if any(not arrival.live for arrival in arrivals):
        return "attention", words.REFUSED.lower()
    if live:
        return "under_way", words.ARRIVING_COUNT.format(count=live)
    flagged = sum(worst_flag(exhibit) is not None for exhibit in state.exhibits)
    if flagged:
        return "attention", words.FLAGGED_COUNT.format(count=flagged)
    return listed
