"""What may be long is made a little at a time or as it comes into sight, and nothing of it is lost."""

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QPixmap

from rvr_console.ui.evidence import custody_list
from rvr_console.ui.evidence.custody_list import CustodyList
from rvr_console.ui.evidence.custody_words import CustodyLine
from rvr_console.ui.widgets.plain_table import Column, LateRow, PlainTable
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.timeline_model import Span, SpanKind, TimelineData
from rvr_console.ui.widgets.timeline_paint import Lanes, _told_apart

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


def lines(count: int, first: int = 0) -> list[CustodyLine]:
    return [CustodyLine("21 Nov", Shape.DONE, "Sealed", f"entry {n}") for n in range(first, first + count)]


def shown(found: CustodyList) -> list[str]:
    return [row[3].text() for row in found._rows]


def test_the_custody_of_a_whole_incident_comes_a_few_lines_a_turn(qtbot):
    found = CustodyList()
    qtbot.addWidget(found)
    found.show()
    found.set_lines(lines(200))
    assert len(shown(found)) == custody_list._AT_ONCE
    assert len(found.lines) == 200
    qtbot.waitUntil(lambda: len(shown(found)) == 200, timeout=30_000)
    assert shown(found) == [line.rest for line in lines(200)]
    assert not found._later.isActive()


def test_a_new_entry_leaves_the_others_standing(qtbot):
    found = CustodyList()
    qtbot.addWidget(found)
    found.set_lines(lines(5))
    before = [row[0] for row in found._rows]
    found.set_lines(lines(6))
    assert [row[0] for row in found._rows][:5] == before
    found.set_lines([*lines(2), *lines(2, 50)])
    assert shown(found) == ["entry 0", "entry 1", "entry 50", "entry 51"]
    assert found._grid.count() == 16


def test_another_list_before_the_first_is_made_leaves_nothing_of_it(qtbot):
    found = CustodyList()
    qtbot.addWidget(found)
    found.set_lines(lines(200))
    found.set_lines(lines(30, 500))
    qtbot.waitUntil(lambda: not found._later.isActive(), timeout=30_000)
    assert shown(found) == [line.rest for line in lines(30, 500)]
    found.set_lines([])
    assert shown(found) == []
    assert found._grid.count() == 0


def test_cells_are_made_when_they_are_seen(qtbot):
    made = []

    def row(number: int) -> LateRow:
        def make() -> tuple[str, ...]:
            made.append(number)
            return (f"row {number}",)

        return LateRow(str(number), number, make)

    table = PlainTable("Rows", (Column("", 200, elastic=True),))
    qtbot.addWidget(table)
    table.resize(300, 200)
    table.set_rows([row(number) for number in range(1000)])
    table.show()
    table.viewport().grab()
    assert 0 < len(made) < 20
    table.set_rows([row(number) for number in range(1000)])
    table.viewport().grab()
    assert len(made) == len(set(made)), "what is the same is not made again"
    assert table.rows.rows[700].cells == ("row 700",)


def test_gaps_that_no_eye_parts_are_one_and_others_stay(qtbot):
    lanes = Lanes(1144, 112, 1000.0)  # a pixel a second
    near = [Span(SpanKind.GAP, n + 0.1, n + 0.9) for n in range(100, 200)]
    apart = [Span(SpanKind.GAP, 400.0, 401.0), Span(SpanKind.GAP, 420.0, 421.0)]
    pause = Span(SpanKind.PAUSE, 300.0, 310.0)
    sealed = Span(SpanKind.SEALED, 0.0, 1000.0, "Sealed")
    drawn = _told_apart([sealed, *near, pause, *apart], lanes)
    kinds = [(span.kind, round(span.start), round(span.end)) for span in drawn]
    gap = SpanKind.GAP
    assert kinds == [
        (SpanKind.SEALED, 0, 1000), (gap, 100, 200), (SpanKind.PAUSE, 300, 310), (gap, 400, 402), (gap, 420, 422),
    ]  # fmt: skip


def test_every_gap_is_still_in_the_list_for_reading(qtbot):
    from rvr_console.ui.widgets.timeline import ConsultationTimeline

    timeline = ConsultationTimeline()
    qtbot.addWidget(timeline)
    timeline.resize(900, 112)
    gaps = [Span(SpanKind.GAP, n + 0.1, n + 0.9, "0.8 s") for n in range(500)]
    timeline.set_data(TimelineData(datetime(2026, 11, 21, tzinfo=UTC), 500.0, recording=gaps))
    picture = QPixmap(timeline.size())
    timeline.render(picture)
    assert len(timeline.items()) == 500


def test_a_long_text_is_marked_to_its_end(qtbot):
    from rvr_console.ui.statement.editor import StatementEditor

    def ask(words, told):
        told(words & {"dorr", "recieve"})

    editor = StatementEditor(ask, lambda _word, _told: None)
    qtbot.addWidget(editor)
    editor.put(("I recieve it.", *(f"The dorr is {number}." for number in range(450)), "Then a dorr."))

    def marked() -> int:
        document, found = editor.document(), 0
        for number in range(document.blockCount()):
            found += bool(document.findBlockByNumber(number).layout().formats())
        return found

    qtbot.waitUntil(lambda: marked() == 452, timeout=30_000)
    editor.put(("A dorr.",))
    assert marked() == 1, "a short text is marked at once"
