"""The Evidence page over a real store, vault and services; only the sandbox and the bundle's writer are stand-ins."""

import sys
import threading
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

import vault_rig
from desk_parts import DISCLOSURE, SERGEANT
from exhibit_parts import team_ring
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rvr_console.app.custody_writer import CustodyWriter
from rvr_console.app.exhibit_copy import ExhibitCopies
from rvr_console.demo.driver import find, names_shown
from rvr_console.domain.bundle import BundleMade, BundleProgress
from rvr_console.domain.consultation import LinkState
from rvr_console.domain.exhibit import Inspection, Look, Preview
from rvr_console.domain.film import FilmPicture, FilmStatus
from rvr_console.evidence.desk_identity import TestAuthority
from rvr_console.evidence.signature_check import desk_signature_holds
from rvr_console.services.bundles import Bundles
from rvr_console.services.checkpoints import Checkpoints
from rvr_console.services.custody_export import CustodyExports
from rvr_console.services.custody_lists import CustodyLists
from rvr_console.services.evidence_list import EvidenceList
from rvr_console.services.exhibit_views import ExhibitViews
from rvr_console.storage.checkpoint_mirror import CheckpointMirror
from rvr_console.system.durable_file import DurableDisk
from rvr_console.ui.evidence.page import EvidencePage
from rvr_console.ui.evidence.presenter import EvidencePageServices, EvidencePresenter
from rvr_console.ui.qt_bridge import QtBridge

JPEG = b"\xff\xd8\xff\xe0" + bytes(4_000) + b"\xff\xd9"
GPS = {
    "width": "4032",
    "height": "3024",
    "made_at": "2026:11:21 11:24:08",
    "camera": "Acme One",
    "latitude": "52.20533",
    "longitude": "0.12182",
    "exif.Software": "17.1",
}


class Sandbox:
    """Answers at once with a picture of one colour, or as told."""

    def __init__(self) -> None:
        self.looked: list[tuple[str, Look]] = []
        self.answer: Inspection | None = None
        self.films: list[Film] = []

    def play(self, _exhibit, _opened):
        self.films.append(Film())
        return self.films[-1]

    def warm(self) -> None:
        pass

    async def inspect(self, exhibit, look, watch=None):
        self.looked.append((exhibit.evidence_id, look))
        if self.answer is not None:
            return self.answer
        side = min(look.max_side, 300)
        preview = Preview(side, side * 2 // 3, bytes((60, 120, 170, 255)) * (side * (side * 2 // 3)))
        return Inspection("", dict(GPS), preview)


class Film:
    """Plays nothing; does what it is told at once."""

    def __init__(self) -> None:
        self.now = FilmStatus(length=125.0, opening=False, has_picture=True, has_sound=True)
        self.shown = FilmPicture(1, 0.0, 4, 4, bytes((60, 120, 170, 255)) * 16)
        self.closed = False

    def status(self):
        return self.now

    def picture(self, after):
        return self.shown if self.shown is not None and self.shown.sequence > after else None

    def play(self):
        self.now = replace(self.now, playing=True)

    def pause(self):
        self.now = replace(self.now, playing=False)

    def seek(self, seconds):
        self.now = replace(self.now, position=max(0.0, seconds))

    def step(self, pictures):
        self.now = replace(self.now, playing=False, position=self.now.position + pictures * 0.04)

    def close(self):
        self.closed = True


class Writer:
    """Writes no bundle, but says how far it is; while `held` it goes on saying so until it is stopped."""

    def __init__(self) -> None:
        self.orders = []
        self.held = False
        self._moment = threading.Event()

    def check_target(self, target, recipients) -> None:
        pass

    def make(self, order, tell, stopped):
        self.orders.append(order)
        tell(BundleProgress(0.61, "AB/1: 131 of 214 MB"))
        while self.held:
            if stopped():
                return None
            tell(BundleProgress(0.61, "AB/1: 131 of 214 MB"))
            self._moment.wait(0.01)
        return BundleMade(order.target, "ab" * 32, 9, 1_234_000)


class Screen:
    def __init__(self, rig, qapp, folder: Path) -> None:
        self.rig, self.app, self.folder, self.tasks = rig, qapp, folder, []
        self.bridge, self.sandbox, self.writer = QtBridge(), Sandbox(), Writer()
        world, files = rig.world, rig.exhibits
        world.sink.publish = self.bridge.publish
        copies = ExhibitCopies(files.vault, team_ring(), folder / "own")
        self.views = ExhibitViews(world.desk, files.exhibits, self.sandbox, copies)

        async def nothing(*_asked):
            return []

        self.bundles = Bundles(world.desk, self.writer, nothing, nothing)
        identity = TestAuthority.create("Test Force", world.clock.now()).enrol_desk("D1", world.clock.now())
        mirror = CheckpointMirror(folder / "mirror" / "desk.jsonl", DurableDisk())
        exports = CustodyExports(world.desk, Checkpoints(world.desk, identity, desk_signature_holds, mirror))
        self.lists = CustodyLists(world.desk, exports, CustodyWriter(folder / "own"))
        services = EvidencePageServices(
            EvidenceList(world.desk), files.exhibits, self.views, world.custody, self.bundles, self.lists
        )
        self.page = EvidencePage(world.clock.now)
        self.presenter = EvidencePresenter(self.page, services, self.bridge, self.tasks.append)
        self.page.attach(self.presenter)
        self.page.resize(1344, 852)
        self.page.show()

    async def settle(self) -> None:
        self.app.processEvents()
        while self.tasks:
            await self.tasks.pop(0)
            self.app.processEvents()
            self.page.list.table.viewport().grab()
            self.app.processEvents()

    async def sign_in(self, user) -> None:
        self.rig.world.act_as(user)
        self.presenter.set_user(user)
        await self.settle()

    async def bring(self, upload: str = "a1", data: bytes = JPEG, **changes):
        facts = self.rig.exhibits.facts(self.rig.consultation, upload, size=len(data), **changes)
        exhibit = await self.rig.exhibits.bring(facts, data)
        await self.views.inspect_new(exhibit)
        await self.settle()
        return exhibit

    async def assign(self) -> None:
        """The call ends and the case is given to disclosure."""
        world, case = self.rig.world, self.rig.consultation
        await world.consultations.send_link(case)
        for state in (LinkState.WAITING, LinkState.LIVE):
            await world.consultations.link_state(case, state)
        await world.consultations.end(case)
        world.act_as(SERGEANT)
        await self.bundles.assign(case, DISCLOSURE.collar)

    async def click(self, name: str) -> None:
        widget = find(name)
        assert widget is not None, f"no “{name}” among {names_shown()}"
        assert widget.isEnabled(), f"“{name}” is off"
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        await self.settle()

    def write(self, name: str, text: str):
        field = find(name)
        assert field is not None, f"no “{name}” among {names_shown()}"
        field.setFocus()
        QTest.keyClicks(field, text)
        return field

    async def close(self) -> None:
        self.page.close()
        for work in self.tasks:
            work.close()
        self.rig.close()
        self.page.deleteLater()


async def make_screen(folder: Path, qapp) -> Screen:
    return Screen(await vault_rig.begin(folder), qapp, folder)
