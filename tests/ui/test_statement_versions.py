"""The versions of a statement in its tab: who froze them, why they were reopened, their text to read and never to change."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

sys.path.insert(0, str(Path(__file__).parent))

from test_statement_tab import begun, frozen, rig  # noqa: F401  # a fixture

from rvr_console.domain.statement import StatementState
from rvr_console.services.statements import keep_signed

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


def choose_versions(rig) -> None:  # noqa: F811
    view = rig.sheet.tools._view
    view.setFocus()
    while view.value != "versions":
        QTest.keyClick(rig.app.focusWidget(), Qt.Key.Key_Right)
        QTest.keyClick(rig.app.focusWidget(), Qt.Key.Key_Space)
    rig.settle()


def test_without_a_version_it_says_so(rig):  # noqa: F811
    begun(rig)
    choose_versions(rig)
    assert rig.sees("No version yet.")
    assert not rig.sheet.versions.table.isVisible()


def test_each_version_is_read_with_what_became_of_it(rig):  # noqa: F811
    frozen(rig)
    rig.papers.correct("the door was blue")
    rig.settle()
    rig.write("The door was blue.")
    rig.presenter.next()
    rig.settle()
    assert rig.statement.state is StatementState.FROZEN
    choose_versions(rig)
    pane = rig.sheet.versions
    assert [row.key for row in pane.table.rows.rows] == ["2", "1"]
    pane.table.setFocus()
    QTest.keyClick(pane.table, Qt.Key.Key_Up)
    QTest.keyClick(pane.table, Qt.Key.Key_Down)
    assert "reopened" in pane._said.text()
    assert pane._said.text().endswith("by 2417: the door was blue")
    assert pane.reading.toPlainText() == "I live alone.\n\nThe door was broken."
    QTest.keyClick(pane.table, Qt.Key.Key_Tab)
    assert rig.app.focusWidget() is pane.reading
    QTest.keyClicks(pane.reading, "never")
    assert pane.reading.toPlainText() == "I live alone.\n\nThe door was broken."
    QTest.keyClick(pane.reading, Qt.Key.Key_Tab)
    assert rig.app.focusWidget() is not pane.reading


def test_what_happens_meanwhile_is_seen(rig):  # noqa: F811
    frozen(rig)
    choose_versions(rig)
    assert "Frozen, not signed" in [row.cells[1].word for row in rig.sheet.versions.table.rows.rows]
    made = rig.run(rig.world.desk.note(lambda work: keep_signed(work, rig.statement.id, 1)))
    rig.settle()
    assert made.signed == (1,)
    assert [row.cells[1].word for row in rig.sheet.versions.table.rows.rows] == ["Signed"]
    assert "signed" in rig.sheet.versions._said.text()
