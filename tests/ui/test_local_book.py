import pytest
from PySide6.QtCore import Qt

from rvr_console.ui.queue import words
from rvr_console.ui.queue.local_book import LIMITS, LocalBook

pytestmark = pytest.mark.usefixtures("dressed")
VALUES = {
    "category": "Damage",
    "place": "Haverbrook",
    "address": "1 Alder Court",
    "name": "Hannah Cole",
    "phone": "07700 900371",
}


@pytest.fixture
def book(qtbot):
    book = LocalBook()
    qtbot.addWidget(book)
    book.got = []
    book.written.connect(book.got.append)
    book.set_cad_up(False)
    book.show()
    book.open()
    return book


def type_in(qtbot, book, values):
    for key, text in values.items():
        qtbot.keyClicks(book._lines[key], text)


def test_written_by_keyboard_then_empty_again(qtbot, book):
    type_in(qtbot, book, VALUES)
    qtbot.keyClick(book._lines["phone"], Qt.Key.Key_Return)
    assert book.got == [VALUES]
    assert all(not line.text() for line in book._lines.values())
    assert not book._form.isVisible()


@pytest.mark.parametrize("missing", ["category", "address", "name"])
def test_what_is_missing_is_named_and_the_rest_stays(qtbot, book, missing):
    type_in(qtbot, book, VALUES | {missing: "  "})
    qtbot.keyClick(book._lines["phone"], Qt.Key.Key_Return)
    assert book.got == []
    assert book._fields[missing].error == words.BOOK_NEEDED
    assert book._lines["phone"].text() == VALUES["phone"]


def test_cad_back_in_the_middle_of_writing_takes_nothing_away(qtbot, book):
    type_in(qtbot, book, {"category": "Damage"})
    book.set_cad_up(True)
    assert book.isVisible()
    assert book._lines["category"].text() == "Damage"
    qtbot.keyClick(book, Qt.Key.Key_Escape)
    book.set_cad_up(True)
    assert not book.isVisible()


def test_every_field_has_its_limit_and_name(book):
    for key, line in book._lines.items():
        assert line.maxLength() == LIMITS[key]
        assert line.accessibleName() == words.BOOK_FIELDS[key]
