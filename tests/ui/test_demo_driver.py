import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

sys.path.append(str(Path(__file__).parents[1]))

from pack_desk import Told

from rvr_console.demo.driver import Driver, NotFoundError
from rvr_console.packs.pack_registry import PackRegistry, PackSources
from rvr_console.services.safety_wording import SafetyWording
from rvr_console.system.durable_file import DurableDisk


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


def test_the_story_answers_the_safety_questions_as_the_bundled_pack_asks_them():
    from rvr_console.demo.story import ANSWERS  # the story's own parts are for this test alone

    packs = PackRegistry(PackSources(), DurableDisk(), Told())
    asked = SafetyWording(packs).at(datetime(2026, 11, 21, tzinfo=UTC))
    assert list(asked.values()) == list(ANSWERS)
