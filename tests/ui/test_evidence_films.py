"""Evidence: films play and end with the look at them; what is hostile is plainly flagged in its row, its detail and the log."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

sys.path.append(str(Path(__file__).resolve().parent))
sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "evidence"))

from evidence_page_rig import make_screen
from hostile_files import SVG, noise, png_claiming

from desk_parts import OFFICER, OTHER  # isort: skip  # the rig makes it importable
from rvr_console.demo.driver import find, text_shown
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Inspection
from rvr_console.domain.film import FilmStatus
from rvr_console.errors import AccessDeniedError, RefusedError, StorageError
from rvr_console.evidence.content_probe import EICAR, ContentProbe
from rvr_console.evidence.inspection import inspection_of
from rvr_console.inspection.look import look
from rvr_console.ui.theme import apply_theme
from rvr_console.wire.inspection_messages import Order

pytestmark = pytest.mark.usefixtures("no_stray_widgets")


@pytest.fixture
async def screen(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    made = await make_screen(tmp_path, qapp)
    yield made
    await made.close()


async def acts(screen, act):
    return await screen.rig.world.logged(act)


async def opened_film(screen):
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(3000)
    exhibit = await screen.bring(data=film, untrusted_type="video/mp4")
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    return exhibit, screen.sandbox.films[-1], screen.page.detail.look.film


async def test_a_film_plays_by_keys_and_slider_under_one_logged_purpose(screen):
    exhibit, film, pane = await opened_film(screen)
    assert pane.picture.picture_size().width() == 4
    assert not film.now.playing, "it stands at its first picture"
    await screen.click("Play")
    pane.take()
    assert film.now.playing
    assert find("Pause") is not None
    for key, place in ((Qt.Key.Key_L, 5.0), (Qt.Key.Key_L, 10.0), (Qt.Key.Key_J, 5.0)):
        QTest.keyClick(screen.page, key)
        assert film.now.position == pytest.approx(place)
    QTest.keyClick(screen.page, Qt.Key.Key_K)
    assert not film.now.playing
    QTest.keyClick(screen.page, Qt.Key.Key_Period)
    assert film.now.position == pytest.approx(5.04)
    pane.take()
    slider = find("Place in the film")
    assert (slider.value(), slider.maximum()) == (50, 1250)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert film.now.position == pytest.approx(62.5, abs=2)
    assert text_shown("of 00:02:05")
    purposes = [
        one.purpose
        for one in await acts(screen, CustodyAct.EXHIBIT_VIEWED)
        if one.subject == exhibit.evidence_id
    ]
    assert purposes.count("Statement") == 1


@pytest.mark.parametrize("leave", ["close", "other", "sign out", "page"])
async def test_a_film_ends_when_it_is_left(screen, leave):
    _, film, pane = await opened_film(screen)
    film.play()
    pane.take()
    if leave == "close":
        await screen.click("Close the picture")
    elif leave == "other":
        other = await screen.bring("c3")
        screen.presenter.choose(other.evidence_id)
    elif leave == "sign out":
        await screen.sign_in(OTHER)
    else:
        screen.page.hide()
        assert not film.now.playing, "nothing is heard of a page that nobody sees"
        return
    await screen.settle()
    assert film.closed
    assert not pane.picture.picture_size().isValid()


async def test_a_film_that_does_not_play_says_why_and_sound_has_no_picture(screen):
    _, film, pane = await opened_film(screen)
    film.now = FilmStatus(
        opening=False, fault="It stopped: it took too long. The file itself is kept as it is."
    )
    pane.take()
    assert "took too long" in pane.picture.accessibleName()
    assert not pane.picture.picture_size().isValid()
    assert not find("Play").isEnabled()
    await screen.click("Close the picture")
    screen.write("Purpose of opening", "")
    screen.presenter.open("Again")
    await screen.settle()
    film = screen.sandbox.films[-1]
    pane.show_film(None, "")
    film.shown, film.now = None, FilmStatus(length=41.0, opening=False, has_sound=True)
    pane.show_film(film, "Sound of HC/1")
    assert "sound only" in pane.picture.accessibleName()


HOSTILE = {
    "bomb": (png_claiming(60_000, 60_000), "x.png", "Too large to open", "60000 × 60000 claimed"),
    "empty": (b"", "x.jpg", "Empty file", "holds nothing"),
    "cut": (noise("JPEG", (400, 400))[:-3000], "x.jpg", "End is missing", "breaks off"),
    "polyglot": (noise("GIF") + b"<script>alert(1)</script>;", "x.gif", "Two types in one", "two types"),
    "mismatch": (noise("PNG"), "x.jpg", "Type differs", "another type"),
    "eicar": (EICAR, "x.txt", "Virus test", "virus scanners"),
    "svg": (SVG, "x.svg", "Program or script", "never run"),
    "noise": (b"\xff\xd8\xff\xe0" + bytes(400) + b"\xff\xd9", "x.jpg", "Cannot be read", "does not decode"),
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_what_is_hostile_is_plainly_flagged_in_row_detail_and_log(screen, kind):
    data, name, tag, advice = HOSTILE[kind]
    declared = {"svg": "image/svg+xml", "mismatch": "image/jpeg"}.get(kind, "")
    screen.sandbox.answer = looked(data)
    exhibit = await screen.bring(data=data, untrusted_name=name, untrusted_type=declared)
    await screen.sign_in(OFFICER)
    (row,) = screen.page.list.table.rows.rows
    assert row.cells[4].word == tag
    assert text_shown(advice)
    assert text_shown("It is kept as it came.")
    (inspected,) = await acts(screen, CustodyAct.EXHIBIT_INSPECTED)
    assert "Flagged: " in inspected.details["words"]
    assert inspected.details["flags"]
    assert text_shown("Flagged: ")
    if kind == "bomb":
        assert "60000 × 60000 claimed" in row.cells[3]
        assert "Too large to open safely: 60000 × 60000" in inspected.details["words"]
    assert screen.rig.exhibits.read(exhibit.evidence_id) == data, "bit-exact"


def looked(data: bytes) -> Inspection:
    """What the inspection itself makes of it; the test made the file, so no sandbox is needed."""
    probe = ContentProbe("", "")
    probe.feed(data)
    order = Order(content_type=probe.end().content_type, size=len(data), max_side=100)
    facts, pixels = look(order, FileAsked(data))
    return inspection_of(facts, pixels)


async def test_custody_of_the_whole_incident_is_shown_and_saved_by_a_logged_act(screen, tmp_path):
    one = await screen.bring("a1", description="Front door")
    two = await screen.bring("b2", description="Doorbell")
    await screen.sign_in(OFFICER)
    screen.presenter.choose(two.evidence_id)
    await screen.settle()
    lines = len(screen.page.detail.custody.lines)
    await screen.click("Custody of, Whole incident")
    shown = screen.page.detail.custody.lines
    assert len(shown) > 2 * lines - 2
    assert any("HC/1" in line.rest for line in shown)
    assert any("HC/2" in line.rest for line in shown)
    target = tmp_path / "out"
    target.mkdir()
    await screen.click("Save the list…")
    await screen.click("Start saving the list")
    assert "Write what the list is for" in find("Purpose of the list").accessibleName()
    screen.write("Purpose of the list", "Complaint")
    screen.write("Folder for the list", str(target))
    await screen.click("Start saving the list")
    (made,) = target.iterdir()
    assert made.name == "Custody-log-of-155-of-21-11-2026"
    assert {"custody.csv", "custody.pdf", "custody.jsonl", "checkpoint.txt"} <= {
        f.name for f in made.iterdir()
    }
    table = (made / "custody.csv").read_text("utf-8-sig")
    assert one.evidence_id in table
    assert two.evidence_id in table
    assert (made / "custody.pdf").read_bytes().startswith(b"%PDF")
    (entry,) = await acts(screen, CustodyAct.CUSTODY_EXPORTED)
    assert (entry.subject, entry.purpose) == ("155 of 21/11/2026", "Complaint")
    assert entry.details["folder"] == str(target)
    assert text_shown("The list is saved.")
    await screen.click("Custody of, This one")
    assert not any("HC/1" in line.rest for line in screen.page.detail.custody.lines)


async def test_a_list_that_cannot_be_written_leaves_nothing_and_strangers_get_none(
    screen, tmp_path, monkeypatch
):
    exhibit = await screen.bring()
    await screen.sign_in(OFFICER)

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    target = tmp_path / "stick"
    target.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr("rvr_console.app.custody_writer.os.fsync", full)
        with pytest.raises(StorageError, match="No space"):
            await screen.lists.save(exhibit.evidence_id, "Custody log of HC/1", "court", target)
    assert list(target.iterdir()) == []
    first = await screen.lists.save(exhibit.evidence_id, "Custody log of HC/1", "court", target)
    second = await screen.lists.save(exhibit.evidence_id, "Custody log of HC/1", "court", target)
    assert first != second
    with pytest.raises(RefusedError):
        await screen.lists.save(exhibit.evidence_id, "t", " ", target)
    with pytest.raises(RefusedError):
        await screen.lists.save(exhibit.evidence_id, "t", "court", tmp_path / "missing")
    screen.rig.world.act_as(OTHER)
    for asked in (
        screen.lists.about("155 of 21/11/2026"),
        screen.lists.save("155 of 21/11/2026", "t", "x", target),
    ):
        with pytest.raises(AccessDeniedError):
            await asked


class FileAsked:
    """The console's end of the socket."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]
