"""Text for the records system: every way of copying it is the act that the log knows of."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

sys.path.insert(0, str(Path(__file__).parent))


from rvr_console.domain.custody import CustodyAct

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


@pytest.fixture
def rig(form_rig):
    return form_rig


def test_no_way_of_copying_text_for_records_goes_past_the_log(rig):
    rig.begin()
    for key in (Qt.Key.Key_N, Qt.Key.Key_Y):
        rig.key(key)
    rig.click("Text for records")
    QGuiApplication.clipboard().setText("before")
    text = rig.named("Answers")
    text.setFocus()
    rig.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseDClick(text.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 14))
    assert not text.textCursor().hasSelection()
    assert QGuiApplication.clipboard().text() == "before"
    assert text.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    rig.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "2 Very frightened: Yes" in QGuiApplication.clipboard().text()
    assert len(rig.run(rig.world.logged(CustodyAct.FORM_EXPORTED))) == 1
