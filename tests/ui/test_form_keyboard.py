"""Every form is started, filled in, completed, corrected and left by keys alone, with the focus always in sight."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
from full_call_rig import FullCallRig
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rvr_console.domain.form import AnswerKind, FormState, Item, Option, PackKind
from rvr_console.domain.form_structure import open_items
from rvr_console.ui.risk.item_row import ItemRow
from rvr_console.ui.theme import apply_theme

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Keys:
    """A person with a keyboard and no mouse, at a small screen."""

    def __init__(self, call: FullCallRig) -> None:
        self.call = call

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    @property
    def name(self) -> str:
        return self.focus.accessibleName()

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """To whatever has the focus, which is in sight afterwards."""
        QTest.keyClick(self.focus, key, modifier)
        self.call.settle()
        for _ in range(3):  # a layout, what it scrolls, and the scrolling
            self.call.app.processEvents()
        seen, own = self.focus.visibleRegion().boundingRect(), self.focus.rect()
        assert seen == own, f"{self.name} is out of sight: {seen} of {own}"

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def to(self, name: str, key=Key.Key_Tab, most: int = 60) -> None:
        for _ in range(most):
            if self.name.startswith(name):
                return
            self.press(key)
        raise AssertionError(f"{name} is not reached: {self.name}")

    @property
    def state(self):
        return self.call.risk.presenter.state

    @property
    def stored(self):
        forms = self.call.run(self.call.forms.of_consultation(self.call.cid))
        return {(one.pack.kind, one.form.person): one.form for one in forms}

    def to_form(self, kind: PackKind) -> None:
        self.press(Key.Key_4, CTRL)
        for _ in range(20):
            if self.state.kind is kind and (self.state.live is None):
                return
            self.press(Key.Key_PageDown, CTRL | SHIFT)
        raise AssertionError(f"{kind} is not reached")

    def start(self, person: str = "") -> None:
        if person:
            assert self.name.startswith("Name of the person")
            self.write(person)
        else:
            assert self.name == "Start form"
        self.press(Key.Key_Return)
        assert self.state.live is not None

    def row(self) -> ItemRow | None:
        part = self.focus
        while part is not None and not isinstance(part, ItemRow):
            part = part.parentWidget()
        return part

    def answer(self) -> None:
        """The item that has the focus: first choice, or some words."""
        item = self.row().item
        if item.choices:
            self.press(Key.Key_Y if item.kind is AnswerKind.YES_NO else Key.Key_1)
        else:
            self.write("21/11/2015" if item.kind is AnswerKind.DATE else f"Said of {item.id}")
            self.press(Key.Key_Tab)

    def fill(self) -> None:
        """Until nothing is left to answer."""
        for _ in range(150):
            live = self.state.live
            if not open_items(live.pack, live.form):
                return
            row = self.row()
            if row is not None and row.item in open_items(live.pack, live.form):
                self.answer()
            else:
                self.press(Key.Key_4, CTRL)
        raise AssertionError("never filled in")

    def complete(self) -> None:
        self.press(Key.Key_4, CTRL)
        assert self.name == "Complete form"
        self.press(Key.Key_Return)


@pytest.fixture(scope="module")
def call(tmp_path_factory, qapp):
    """One call, in which each form is filled in after the other."""
    apply_theme(qapp, dark=False)
    made = FullCallRig(tmp_path_factory.mktemp("keys"), qapp)
    made.in_call()
    made.window.resize(1366, 768)
    made.window.activateWindow()
    made.settle()
    made.page.right._tabs.setFocus()
    yield made
    made.close()


@pytest.fixture
def keys(call) -> Keys:
    return Keys(call)


def long(kind: PackKind, person: str):
    return pytest.param(kind, person, id=kind.value, marks=pytest.mark.slow)


@pytest.mark.parametrize(
    ("kind", "person"),
    [
        pytest.param(PackKind.REFERRAL, "", id="referral"),
        pytest.param(PackKind.THRIVE, "", id="thrive"),
        long(PackKind.NEEDS, ""),
        long(PackKind.MISSING, "Tom Cole"),
        long(PackKind.INVESTIGATION, ""),
    ],
)
def test_a_form_is_started_filled_completed_corrected_and_left_by_keys(keys, kind, person):
    keys.to_form(kind)
    keys.start(person)
    keys.fill()
    keys.complete()
    assert keys.stored[kind, person].state is FormState.COMPLETED
    assert keys.name == "Open again…"  # the focus is not lost with the button that was pressed
    keys.press(Key.Key_Return)
    keys.write("A word was wrong")
    keys.press(Key.Key_Return)
    assert keys.stored[kind, person].state is FormState.OPEN
    keys.complete()
    assert keys.stored[kind, person].state is FormState.COMPLETED
    keys.press(Key.Key_3, CTRL)
    assert keys.call.page.right._tabs.current == "notes"
    assert keys.call.page.right.notes.isAncestorOf(keys.focus)


def test_two_childrens_notices_and_nothing_typed_is_lost_between_tabs_forms_and_persons(keys):
    keys.to_form(PackKind.NOTICE)
    keys.start("Ida Cole")
    keys.write("Ida Co")
    keys.press(Key.Key_3, CTRL)  # another tab
    assert value(keys, "Ida Cole", "name") == "Ida Co"
    keys.press(Key.Key_4, CTRL)
    keys.to("Relation to the others")
    keys.write("Daughter of the vic")
    keys.to("Person, Ida Cole", Key.Key_Backtab)  # passes over what was answered
    keys.press(Key.Key_Right)
    keys.press(Key.Key_Tab)
    keys.start("Ben Cole")
    keys.write("Ben")
    keys.press(Key.Key_PageUp, CTRL | SHIFT)  # the person before
    assert keys.state.live.form.person == "Ida Cole"
    assert value(keys, "Ida Cole", "relation") == "Daughter of the vic"
    assert value(keys, "Ben Cole", "name") == "Ben"
    for person in ("Ida Cole", "Ben Cole"):
        keys.fill()
        keys.complete()
        assert "grade by your judgement" in keys.state.told
        keys.to("Grade, Raise to Standard", Key.Key_Backtab)
        keys.press(Key.Key_Right)
        keys.press(Key.Key_Space)
        keys.write("Heard the shouting")
        keys.press(Key.Key_Return)
        keys.complete()
        assert keys.stored[PackKind.NOTICE, person].state is FormState.COMPLETED
        assert keys.stored[PackKind.NOTICE, person].judgement.grade == "medium"
        keys.press(Key.Key_PageDown, CTRL | SHIFT)


def value(keys: Keys, person: str, item: str) -> str:
    return keys.stored[PackKind.NOTICE, person].answers[item].value


def test_a_list_of_answers_is_answered_by_its_number_and_not_by_passing_over_it(qapp):
    options = tuple(Option(f"o{n}", f"Answer number {n} of a long list") for n in range(1, 6))
    told = []

    class Told:
        def choose(self, item: str, value: str) -> None:
            told.append((item, value))

    row = ItemRow(Item("i", "", "Who was told", AnswerKind.CHOICE, options=options), Told())
    row.show()
    row.box.setFocus()
    QTest.keyClick(row.box, Key.Key_Down)
    assert row.box.view().isVisible()
    row.box.hidePopup()
    wheel = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    qapp.sendEvent(row.box, wheel)
    assert told == []
    QTest.keyClick(row.box, Key.Key_3)
    assert told == [("i", "o3")]
    row.hide()
    row.deleteLater()
