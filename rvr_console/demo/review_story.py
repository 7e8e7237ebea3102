"""The sergeant's part of the story: purpose, verification, sealed playback, a working copy, the outcome."""

import asyncio

from rvr_console.demo.bundle_story import give_to_disclosure
from rvr_console.demo.teller import Teller

OFFICER, SERGEANT_ROW = "PC 2417 Amara Bennett", "Sign in as Sgt 1186 Tom Ridley"


async def review(story: Teller) -> None:
    """Raises NotFoundError where it cannot go on."""
    await _open(story)
    await _play(story)
    await _save_copy(story)
    await give_to_disclosure(story)
    await _decide(story)


async def _open(story: Teller) -> None:
    driver = story.driver
    story.begin("The officer signs out; the sergeant signs in and opens the case, with a purpose.")
    await driver.choose(OFFICER, "Sign out")
    await driver.click(SERGEANT_ROW, seconds=20)
    await driver.widget("Take next", seconds=30, enabled=False)
    await driver.click("Review")
    await driver.click("Open case", seconds=20)
    await driver.type_into("Purpose of viewing", "Evidential review within 24 hours")
    await story.pictures("12-review-purpose")
    await driver.click("Open recording")
    await driver.widget("Play", seconds=60)
    story.done("review_open")


async def _play(story: Teller) -> None:
    driver = story.driver
    story.begin("Verified, then played from its sealed form; to the next gap.")
    await driver.click("Play")
    await asyncio.sleep(2.0)
    await driver.click("Pause")
    await driver.click("Next gap")
    await asyncio.sleep(0.5)
    await story.pictures("13-review")
    story.done("review_play")


async def _save_copy(story: Teller) -> None:
    driver = story.driver
    story.begin("A play-anywhere copy is saved: a logged act, into a folder that was named.")
    await driver.click("Save a copy")
    await driver.type_into("Purpose of the copy", "Working copy for the file")
    await driver.type_into("Folder for the copy", str(story.out))
    await driver.click("Start saving")
    await driver.sees("The copy is saved.", seconds=400)
    story.done("copy")
    await story.pictures("14-review-copy")


async def _decide(story: Teller) -> None:
    driver = story.driver
    story.begin("Outcome C with a plan.")
    await driver.click("Outcome C")
    await driver.type_into(
        "Investigation plan", "1. Ask number 8 for the doorbell footage. 2. Call back by Friday."
    )
    await driver.click("Record outcome C", seconds=20)
    await driver.sees("Outcome C recorded", seconds=20)
    story.done("outcome")
    await story.pictures("15-review-done")
