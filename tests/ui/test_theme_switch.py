"""In a call with every tab made: a change of theme neither polishes nor lays out, forms are made in parts, bars wait their turn."""

import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from full_call_rig import FullCallRig
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from shiboken6 import getCppPointer

import rvr_console.ui
from rvr_console.domain.form import Answer
from rvr_console.ui.risk.section_page import SectionPage
from rvr_console.ui.theme import apply_theme
from rvr_console.ui.widgets.bar import Bar

WORK = {
    QEvent.Type.StyleChange,
    QEvent.Type.Polish,
    QEvent.Type.FontChange,
    QEvent.Type.LayoutRequest,
    QEvent.Type.Resize,
    QEvent.Type.Move,
    QEvent.Type.UpdateLater,
}
CHANGES = {QEvent.Type.PaletteChange, QEvent.Type.Paint}


def pointer(widget: QWidget) -> int:
    """Of Qt's own object: Python's wrappers come and go."""
    return int(getCppPointer(widget)[0])


class Heard(QObject):
    """Counts what each widget is told, while clocks stand still: what they set off is no part of a switch."""

    def __init__(self) -> None:
        super().__init__()
        self.work: list[tuple[str, str]] = []
        self.each: Counter[tuple[int, QEvent.Type]] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Timer:
            return True
        if isinstance(watched, QWidget):
            if event.type() in WORK:
                self.work.append((type(watched).__name__, event.type().name))
            if event.type() in CHANGES:
                self.each[pointer(watched), event.type()] += 1
        return False


@pytest.fixture(scope="module")
def call(tmp_path_factory, qapp):
    apply_theme(qapp, dark=False)
    rig = FullCallRig(tmp_path_factory.mktemp("call"), qapp)
    rig.in_call()
    rig.fill_all_tabs(exhibits=2)
    rows = rig.risk.tab._rows
    while rows._timer.isActive():  # each part of the form lays the page out: not in the middle of a test
        rows._timer.stop()
        rows._make_next()
    rig.settle()
    yield rig
    apply_theme(qapp, dark=False)
    rig.close()


def switch(qapp: QApplication, *, dark: bool) -> Heard:
    before = listen(qapp)
    while before.work:
        before = listen(qapp)
    return listen(qapp, lambda: apply_theme(qapp, dark=dark))


def listen(qapp: QApplication, act: Callable[[], None] = lambda: None) -> Heard:
    heard = Heard()
    qapp.installEventFilter(heard)
    act()
    for _shown in range(2):
        qapp.processEvents()
    qapp.removeEventFilter(heard)
    return heard


def test_a_switch_lays_nothing_out_and_tells_each_widget_once(call, qapp):
    switch(qapp, dark=True)
    light = call.window.grab().toImage()
    heard = switch(qapp, dark=False)
    assert heard.work == []
    told = [count for (_widget, kind), count in heard.each.items() if kind is QEvent.Type.PaletteChange]
    assert set(told) == {1}
    assert call.window.grab().toImage() != light
    painted = {key for key, kind in heard.each if kind is QEvent.Type.Paint}
    seen = {pointer(one) for one in [call.window, *call.window.findChildren(QWidget)] if one.isVisible()}
    assert painted <= seen, "hidden pages were painted"


def test_the_theme_in_use_set_again_tells_nobody(call, qapp):
    told = {kind for _widget, kind in switch(qapp, dark=False).each}
    assert told <= {QEvent.Type.Paint}  # the clocks go on


def test_no_widget_has_a_style_sheet(call, qapp):
    """A sheet is matched against each widget, one by one, at each change of theme."""
    assert qapp.styleSheet() == ""
    assert [type(widget).__name__ for widget in qapp.allWidgets() if widget.styleSheet()] == []
    folder = Path(rvr_console.ui.__file__).parent
    users = [path.name for path in folder.rglob("*.py") if re.search(r"\bsetStyleSheet\(", path.read_text())]
    assert users == []


def test_a_form_is_made_in_parts_in_the_order_of_tab(call, qapp, qtbot):
    """Sets that an answer may bring come after the section's own items, the other sections after those."""
    pages = call.risk.tab._rows.pages
    sections = {section.id: section for section in call.risk.presenter.state.live.pack.sections}
    qtbot.waitUntil(
        lambda: set(pages) == set(sections) and not any(page.make_more() for page in pages.values())
    )
    for key, page in pages.items():
        section = sections[key]
        wanted = [item.id for item in section.items]
        wanted += [item.id for branch in section.branches for item in branch.items]
        assert list(page.rows) == wanted
        rows = list(page.rows.values())
        seen: list[QWidget] = []
        start = widget = rows[0].control
        while (widget := widget.nextInFocusChain()) is not start:
            row = next((one for one in rows if one.isAncestorOf(widget)), None)
            if row is not None and row not in seen:
                seen.append(row)
        assert sorted(map(rows.index, seen)) == list(range(len(rows)))
        turned = seen.index(rows[0])
        assert seen[turned:] + seen[:turned] == rows


def test_a_set_that_is_asked_before_it_is_made_is_there(call, qtbot):
    state = call.risk.presenter.state
    section = next(one for one in state.live.pack.sections if one.branches)
    page = SectionPage(section, call.risk.presenter)
    qtbot.addWidget(page)
    assert list(page.rows) == [item.id for item in section.items]
    item = section.branches[0].items[0]
    answered = replace(state.live.form, answers={item.id: Answer(item.id, "yes", datetime.now(UTC), "2417")})
    page.show_form(answered, current=item.id, editable=True)
    assert not page.rows[item.id].isHidden()
    page.go_to(item.id)


def test_a_form_has_few_widgets(call):
    """Each costs at every change of theme, and as the form begins."""
    rows = [row for page in call.risk.tab._rows.pages.values() for row in page.rows.values()]
    assert len(rows) > 40
    assert max(len(row.findChildren(QWidget)) for row in rows) <= 8
    assert len(call.risk.tab.findChildren(QWidget)) <= 10 * len(rows) + 150


def test_a_bar_does_not_paint_at_once_what_waits(qapp, qtbot):
    painted = []

    class Beside(QWidget):
        def paintEvent(self, _event):
            painted.append(1)

    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    beside, bar = Beside(), Bar(1000)
    beside.setMinimumSize(40, 40)
    column.addWidget(beside)
    column.addWidget(bar)
    window.show()
    qtbot.waitUntil(lambda: bool(painted))
    qapp.processEvents()
    painted.clear()
    before = bar.grab().toImage()
    beside.update()
    bar.setValue(700)
    assert painted == []
    qtbot.waitUntil(lambda: bool(painted))
    assert bar.grab().toImage() != before


def test_the_window_with_every_tab_fits_a_small_screen(call):
    assert call.window.minimumSizeHint().width() <= 1366
    assert call.window.minimumSizeHint().height() <= 768
