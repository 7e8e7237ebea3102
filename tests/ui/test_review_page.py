"""The review page over real services and a real sealed recording: purpose first, then verified, played, judged, copied."""

import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

sys.path.append(str(Path(__file__).resolve().parents[1]))

from review_rig import ReviewRig
from review_screen import Screen

from desk_parts import OFFICER, SERGEANT  # isort: skip  # review_rig makes it importable
from rvr_console.demo.driver import find, text_shown
from rvr_console.domain.access import Role, User
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.recording import Party
from rvr_console.domain.repositories import ReviewOutcome
from rvr_console.ui.review import words
from rvr_console.ui.review.state import Stage
from rvr_console.ui.theme import apply_theme


@pytest.fixture
async def screen(tmp_path, recorded, qapp):
    apply_theme(qapp, dark=False)
    rig = ReviewRig(tmp_path, recorded)
    rig.consultation = await rig.fill()
    rig.each_turn = qapp.processEvents
    made = Screen(rig)
    yield made
    made.presenter.set_user(None)
    made.page.hide()
    await rig.end()
    made.page.deleteLater()


async def test_sergeant_reviews_from_purpose_to_outcome(screen):
    await screen.sign_in(SERGEANT)
    await screen.open_case()
    QTest.keyClick(find("Purpose of viewing"), Qt.Key.Key_Return)
    assert "Nothing was opened" in find("Purpose of viewing").accessibleName()
    assert await screen.rig.world.logged(CustodyAct.RECORDING_VIEWED) == []
    assert find("Record outcome, off, choose one") is not None
    QTest.keyClick(await screen.write("Purpose of viewing", "Evidential review"), Qt.Key.Key_Return)
    await screen.wait("Play")
    (viewed,) = await screen.rig.world.logged(CustodyAct.RECORDING_VIEWED)
    (verified,) = await screen.rig.world.logged(CustodyAct.RECORDING_VERIFIED)
    assert (viewed.purpose, viewed.actor) == ("Evidential review", SERGEANT.collar)
    assert "intact" in str(verified)
    picture = screen.page.case.player._pictures[Party.VICTIM]
    await screen.rig.settle(lambda: (screen.page.case.player.take(), picture.picture_size().isValid())[1])
    assert "Sealed playback, verified" in picture.accessibleName()
    await screen.click("Outcome D")
    assert find("Record outcome D, off, write type and how told") is not None
    await screen.click("Outcome C")
    assert find("Record outcome C, off, plan is missing") is not None
    await screen.write("Investigation plan", "1. Ask number 12 for the doorbell file.")
    assert find("Record outcome C, Ctrl+Enter").isEnabled()
    QTest.keyClick(screen.page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    screen.page.case.header.slot.click()
    await screen.rig.settle(lambda: screen.presenter.state is None)
    review = await screen.rig.world.store.run(lambda tx: tx.reviews.get(screen.rig.consultation.id))
    assert review.outcome is ReviewOutcome.C
    assert review.plan.startswith("1. Ask")
    await screen.rig.settle(lambda: screen.presenter.player.recording is None)
    await screen.rig.settle(lambda: text_shown("Outcome C recorded for"))


async def test_player_keys_buttons_and_timeline(screen):
    await screen.sign_in(SERGEANT)
    await screen.open_recording()
    control, player = screen.presenter.player, screen.page.case.player

    async def at(second: float) -> None:
        await screen.rig.settle(lambda: abs(control.status().position_us / 1e6 - second) < 0.05)

    screen.page.activateWindow()
    player.setFocus()
    control.seek(500_000)
    await at(0.5)
    QTest.keyClick(find("Play"), Qt.Key.Key_L)
    await at(5.5)
    QTest.keyClick(find("Play"), Qt.Key.Key_J)
    await at(0.5)
    QTest.keyClick(find("Play"), Qt.Key.Key_Period)
    await screen.rig.settle(lambda: 500_000 < control.status().position_us < 560_000)
    await screen.click("One frame back")
    await screen.rig.settle(lambda: control.status().position_us <= 500_000)
    await screen.click("Next gap")
    await screen.rig.settle(lambda: control.status().position_us > 1_000_000)
    await screen.click("Play")
    await screen.rig.settle(lambda: control.status().playing)
    player.take()
    QTest.keyClick(await screen.wait("Pause"), Qt.Key.Key_K)
    await screen.rig.settle(lambda: not control.status().playing)
    player._line.seek_requested.emit(13.0)
    await at(13.0)
    assert "Marker" in [mark.word for mark in player._line._marks()]
    player.take()
    assert player._time.text() == "00:00:13"


async def test_letters_typed_into_the_plan_do_not_move_the_player(screen):
    await screen.sign_in(SERGEANT)
    await screen.open_recording()
    await screen.write("Investigation plan", "jkl, all kept.")
    await screen.rig.settle(lambda: screen.presenter.state.plan == "jkl, all kept.")
    assert screen.presenter.player.status().position_us < 100_000
    assert not screen.presenter.player.status().playing


async def test_own_case_is_never_reviewed_and_says_why(screen):
    sergeant = User(OFFICER.collar, "A. Bennett", "Sgt", Role.SERGEANT)
    await screen.sign_in(sergeant)
    await screen.open_case()
    assert find("Record outcome, off, your own work") is not None
    assert any("You took this call yourself" in w.accessibleName() for w in screen.page.findChildren(QWidget))
    assert not find("Outcome A").isEnabled()


async def test_damaged_recording_is_not_played_and_says_what_is_wrong(screen):
    path = screen.rig.bench.vault.segments(screen.rig.evidence_id)[0].path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    await screen.sign_in(SERGEANT)
    await screen.open_case()
    await screen.write("Purpose of viewing", "Evidential review")
    await screen.click("Open recording")
    await screen.rig.settle(lambda: screen.presenter.state.stage is Stage.REFUSED)
    assert screen.presenter.player.recording is None
    await screen.rig.settle(lambda: text_shown("it was changed or is incomplete"))
    assert find("Play") is None
    (verified,) = await screen.rig.world.logged(CustodyAct.RECORDING_VERIFIED)
    assert "damaged" in str(verified)


async def test_officer_sees_own_recording_and_saves_a_copy(screen, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    await screen.sign_in(OFFICER)
    await screen.open_recording("Prepare the file")
    assert find("Outcome A") is None
    await screen.click("Save a copy")
    await screen.write("Folder for the copy", str(tmp_path / "nowhere"))
    await screen.click("Start saving")
    assert "Name a folder" in find("Folder for the copy").accessibleName()
    assert await screen.rig.world.logged(CustodyAct.COPY_SAVED) == []
    find("Folder for the copy").clear()
    await screen.write("Folder for the copy", str(folder))
    await screen.click("Start saving")
    await screen.wait("Cancel, Saving the copy")
    await screen.rig.settle(lambda: not screen.presenter.state.copying, 60)
    (made,) = folder.iterdir()
    assert made.suffix == ".mp4"
    (entry,) = await screen.rig.world.logged(CustodyAct.COPY_SAVED)
    assert (entry.purpose, entry.actor) == ("Prepare the file", OFFICER.collar)
    assert find(f"Done: {words.COPY_DONE} {made}") is not None


async def test_cancelled_copy_is_told_and_leaves_nothing(screen, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    await screen.sign_in(OFFICER)
    await screen.open_recording("Prepare the file")
    await screen.click("Save a copy")
    await screen.write("Folder for the copy", str(folder))
    await screen.click("Start saving")
    await screen.click("Cancel, Saving the copy")
    await screen.rig.settle(lambda: not screen.presenter.state.copying, 60)
    assert list(folder.iterdir()) == []
    assert find(f"Done: {words.COPY_STOPPED} {words.COPY_STOPPED_ADVICE}") is not None
    (entry,) = await screen.rig.world.logged(CustodyAct.COPY_NOT_MADE)
    assert entry.details["why"] == "it was cancelled"


async def test_leaving_closes_and_signing_out_forgets(screen):
    await screen.sign_in(SERGEANT)
    await screen.open_recording()
    recording = screen.presenter.player.recording
    await screen.click("Back to list")
    await screen.rig.settle(recording.closed.is_set)
    await screen.open_recording()
    recording = screen.presenter.player.recording
    screen.presenter.set_user(None)
    await screen.rig.settle(recording.closed.is_set)
    assert screen.presenter.lines == []
    assert screen.page.list.table.rows.rows == []
    assert find("Open case, off, choose a case") is not None


async def test_leaving_while_it_is_verified_opens_nothing(screen):
    await screen.sign_in(SERGEANT)
    await screen.open_case()
    await screen.write("Purpose of viewing", "Evidential review")
    await screen.click("Open recording")
    assert screen.presenter.state.stage is Stage.VERIFYING
    await screen.click("Cancel, Verifying the recording")
    await screen.rig.settle(screen.presenter._opening.done)
    await screen.rig.settle(lambda: not [t for t in threading.enumerate() if t.name == "playback"])
    assert screen.presenter.player.recording is None
    assert find("Open case") is not None
    assert len(await screen.rig.world.logged(CustodyAct.RECORDING_VIEWED)) <= 1


async def test_time_left_goes_from_in_time_to_overdue(screen):
    await screen.sign_in(SERGEANT)
    await screen.open_case()
    clock = screen.rig.world.clock
    assert find("In time") is not None
    clock.forward(hours=21)
    screen.presenter.tick(clock.now())
    assert find("Due soon") is not None
    clock.forward(hours=4)
    screen.presenter.tick(clock.now())
    assert find("Overdue") is not None
    assert timedelta(hours=25) > timedelta(hours=24)


async def test_every_control_has_a_name(screen, unnamed):
    await screen.sign_in(SERGEANT)
    assert unnamed(screen.page) == []
    await screen.open_recording()
    assert unnamed(screen.page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_pictures(screen, qapp, tmp_path, dark):
    """Each state drawn once in each theme; kept where REVIEW_PICTURES says, for looking at."""
    import os

    apply_theme(qapp, dark=dark)
    out = Path(os.environ.get("REVIEW_PICTURES", tmp_path))
    theme = "dark" if dark else "light"
    await screen.sign_in(SERGEANT)
    qapp.processEvents()
    assert screen.page.grab().save(str(out / f"list-{theme}.png"))
    await screen.open_case()
    await screen.rig.settle(lambda: bool(screen.presenter.state.checklist))
    qapp.processEvents()
    assert screen.page.grab().save(str(out / f"purpose-{theme}.png"))
    await screen.click("Back to list")
    await screen.open_recording()
    screen.presenter.player.seek(1_310_000)
    await screen.rig.settle(lambda: screen.presenter.player.status().position_us == 1_310_000)
    await screen.click("Outcome C")
    screen.page.case.player.take()
    qapp.processEvents()
    assert screen.page.grab().save(str(out / f"playing-{theme}.png"))
    await screen.click("Save a copy")
    assert screen.page.grab().save(str(out / f"copy-{theme}.png"))
    screen.presenter.player.seek(2_500_000)
    await screen.rig.settle(lambda: screen.presenter.player.status().position_us == 2_500_000)
    screen.page.case.player.take()
    assert screen.page.grab().save(str(out / f"pause-{theme}.png"))
    apply_theme(qapp, dark=False)
