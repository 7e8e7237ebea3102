"""The whole job as an officer does it on the real screens, while a real Chromium is the victim. Mouse, keyboard and eyes only."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from rvr_console.demo.bundle_story import make_bundle
from rvr_console.demo.driver import Driver
from rvr_console.demo.evidence_story import begin_film, end_film, photo_and_stills
from rvr_console.demo.looking_story import look_at_evidence
from rvr_console.demo.review_story import review
from rvr_console.demo.risk_story import assess_risk
from rvr_console.demo.statement_story import take_statements
from rvr_console.demo.unrecorded_story import unrecorded_call
from rvr_console.system.child_process import ChildProcess

ANSWERS = {
    "Alone and able to talk": "Yes, sister is due later",
    "In a safe place": "Yes, doors locked",
    "Who else is there": "Nobody",
    "Where the suspect is": "Not known, not nearby",
    "Where the children are": "None in the household",
    "Device for the link": "Own phone, not shared",
    "Safe contact details": "Text message",
    "Safe times to call": "Any time today",
}
OFFICER_ROW = "Sign in as PC 2417 Amara Bennett"

NOT_DONE = "Agreed with the person: done at the visit tomorrow"


class Scenario(StrEnum):
    """UNRECORDED: the victim does not agree to be recorded, and the officer goes on without a recorder."""

    CONSULTATION = "consultation"
    UNRECORDED = "unrecorded"


BEFORE_S, PAUSE_S, AFTER_S, SWALLOW_S = 8.0, 4.0, 8.0, 10.0


@dataclass
class Story:
    """Plays once. seconds: how long each step took. say: where the story is told."""

    driver: Driver
    victim: ChildProcess
    relay: ChildProcess
    page_url: str
    out: Path
    files: Path
    toggle_theme: Callable[[], None]
    scenario: Scenario = Scenario.CONSULTATION
    seconds: dict[str, float] = field(default_factory=dict)
    stats: list[dict[str, Any]] = field(default_factory=list)
    _step_at: float = 0.0

    def say(self, words: str) -> None:
        print(words, flush=True)  # noqa: T201  # the story is this program's output

    def begin(self, words: str) -> None:
        self.say(words)
        self._step_at = time.monotonic()

    def done(self, step: str) -> None:
        self.seconds[step] = round(time.monotonic() - self._step_at, 3)

    async def at_phone(self, **order: Any) -> Any:
        """One act at the phone. Raises RuntimeError with what the browser said."""
        self.victim.order(order)
        answer = await asyncio.to_thread(self.victim.answer)
        if not answer["ok"]:
            raise RuntimeError(f"phone: {order['do']} {order.get('name', '')}: {answer['error']}")
        return answer["value"]

    async def pictures(self, name: str) -> None:
        """The page as it is, in the light and in the dark theme."""
        for theme in ("light", "dark"):
            await asyncio.sleep(0.4)  # a change of theme takes its time: what waited for the loop comes first
            await self.driver.picture(self.out / "screens" / f"{name}-{theme}.png")
            self.toggle_theme()
        await asyncio.sleep(0.05)

    async def phone_picture(self, name: str) -> None:
        await self.at_phone(do="picture", path=str(self.out / "screens" / f"phone-{name}.png"))

    async def sample(self, seconds: float) -> None:
        """Let the call run, reading the browser's own figures twice a second."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.stats.append(await self.at_phone(do="stats"))
            await asyncio.sleep(0.5)

    async def play(self) -> None:
        """Raises NotFoundError or RuntimeError where the story cannot go on."""
        await self._sign_in_and_take()
        await self._prepare()
        await self._phone_joins()
        if self.scenario is Scenario.UNRECORDED:
            await unrecorded_call(self)
            await self._close()
        else:
            await self._agree()
            await self._call()
            await assess_risk(self)
            await take_statements(self)
            await self._close()
            await review(self)
            await make_bundle(self)
            await look_at_evidence(self)
        (self.out / "victim-stats.json").write_text(json.dumps(self.stats))

    async def _sign_in_and_take(self) -> None:
        driver = self.driver
        self.begin("The officer signs in.")
        await driver.widget("Sign in", seconds=30)
        await self.pictures("01-sign-in")
        await driver.click(OFFICER_ROW)
        await driver.widget("Take next", seconds=30)
        self.done("sign_in")
        await self.pictures("02-queue")
        self.begin("The officer takes the next incident.")
        await driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await driver.widget("Alone and able to talk", seconds=20)
        self.done("take")

    async def _prepare(self) -> None:
        driver = self.driver
        self.begin("Safety questions are asked by phone; the place is confirmed aloud.")
        for question, answer in ANSWERS.items():
            await driver.type_into(question, answer)
        await driver.press(Qt.Key.Key_Tab)
        await driver.click("Confirmed aloud")
        await driver.widget("Send link", seconds=20)
        self.done("safety")
        await self.pictures("03-safety")
        self.begin("The link is sent; CAD hears “arrived” in the same act.")
        await driver.click("Send link")
        await driver.widget("Admit device", seconds=20, enabled=False)
        await driver.click_tab("Paperwork", "Link")
        await driver.widget("Link code", seconds=20)
        self.done("link")
        await self.pictures("04-link")

    def _link_code(self) -> str:
        return self.driver.text_of("Link code").replace(" ", "")

    async def _phone_joins(self) -> None:
        driver = self.driver
        self.begin("The victim opens the link on a phone and checks camera and sound.")
        await self.at_phone(do="open", url=f"{self.page_url}/#{self._link_code()}")
        await self.at_phone(do="wait", script="() => location.hash === ''")
        await asyncio.sleep(1.0)
        await self.phone_picture("check")
        await self.at_phone(do="tap", name="Continue", seconds=20)
        await driver.widget("Admit device", seconds=30)
        self.done("phone_waits")
        await self.pictures("05-waiting-room")
        await self.phone_picture("waiting")
        self.begin("The officer admits the device; both ends confirm the connection.")
        await driver.click("Admit device")
        await driver.sees("Secure, both ends confirmed", seconds=30)
        self.done("secure")

    async def _agree(self) -> None:
        driver = self.driver
        self.begin("The recording is announced; the victim agrees.")
        await self.at_phone(do="tap", name="I agree", seconds=20)
        await driver.sees("Recording 00:00:0", seconds=20)
        self.done("recording")

    async def _call(self) -> None:
        driver = self.driver
        self.begin("They speak; a note is written; a marker is set.")
        await self.sample(BEFORE_S / 2)
        await self.pictures("06-call")
        await self.phone_picture("call")
        await driver.click("Next: notes")
        await driver.type_into("Write a note", "Front door damaged, photographs to follow.")
        await driver.click("Add note")
        await driver.press(Qt.Key.Key_F12)
        await self.sample(BEFORE_S / 2)
        self.done("call")
        self.begin("The officer pauses, then resumes.")
        await driver.press(Qt.Key.Key_F4)
        await driver.widget("Resume call", seconds=20)
        await self.sample(PAUSE_S)
        await self.pictures("07-paused")
        await driver.click("Resume call")
        await driver.until(lambda: bool(driver.names("Next: ")), "the call goes on", 20)
        self.done("pause")
        await photo_and_stills(self)
        await self.sample(AFTER_S / 2)
        await begin_film(self)
        self.begin(
            f"For {SWALLOW_S:.0f} s the network swallows every packet, picture, sound and signalling; neither end is told."
        )
        self.relay.order({"swallow": SWALLOW_S})
        await driver.widget("Waiting for return", seconds=SWALLOW_S + 5, enabled=False)
        await self.pictures("08-dropped")
        await asyncio.to_thread(self.relay.answer)
        self.done("drop")
        self.begin("The network is back; the same link goes on.")
        await driver.until(lambda: bool(driver.names("Next: ")), "the call is back", 30)
        self.done("back_after_drop")
        self.say(f"  back {self.seconds['back_after_drop']:.1f} s after the network")
        await self.sample(AFTER_S)
        await self.pictures("09-call-again")
        await end_film(self)

    async def _close(self) -> None:
        driver = self.driver
        self.begin("The officer ends the call for both; the link is closed for ever.")
        figures = await self.at_phone(do="eval", script="() => victimFigures()")
        (self.out / "browser.json").write_text(json.dumps(figures))
        await driver.press(Qt.Key.Key_F12, Qt.KeyboardModifier.ShiftModifier)
        await driver.click("End for both")
        await driver.widget("Submit for review", seconds=30)
        self.done("end")
        await self.at_phone(do="wait", script="() => document.body.dataset.view === 'closed'", seconds=20)
        await self.phone_picture("closed")
        self.begin("Outcome and result codes go to CAD; the case is submitted for review.")
        await driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await driver.type_into("What was done", "Account taken by video. No suspect named yet.")
        await driver.type_into("Result codes", "RC14, VIDEO")
        await say_why_without(driver)
        await self.pictures("10-close")
        await driver.click("Submit for review form")
        await driver.widget("Nothing to do", seconds=30, enabled=False)
        await driver.click_tab("Paperwork", "CAD log")
        await driver.until(lambda: not driver.shows("Waiting for CAD"), "every act is in CAD", 30)
        self.done("submit")
        await self.pictures("11-submitted")


async def say_why_without(driver: Driver) -> None:
    """A reason for whatever the policy asks for and the story has not done."""
    for name in driver.names("Why without "):
        await driver.type_into(name.partition(",")[0], NOT_DONE)
