import asyncio

import pytest
import qasync
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from rvr_console.demo.driver import Driver, NotFoundError


@pytest.fixture
def play(qapp):
    """Run a story on a loop that serves Qt and asyncio, as the console does."""
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop.run_until_complete
    asyncio.set_event_loop(None)
    loop.close()


@pytest.fixture
def window(qtbot):
    window = QWidget()
    layout = QVBoxLayout(window)
    window.button, window.field = QPushButton("Go"), QLineEdit()
    window.button.setAccessibleName("Mute, off, F2")
    window.field.setAccessibleName("Reason")
    layout.addWidget(window.button)
    layout.addWidget(window.field)
    qtbot.addWidget(window)
    window.show()
    return window


def test_clicks_and_types_as_a_person(window, play):
    clicked = []
    window.button.clicked.connect(lambda: clicked.append(True))

    async def act():
        driver = Driver(patience=2)
        await driver.click("Mute")
        await driver.type_into("Reason", "caller's wish")

    play(act())
    assert clicked == [True]
    assert window.field.text() == "caller's wish"


def test_cannot_click_what_is_not_there_hidden_disabled_or_covered(window, play):
    driver = Driver(patience=0.05)
    with pytest.raises(NotFoundError):
        play(driver.click("End call"))
    window.button.setEnabled(False)
    with pytest.raises(NotFoundError):
        play(driver.click("Mute"))
    window.button.setEnabled(True)
    cover = QWidget(window)
    cover.setGeometry(window.rect())
    cover.show()
    with pytest.raises(NotFoundError, match="covered"):
        play(driver.click("Mute"))
