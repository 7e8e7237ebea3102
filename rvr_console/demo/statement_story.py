"""Two statements in the call: written, frozen, read and signed on the phone, sealed by the desk. One is signed by a typed name, one by drawing."""

from PySide6.QtCore import Qt

from rvr_console.demo.driver import Driver
from rvr_console.demo.teller import Teller

PAGES_SHOWN = "() => document.body.dataset.view === 'document' && document.querySelectorAll('.document__page').length >= 1"
SIGNING = "() => !document.getElementById('document-signing').hidden"
CAN_SIGN = "() => !document.getElementById('document-sign').disabled"
DOWN = """async () => {
  window.scrollBy(0, window.innerHeight * 0.6);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const next = /Next: page (\\d+)/.exec(document.getElementById('document-lead').textContent);
  const atEnd = window.scrollY + window.innerHeight >= document.body.scrollHeight - 2;
  if (next && atEnd) document.querySelectorAll('.document__page')[Number(next[1]) - 1].scrollIntoView();
  return atEnd && !next;
}"""
SIGNER = "Owen Pardew"
MOST_SCREENS = 80


async def take_statements(story: Teller) -> None:
    """Raises NotFoundError or RuntimeError where it cannot go on."""
    driver = story.driver
    story.begin("The witness statement is written in the call.")
    await driver.click_tab("Paperwork", "Statement")
    await driver.click("Begin a witness statement", seconds=20)
    await driver.type_into(
        "Text of the statement", "I came home at 18:40 and found the glass of my front door broken."
    )
    await driver.choose_first("Insert exhibit")
    await _facts(driver)
    await story.pictures("09-statement")
    story.done("statement_written")
    await _freeze_and_show(story, "09-statement-frozen")
    await _read(story)
    await story.phone_picture("pages-read")
    await _sign_typed(story)
    await _seal(story, "statement_typed", "09-statement-sealed")
    story.begin("A victim personal statement apart: signed by drawing.")
    await driver.choose("New statement", "Victim personal statement")
    await driver.type_into("Text of the statement", "I do not feel at ease in my home since then.")
    await _facts(driver)
    await _freeze_and_show(story, "09-personal-frozen")
    await _read(story)
    await _sign_drawn(story)
    await _seal(story, "statement_drawn", "09-personal-sealed")


async def _facts(driver: Driver) -> None:
    for answer in (
        "Over 18, Yes",
        "Visually recorded, Yes",
        "Dates to avoid, None",
        "Willing to attend court, Yes",
    ):
        await driver.click(answer)
    await driver.click("Medical records may be obtained, Not needed")
    await driver.type_into("Needs and special measures", "none")
    await driver.press(Qt.Key.Key_Tab)  # to the list beside it, where a person presses the arrow
    await driver.press(Qt.Key.Key_Down)


async def _freeze_and_show(story: Teller, picture: str) -> None:
    driver = story.driver
    story.begin("The text is frozen; the same file is shown on the phone.")
    await driver.click("Freeze text", seconds=20)
    await driver.click("Show the pages to sign", seconds=30)
    await story.at_phone(do="wait", script=PAGES_SHOWN, seconds=60)
    await story.pictures(picture)
    await story.phone_picture("pages")


async def _read(story: Teller) -> None:
    """To the end of every page, screen by screen."""
    for _ in range(MOST_SCREENS):
        if await story.at_phone(do="eval", script=DOWN):
            break
    await story.driver.widget("Show declaration", seconds=30)
    await story.driver.click("Show declaration")
    await story.at_phone(do="wait", script=SIGNING, seconds=30)
    await story.at_phone(do="tick", name="I accept")


async def _sign_typed(story: Teller) -> None:
    await story.at_phone(do="type", name="Your full name", text=SIGNER)
    await story.phone_picture("sign-typed")
    await _sign(story)


async def _sign_drawn(story: Teller) -> None:
    await story.at_phone(do="tick", name="Draw")
    await story.at_phone(do="draw", selector="#document-pad")
    await story.phone_picture("sign-drawn")
    await _sign(story)


async def _sign(story: Teller) -> None:
    await story.at_phone(do="wait", script=CAN_SIGN, seconds=20)
    await story.at_phone(do="tap", name="Sign")


async def _seal(story: Teller, step: str, picture: str) -> None:
    driver = story.driver
    story.begin("The officer seals the signed statement.")
    await driver.click("Seal statement", seconds=30)
    await driver.sees("Sealed as", seconds=60)
    story.done(step)
    await story.pictures(picture)
