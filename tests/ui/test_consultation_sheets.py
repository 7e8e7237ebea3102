"""A sheet of paperwork beside the call: its tab, its line in "Still to do", the action slot."""

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

sys.path.insert(0, str(Path(__file__).parent))

from consultation_rig import Rig

from rvr_console.services.values import CheckState
from rvr_console.ui.consultation.page import ConsultationPage
from rvr_console.ui.consultation.state import Standing

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


class PaperSheet:
    key, label, todos = "risk", "Risk", ("risk", "needs")

    def __init__(self) -> None:
        self.widget = QLineEdit()
        self.did: list[tuple] = []

    def show_state(self, state) -> None:
        self.did.append(("show", state.consultation.id))

    def open(self, todo="") -> None:
        self.did.append(("open", todo))
        self.widget.setFocus()

    def leave(self) -> None:
        self.did.append(("leave",))

    def set_compact(self, compact) -> None:
        self.did.append(("compact", compact))


class SheetRig(Rig):
    def _build(self) -> None:
        super()._build()
        self.paper = PaperSheet()
        self.page.deleteLater()
        self.page = ConsultationPage()
        self.presenter = type(self.presenter)(self.page, self.services, self.bridge, self.spawn)
        self.page.attach(self.presenter, [self.paper])


@pytest.fixture
def rig(tmp_path, qapp):
    made = SheetRig(tmp_path, qapp)
    made.page.resize(1344, 850)
    made.page.show()
    yield made
    made.close()


def test_a_sheet_has_its_tab_its_line_and_the_slot(rig):
    rig.until("live")
    rig.presenter.add_note("Seen and heard")
    rig.settle()
    rig.presenter.set_standing(
        "risk", Standing(CheckState.UNDER_WAY, "6 of 27 answered", "Next: risk, item 7")
    )
    tabs = rig.page.right._tabs
    assert [tabs.tabText(place) for place in range(tabs.count())] == [
        "Safety", "Link", "Notes", "Risk", "Evidence", "CAD log", "Close",
    ]  # fmt: skip
    assert "6 of 27 answered" in tabs.accessibleTabName(3)
    assert rig.named("Next: risk, item 7").isEnabled()
    rig.presenter.next()
    assert rig.paper.did[-1] == ("open", "")
    assert rig.paper.widget.isVisible()
    rig.click("Still to do, Needs")
    assert rig.paper.did[-1] == ("open", "needs")


def test_a_sheet_is_left_before_another_consultation_comes(rig):
    rig.take()
    rig.paper.did.clear()
    rig.page.set_compact(True)
    rig.page.leave()
    assert ("compact", True) in rig.paper.did
    assert rig.paper.did[-1] == ("leave",)
