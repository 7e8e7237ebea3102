"""The forms' tab on the consultation page, over real services and a real encrypted store."""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "services"))

from consultation_rig import Rig
from desk_parts import KEY, OneSecret, Sink
from form_parts import FixedPacks

from rvr_console.app.form_packs import open_packs
from rvr_console.domain.form import PackKind
from rvr_console.domain.record_layout import BlockLayout
from rvr_console.packs.pack_registry import PackRegistry
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.checklist import Checklist
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.consultations import Consultations
from rvr_console.services.form_checklist import kind_item, other_forms_item
from rvr_console.services.forms import Forms
from rvr_console.services.safety_wording import SafetyWords, plain_names
from rvr_console.system.app_paths import AppPaths
from rvr_console.system.durable_file import DurableDisk
from rvr_console.system.key_store import KekSealer
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.presenter import ConsultationPresenter
from rvr_console.ui.risk.ports import FormServices
from rvr_console.ui.risk.sheet import FormSheet

LAYOUTS = (
    BlockLayout("summary", "Risk summary", ("risk",), ("$title v$version", "GRADE: $grade", "Flags: $flags")),
    BlockLayout("answers", "Answers", (), (), "$number $label: $answer $comment"),
)


def bundled_packs(folder: Path, sink=None) -> PackRegistry:
    """The packs that come with the console; what is accepted is kept in the folder."""
    paths = AppPaths(folder, folder, folder)
    packs, _layouts = open_packs(None, paths, DurableDisk(), sink or Sink())
    return packs


class FormRig(Rig):
    kinds: ConsultationKinds | None = None

    def _build(self) -> None:
        super()._build()
        self.packs = self._make_packs()
        self.forms = Forms(self.world.desk, self.packs, self.calls.recording_moment)
        self.page.deleteLater()
        self.page = ConsultationPage()
        self.presenter = ConsultationPresenter(self.page, self.services, self.bridge, self.spawn)
        self.sheet = FormSheet(self._form_services(), self.presenter)
        self.page.attach(self.presenter, [self.sheet])

    def _make_packs(self):
        return FixedPacks()

    def _form_services(self) -> FormServices:
        return FormServices(
            self.forms,
            lambda: self.world.session.require().collar,
            LAYOUTS,
            needed=self.kinds.forms if self.kinds else None,
        )

    def finish(self) -> None:
        """Until everything that was asked for is done; nothing is painted meanwhile."""
        while busy := [task for task in self._tasks if not task.done()]:
            self.loop.run_until_complete(asyncio.wait(busy, timeout=5))

    def begin(self) -> None:
        """In the call with a risk form begun and the focus in its first item."""
        self.until("live")
        self.presenter.add_note("Door damaged")
        self.settle()
        self.page.open_tab("risk")
        self.click("Start form")

    @property
    def form(self):
        (opened,) = [o for o in self.run(self.forms.of_consultation(self.cid)) if o.pack.id == "dash"]
        return opened


class BundledRig(FormRig):
    """With the packs that come with the console."""

    def __init__(self, path: Path, qapp) -> None:
        self.folder = path
        super().__init__(path, qapp)

    def _make_packs(self):
        return bundled_packs(Path(tempfile.mkdtemp(dir=self.folder)), self.world.sink)


class PolicyRig(FormRig):
    """With the bundled policy: each kind of consultation has the forms that it needs."""

    safety_words: SafetyWords = staticmethod(plain_names)

    def _build(self) -> None:
        checklist = Checklist(load_policies().closing, self.safety_words)
        self.kinds = ConsultationKinds(self.world.desk, checklist)
        self.world.consultations = Consultations(
            self.world.desk, KekSealer(KEY), OneSecret(), checklist=checklist
        )
        super()._build()
        checklist.offer("risk", kind_item(self.forms.read_all, PackKind.RISK, "Risk"))
        checklist.offer_other("risk", other_forms_item(self.forms.read_all, "risk", "Risk"))
        checklist.offer("needs", kind_item(self.forms.read_all, PackKind.NEEDS, "Needs"))

    def _make_services(self):
        return replace(super()._make_services(), kinds=self.kinds)
