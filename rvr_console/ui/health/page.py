"""The Health page: services, custody log, evidence store. Implements the presenter's view."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from rvr_console.ui.health import standing, words
from rvr_console.ui.health.section import Section
from rvr_console.ui.health.state import HealthState
from rvr_console.ui.theme import Size, Space
from rvr_console.ui.widgets.banner import Banner, BannerStack
from rvr_console.ui.widgets.page_header import PageHeader
from rvr_console.ui.widgets.progress_row import ProgressRow
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane


class HealthPage(QWidget):
    """verify_wanted, cancel_wanted: the person pressed it. to_look_at_changed(count): for the rail's badge."""

    verify_wanted = Signal()
    cancel_wanted = Signal()
    to_look_at_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(words.PAGE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = PageHeader(words.PAGE)
        self.header.slot.set_action(words.VERIFY)
        self.header.slot.acted.connect(self.verify_wanted)
        column.addWidget(self.header)
        self.banners = BannerStack()
        column.addWidget(self.banners)
        column.addWidget(self._make_body(), 1)

    def _make_body(self) -> QWidget:
        self._services, self._log = Section(words.SERVICES), Section(words.LOG)
        self._vault = Section(words.VAULT)
        self._progress = ProgressRow(words.CANCEL_VAULT)
        self._progress.cancelled.connect(self.cancel_wanted)
        self._progress.hide()
        self._vault.add(self._progress)
        body = plane("ground")
        row = QHBoxLayout(body)
        row.setContentsMargins(Space.PAGE, Space.M, Space.PAGE, Space.PAGE)
        row.setSpacing(Space.M)
        left, right = QVBoxLayout(), QVBoxLayout()
        for half, sections in ((left, (self._log,)), (right, (self._vault, self._services))):
            half.setSpacing(Space.M)
            for section in sections:
                half.addWidget(section)
            row.addLayout(half, 1)
        left.addWidget(Text(words.NO_CASES, Size.LABEL, ink="ink2", wrap=True))
        left.addStretch(1)
        right.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(words.PAGE)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setProperty("pane", True)
        scroll.setWidget(body)
        return scroll

    # --- View ---
    def show_state(self, state: HealthState) -> None:
        self.header.set_heading(words.PAGE, tags=[standing.overall(state)])
        if state.busy:
            if not self.header.slot.pending:
                self.header.slot.set_pending(words.VERIFYING)
        elif self.header.slot.pending:
            self.header.slot.set_action(words.VERIFY)
        self._services.show_standing(standing.services_tag(state), standing.service_facts(state))
        self._log.show_standing(
            standing.log_tag(state),
            standing.log_facts(state.custody),
            standing.log_found(state.custody),
            words.LOG_KEPT,
        )
        self._vault.show_standing(
            standing.vault_tag(state),
            standing.vault_facts(state),
            standing.vault_found(state),
            words.VAULT_KEPT,
        )
        self._progress.setVisible(state.progress is not None)
        if state.progress is not None:
            self._progress.set_progress(*standing.progress_of(state.progress))
        self.to_look_at_changed.emit(state.to_look_at)

    def show_done(self, fact: str, advice: str = "", *, well: bool = True) -> None:
        if well:
            self.banners.clear("found")
            self.banners.toast(fact, advice)
        else:
            self.banners.put("found", Banner(Tone.DANGER, fact, advice))

    def show_fault(self, what: str, advice: str) -> None:
        banner = self.banners.put("fault", Banner(Tone.DANGER, what, advice, "Dismiss"))
        banner.acted.connect(lambda: self.banners.clear("fault"))
