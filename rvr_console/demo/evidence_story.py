"""Evidence in the call: files from the victim's phone, stills by the officer. One film is so large that the network fails in the middle of it."""

from PySide6.QtCore import Qt

from rvr_console.demo.teller import Teller

PHOTO, BOMB, FILM = "photo.jpg", "picture.png", "clip.mp4"
UNDER_WAY = 5  # per cent of the film sent, before the network fails
RECEIVED = "() => document.querySelectorAll('.file[data-state=received]').length === {count}"
SENT = "() => document.querySelector('.file[data-state=sending] progress')?.value >= {percent}"
CHOSEN = "() => document.querySelectorAll('.file[data-state=chosen]').length === {count}"


async def photo_and_stills(story: Teller) -> None:
    """Raises NotFoundError or RuntimeError where it cannot go on."""
    driver = story.driver
    story.begin("The officer asks for a photo; the phone sends one, and a picture that would burst.")
    await driver.click_tab("Paperwork", "Evidence")
    await driver.click("Ask for a photo")
    await story.at_phone(do="wait", script="() => !document.getElementById('files-wanted').hidden")
    await _choose(story, PHOTO, BOMB)
    await story.at_phone(do="type", name=f"Describe {PHOTO}", text="The door from outside")
    await story.phone_picture("files")
    await story.at_phone(do="tap", name="Send 2 files")
    await story.at_phone(do="wait", script=RECEIVED.format(count=2), seconds=60)
    await driver.sees("2 sealed", seconds=30)
    story.done("files")
    story.begin("Two stills of what is seen.")
    for count in (3, 4):
        await driver.press(Qt.Key.Key_F5)
        await driver.sees(f"{count} sealed", seconds=20)
    await story.pictures("07-evidence")
    story.done("stills")


async def begin_film(story: Teller) -> None:
    """Leaves the film under way."""
    story.begin("The phone sends a film of 200 MB.")
    await _choose(story, FILM)
    await story.at_phone(do="tap", name="Send")
    await story.at_phone(do="wait", script=SENT.format(percent=UNDER_WAY), seconds=60)
    await story.phone_picture("film")


async def end_film(story: Teller) -> None:
    """After the network is back: nothing is sent twice, all of it arrives."""
    driver = story.driver
    await story.at_phone(
        do="wait", script=RECEIVED.format(count=3), seconds=900
    )  # a bad network lets 0.8 MB/s through
    await driver.click_tab("Paperwork", "Evidence")
    await driver.sees("5 sealed", seconds=60)
    await story.pictures("09-evidence-film")
    story.done("film")


async def _choose(story: Teller, *names: str) -> None:
    if not await story.at_phone(do="eval", script="() => !document.getElementById('files-panel').hidden"):
        await story.at_phone(do="tap", name="Send file")
    paths = [str(story.files / name) for name in names]
    await story.at_phone(do="files", selector="#pick-file", paths=paths)
    await story.at_phone(do="wait", script=CHOSEN.format(count=len(names)))
