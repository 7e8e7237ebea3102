"""Evidence and Health: made, wired to their services, and told of what changes."""

from rvr_console.app.console import Console
from rvr_console.domain.access import Role, User
from rvr_console.ui.health.page import HealthPage
from rvr_console.ui.health.presenter import HealthPresenter, HealthServices
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.qt_bridge import QtBridge

HEALTH = "health"


class EvidencePages:
    """Health names no case, so every role has it; IT and auditors have nothing else."""

    def __init__(self, console: Console, bridge: QtBridge, window: MainWindow) -> None:
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
        window.page_shown.connect(self._page_shown)

    def set_user(self, user: User | None) -> None:
        self.health.set_user(user)

    def _page_shown(self, key: str) -> None:
        if key == HEALTH:
            self.health.refresh()
