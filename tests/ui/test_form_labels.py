"""No word of a form is cut: what an item asks, which section is meant, which forms there are."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from form_rig import bundled_packs
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rvr_console.domain.form import Form, Pack
from rvr_console.ui.risk.chips import ChipRow
from rvr_console.ui.risk.section_page import SectionPage
from rvr_console.ui.risk.side_panes import MissingPane
from rvr_console.ui.risk.state import Chip, section_chips, short_label
from rvr_console.ui.theme import Size, Weight, text_width
from rvr_console.ui.widgets.lines_text import broken

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")
WIDTHS = (600, 656, 960, 1500)  # of the right half, from 1280 pixels to 1920 without the call beside it


@pytest.fixture(scope="module")
def packs(tmp_path_factory) -> list[Pack]:
    return list(bundled_packs(tmp_path_factory.mktemp("packs")).all())


def settle(qapp) -> None:
    for _ in range(2):  # a scroll bar that goes changes the width once more
        qapp.processEvents()


class Nobody:
    """Answers that nobody asks for."""

    def entered(self, _item: str) -> None: ...


def pages(packs: list[Pack]) -> list[SectionPage]:
    made = []
    for section in (section for pack in packs for section in pack.sections):
        page = SectionPage(section, Nobody())
        while page.make_more():
            pass
        for _branch, parts in page._branches:
            for part in parts:
                part.show()
        made.append(page)
    return made


def test_every_label_stands_whole_in_its_row_at_every_width(packs, qapp):
    for page in pages(packs):
        page.show()
        for width in WIDTHS:
            page.set_compact(width < 660)
            page.resize(width, 500)
            settle(qapp)
            assert page.widget().width() <= page.viewport().width()
            for row in page.rows.values():
                label = row.label
                assert "".join(label.lines).replace(" ", "") == row.item.label.replace(" ", "")
                assert (
                    max(text_width(line, Size.BODY, Weight.BOLD) for line in label.lines) <= label.width() + 1
                )
                assert len(label.lines) * Size.BODY.line <= row.height() == label.height()
                assert row.control.x() >= label.geometry().right()
                assert row.rect().contains(row.control.geometry())
                assert row.control.height() >= min(28, row.control.sizeHint().height())
        page.hide()
        page.deleteLater()


def test_a_label_of_one_endless_word_is_broken_and_astral_letters_are_not_torn():
    lines = broken("𝒳" * 60, 200)
    assert len(lines) > 2
    assert "".join(lines) == "𝒳" * 60


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("Current situation", "Current"),
        ("Children and dependants", "Children"),
        ("Special measures at court", "Special measures"),
        ("Where to look", "Where to look"),
        ("For the next team", "For the next team"),
        ("Other relevant information", "Other"),
        ("Now", "Now"),
    ],
)
def test_a_short_label_still_says_which_section_is_meant(label, short):
    assert short_label(label) == short


def whole(row: ChipRow) -> bool:
    """Each chip has room for all that it says."""
    return all(one.width() == one.sizeHint().width() for one in row._buttons.values())


def in_strip(row: ChipRow, key: str) -> bool:
    button = row._buttons[key]
    left = button.mapTo(row._strip, QPoint(0, 0)).x()
    return left >= 0 and left + button.width() <= row._strip.width()


def test_chips_of_sections_are_never_cut_and_the_chosen_one_is_in_sight(packs, qapp):
    for pack in packs:
        row = ChipRow("Section", "Section")
        row.show()
        form = Form("f", "c", pack.id, pack.version, pack.digest, datetime(2026, 11, 21, tzinfo=UTC))
        chips = section_chips(pack, form)
        for width in (300, *WIDTHS):
            row.resize(width, 36)
            for chip in chips:
                row.set_chips(chips, chip.key)
                assert whole(row)
                assert in_strip(row, chip.key)
                if width >= 656:
                    assert not row._arrows[0].isVisible(), (pack.id, width)
        row.hide()
        row.deleteLater()


def test_a_row_that_scrolls_brings_what_has_the_focus_into_sight_and_says_whole_words(qtbot, unnamed):
    row = ChipRow("Person", "Person")
    row.resize(400, 36)
    row.show()
    row.activateWindow()
    qtbot.waitUntil(row.isActiveWindow)
    people = [Chip(f"p{n}", f"Child number {n} of the family", "1/9") for n in range(6)]
    long = Chip("long", "A name that goes on " * 9)
    row.set_chips([*people, long], "p0")
    assert whole(row)
    row._buttons["p0"].setFocus()
    for n in range(1, 6):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
        assert QApplication.focusWidget() is row._buttons[f"p{n}"]
        assert row._buttons[f"p{n}"].isChecked()
        assert in_strip(row, f"p{n}")
    QTest.mouseClick(row._arrows[0], Qt.MouseButton.LeftButton)
    assert not in_strip(row, "p5")
    row.set_chips([replace(people[0], count="2/9"), *people[1:], long], "p5")
    assert in_strip(row, "p5")
    assert row._buttons["long"].width() == 240
    assert row._buttons["long"].toolTip().startswith("A name that goes on")
    assert unnamed(row) == []
    row.hide()
    row.deleteLater()


def test_what_is_not_answered_is_listed_whole_with_its_line_for_a_reason(packs, qapp):
    items = [item for pack in packs[:4] for section in pack.sections for item in section.items]
    pane = MissingPane(lambda: None, lambda _item: None, lambda *_a: None)
    pane.show_items(items)
    pane.show()
    for width in WIDTHS:
        pane.resize(width, 400)
        settle(qapp)
        assert pane._area.widget().width() <= pane._area.viewport().width()
        assert all(line.width() >= 200 for line in pane._lines)
    pane.hide()
    pane.deleteLater()
