"""The whole consultation page in its window: every tab, over real services, store, vault, packs and typesetter."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from evidence_rig import EvidenceRig  # isort: skip  # puts desk_parts on the path
from desk_parts import KEY, OLDEST, OneSecret, incident
from PySide6.QtCore import QEvent
from statement_rig import ShortDictionary, StatementRig

from rvr_console.app.form_packs import open_packs
from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain.access import Role
from rvr_console.domain.form import PackKind
from rvr_console.domain.incident import Flag
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.checklist import Checklist
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.consultations import Consultations
from rvr_console.services.form_checklist import kind_item, other_forms_item
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import OutgoingWords, Safeguarding, safeguarding_item
from rvr_console.services.statements import Statements, statement_line
from rvr_console.services.video_call import VideoCall
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import KekSealer
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.presenter import ConsultationPresenter, ConsultationServices
from rvr_console.ui.main_window import MainWindow, Page
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.risk.ports import FormServices
from rvr_console.ui.risk.sheet import FormSheet
from rvr_console.ui.safeguarding.presenter import SafeguardingPresenter
from rvr_console.ui.safeguarding.sheet import SafeguardingSheet
from rvr_console.ui.statement.presenter import StatementPresenter
from rvr_console.ui.statement.sheet import StatementSheet

ACCOUNT = (
    "I live alone at the above address.\n"
    "On Saturday 21 November 2026 I came home at about 13:10 and saw that the dorr was broken.\n"
    "I then walked round the house. Nothing else was damaged and nothing had been taken."
)


class FullCallRig(StatementRig):
    """The oldest incident is one of domestic abuse, so that every form is asked for."""

    def _build(self) -> None:
        EvidenceRig._build(self)  # the page that the statement's rig makes is not wanted
        self.page.deleteLater()
        world, policies = self.world, load_policies()
        checklist = Checklist(policies.closing)
        world.consultations = Consultations(world.desk, KekSealer(KEY), OneSecret(), checklist=checklist)
        flagged = incident(OLDEST, 5, flags=frozenset({Flag.DOMESTIC_ABUSE}), version=2)
        self.loop.run_until_complete(world.dispatch.refresh_from_cad([flagged]))
        self.bridge = QtBridge()
        world.sink.publish = self.bridge.publish
        self.calls = VideoCall(
            world.desk, world.consultations, world.recordings, self._make_far_end, self._spawn_worker,
            OutgoingWords(world.desk, policies.safeguarding),
        )  # fmt: skip
        self._make_papers(checklist, policies)
        self.services = ConsultationServices(
            world.dispatch, world.consultations, world.recordings, self.calls, world.cad_actions,
            world.clock, lambda: "https://video.northmoor.example", self._evidence(),
            ConsultationKinds(world.desk, checklist),
        )  # fmt: skip
        self.page = ConsultationPage()
        self.presenter = ConsultationPresenter(self.page, self.services, self.bridge, self.spawn)
        self._make_sheets()
        self.page.attach(self.presenter, [self.sheet, self.risk, self.safeguarding])
        self.window = MainWindow("Northmoor Constabulary", world.clock.now)
        self.window.add_page(Page("consultation", "My consultations", "video", frozenset(Role), self.page))

    def _make_papers(self, checklist, policies) -> None:
        desk = self.world.desk
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        packs, self.layouts = open_packs(
            None, AppPaths(folder, folder, folder), DurableDisk(), self.world.sink
        )
        self.forms = Forms(desk, packs, self.calls.recording_moment)
        self.statements = Statements(desk, StatementSetter(read_policy()))
        self.keeping_safe = Safeguarding(desk, policies.safeguarding)
        checklist.offer("risk", kind_item(self.forms.read_all, PackKind.RISK, "Risk"))
        checklist.offer_other("risk", other_forms_item(self.forms.read_all, "risk", "Risk"))
        checklist.offer("needs", kind_item(self.forms.read_all, PackKind.NEEDS, "Needs"))
        checklist.offer("safeguarding", safeguarding_item)
        checklist.offer("statement", statement_line)

    def _make_sheets(self) -> None:
        page = self.presenter
        self.papers = StatementPresenter(page, page.doing, self.statements, self.bridge, ShortDictionary())
        self.sheet = StatementSheet(self.papers)
        collar = lambda: self.world.session.require().collar  # noqa: E731
        self.risk = FormSheet(FormServices(self.forms, collar, self.layouts), page)
        self.safeguarding = SafeguardingSheet(SafeguardingPresenter(page, self.keeping_safe))

    # --- the story ---
    def show_window(self) -> None:
        self.window.set_user(self.world.session.require())
        self.window.resize(1440, 900)
        self.window.show()
        self.window.show_page("consultation")
        self.settle()

    def in_call(self) -> None:
        """The window shows a live, recorded call."""
        self.show_window()
        self.until("live")
        self.presenter.add_note("Door damaged")
        self.settle()

    def start_form(self) -> None:
        self.open("risk")
        self.click("Start form")

    def write_statement(self, text: str = ACCOUNT) -> None:
        self.open("statement")
        self.sheet._begin.click()
        self.settle()
        self.write(text)

    def bring_exhibits(self, count: int) -> None:
        for number in range(count):
            self.bring(f"{number:032x}", description=f"Photograph {number + 1} of the front door")

    def open(self, key: str) -> None:
        self.page.open_tab(key)
        self.settle()

    def fill_all_tabs(self, exhibits: int = 20) -> None:
        self.start_form()
        self.bring_exhibits(exhibits)
        self.write_statement()
        for key in ("evidence", "safeguarding", "notes", "link", "cad", "close", "safety", "risk"):
            self.open(key)

    def close(self) -> None:
        self.window.set_may_close(lambda: True)
        self.window.close()
        super().close()
        self.window.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
