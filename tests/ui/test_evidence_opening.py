"""Evidence: while a large file is checked its progress is shown, it can be cancelled, and a film that plays meanwhile says so."""

import asyncio
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

sys.path.append(str(Path(__file__).resolve().parent))

from evidence_page_rig import Sandbox, make_screen

from desk_parts import OFFICER  # isort: skip  # the rig makes it importable
from rvr_console.demo.driver import find, text_shown
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.file_check import CheckStoppedError
from rvr_console.domain.film import FilmStatus
from rvr_console.ui.theme import apply_theme

pytestmark = pytest.mark.usefixtures("no_stray_widgets")


class Slow(Sandbox):
    """Checks a file as far as the test says, and goes on when it is told to or stopped."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.go, self.free = asyncio.Event(), asyncio.Event(), False

    async def inspect(self, exhibit, look, watch=None):
        if watch is not None and not self.free:
            watch.part, stop = 0.43, watch.stop
            watch.stop = lambda: (stop(), self.go.set())
            self.began.set()
            await self.go.wait()
            if watch.stopped:
                raise CheckStoppedError
            watch.part = 1.0
        return await super().inspect(exhibit, look)


@pytest.fixture
async def screen(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    made = await make_screen(tmp_path, qapp)
    made.sandbox = made.views._inspector = Slow()
    yield made
    await made.close()


async def opening(screen):
    exhibit = await screen.bring()
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    task = asyncio.ensure_future(screen.tasks.pop(0))
    await screen.sandbox.began.wait()
    screen.page.detail.look.opening.take()
    return exhibit, task


async def finished(screen, task) -> None:
    await task
    await screen.settle()


async def checks(screen, exhibit):
    found = await screen.rig.world.logged(CustodyAct.EXHIBIT_VERIFIED)
    return [one.details["status"] for one in found if one.subject == exhibit.evidence_id]


async def test_the_check_of_the_file_is_shown_in_real_numbers_and_then_the_picture(screen):
    exhibit, task = await opening(screen)
    assert text_shown("Checking the whole file before it is shown")
    assert text_shown("43% of 4 kB")
    screen.sandbox.go.set()
    await finished(screen, task)
    assert screen.page.detail.look.picture.picture_size().isValid()
    assert await checks(screen, exhibit) == ["intact"]


async def test_cancelled_it_shows_nothing_says_so_in_the_log_and_opens_again(screen):
    exhibit, task = await opening(screen)
    QTest.mouseClick(find("Cancel opening"), Qt.MouseButton.LeftButton)
    await finished(screen, task)
    assert find("Purpose of opening") is not None
    assert not screen.page.detail.look.picture.picture_size().isValid()
    assert await checks(screen, exhibit) == ["stopped"]
    assert any(line.act == "Check stopped" for line in screen.page.detail.custody.lines)
    screen.sandbox.free = True
    screen.presenter.open("Statement")
    await screen.settle()
    assert screen.page.detail.look.picture.picture_size().isValid()


async def test_another_one_chosen_meanwhile_stops_it(screen):
    exhibit, task = await opening(screen)
    screen.presenter.choose("")
    await finished(screen, task)
    assert await checks(screen, exhibit) == ["stopped"]


async def test_a_film_says_how_far_its_file_is_checked_while_it_plays(screen):
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(3000)
    await screen.bring("b1", data=film, untrusted_type="video/mp4")
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    film, pane = screen.sandbox.films[-1], screen.page.detail.look.film
    words = lambda: [chip.word for chip in pane.picture._chips]  # noqa: E731
    assert words() == [], "of a small file nothing is said"
    film.now = FilmStatus(length=125.0, opening=False, has_picture=True, checked=0.429)
    pane.take()
    assert words() == ["File checked: 42%"]
    film.now = FilmStatus(length=125.0, opening=False, has_picture=True, checked=1.0)
    pane.take()
    assert words() == ["Whole file checked, it holds"]
    film.shown, film.now = None, FilmStatus(opening=True, checked=0.1)
    pane.show_film(None, "")
    pane.show_film(film, "HC/1")
    assert "Checking the file: 10%" in pane.picture.accessibleName()
