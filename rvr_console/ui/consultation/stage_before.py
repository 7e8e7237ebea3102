"""The dark pane before the call: no link, link sent, a device in the waiting room, connecting, dropped, ended."""

from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.chat_view import ChatView
from rvr_console.ui.consultation.state import PageState, Stage, WaitingDevice
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane

FACTS = {
    Stage.NO_LINK: (words.STAGE_NOT_SENT, words.STAGE_NOT_SENT_ADVICE),
    Stage.LINK_SENT: (words.STAGE_SENT, words.STAGE_SENT_ADVICE),
    Stage.CONNECTING: (words.STAGE_CONNECTING, ""),
    Stage.DROPPED: (words.STAGE_DROPPED, words.STAGE_DROPPED_ADVICE),
    Stage.ENDED: (words.STAGE_ENDED, words.STAGE_ENDED_ADVICE),
    Stage.SUBMITTED: (words.SUBMITTED, words.SUBMITTED_ADVICE),
}
# What a page may say of itself, word by word; anything else is shown as it is, without a verdict.
_GOOD = ("works", "good", "ready", "on")
_LOW = ("low", "poor", "plug", "weak", "slow", "no ", "off", "not ")


def verdict(check: str) -> tuple[Shape, Tone]:
    """Shape and tone for what the phone reports of one check."""
    said = check.casefold()
    if any(word in said for word in _LOW):
        return Shape.SOON, Tone.WARN
    return (Shape.DONE, Tone.OK) if any(word in said for word in _GOOD) else (Shape.RING, Tone.NEUTRAL)


class Fact(QWidget):
    """One fact and one sentence what to do, in the middle of the stage."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.addStretch(1)
        self._fact = Text("", Size.TITLE, Weight.BOLD, "stageink", wrap=True)
        self._advice = Text("", Size.BODY, ink="stageink2", wrap=True)
        column.addWidget(self._fact)
        column.addWidget(self._advice)
        column.addStretch(2)

    def set_words(self, fact: str, advice: str) -> None:
        self._fact.setText(fact)
        self._advice.setText(advice)
        self.setAccessibleName(f"{fact}. {advice}".strip())


class WaitingRoom(QWidget):
    """The device that waits: four words, its own checks, messages."""

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        self._browser = Text("", Size.TITLE, Weight.BOLD, "stageink")
        column.addWidget(self._browser)
        column.addWidget(Text(words.STAGE_FIRST, Size.BODY, ink="stageink2", wrap=True))
        self._ask = Text("", Size.LABEL, ink="stageink2")
        column.addWidget(self._ask)
        self._words = QHBoxLayout()
        self._words.setSpacing(Space.XS)
        self._word_chips = [Text("", Size.BODY, Weight.BOLD, "stageink") for _ in range(4)]
        for chip in self._word_chips:
            chip.setProperty("chip", True)
            chip.setContentsMargins(Space.S, Space.XXS, Space.S, Space.XXS)
            self._words.addWidget(chip)
        self._words.addStretch(1)
        column.addLayout(self._words)
        column.addSpacing(Space.XS)
        column.addWidget(Text(words.STAGE_CHECK, Size.LABEL, Weight.BOLD, "stageink2"))
        self._checks = QGridLayout()
        self._checks.setVerticalSpacing(Space.XS)
        self._checks.setColumnStretch(1, 1)
        self._shown_checks: dict[str, str] | None = None
        column.addLayout(self._checks)
        column.addSpacing(Space.XS)
        self.chat = ChatView(words.MESSAGE, send)
        column.addWidget(self.chat, 1)

    def show_device(self, device: WaitingDevice, name: str) -> None:
        self._browser.setText(device.browser)
        self._ask.setText(words.STAGE_WORDS.format(name=name))
        for chip, word in zip(self._word_chips, device.words, strict=False):
            chip.setText(word)
        self.setAccessibleName("Four words: " + " ".join(device.words))
        if device.checks != self._shown_checks:
            self._shown_checks = dict(device.checks)
            self._show_checks(device.checks)

    def _show_checks(self, checks: dict[str, str]) -> None:
        while self._checks.count():
            item = self._checks.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, (label, said) in enumerate(checks.items()):
            shape, tone = verdict(said)
            self._checks.addWidget(Text(label, Size.BODY, ink="stageink"), row, 0)
            self._checks.addWidget(
                Status(shape, said, tone, size=Size.BODY, stage=True, coloured=True), row, 2
            )


class StageBefore(QWidget):
    """All stages without a live picture."""

    def __init__(self, send: Callable[[str], None]) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        pane = plane("stage")
        outer.addWidget(pane)
        self._stack = QStackedLayout(pane)
        self._fact = Fact()
        self._room = WaitingRoom(send)
        self._stack.addWidget(self._fact)
        self._stack.addWidget(self._room)

    def show_state(self, state: PageState) -> None:
        name = state.incident.person.name.split(" ")[0]
        if state.stage is Stage.DEVICE_WAITING and state.waiting is not None:
            self._stack.setCurrentIndex(1)
            self._room.show_device(state.waiting, name)
            self._room.chat.show_chat(state.chat, name)
            return
        self._stack.setCurrentIndex(0)
        fact, advice = FACTS.get(state.stage, ("", ""))
        self._fact.set_words(fact, advice.format(name=name))
