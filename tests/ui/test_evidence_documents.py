"""Evidence: documents are turned page by page and made larger; text is text; what has no preview says how to read it."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

sys.path.append(str(Path(__file__).resolve().parent))

from evidence_page_rig import make_screen

from desk_parts import OFFICER  # isort: skip  # the rig makes it importable
from rvr_console.demo.driver import find, text_shown
from rvr_console.domain.custody import CustodyAct
from rvr_console.domain.exhibit import Inspection, Preview
from rvr_console.errors import EvidenceError
from rvr_console.ui.theme import apply_theme

pytestmark = pytest.mark.usefixtures("no_stray_widgets")
PDF = b"%PDF-1.7\n" + bytes(300) + b"\n%%EOF\n"


class Document:
    """Has 14 pages, each of its own grey."""

    def __init__(self, pages: int = 14) -> None:
        self.films, self.looks, self.pages, self.fails = [], [], pages, None

    def warm(self):
        pass

    async def inspect(self, _exhibit, look, watch=None):
        self.looks.append(look)
        if self.fails is not None:
            raise self.fails
        side = min(look.max_side, 600)
        size = (side * 7 // 10, side)
        pixels = bytes((look.page, look.page, look.page, 255)) * (size[0] * size[1])
        return Inspection("", {"pages": str(self.pages)}, Preview(*size, pixels))


@pytest.fixture
async def screen(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    made = await make_screen(tmp_path, qapp)
    yield made
    await made.close()


async def opened(screen, inspector):
    screen.sandbox = screen.views._inspector = inspector
    exhibit = await screen.bring(data=PDF, untrusted_name="a.pdf", untrusted_type="application/pdf")
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    return exhibit, screen.page.detail.look.document


def grey(pane) -> int:
    return pane.area.view.image.pixelColor(3, 3).red()


async def test_pages_are_turned_by_keys_and_buttons_under_one_logged_purpose(screen):
    exhibit, pane = await opened(screen, Document())
    assert text_shown("Page 1 of 14")
    assert find("Page before (Page up or ,)").isEnabled() is False
    await screen.click("Next page (Page down or .)")
    assert (grey(pane), text_shown("Page 2 of 14")) == (1, True)
    for key, page in (
        (Qt.Key.Key_PageDown, 2),
        (Qt.Key.Key_End, 13),
        (Qt.Key.Key_PageUp, 12),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(pane.area, key)
        await screen.settle()
        assert grey(pane) == page
    QTest.keyClick(screen.page, Qt.Key.Key_Period)
    await screen.settle()
    assert grey(pane) == 1
    viewed = await screen.rig.world.logged(CustodyAct.EXHIBIT_VIEWED)
    mine = [one for one in viewed if one.subject == exhibit.evidence_id]
    assert [one.purpose for one in mine].count("Statement") == 1


async def test_turned_faster_than_they_come_the_last_one_wished_is_shown(screen):
    document = Document()
    _, pane = await opened(screen, document)
    looks = len(document.looks)
    for _ in range(5):
        QTest.keyClick(pane.area, Qt.Key.Key_PageDown)
        screen.app.processEvents()
    assert text_shown("Page 6 of 14 …")
    await screen.settle()
    assert grey(pane) == 5
    assert text_shown("Page 6 of 14")
    assert len(document.looks) <= looks + 2


async def test_it_is_made_larger_with_more_pixels_and_small_again(screen):
    document = Document()
    _, pane = await opened(screen, document)
    before = pane.area.view.geometry().size()
    await screen.click("Larger, over the whole page")
    assert not screen.page.list.isVisible()
    assert pane.area.view.geometry().width() > before.width() * 2
    assert document.looks[-1].max_side == 4096
    await screen.click("Zoom out (−)")
    assert pane.area.view.geometry().height() <= pane.area.viewport().height()
    await screen.click("Smaller, beside the list")
    assert screen.page.list.isVisible()
    await screen.click("Larger, over the whole page")
    await screen.click("Close the picture")
    assert screen.page.list.isVisible(), "what is closed gives the list its place back"
    assert pane.area.view.image is None, "nothing of it stays"
    assert find("Purpose of opening") is not None


async def test_a_page_that_cannot_be_shown_leaves_the_others(screen):
    document = Document()
    _, pane = await opened(screen, document)
    whole = document.inspect

    async def third_is_hostile(exhibit, look, watch=None):
        if look.page == 2:
            return Inspection("There is no preview: the program was stopped.", {"stopped": "yes"})
        return await whole(exhibit, look)

    document.inspect = third_is_hostile
    for _ in range(2):
        await screen.click("Next page (Page down or .)")
    assert "was stopped" in pane.note.accessibleName()
    assert text_shown("Page 3 of 14")
    await screen.click("Next page (Page down or .)")
    assert grey(pane) == 3
    document.fails = EvidenceError("Record 7 was changed.")
    document.inspect = whole
    await screen.click("Next page (Page down or .)")
    assert text_shown("Record 7 was changed.")
    assert pane.area.view.image is None


async def test_text_is_shown_as_text_and_other_documents_say_how_to_read_them(screen):
    screen.sandbox.answer = Inspection("", {"pages": "2"}, text="<b>not bold</b>\n\\u202eline")
    await screen.bring(data=b"hello", untrusted_name="a.txt", untrusted_type="text/plain")
    await screen.sign_in(OFFICER)
    QTest.keyClick(screen.write("Purpose of opening", "Statement"), Qt.Key.Key_Return)
    await screen.settle()
    pane = screen.page.detail.look.document
    assert pane.text.toPlainText() == "<b>not bold</b>\n\\u202eline"
    assert pane.text.isReadOnly()
    assert find("Zoom in (+)") is None
    assert text_shown("Page 1 of 2")
    await screen.click("Close the picture")
    assert pane.text.toPlainText() == ""
    screen.sandbox.answer = Inspection("There is no preview of Word documents.")
    screen.presenter.open("Statement")
    await screen.settle()
    assert "Word documents" in screen.page.detail.look.picture.accessibleName()


@pytest.mark.parametrize(
    ("fact", "tag", "advice"),
    [
        ("locked", "Password protected", "password"),
        ("attachments", "Files inside", "not opened here"),
        ("stopped", "Preview stopped", "built to do harm"),
        ("active", "Program or script", "never run"),
    ],
)
async def test_what_a_document_carries_is_flagged(screen, fact, tag, advice):
    screen.sandbox.answer = Inspection("", {fact: "yes", "pages": "1"})
    exhibit = await screen.bring(data=PDF, untrusted_name="a.pdf", untrusted_type="application/pdf")
    await screen.sign_in(OFFICER)
    assert text_shown(advice)
    (row,) = screen.page.list.table.rows.rows
    assert row.cells[4].word == tag
    (entry,) = [
        one
        for one in await screen.rig.world.logged(CustodyAct.EXHIBIT_INSPECTED)
        if one.subject == exhibit.evidence_id
    ]
    assert fact in entry.details["flags"]
