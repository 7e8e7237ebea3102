"""The consultation page with its Safeguarding tab, under the policy that comes with the program."""

from consultation_rig import Rig
from desk_parts import KEY, OLDEST, OneSecret, incident

from rvr_console.domain.incident import Flag
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.checklist import Checklist
from rvr_console.services.consultation_kinds import ConsultationKinds
from rvr_console.services.consultations import Consultations
from rvr_console.services.safeguarding import OutgoingWords, Safeguarding, safeguarding_item
from rvr_console.services.video_call import VideoCall
from rvr_console.system.key_store import KekSealer
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.presenter import ConsultationPresenter, ConsultationServices
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.safeguarding.presenter import SafeguardingPresenter
from rvr_console.ui.safeguarding.sheet import SafeguardingSheet


class SafeguardingRig(Rig):
    """The oldest incident is one of domestic abuse."""

    def _build(self) -> None:
        world, policies = self.world, load_policies()
        checklist = Checklist(policies.closing)
        checklist.offer("safeguarding", safeguarding_item)
        world.consultations = Consultations(world.desk, KekSealer(KEY), OneSecret(), checklist=checklist)
        self.loop.run_until_complete(
            world.dispatch.refresh_from_cad(
                [incident(OLDEST, 5, flags=frozenset({Flag.DOMESTIC_ABUSE}), version=2)]
            )
        )
        self.safeguarding = Safeguarding(world.desk, policies.safeguarding)
        self.bridge = QtBridge()
        world.sink.publish = self.bridge.publish
        self.calls = VideoCall(
            world.desk, world.consultations, world.recordings, self._make_far_end, self._spawn_worker,
            OutgoingWords(world.desk, policies.safeguarding),
        )  # fmt: skip
        self.services = ConsultationServices(
            world.dispatch, world.consultations, world.recordings, self.calls, world.cad_actions,
            world.clock, lambda: "https://video.northmoor.example", None,
            ConsultationKinds(world.desk, checklist),
        )  # fmt: skip
        self.page = ConsultationPage()
        self.presenter = ConsultationPresenter(self.page, self.services, self.bridge, self.spawn)
        self.sheet = SafeguardingSheet(SafeguardingPresenter(self.presenter, self.safeguarding))
        self.page.attach(self.presenter, [self.sheet])
