"""The victim does not agree to be recorded: the officer decides, with a reason, to go on without a recorder."""

from rvr_console.demo.teller import Teller

TALK_S = 6.0


async def unrecorded_call(story: Teller) -> None:
    """Raises NotFoundError or RuntimeError where it cannot go on."""
    driver = story.driver
    story.begin("The recording is announced; the victim does not agree. The officer decides and says why.")
    await story.at_phone(do="tap", name="I do not agree", seconds=20)
    await driver.widget("Go on without recording", seconds=20)
    await story.pictures("06-refused")
    await driver.type_into("Your decision and reason", "Afraid that it could be seen; account first.")
    await driver.click("Go on without recording")
    await driver.sees("Not recording", seconds=20)
    story.done("refused")
    story.begin("They speak; nothing is recorded, and the page says so.")
    await story.sample(TALK_S)
    await story.pictures("07-unrecorded")
    story.done("call")
