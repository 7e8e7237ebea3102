import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from rvr_console.domain.access import Role, User
from rvr_console.errors import RefusedError
from rvr_console.ui.sign_in.page import DemoAccount, SignInPage
from rvr_console.ui.sign_in.presenter import SignInPresenter

pytestmark = pytest.mark.usefixtures("dressed")
PERSON = User("2417", "A. Bennett", "PC", Role.OFFICER)
DEMO = DemoAccount("1186", "Sgt T. Ridley", Role.SERGEANT, "not a real password")


class Service:
    def __init__(self) -> None:
        self.asked, self.answer = [], PERSON

    async def sign_in(self, collar, password):
        self.asked.append((collar, password))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Desk:
    """Page, presenter and service together; started coroutines wait until `run`."""

    def __init__(self, qtbot, demo=()) -> None:
        self.page, self.service, self.signed_in, self.waiting = (
            SignInPage("Northmoor", demo),
            Service(),
            [],
            [],
        )
        presenter = SignInPresenter(self.page, self.service, self.waiting.append, self.signed_in.append)
        self.page.connect_presenter(presenter)
        qtbot.addWidget(self.page)
        self.page.resize(900, 800)
        self.page.show()
        self.page.activateWindow()
        qtbot.waitUntil(self.page.isActiveWindow)

    async def run(self) -> None:
        while self.waiting:
            await self.waiting.pop(0)


@pytest.fixture
def desk(qtbot):
    return Desk(qtbot)


async def test_signs_in_by_keyboard_alone_and_forgets_the_password(desk, qtbot):
    qtbot.keyClicks(desk.page.collar, "2417")
    qtbot.keyClick(desk.page.collar, Qt.Key.Key_Return)
    assert desk.page.password.hasFocus()
    qtbot.keyClicks(desk.page.password, "correct horse")
    qtbot.keyClick(desk.page.password, Qt.Key.Key_Return)
    assert desk.page.slot.pending
    await desk.run()
    assert desk.service.asked == [("2417", "correct horse")]
    assert desk.signed_in == [PERSON]
    assert (desk.page.collar.text(), desk.page.password.text()) == ("", "")
    assert not desk.page.slot.pending


async def test_refusal_says_why_keeps_the_number_and_empties_the_password(desk, qtbot):
    desk.service.answer = RefusedError("The number or the password is not right.", todo="Try again.")
    qtbot.keyClicks(desk.page.collar, "2417")
    qtbot.keyClicks(desk.page.password, "wrong")
    qtbot.mouseClick(desk.page.slot, Qt.MouseButton.LeftButton)
    await desk.run()
    assert desk.page._fault.fact == "The number or the password is not right."
    assert (desk.page.collar.text(), desk.page.password.text()) == ("2417", "")
    assert desk.page.password.hasFocus()
    assert not desk.signed_in
    desk.service.answer = PERSON
    qtbot.keyClicks(desk.page.password, "right")
    qtbot.keyClick(desk.page.password, Qt.Key.Key_Return)
    await desk.run()
    assert desk.signed_in == [PERSON]
    assert desk.page._fault is None


async def test_a_second_press_is_no_second_attempt(desk, qtbot):
    desk.page.collar.setText("2417")
    desk.page.password.setText("x")
    for _ in range(3):
        qtbot.keyClick(desk.page.password, Qt.Key.Key_Return)
        qtbot.mouseClick(desk.page.slot, Qt.MouseButton.LeftButton)
    await desk.run()
    assert len(desk.service.asked) == 1


def test_empty_fields_are_named_and_nothing_is_sent(desk, qtbot):
    qtbot.mouseClick(desk.page.slot, Qt.MouseButton.LeftButton)
    assert not desk.waiting
    assert "Enter your collar number." in desk.page.collar.accessibleName()
    assert "Enter your password." in desk.page.password.accessibleName()


def test_what_is_typed_as_password_is_hidden(desk):
    assert desk.page.password.echoMode() is desk.page.password.EchoMode.Password
    desk.page.password.setText("secret words")
    assert "secret words" not in desk.page.password.accessibleName()


async def test_demonstration_accounts_are_labelled_and_sign_in(qtbot, unnamed):
    desk = Desk(qtbot, [DEMO])
    row = next(
        w for w in desk.page.findChildren(type(desk.page).mro()[1]) if "demonstration" in w.accessibleName()
    )
    assert row.accessibleName() == "Sign in as Sgt T. Ridley, Sergeant, demonstration account"
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Space)
    await desk.run()
    assert desk.service.asked == [("1186", "not a real password")]
    assert unnamed(desk.page) == []


def test_a_demonstration_password_is_in_no_text():
    assert "not a real password" not in repr(DEMO)


def test_six_accounts_and_a_fault_make_no_window_higher_than_a_small_screen(qtbot):
    accounts = [DemoAccount(str(n), f"Account {n}", Role.OFFICER, "x") for n in range(6)]
    desk = Desk(qtbot, accounts)
    desk.page.show_fault("The number or the password is not right.", "Check both.")
    assert desk.page.minimumSizeHint().height() < 400
    desk.page.resize(1366, 600)
    rows = desk.page.findChildren(QToolButton)
    rows[-2].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(rows[-2], Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: rows[-1].visibleRegion().boundingRect() == rows[-1].rect())
