"""The Evidence page: what may be seen is listed, opened with a purpose, copied and handed over by logged acts."""

import asyncio
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

sys.path.append(str(Path(__file__).resolve().parent))

from evidence_page_rig import JPEG, make_screen

from desk_parts import DISCLOSURE, OFFICER, OTHER, SERGEANT  # isort: skip  # the rig makes it importable
from rvr_console.demo.driver import find, names_shown, text_shown
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Inspection
from rvr_console.errors import StorageError
from rvr_console.services.exhibit_views import SMALL_PURPOSE
from rvr_console.ui.evidence.handing_over import bundle_name, free_target, recipients_of
from rvr_console.ui.theme import apply_theme

pytestmark = pytest.mark.usefixtures("no_stray_widgets")
KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.fixture
async def screen(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    made = await make_screen(tmp_path, qapp)
    yield made
    await made.close()


async def acts(screen, act):
    return await screen.rig.world.logged(act)


async def test_nothing_yet_says_so(screen):
    await screen.sign_in(OFFICER)
    assert text_shown("No evidence yet")
    assert find("Open, off, choose one") is not None


async def test_each_person_sees_what_the_role_table_gives(screen):
    await screen.bring()
    for person, count in ((OFFICER, 1), (SERGEANT, 1), (OTHER, 0), (DISCLOSURE, 0)):
        await screen.sign_in(person)
        assert len(screen.presenter.state.items) == count, person.title


async def test_small_pictures_are_logged_only_for_what_was_in_sight(screen):
    for number in range(14):
        await screen.bring(f"{number + 1:x}", description=f"number {number + 1}")
    assert await acts(screen, CustodyAct.EXHIBIT_VIEWED) == []
    await screen.sign_in(OFFICER)
    seen = await acts(screen, CustodyAct.EXHIBIT_VIEWED)
    assert {entry.purpose for entry in seen} == {SMALL_PURPOSE}
    assert 8 <= len(seen) < 14, "the last rows are below the window's edge"


async def test_opened_only_with_a_purpose_that_is_logged_first(screen):
    exhibit = await screen.bring(description="Front door")
    await screen.sign_in(OFFICER)
    small = len(await acts(screen, CustodyAct.EXHIBIT_VIEWED))
    await screen.click("Open HC/1")
    assert "Nothing was opened" in find("Purpose of opening").accessibleName()
    assert not screen.page.detail.look.picture.isVisible()
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    assert text_shown("Checking the whole file")
    await screen.settle()
    assert screen.page.detail.look.picture.picture_size().isValid()
    viewed = (await acts(screen, CustodyAct.EXHIBIT_VIEWED))[small:]
    assert [(one.actor, one.purpose, one.subject) for one in viewed] == [
        ("2417", "Statement", exhibit.evidence_id)
    ]
    assert text_shown("Viewed by 2417 · Statement"), "its custody shows it at once"
    await screen.click("Close the picture")
    assert not screen.page.detail.look.picture.picture_size().isValid()
    assert find("Open HC/1, Ctrl+Enter") is not None


async def test_what_the_file_says_is_shown_as_its_own_words(screen):
    await screen.bring(untrusted_name="holiday\u202egpj.exe")
    await screen.sign_in(OFFICER)
    for said in (
        "Taken: 21/11/2026 11:24:08, as the file says",
        "Where: 52.20533, 0.12182, as the file says",
        "Camera: Acme One",
        "Produced by: Hannah Cole, by link",
        "Compared: same as on the device",
        "holiday\\u202egpj.exe",
    ):
        assert text_shown(said), said


async def test_choosing_another_or_signing_out_leaves_no_picture(screen):
    await screen.bring()
    await screen.bring("b2")
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    screen.page.list.table.selectRow(1)
    await screen.settle()
    assert not screen.page.detail.look.picture.picture_size().isValid()
    assert find("Purpose of opening").text() == ""
    await screen.sign_in(OTHER)
    assert screen.presenter.state.chosen is None
    assert not any("HC/" in name for name in names_shown())


async def test_a_file_without_a_picture_says_why(screen):
    screen.sandbox.answer = Inspection("The picture is too large to be shown: 90,000 million pixels.")
    await screen.bring()
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    assert text_shown("The picture is too large to be shown")


async def test_hidden_by_whoever_finds_it_distressing_and_opened_only_with_a_purpose(screen):
    exhibit = await screen.bring()
    await screen.sign_in(OFFICER)
    await screen.click("Mark as distressing")
    assert [one.subject for one in await acts(screen, CustodyAct.EXHIBIT_MARKED)] == [exhibit.evidence_id]
    table = screen.page.list.table
    assert "hidden, distressing" in table.rows.data(
        table.rows.index(0, 0), Qt.ItemDataRole.AccessibleTextRole
    )
    blur = screen.page.list._store.image(screen.presenter.state.items[0].exhibit)
    assert max(blur.width(), blur.height()) <= 12, "only a blur is kept"
    assert len(await acts(screen, CustodyAct.EXHIBIT_VIEWED)) == 1, "it was seen small before it was marked"
    await screen.click("Not distressing")
    assert screen.page.list._store.image(screen.presenter.state.items[0].exhibit).width() == 300


async def test_found_by_words_and_by_kind(screen):
    await screen.rig.record()
    await screen.bring(description="Front door")
    await screen.bring("b2", description="Doorbell")
    await screen.sign_in(OFFICER)
    table = screen.page.list.table

    def listed():
        return [row.cells[1] for row in table.rows.rows]

    assert listed() == ["–", "HC/1", "HC/2"]
    field = screen.write("Find", "cole doorbell")
    await screen.settle()
    assert listed() == ["HC/2"]
    field.clear()
    await screen.click("Show, Recordings 1")
    assert listed() == ["–"]
    assert text_shown("Recordings are verified and played on the page Review")
    wanted = []
    screen.page.recording_wanted.connect(wanted.append)
    await screen.click("Open recording")
    assert wanted == [screen.rig.consultation]
    await screen.click("Show, Made here 0")
    assert text_shown("Nothing found")


async def test_a_copy_is_logged_then_written_and_never_hidden_from_its_maker(screen, tmp_path):
    await screen.bring()
    await screen.sign_in(OFFICER)
    target = tmp_path / "stick"
    target.mkdir()
    await screen.click("Save a copy…")
    await screen.click("Start saving")
    assert "Write what the copy is for" in find("Purpose of the copy").accessibleName()
    screen.write("Purpose of the copy", "Working copy")
    screen.write("Folder for the copy", str(target))
    await screen.click("Start saving")
    (copy,) = target.iterdir()
    assert copy.read_bytes() == JPEG
    (entry,) = await acts(screen, CustodyAct.EXHIBIT_COPIED)
    assert (entry.purpose, entry.details["folder"]) == ("Working copy", str(target))
    assert text_shown("The copy is saved.")
    assert text_shown(str(copy))


async def test_a_copy_shows_progress_and_can_be_cancelled(screen, tmp_path):
    await screen.bring(data=bytes(3 << 20), untrusted_name="a.bin", untrusted_type="")
    await screen.sign_in(OFFICER)
    held = asyncio.Event()

    async def slow(_evidence_id, _purpose, folder, tell, cancelled):
        tell(1 << 20)
        await held.wait()
        return None if cancelled() else folder

    screen.views.save_copy = slow
    await screen.click("Save a copy…")
    screen.write("Purpose of the copy", "Working copy")
    target = tmp_path / "stick"
    target.mkdir()
    screen.write("Folder for the copy", str(target))
    QTest.mouseClick(find("Start saving"), Qt.MouseButton.LeftButton)
    work = asyncio.ensure_future(screen.tasks.pop(0))
    await asyncio.sleep(0)
    screen.app.processEvents()
    assert text_shown("1.0 MB of 3.1 MB"), names_shown()
    QTest.mouseClick(
        find("Cancel, Saving the copy, byte for byte, and comparing it"), Qt.MouseButton.LeftButton
    )
    assert screen.presenter.handing._copy_cancelled
    held.set()
    await asyncio.wait_for(work, 20)
    await screen.settle()
    assert text_shown("The copy was cancelled.")
    assert list(target.iterdir()) == []


async def test_refused_acts_say_what_was_kept(screen, monkeypatch):
    await screen.bring()
    await screen.sign_in(OFFICER)

    async def gone(*_asked, **_how):
        raise StorageError("The evidence disk is gone.", kept="Nothing was changed.", todo="Tell IT.")

    monkeypatch.setattr(screen.views, "view", gone)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    assert text_shown("The evidence disk is gone.")
    assert find("Purpose of opening") is not None


async def test_disclosure_makes_the_court_bundle_with_purpose_and_recipients(screen, tmp_path):
    await screen.bring()
    await screen.assign()
    await screen.sign_in(DISCLOSURE)
    await screen.click("Make court bundle")
    screen.write("Purpose of the bundle", "Trial")
    screen.write("Folder for the bundle", str(tmp_path))
    screen.write("Only these can open it", f"Crown Court {KEY}")
    await screen.click("Start the bundle")
    (order,) = screen.writer.orders
    assert order.target == tmp_path / "155-of-21-11-2026_bundle.tar.age"
    assert [(one.name, one.age_key) for one in order.recipients] == [("Crown Court", KEY)]
    assert [one.purpose for one in await acts(screen, CustodyAct.BUNDLE_STARTED)] == ["Trial"]
    assert text_shown("The bundle is made.")
    assert text_shown("Handed over by D10 · Trial")


async def test_a_bundle_shows_progress_and_can_be_cancelled(screen, tmp_path):
    await screen.bring()
    await screen.assign()
    await screen.sign_in(DISCLOSURE)
    await screen.click("Make court bundle")
    screen.write("Purpose of the bundle", "Trial")
    screen.write("Folder for the bundle", str(tmp_path))
    screen.writer.held = True
    QTest.mouseClick(find("Start the bundle"), Qt.MouseButton.LeftButton)
    work = asyncio.ensure_future(screen.tasks.pop(0))
    while not text_shown("AB/1: 131 of 214 MB"):
        await asyncio.sleep(0)
        screen.app.processEvents()
    assert find("Make court bundle, Making the court bundle") is not None
    QTest.mouseClick(find("Cancel, Making the court bundle"), Qt.MouseButton.LeftButton)
    await asyncio.wait_for(work, 20)
    await screen.settle()
    assert text_shown("The bundle was cancelled.")
    assert len(await acts(screen, CustodyAct.BUNDLE_NOT_MADE)) == 1


async def test_an_officer_is_offered_no_bundle_and_every_control_is_named(screen, unnamed):
    await screen.bring()
    await screen.sign_in(OFFICER)
    assert find("Make court bundle") is None
    assert unnamed(screen.page) == []


def test_bundle_names_and_recipients(tmp_path):
    assert bundle_name("155 of 21/11/2026") == "155-of-21-11-2026_bundle"
    assert bundle_name("../../etc") == "etc_bundle"
    assert free_target(tmp_path, "a", "") == tmp_path / "a"
    (tmp_path / "a").mkdir()
    assert free_target(tmp_path, "a", "") == tmp_path / "a-2"
    assert recipients_of("  ") == ()
    assert recipients_of(KEY) is None
    assert recipients_of("Crown Court AGE-SECRET-KEY-1") is None
    both = recipients_of(f"Crown Court {KEY}, Defence {KEY}")
    assert both is not None
    assert [one.name for one in both] == ["Crown Court", "Defence"]
