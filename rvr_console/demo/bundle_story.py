"""The disclosure officer's part of the story: the case that was given, and its court bundle."""

from rvr_console.demo.teller import Teller

SERGEANT, DISCLOSURE = "Sgt 1186 Tom Ridley", "Disclosure officer 7041 Dana Okafor"
SERGEANT_ROW, DISCLOSURE_ROW = f"Sign in as {SERGEANT}", f"Sign in as {DISCLOSURE}"


async def give_to_disclosure(story: Teller) -> None:
    """By the sergeant who has the case open. Raises NotFoundError where it cannot go on."""
    driver = story.driver
    story.begin("The sergeant gives the case to a disclosure officer.")
    await driver.click("Give to disclosure")
    await driver.click("Give the case", seconds=20)
    await driver.sees("has this case now.", seconds=20)
    story.done("assign")


async def make_bundle(story: Teller) -> None:
    """Raises NotFoundError where it cannot go on."""
    driver = story.driver
    story.begin("The disclosure officer makes the court bundle: a logged act, into a folder that was named.")
    await driver.choose(SERGEANT, "Sign out")
    await driver.click(DISCLOSURE_ROW, seconds=20)
    await driver.click("Review", seconds=30)
    await driver.click("Open case", seconds=20)
    await driver.click("Make court bundle", seconds=20)
    await driver.type_into("Purpose of the bundle", "Case file for the prosecutor")
    await driver.type_into("Folder for the bundle", str(story.out))
    await driver.click("Start making")
    await driver.sees("The bundle is made.", seconds=600)
    story.done("bundle")
    await story.pictures("16-bundle")
    [made] = story.out.glob("*_bundle")  # the console names it after the incident
    made.rename(story.out / "bundle")
    await driver.choose(DISCLOSURE, "Sign out")
    await driver.click(SERGEANT_ROW, seconds=20)  # who may read what the summary tells
    await driver.widget("Take next", seconds=30, enabled=False)
