"""Somebody who may looks at one exhibit with a purpose, saves the signed statement, and sees on Health that log and store hold."""

from rvr_console.demo.teller import Teller

STATEMENT = "AB/3"  # after the two stills of the same officer


async def look_at_evidence(story: Teller) -> None:
    """Raises NotFoundError where it cannot go on."""
    driver = story.driver
    story.begin("One exhibit is opened with a purpose; what is known of it and its custody stand beside it.")
    await driver.click("Evidence")
    await driver.type_into("Find", "door from outside")
    await driver.type_into("Purpose of opening", "Disclosure schedule")
    await driver.click("Open", seconds=20)
    await driver.widget("Close the picture", seconds=60)
    await driver.sees("Disclosure schedule", seconds=20)
    story.done("evidence_page")
    await story.pictures("17-evidence-page")
    story.begin("The signed statement is saved as a copy: a logged act, into a folder that was named.")
    await driver.click("Close the picture")
    await driver.type_instead("Find", STATEMENT)
    await driver.sees("Witness statement of", seconds=20)
    await driver.click("Save a copy…")
    await driver.type_into("Purpose of the copy", "Case file")
    await driver.type_into("Folder for the copy", str(story.out))
    await driver.click("Start saving")
    await driver.sees("The copy is saved.", seconds=60)
    story.done("statement_copy")
    await story.pictures("18-statement-copy")
    story.begin("Health: custody log and evidence store are verified.")
    await driver.click("Health")
    await driver.click("Verify now", seconds=120)
    await driver.sees("Custody log and evidence store are as they should be.", seconds=300)
    story.done("health")
    await story.pictures("19-health")
