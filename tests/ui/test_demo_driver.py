import asyncio

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from rvr_console.demo.driver import Driver, NotFoundError


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


def test_clicks_and_types_as_a_person(window):
    clicked = []
    window.button.clicked.connect(lambda: clicked.append(True))

    async def act():
        driver = Driver(patience=2)
        await driver.click("Mute")
        await driver.type_into("Reason", "caller's wish")

    asyncio.run(act())
    assert clicked == [True]
    assert window.field.text() == "caller's wish"


def test_cannot_click_what_is_not_there_hidden_disabled_or_covered(window):
    driver = Driver(patience=0.05)
    with pytest.raises(NotFoundError):
        asyncio.run(driver.click("End call"))
    window.button.setEnabled(False)
    with pytest.raises(NotFoundError):
        asyncio.run(driver.click("Mute"))
    window.button.setEnabled(True)
    cover = QWidget(window)
    cover.setGeometry(window.rect())
    cover.show()
    with pytest.raises(NotFoundError, match="covered"):
        asyncio.run(driver.click("Mute"))
