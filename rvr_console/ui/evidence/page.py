"""The Evidence page: the list left, the one that is looked at right. Implements the presenter's view."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from rvr_console.ui.evidence import words
from rvr_console.ui.evidence.detail import DetailPane
from rvr_console.ui.evidence.list_pane import ListPane
from rvr_console.ui.evidence.presenter import EvidencePresenter
from rvr_console.ui.evidence.rows import reference_of, several
from rvr_console.ui.evidence.state import EvidenceState, Stage
from rvr_console.ui.parts import Parts, all_at_once
from rvr_console.ui.theme import Height
from rvr_console.ui.widgets.banner import Banner, BannerStack
from rvr_console.ui.widgets.field import Field
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.save_pane import SavePane
from rvr_console.ui.widgets.tag import Tone


class EvidencePage(QWidget):
    """Call attach with the presenter once both exist."""

    recording_wanted = Signal(str)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setAccessibleName(words.PAGE)
        self._now = now
        self._state = EvidenceState()
        self._presenter: EvidencePresenter | None = None
        self._copying = self._listing = False

    def attach(self, presenter: EvidencePresenter) -> None:
        """Build the parts; called once."""
        all_at_once(self.attach_in_parts(presenter))

    def attach_in_parts(self, presenter: EvidencePresenter) -> Parts:
        """The same, one part a step. Nothing is shown on the page before the last."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(words.PAGE)
        self.header.slot.acted.connect(self._act)
        self.banners = BannerStack()
        self._recipients = QLineEdit()
        self._recipients.setFixedHeight(Height.CONTROL)
        self._recipients.setMaxLength(4000)
        extra = Field(words.RECIPIENTS, self._recipients, words.RECIPIENTS_HINT)
        self._bundle = SavePane(words.BUNDLE_FORM, presenter.handing.cancel, extra)
        self._bundle.start_wanted.connect(self._start_bundle)
        self._copy = SavePane(words.COPY_FORM, presenter.handing.cancel_copy)
        self._copy.start_wanted.connect(presenter.save_copy)
        self._list = SavePane(words.LIST_FORM, lambda: None)
        self._list.start_wanted.connect(presenter.save_list)
        for part in (self.header, self.banners, self._bundle, self._copy, self._list):
            column.addWidget(part)
        yield
        self._make_detail(presenter)
        yield
        column.addWidget(self._make_split(presenter), 1)
        self._presenter = presenter
        self.show_state(self._state)

    def _make_detail(self, presenter: EvidencePresenter) -> None:
        self.detail = DetailPane(presenter)
        self.detail.copy_wanted.connect(self._open_copy)
        self.detail.list_wanted.connect(self._open_list)
        self.detail.scope_wanted.connect(lambda whole: presenter.show_custody(whole_incident=whole))
        self.detail.marked.connect(presenter.mark_distressing)
        self.detail.recording_wanted.connect(self.recording_wanted)

    def _make_split(self, presenter: EvidencePresenter) -> QSplitter:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        self.list = ListPane(presenter, self._now)
        self.list.opened.connect(self._act_open)
        self.detail.look.larger.connect(lambda large: self.list.setVisible(not large))
        split.addWidget(self.list)
        split.addWidget(self.detail)
        split.setSizes([840, 504])
        split.setStretchFactor(0, 1)
        return split

    # --- View ---
    def show_state(self, state: EvidenceState) -> None:
        self._state = state
        self.list.show_state(state)
        recordings = sum(item.recording is not None for item in state.items)
        inline = words.COUNT.format(
            exhibits=several(len(state.items) - recordings, words.EXHIBIT_WORD),
            recordings=several(recordings, words.RECORDING_WORD),
        )
        self.header.set_heading(words.PAGE, inline=inline if state.items else "")
        self.detail.set_names(state.items)
        self.detail.show_chosen(state.chosen, copying=state.copying)
        self._bundle.set_working(state.bundling)
        if self._copying and not state.copying:
            self._copy.forget()
        if self._listing and not state.listing:
            self._list.forget()
        self._copying, self._listing = state.copying, state.listing
        self._list.set_working(state.listing)
        self._copy.set_working(state.copying)
        self._show_slot()

    def show_copy_progress(self, part: float, said: str) -> None:
        self._copy.set_progress(part, said)

    def show_bundle_progress(self, part: float, said: str) -> None:
        self._bundle.set_progress(part, said)

    def show_done(self, fact: str, advice: str = "", *, well: bool = True) -> None:
        if well:
            self.banners.toast(fact, advice)
        else:
            self._put(Tone.WARN, fact, advice)

    def show_fault(self, what: str, advice: str) -> None:
        self._put(Tone.DANGER, what, advice)

    def _put(self, tone: Tone, fact: str, advice: str) -> None:
        banner = self.banners.put("fault", Banner(tone, fact, advice, "Dismiss"))
        banner.acted.connect(lambda: self.banners.clear("fault"))

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        if self._presenter is not None:
            self.detail.set_compact(compact)

    # --- inside ---
    def _show_slot(self) -> None:
        chosen, slot = self._state.chosen, self.header.slot
        bundle = chosen is not None and chosen.item.may_bundle
        self.header.set_why(chosen.item.incident.reference if chosen is not None and bundle else "")
        if self._state.bundling:
            if not slot.pending:
                slot.set_pending(words.BUNDLE_FORM.working)
        elif bundle:
            slot.set_action(words.BUNDLE)
        elif chosen is None or chosen.item.exhibit is None:
            slot.set_action(
                words.OPEN_RECORDING if chosen is not None else words.OPEN, "" if chosen else words.OPEN_OFF
            )
        else:
            closed = chosen.stage is Stage.CLOSED
            reference = reference_of(chosen.item)
            word = words.OPEN_SLOT if closed else words.OPENED
            slot.set_action(word.format(reference=reference), "" if closed else words.OPENED_WHY)

    def _act(self) -> None:
        chosen = self._state.chosen
        if chosen is None:
            return
        if chosen.item.may_bundle:
            self._open(self._bundle)
        else:
            self._act_open()

    def _act_open(self) -> None:
        chosen = self._state.chosen
        if chosen is None:
            return
        if chosen.item.exhibit is None:
            self.recording_wanted.emit(chosen.item.consultation.id)
        elif chosen.stage is Stage.CLOSED:
            self.detail.look.confirm()

    def _open_copy(self) -> None:
        self._open(self._copy, self._state.chosen.purpose if self._state.chosen is not None else "")

    def _open_list(self) -> None:
        self._open(self._list)

    def _open(self, pane: SavePane, purpose: str = "") -> None:
        """One form at a time; what is being written stays in sight."""
        working = {self._bundle: self._state.bundling, self._copy: self._state.copying}
        for other in (self._bundle, self._copy, self._list):
            if other is not pane and not working.get(other, self._state.listing):
                other.hide()
        pane.open(purpose)

    def _start_bundle(self, purpose: str, folder: str) -> None:
        if self._presenter is not None:
            self._presenter.make_bundle(purpose, folder, self._recipients.text())
