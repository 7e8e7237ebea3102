"""The review page over real services, driven by names as a person reads them."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from review_rig import ReviewRig

from form_parts import FixedPacks  # isort: skip  # review_rig makes it importable
from rvr_console.app.statement_papers import StatementPapers
from rvr_console.demo.driver import find
from rvr_console.documents.signing_policy import load_signing_policy
from rvr_console.documents.statement_page import StatementSetter
from rvr_console.documents.statement_policy import read_policy
from rvr_console.domain.access import User
from rvr_console.packs.policy_files import load_policies
from rvr_console.services.forms import Forms
from rvr_console.services.safeguarding import Safeguarding
from rvr_console.services.signing import Signing
from rvr_console.services.signing_gates import SigningGates
from rvr_console.services.statements import Statements
from rvr_console.ui.qt_bridge import QtBridge
from rvr_console.ui.review.page import ReviewPage
from rvr_console.ui.review.presenter import ReviewPresenter, ReviewServices
from rvr_console.ui.review.reading import CasePapers


def case_papers(world) -> CasePapers:
    """The paperwork of this desk; nothing is signed by these, only read."""
    forms = Forms(world.desk, FixedPacks(), lambda _consultation_id: None)
    signing = Signing(world.desk, None, SigningGates(world.desk, load_signing_policy()), None)
    safeguarding = Safeguarding(world.desk, load_policies().safeguarding)
    statements = Statements(world.desk, StatementSetter(read_policy()))
    copies = StatementPapers(world.desk, statements, "TEST desk-07")
    return CasePapers(forms, statements, signing, safeguarding, copies)


class Screen:
    def __init__(self, rig: ReviewRig, bundles: object = None) -> None:
        world = rig.world
        self.rig, self.page = rig, ReviewPage()
        services = ReviewServices(
            world.recordings,
            world.review,
            world.consultations,
            world.cad_actions,
            rig.playback,
            bundles,
            case_papers(world),
            world.clock.now,
        )
        self.presenter = ReviewPresenter(self.page, services, rig.spawn)
        self.bridge = QtBridge()
        self.presenter.reading.follow(self.bridge)
        world.sink.publish = self.bridge.publish
        self.page.attach(self.presenter)
        self.page.resize(1344, 852)
        self.page.show()

    async def sign_in(self, user: User) -> None:
        self.rig.world.act_as(user)
        self.presenter.set_user(user)
        await self.rig.settle(lambda: bool(self.presenter.lines))

    async def wait(self, name: str) -> QWidget:
        await self.rig.settle(lambda: (found := find(name)) is not None and found.isEnabled())
        return find(name)

    async def click(self, name: str) -> None:
        QTest.mouseClick(await self.wait(name), Qt.MouseButton.LeftButton)
        await asyncio.sleep(0)

    async def write(self, name: str, text: str) -> QWidget:
        field = await self.wait(name)
        field.setFocus()
        QTest.keyClicks(field, text)
        return field

    async def open_case(self) -> None:
        await self.click("Open case")
        await self.wait("Purpose of viewing")

    async def open_recording(self, purpose: str = "Evidential review") -> None:
        await self.open_case()
        QTest.keyClick(await self.write("Purpose of viewing", purpose), Qt.Key.Key_Return)
        await self.wait("Play")
