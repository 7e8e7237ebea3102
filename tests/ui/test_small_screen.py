"""1366 x 768: what has the focus is in sight, nothing is squeezed, and the window stays as high as the screen."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from full_call_rig import FullCallRig
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from rvr_console.ui.theme import apply_theme
from rvr_console.ui.widgets.segmented import Segmented

SCREEN = (1366, 768)


@pytest.fixture(scope="module")
def call(tmp_path_factory, qapp):
    """One case from the link to the form; the tests follow its story."""
    apply_theme(qapp, dark=False)
    made = FullCallRig(tmp_path_factory.mktemp("small"), qapp)
    made.show_window()
    made.window.resize(*SCREEN)
    made.take()
    yield made
    made.close()


def in_sight(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_the_reason_for_sending_the_link_first_is_in_sight(call):
    call.open("safety")
    call.window.resize(SCREEN[0], 640)  # a screen with bars above and below the window
    call.settle()
    assert not call.page.right.safety._place.visibleRegion().boundingRect().height() > 8
    call.click("Send link before these are answered…")
    assert focus().accessibleName() == "Why the link goes first"
    assert in_sight(focus())
    call.key(Qt.Key.Key_Return)
    assert focus().accessibleName().startswith("Why the link goes first, error: ")
    assert in_sight(focus())
    assert in_sight(call.named("Send link now"))
    call.key(Qt.Key.Key_Escape)
    assert in_sight(focus())
    call.window.resize(*SCREEN)


def test_all_tabs_stand_side_by_side(call):
    tabs = call.page.right._tabs
    assert tabs.count() == 9
    assert tabs.tabRect(8).right() < tabs.width()
    arrows = [one for one in tabs.findChildren(QWidget) if one.objectName().startswith("Scroll")]
    assert not any(one.isVisible() for one in arrows)


def fill_form(call) -> list[str]:
    """Fourteen times yes: flags and a referral; the ids of the 27 items."""
    call.answer_all()
    call.settle()
    call.send_link()
    call.knock()
    call.go_live()
    call.agree()
    call.start_form()
    live = call.risk.presenter.state.live
    items = [item.id for section in live.pack.sections for item in section.items if item.choices][:27]

    async def fill() -> None:
        for place, item in enumerate(items):
            await call.forms.answer(live.form.id, item, "yes" if place < 14 else "no")

    call.run(fill())
    call.risk.presenter.read_again()
    call.settle()
    return items


def not_squeezed(call) -> bool:
    rows = [one for one in call.risk.tab.findChildren(Segmented) if one.isVisible()]
    return bool(rows) and all(one.height() == one.sizeHint().height() for one in rows)


def test_a_question_beside_flags_and_a_referral_leaves_the_window_as_it_is(call):
    items = fill_form(call)
    call.risk.tab._foot.save.show()  # as where forms can be saved: the foot's longest line
    for item in items[13], items[12]:
        call.risk.presenter.go_to(item)
        call.settle()
        call.key(Qt.Key.Key_N)
        assert isinstance(focus(), QLineEdit)
        assert in_sight(focus())
        assert call.sees("Always surfaced")
        assert not_squeezed(call)
        call.type("Why the answer before was wrong", "Pressed the wrong key, and the next one with it")
        call.key(Qt.Key.Key_Return)
        assert in_sight(focus())
        call.risk.presenter.go_to(item)
        call.settle()
        call.key(Qt.Key.Key_Y)
    call.risk.presenter.go_to(items[11])
    call.settle()
    call.key(Qt.Key.Key_N)
    facts = call.risk.tab._score._facts
    assert facts.verticalScrollBar().maximum() > 0, "there is more than fits: else this shows nothing"
    assert facts.focusPolicy() is Qt.FocusPolicy.StrongFocus
    assert not_squeezed(call)
    assert call.window.size().toTuple() == SCREEN
    call.key(Qt.Key.Key_Escape)
    stored = call.risk.tab._foot._stored
    for size in (1440, 900), SCREEN:
        call.window.resize(*size)
        call.settle()
        assert stored.text().startswith("Stored")
        assert QFontMetrics(stored.font()).horizontalAdvance(stored.text()) <= stored.width()
