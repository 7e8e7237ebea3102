"""The risk assessment in the call: one key for each answer, High by 14 "yes", a grade that cannot be lowered, a PDF of it."""

import re
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from rvr_console.demo.driver import Driver, names_shown
from rvr_console.demo.teller import Teller

YES = frozenset({"1", "2", "3", "5", "6", "7", "8", "9", "10", "13", "14", "15", "17", "18"})
"""Item 8 also opens the set on stalking, whose items are answered "no"."""
EVENTS = "Domestic-abuse events in the last 12 months"
MOST_ITEMS = 80


async def assess_risk(story: Teller) -> None:
    """Raises NotFoundError where it cannot go on."""
    driver = story.driver
    story.begin("The risk assessment: one key for each answer.")
    await driver.click("Still to do, Risk")  # this form, also where the kind of incident does not ask for it
    await driver.click("Start form", seconds=20)
    await driver.until(lambda: _asked() == "1", "the first item has the keyboard", 20)
    await _answer_all(driver)
    await driver.sees("14 yes", seconds=20)
    await driver.sees("MARAC", seconds=20)
    await story.pictures("09-risk")
    story.done("risk")
    story.begin("High by 14 “yes”. The officer tries to lower the grade: refused.")
    await driver.click("Grade, Standard")
    await driver.sees("never lower", seconds=20)
    await story.pictures("09-risk-not-lowered")
    await driver.click("Complete form")
    await driver.sees("Completed", seconds=20)
    story.done("risk_completed")
    story.begin("The assessment is saved as a PDF: a logged act, into a folder that was named.")
    await driver.click("Save PDF…")
    await driver.type_into("Purpose", "Referral")
    await driver.type_into("Folder", str(story.out))
    await driver.click("Save form")
    await driver.sees("Saved ", seconds=60)
    story.done("risk_pdf")
    await story.pictures("09-risk-saved")


def _asked() -> str:
    """The item whose answer has the keyboard: its number if it has one, else its label; empty if none has."""
    widget = QApplication.focusWidget()
    name = widget.accessibleName() if widget is not None else ""
    found = re.match(r"Item (\w+),", name)
    return found[1] if found else name.split(",")[0]


def _answered() -> tuple[int, int]:
    for name in names_shown():
        if found := re.fullmatch(r"(\d+) of (\d+) answered", name):
            return int(found[1]), int(found[2])
    return 0, 0


async def _answer_all(driver: Driver) -> None:
    for _ in range(MOST_ITEMS):
        item, before = _asked(), _answered()[0]
        await driver.press(_key(item))
        await driver.until(partial(_more_than, before), f"item {item} is answered", 10)
        done, of = _answered()
        if done == of:
            return
        await driver.until(partial(_beyond, item), f"the item after {item}", 10)


def _more_than(before: int) -> bool:
    return _answered()[0] > before


def _beyond(item: str) -> bool:
    return _asked() not in ("", item)


def _key(item: str) -> Qt.Key:
    if item == EVENTS:
        return Qt.Key.Key_1
    return Qt.Key.Key_Y if item in YES else Qt.Key.Key_N
