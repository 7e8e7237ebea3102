"""My consultations: what is listed, how it opens, and that nobody else's is there."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "services"))

from desk_parts import MIDDLE, OFFICER, OTHER, SERGEANT, DeskWorld

from rvr_console.demo.driver import find
from rvr_console.ui.my_consultations.page import MyConsultationsPage
from rvr_console.ui.my_consultations.presenter import MyConsultationsPresenter
from rvr_console.ui.my_consultations.stack import ConsultationStack
from rvr_console.ui.theme import apply_theme
from rvr_console.ui.widgets.plain_table import cell_words


class Screen:
    def __init__(self, world: DeskWorld) -> None:
        self.world, self.page, self.tasks = world, MyConsultationsPage(), set()
        self.presenter = MyConsultationsPresenter(
            self.page,
            (world.consultations, world.dispatch, world.recordings),
            self._spawn,
            world.clock.now,
        )
        self.page.resize(1344, 852)
        self.page.show()

    def _spawn(self, work) -> None:
        self.tasks.add(asyncio.ensure_future(work))

    async def sign_in(self, user) -> None:
        self.world.act_as(user)
        self.presenter.set_user(user)
        await asyncio.gather(*self.tasks)

    def rows(self) -> list[list[str]]:
        return [[cell_words(cell) for cell in row.cells] for row in self.page.table.rows.rows]


@pytest.fixture
async def screen(tmp_path, dressed, qtbot):
    world = DeskWorld(tmp_path / "console.db")
    await world.fill()
    made = Screen(world)
    qtbot.addWidget(made.page)
    yield made
    world.store.close()


async def test_own_only_newest_first_with_states(screen):
    await screen.world.submitted(OFFICER)
    screen.world.clock.forward(minutes=5)
    screen.world.act_as(OFFICER)
    newer = await screen.world.dispatch.take(MIDDLE)
    await screen.world.consultations.send_link(newer.id)
    await screen.sign_in(OFFICER)
    assert screen.rows() == [
        [MIDDLE, "Hannah Cole, Damage to front door", screen.rows()[0][2], "Open", "Link sent", "Not recorded"],
        [
            "155 of 21/11/2026", "Hannah Cole, Damage to front door", screen.rows()[1][2],
            "Submitted for review", "Closed for ever", "Sealed and closed",
        ],
    ]  # fmt: skip
    await screen.sign_in(OTHER)
    assert screen.rows() == []
    assert find(
        "No consultations yet. Take the next incident from the queue; it appears here and stays here."
    )


async def test_enter_click_and_the_slot_open(screen, qtbot):
    consultation = await screen.world.submitted(OFFICER)
    await screen.sign_in(OFFICER)
    opened = []
    screen.page.open_wanted.connect(opened.append)
    QTest.keyClick(screen.page.table, Qt.Key.Key_Return)
    row = screen.page.table.visualRect(screen.page.table.rows.index(0, 1)).center()
    QTest.mouseClick(screen.page.table.viewport(), Qt.MouseButton.LeftButton, pos=row)
    find("Open consultation, Ctrl+Enter").click()
    assert opened == [consultation.id] * 3


async def test_nothing_chosen_nothing_to_open(screen):
    await screen.sign_in(SERGEANT)
    assert find("Open consultation, off, choose one") is not None


async def test_signing_out_forgets_the_list(screen):
    await screen.world.submitted(OFFICER)
    await screen.sign_in(OFFICER)
    assert screen.rows()
    screen.presenter.set_user(None)
    assert screen.rows() == []


async def test_stack_shows_list_or_case(screen, qtbot):
    case = QWidget()
    stack = ConsultationStack(screen.page, case)
    qtbot.addWidget(stack)
    assert not stack.at_case
    stack.show_case()
    assert stack.at_case
    stack.show_list()
    assert stack.currentWidget() is screen.page
    stack.set_compact(True)
    screen.page.setParent(None)  # the fixture's own again


async def test_every_control_has_a_name(screen, unnamed):
    await screen.sign_in(OFFICER)
    assert unnamed(screen.page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_picture(screen, qapp, tmp_path, dark):
    apply_theme(qapp, dark=dark)
    await screen.world.submitted(OFFICER)
    await screen.sign_in(OFFICER)
    qapp.processEvents()
    out = Path(os.environ.get("REVIEW_PICTURES", tmp_path))
    assert screen.page.grab().save(str(out / f"mine-{'dark' if dark else 'light'}.png"))
    apply_theme(qapp, dark=False)
