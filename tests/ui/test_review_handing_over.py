"""A case given to disclosure and its court bundle asked for: buttons by role, purpose and folder, progress, cancel, what is said."""

import sys
import threading
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1]))

from review_rig import ReviewRig
from review_screen import Screen

from desk_parts import DISCLOSURE, OFFICER, SERGEANT  # isort: skip  # review_rig makes it importable
from rvr_console.demo.driver import find, text_shown
from rvr_console.domain.bundle import BundleMade, BundleProgress
from rvr_console.domain.custody import CustodyAct
from rvr_console.errors import StorageError
from rvr_console.services.bundles import Bundles
from rvr_console.ui.theme import apply_theme


class HeldMaker:
    """Stands still until let go, so that progress, cancel and failure can be seen; the bundle itself is made in other tests."""

    def __init__(self) -> None:
        self.orders, self.go, self.fail = [], threading.Event(), None
        self.notes = ()
        self.until_stopped = False  # goes on until the cancel has come through

    def check_target(self, target, recipients) -> None:
        pass

    def make(self, order, tell, stopped):
        self.orders.append(order)
        tell(BundleProgress(0.25, "1 of 4 files"))
        assert self.go.wait(20)
        tell(BundleProgress(0.5, "2 of 4 files"))
        moment = threading.Event()
        while self.until_stopped and not stopped():
            tell(BundleProgress(0.5, "2 of 4 files"))
            moment.wait(0.01)
        if self.fail is not None:
            raise self.fail
        return None if stopped() else BundleMade(order.target, "ab" * 32, 12, 3456, self.notes)


@pytest.fixture
async def screen(tmp_path, recorded, qapp):
    async def nothing(*_args) -> list:
        return []

    apply_theme(qapp, dark=False)
    rig = ReviewRig(tmp_path, recorded)
    rig.consultation = await rig.fill()
    rig.each_turn = qapp.processEvents
    maker = HeldMaker()
    made = Screen(rig, Bundles(rig.world.desk, maker, nothing, nothing))
    made.maker, made.stick = maker, tmp_path / "stick"
    made.stick.mkdir()
    yield made
    maker.go.set()
    made.presenter.set_user(None)
    made.page.hide()
    await rig.end()
    made.page.deleteLater()


async def given(screen: Screen) -> None:
    await screen.sign_in(SERGEANT)
    await screen.open_case()
    await screen.click("Give to disclosure")
    await screen.click("Give the case")
    await screen.rig.settle(lambda: text_shown("has this case now."))


async def asked(screen: Screen) -> None:
    await given(screen)
    await screen.sign_in(DISCLOSURE)
    await screen.open_case()
    await screen.click("Make court bundle")
    await screen.click("Start making")
    assert "Write what the bundle is for" in find("Purpose of the bundle").accessibleName()
    await screen.write("Purpose of the bundle", "Case file for the prosecutor")
    await screen.write("Folder for the bundle", str(screen.stick))
    await screen.click("Start making")
    await screen.wait("Cancel, Making the bundle")


async def test_given_by_the_sergeant_and_made_by_disclosure(screen):
    await asked(screen)
    assert not find("Make court bundle").isEnabled()
    screen.maker.go.set()
    await screen.rig.settle(lambda: not screen.presenter.state.bundling)
    (order,) = screen.maker.orders
    assert order.target.parent == screen.stick
    assert order.target.name == "155-of-21-11-2026_bundle"
    assert order.purpose == "Case file for the prosecutor"
    assert text_shown("The bundle is made.")
    (entry,) = await screen.rig.world.logged(CustodyAct.CASE_ASSIGNED)
    assert (entry.actor, entry.details["to"]) == (SERGEANT.collar, DISCLOSURE.collar)
    assert len(await screen.rig.world.logged(CustodyAct.BUNDLE_MADE)) == 1


async def test_a_second_one_stands_beside_the_first_and_what_is_wrong_stays_on_the_screen(screen):
    (screen.stick / "155-of-21-11-2026_bundle").mkdir()
    screen.maker.notes = ("Recording 1f0c is damaged: it was cut.",)
    await asked(screen)
    screen.maker.go.set()
    await screen.rig.settle(lambda: not screen.presenter.state.bundling)
    (order,) = screen.maker.orders
    assert order.target.name == "155-of-21-11-2026_bundle-2"
    assert text_shown("Not everything in it is as it should be.")
    assert text_shown("Recording 1f0c is damaged: it was cut.")


async def test_cancelled_is_told(screen):
    await asked(screen)
    screen.maker.until_stopped = True
    await screen.click("Cancel, Making the bundle")
    screen.maker.go.set()
    await screen.rig.settle(lambda: not screen.presenter.state.bundling)
    assert text_shown("Making the bundle was cancelled.")
    assert await screen.rig.world.logged(CustodyAct.BUNDLE_MADE) == []


async def test_a_full_stick_is_told(screen):
    screen.maker.fail = StorageError("The stick is full.", kept="Nothing is left on it.", todo="Use another.")
    await asked(screen)
    screen.maker.go.set()
    await screen.rig.settle(lambda: not screen.presenter.state.bundling)
    assert text_shown("The stick is full.")
    assert find("Make court bundle").isEnabled()


@pytest.mark.parametrize(("user", "bundle", "give"), [(OFFICER, False, False), (SERGEANT, False, True)])
async def test_buttons_by_role(screen, user, bundle, give):
    await screen.sign_in(user)
    await screen.open_case()
    assert (find("Make court bundle") is not None, find("Give to disclosure") is not None) == (bundle, give)
