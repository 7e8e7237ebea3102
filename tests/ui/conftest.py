"""A display that needs none, the theme on the application, and a watch over widgets left behind."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
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
