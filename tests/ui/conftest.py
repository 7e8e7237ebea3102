"""A display that needs none, the theme on the application, and a watch over widgets left behind."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QWidget,
)

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))

from consultation_rig import Rig
from form_rig import FormRig

from rvr_console.ui.theme import apply_theme

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QAbstractItemView, QProgressBar, QTabBar)


@pytest.fixture
def dressed(qapp):
    """The application in the light theme."""
    apply_theme(qapp, dark=False)
    return qapp


@pytest.fixture
def no_stray_widgets(qapp):
    """Fails a test that leaves top-level widgets alive."""
    before = set(map(id, QApplication.topLevelWidgets()))
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in QApplication.topLevelWidgets() if id(w) not in before and w.isVisible()]
    assert not left


@pytest.fixture
def rig(tmp_path, qapp, qtbot):
    """The consultation page over real services, shown and active; a file with another subject has its own."""
    made = Rig(tmp_path, qapp)
    made.page.resize(1344, 852)
    made.page.show()
    made.page.activateWindow()
    qtbot.waitUntil(made.page.isActiveWindow)
    yield made
    made.close()


@pytest.fixture
def spoken(monkeypatch):
    """What a screen reader would say."""
    said = []

    def keep(event) -> None:
        if event.type() is QAccessible.Event.Announcement:
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", keep)
    return said


def unnamed_controls(root: QWidget) -> list[str]:
    """Controls of ours without an accessible name; Qt's own inner parts (scroll bars, menus' views) are passed over."""
    inner = {"qt_spinbox_lineedit", "qt_scrollarea_viewport", "ScrollLeftButton", "ScrollRightButton"}
    found = [root, *root.findChildren(QWidget)]
    return [
        f"{type(w).__name__} {w.objectName()}"
        for w in found
        if isinstance(w, CONTROLS)
        and w.objectName() not in inner
        and not (w.parent() and isinstance(w.parent(), (QLineEdit, QComboBox)))
        and type(w).__name__
        not in {"QComboBoxListView", "QTableCornerButton", "RowHeader", "QHeaderView", "QAbstractButton"}
        and not w.accessibleName()
    ]


@pytest.fixture
def unnamed():
    return unnamed_controls


@pytest.fixture(scope="session")
def recorded(tmp_path_factory) -> Path:
    """A vault with the recording that is reviewed; each rig takes a copy of it."""
    from review_rig import record_clip  # its codecs are for the tests of the review alone

    folder = tmp_path_factory.mktemp("recorded") / "vault"
    folder.mkdir()
    record_clip(folder)
    return folder


@pytest.fixture
def form_rig(tmp_path, qapp):
    """The same page with the forms' tab over real services and the small packs of the tests."""
    made = FormRig(tmp_path, qapp)
    made.page.resize(1344, 852)
    made.page.show()
    yield made
    made.close()
