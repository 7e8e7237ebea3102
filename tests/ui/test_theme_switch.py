"""A change of theme in a call with every tab made: what is hidden is neither polished nor laid out."""

import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from full_call_rig import FullCallRig
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import getCppPointer

import rvr_console.ui
from rvr_console.ui.theme import apply_theme

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
    """Counts what each widget is told."""

    def __init__(self) -> None:
        super().__init__()
        self.work: list[tuple[str, str]] = []
        self.each: Counter[tuple[int, QEvent.Type]] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget):
            if event.type() in WORK:
                self.work.append((type(watched).__name__, event.type().name))
            if event.type() in CHANGES:
                self.each[pointer(watched), event.type()] += 1
        return False


@pytest.fixture
def call(tmp_path, qapp):
    apply_theme(qapp, dark=False)
    rig = FullCallRig(tmp_path, qapp)
    rig.in_call()
    rig.fill_all_tabs(exhibits=2)
    yield rig
    apply_theme(qapp, dark=False)
    rig.close()


def switch(qapp: QApplication, *, dark: bool) -> Heard:
    for _settled in range(2):
        qapp.processEvents()
    heard = Heard()
    qapp.installEventFilter(heard)
    apply_theme(qapp, dark=dark)
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
