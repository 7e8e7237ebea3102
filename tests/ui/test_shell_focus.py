"""Where the focus goes when what has it goes away."""

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from rvr_console.ui.shell_focus import FocusKeeper
from rvr_console.ui.widgets.button import ActionSlot, Button

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")


@pytest.fixture
def window(qtbot):
    """A page: its acts above, a pane with two fields below."""
    made = FocusKeeper()
    qtbot.addWidget(made)
    page, pane = QWidget(), QWidget()
    pane.setProperty("pane", True)
    made.pane = [QLineEdit(), QLineEdit()]
    made.acts = [Button("Convert to attendance", "danger"), ActionSlot(), Button("Dismiss")]
    for parent, parts in ((pane, made.pane), (page, made.acts)):
        column = QVBoxLayout(parent)
        for part in parts:
            column.addWidget(part)
    page.layout().addWidget(pane)
    made.setCentralWidget(page)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_a_field_that_goes_hands_the_focus_to_its_neighbour(window):
    window.pane[1].setFocus()
    window.pane[1].hide()
    assert window.pane[0].hasFocus()


def test_a_banner_that_goes_hands_the_focus_to_none_of_the_pages_acts(window):
    window.acts[-1].setFocus()
    window.acts[-1].hide()
    assert QApplication.focusWidget() is None


def test_a_pane_that_goes_with_its_focus_hands_it_to_none_of_the_pages_acts(window):
    window.pane[0].setFocus()
    window.pane[0].parentWidget().hide()
    assert QApplication.focusWidget() is None
