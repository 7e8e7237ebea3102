"""Evidence and Health: made, wired to their services, and told of what changes."""

from collections.abc import Callable

from rvr_console.app.console import Console
from rvr_console.domain.access import Role, User
from rvr_console.ui.evidence.page import EvidencePage
from rvr_console.ui.evidence.presenter import EvidencePageServices, EvidencePresenter
from rvr_console.ui.health.page import HealthPage
from rvr_console.ui.health.presenter import HealthPresenter, HealthServices
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.parts import Parts
from rvr_console.ui.qt_bridge import QtBridge

EVIDENCE, HEALTH = "evidence", "health"
VIEW_ROLES = frozenset({Role.OFFICER, Role.SERGEANT, Role.DISCLOSURE})


class EvidencePages:
    """Call make_in_parts to its end first. Health names no case, so every role has it; IT and auditors have nothing else."""

    def __init__(
        self,
        console: Console,
        bridge: QtBridge,
        window: MainWindow,
        open_recording: Callable[[str], None],
    ) -> None:
        """open_recording: brings up the page where the recording of this consultation is played."""
        self._console, self._bridge, self._window = console, bridge, window
        self._open_recording = open_recording

    def make_in_parts(self) -> Parts:
        """Each page is in the window as soon as it is whole."""
        console = self._console
        self.evidence_page = EvidencePage(console.clock.now)
        services = EvidencePageServices(
            console.evidence_list,
            console.exhibits,
            console.exhibit_views,
            console.custody,
            console.bundles,
            console.custody_lists,
        )
        self.evidence = EvidencePresenter(self.evidence_page, services, self._bridge, console.tasks.spawn)
        yield from self.evidence_page.attach_in_parts(self.evidence)
        self.evidence_page.recording_wanted.connect(self._open_recording)
        self._window.add_page(Page(EVIDENCE, "Evidence", "archive", VIEW_ROLES, self.evidence_page))
        yield
        self._make_health(console, self._bridge, self._window)
        self._window.page_shown.connect(self._page_shown)

    def _make_health(self, console: Console, bridge: QtBridge, window: MainWindow) -> None:
        self.health_page = HealthPage()
        watch = console.vault_watch
        self.health = HealthPresenter(
            self.health_page,
            HealthServices(console.custody, watch.checks, watch.health),
            bridge,
            console.tasks.spawn,
        )
        self.health_page.verify_wanted.connect(self.health.verify)
        self.health_page.cancel_wanted.connect(self.health.cancel)
        self.health_page.to_look_at_changed.connect(lambda count: window.rail.set_badge(HEALTH, count))
        window.add_page(Page(HEALTH, "Health", "activity", frozenset(Role), self.health_page))

    def set_user(self, user: User | None) -> None:
        self.evidence.set_user(user)
        self.health.set_user(user)

    def show_exhibit(self, evidence_id: str) -> None:
        self._window.show_page(EVIDENCE)
        self.evidence.show_exhibit(evidence_id)

    def _page_shown(self, key: str) -> None:
        if key == HEALTH:
            self.health.refresh()
        elif key == EVIDENCE:
            self.evidence.refresh()
