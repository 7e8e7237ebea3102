"""The device that waits: the officer's own preview, four words, the device's checks, messages."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from rvr_console.domain.recording import Party
from rvr_console.ui.consultation import words
from rvr_console.ui.consultation.chat_view import ChatView
from rvr_console.ui.consultation.live_picture import LivePicture, Pictures
from rvr_console.ui.consultation.state import ChatLine, WaitingDevice
from rvr_console.ui.theme import Height, Size, Space, Weight, font, text_width, tokens
from rvr_console.ui.widgets.empty_layout import empty
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.shown import Shown
from rvr_console.ui.widgets.status import IconView, Status
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane

ICONS = {
    "camera": "video",
    "microphone": "mic",
    "connection": "signal",
    "battery": "battery",
    "browser": "smartphone",
}
# What a page may say of itself, word by word; anything else is shown as it is, without a verdict.
_GOOD = ("works", "good", "ready", "on")
_LOW = ("low", "poor", "plug", "weak", "slow", "no ", "off", "not ")
PREVIEW, PREVIEW_LOW = QSize(224, 126), QSize(160, 90)


def verdict(check: str) -> tuple[Shape, Tone]:
    """Shape and tone for what the phone reports of one check."""
    said = check.casefold()
    if any(word in said for word in _LOW):
        return Shape.SOON, Tone.WARN
    return (Shape.DONE, Tone.OK) if any(word in said for word in _GOOD) else (Shape.RING, Tone.NEUTRAL)


def parts_of(check: str) -> tuple[str, str]:
    """What it is, and how it stands: ("4G", "Works") of "Works, 4G"."""
    stands, _comma, what = check.partition(",")
    what = what.strip()
    return (what[:1].upper() + what[1:], stands.strip())


class StageRule(QFrame):
    """A one-pixel divider on the stage."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().stageline)
        painter.end()


class WordChip(QWidget):
    """One of the four words, with an edge."""

    def __init__(self) -> None:
        super().__init__()
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_word(self, word: str) -> None:
        self._word = word
        self.setAccessibleName(word)
        self.setVisible(bool(word))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = text_width(self._word, Size.BODY, Weight.BOLD)
        return QSize(round(width) + 26, Height.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(t.edge)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(font(Size.BODY, Weight.BOLD))
        painter.setPen(t.stageink)
        metrics = QFontMetricsF(painter.font())
        painter.drawText(13, round((self.height() + metrics.capHeight()) / 2), self._word)
        painter.end()


class CheckRow(QWidget):
    """Icon, what is checked, what it is, how it stands."""

    def __init__(self, label: str, check: str, height: int) -> None:
        super().__init__()
        what, stands = parts_of(check)
        shape, tone = verdict(check)
        self.setFixedHeight(height)
        self.setAccessibleName(f"{label}: {check}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(IconView(ICONS.get(label.casefold(), "circle-help"), "stageink", 20))
        name = Text(label, Size.BODY, ink="stageink", elide=True)
        name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        name.setFixedWidth(104)
        row.addWidget(name)
        row.addWidget(Text(what, Size.BODY, ink="stageink2", elide=True), 1)
        row.addWidget(Status(shape, stands, tone, size=Size.BODY, stage=True, coloured=True))


class TopScroll(QScrollArea):
    """As high as what is inside wants to be, but it may be lower."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._inside = inside
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        inside, layout = self._inside, self._inside.layout()
        width = max(self.width(), 1)
        height = layout.totalHeightForWidth(width) if layout and layout.hasHeightForWidth() else -1
        return QSize(inside.sizeHint().width(), max(height, inside.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 96)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


class WaitingRoom(QWidget):
    """The officer sees themselves before the victim does; nobody sees the victim before they are admitted."""

    def __init__(self, pictures: Pictures, send: Callable[[str, Callable[[bool], None]], None]) -> None:
        super().__init__()
        self._shown = Shown()
        self._row_height = 40
        self._column = column = QVBoxLayout(self)
        column.setSpacing(Space.XS)
        column.addWidget(self._make_top(pictures))
        self.chat = ChatView(words.MESSAGE, send)
        column.addWidget(self.chat, 1)
        self.set_compact(compact=False)

    def _make_top(self, pictures: Pictures) -> QScrollArea:
        """Preview, words and checks; they scroll where there is little room, the line to write in does not."""
        inside = plane("stage")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        top = QHBoxLayout()
        top.setSpacing(Space.L)
        self.preview = LivePicture(Party.OFFICER, words.STAGE_PREVIEW, pictures, label=words.STAGE_PREVIEW)
        self.preview.clear(words.STAGE_NO_PREVIEW)
        top.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self._who(), 1)
        column.addLayout(top)
        column.addSpacing(Space.XS)
        column.addWidget(Text(words.STAGE_CHECK, Size.LABEL, Weight.BOLD, "stageink2"))
        self._checks = QVBoxLayout()
        self._checks.setSpacing(0)
        column.addLayout(self._checks)
        column.addStretch(1)
        self._top = TopScroll(inside)
        return self._top

    def _who(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(Space.XXS)
        self._browser = Text("", Size.TITLE, Weight.BOLD, "stageink", elide=True)
        side.addWidget(self._browser)
        side.addWidget(Text(words.STAGE_FIRST, Size.BODY, ink="stageink2", wrap=True))
        side.addSpacing(Space.XXS)
        self._ask = Text("", Size.LABEL, ink="stageink2", wrap=True)
        side.addWidget(self._ask)
        self._words = QWidget()
        row = QHBoxLayout(self._words)
        row.setContentsMargins(0, Space.XXS, 0, 0)
        row.setSpacing(Space.XS)
        self._chips = [WordChip() for _ in range(4)]
        for chip in self._chips:
            row.addWidget(chip)
        row.addStretch(1)
        side.addWidget(self._words)
        side.addStretch(1)
        return side

    def show_device(self, device: WaitingDevice, name: str, chat: list[ChatLine]) -> None:
        self.chat.show_chat(chat, name)
        if self._shown.changed("device", (device, name)):
            self._browser.setText(device.browser)
            self._ask.setText(words.STAGE_WORDS.format(name=name))
            for chip, word in zip(self._chips, (*device.words, "", "", "", ""), strict=False):
                chip.set_word(word)
            self._words.setAccessibleName(words.FOUR_WORDS.format(words=" ".join(device.words)))
            self._show_checks(device.checks)
            self._top.updateGeometry()

    def _show_checks(self, checks: dict[str, str]) -> None:
        empty(self._checks)
        if not checks:
            self._checks.addWidget(Text(words.NO_CHECKS, Size.BODY, ink="stageink2", wrap=True))
            return
        self._checks.addWidget(StageRule())
        for label, said in checks.items():
            self._checks.addWidget(CheckRow(label, said, self._row_height))
            self._checks.addWidget(StageRule())

    def set_compact(self, compact: bool) -> None:  # as Compactable has it
        self._row_height = 32 if compact else 40
        self.preview.setFixedSize(PREVIEW_LOW if compact else PREVIEW)
        side = Space.M if compact else Space.XL
        self._column.setContentsMargins(side, Space.S if compact else Space.L, side, Space.S)
        self._shown.forget("device")
        self._top.updateGeometry()
