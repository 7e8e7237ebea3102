"""The player: both pictures side by side, controls, timeline. Pictures are taken newest-only, 30 a second, while it is seen."""

from datetime import timedelta
from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party
from rvr_console.ui.review import words
from rvr_console.ui.review.control import JUMP_US
from rvr_console.ui.review.playback import PlaybackStatus, ReviewTimeline, Seal, Verification
from rvr_console.ui.review.timeline_of import timeline_data
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import clock, day, running
from rvr_console.ui.widgets.level_slider import LevelSlider
from rvr_console.ui.widgets.playback_timeline import PlaybackTimeline
from rvr_console.ui.widgets.segmented import Option, Segmented
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.status import IconView
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane, rule
from rvr_console.ui.widgets.video_view import Chip, VideoView

PICTURE_MS = 33
PARTIES = (Party.VICTIM, Party.OFFICER)
SEAL_CHIPS = {Seal.VERIFIED: (Shape.DONE, Tone.OK), Seal.MARKED: (Shape.SOON, Tone.WARN)}


class PlayerActs(Protocol):
    """What the player asks of the presenter."""

    def status(self) -> PlaybackStatus: ...
    def picture(self, party: Party, after: int) -> Picture | None: ...
    def has_picture(self, party: Party) -> bool: ...
    def set_view_size(self, party: Party, width: int, height: int) -> None: ...
    def toggle_play(self) -> None: ...
    def seek(self, session_us: int) -> None: ...
    def jump(self, by_us: int) -> None: ...
    def step(self, frames: int) -> None: ...
    def next_gap(self) -> bool: ...
    def set_speed(self, speed: float) -> None: ...
    def set_volume(self, volume: float) -> None: ...


class PartyPicture(VideoView):
    """One party's half of the stage."""

    def __init__(self, party: Party, acts: PlayerActs) -> None:
        super().__init__(words.PICTURE_OF.format(name=party.value))
        self._party, self._acts, self._sequence = party, acts, 0
        self._person = party.value

    def set_person(self, name: str) -> None:
        self._person = self._label = name
        self.set_name(words.PICTURE_OF.format(name=name))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tell_size()

    def tell_size(self) -> None:
        ratio = self.devicePixelRatioF()
        self._acts.set_view_size(self._party, round(self.width() * ratio), round(self.height() * ratio))

    def begin(self) -> None:
        self._sequence = 0
        self.clear("")
        self.tell_size()

    def take_newest(self, card: str) -> None:
        if not self._acts.has_picture(self._party):
            note = card or words.NO_PICTURE_OF.format(name=self._person)
            if self.picture_size().isValid() or self._note != note:
                self.clear(note)
        picture = self._acts.picture(self._party, self._sequence)
        if picture is not None:
            self._sequence = picture.sequence
            self.set_frame(picture.data, picture.width, picture.height, picture.stride)


class _IconButton(Button):
    """A player control: icon alone; word and key are in tooltip and accessible name."""

    def __init__(self, icon: str, name: str, keys: str) -> None:
        super().__init__("", icon=icon)
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({keys})")

    def _content_width(self) -> float:
        return 16.0


class PlayerPane(QWidget):
    def __init__(self, acts: PlayerActs) -> None:
        super().__init__()
        self.setAccessibleName(words.PLAYER)
        self._acts = acts
        self._timeline_data: ReviewTimeline | None = None
        self._verification: Verification | None = None
        self._playing: bool | None = None
        self._fault = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        stage = plane("stage")
        pictures = QHBoxLayout(stage)
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setSpacing(2)
        self._pictures = {party: PartyPicture(party, acts) for party in PARTIES}
        for picture in self._pictures.values():
            pictures.addWidget(picture, 1)
        column.addWidget(stage, 1)
        column.addWidget(self._make_controls())
        column.addWidget(rule())
        self._line = PlaybackTimeline()
        self._line.seek_requested.connect(lambda second: acts.seek(round(second * 1e6)))
        column.addWidget(self._line)
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_MS)
        self._timer.timeout.connect(self.take)
        for keys, act in (
            ("J", lambda: acts.jump(-JUMP_US)),
            ("K", acts.toggle_play),
            ("L", lambda: acts.jump(JUMP_US)),
            (",", lambda: acts.step(-1)),
            (".", lambda: acts.step(1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _make_controls(self) -> QWidget:
        pane = plane("surface")
        row = QHBoxLayout(pane)
        row.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        row.setSpacing(Space.XS)
        self._play = Button(words.PLAY, icon="play")
        self._play.clicked.connect(self._acts.toggle_play)
        self._play.setToolTip(f"{words.PLAY} (K)")
        back = _IconButton("step-back", words.STEP_BACK, ",")
        on = _IconButton("step-forward", words.STEP_ON, ".")
        for button, step in ((back, -1), (on, 1)):
            button.clicked.connect(lambda _on=False, frames=step: self._acts.step(frames))
        self._time = Text("", Size.BODY, Weight.BOLD)
        self._length = Text("", Size.BODY, ink="ink2")
        row.addWidget(self._play)
        row.addWidget(back)
        row.addWidget(on)
        row.addSpacing(Space.XS)
        row.addWidget(self._time)
        row.addWidget(self._length)
        row.addStretch(1)
        row.addWidget(IconView("volume-2"))
        row.addWidget(self._make_volume())
        row.addSpacing(Space.XS)
        self._speed = Segmented([Option(k, w) for k, w in words.SPEEDS.items()], words.SPEED, tick=False)
        self._speed.chosen.connect(lambda key: self._acts.set_speed(float(key)))
        row.addWidget(self._speed)
        gap = Button(words.NEXT_GAP, icon="triangle-alert")
        gap.clicked.connect(self._next_gap)
        row.addWidget(gap)
        return pane

    def _make_volume(self) -> LevelSlider:
        self._volume = LevelSlider()
        self._volume.valueChanged.connect(self._set_volume)
        self._volume.setAccessibleName(words.VOLUME)
        return self._volume

    def _set_volume(self, value: int) -> None:
        self._volume.setToolTip(f"{words.VOLUME} {value} %")
        self._acts.set_volume(value / 100)

    def _next_gap(self) -> None:
        if not self._acts.next_gap():
            announce(self, words.NO_MORE_GAPS)

    def set_people(self, victim: str, officer: str) -> None:
        self._pictures[Party.VICTIM].set_person(victim)
        self._pictures[Party.OFFICER].set_person(officer)

    def set_verification(self, verification: Verification | None) -> None:
        self._verification = verification

    def show_recording(self, timeline: ReviewTimeline | None) -> None:
        """Begin to take pictures of what the presenter has open; None ends it."""
        self._timeline_data, self._playing, self._fault = timeline, None, ""
        for picture in self._pictures.values():
            picture.begin()
        if timeline is None:
            self._timer.stop()
            self._line.set_data(None)
            return
        self._speed.set_value("1")
        self._volume.setValue(80)
        self._acts.set_volume(0.8)
        self._line.set_data(timeline_data(timeline))
        self._length.setText(words.TIME_OF.format(length=running(timeline.duration_us / 1e6)))
        self._timer.start()
        self.take()

    def take(self) -> None:
        """Newest pictures, time and cursor."""
        timeline = self._timeline_data
        if timeline is None or not self.isVisible():
            return
        status = self._acts.status()
        for picture in self._pictures.values():
            picture.take_newest(status.fault or status.card)
        seconds = status.position_us / 1e6
        self._line.set_position(seconds)
        if self._time.text() != running(seconds):
            self._time.setText(running(seconds))
        if status.playing is not self._playing:
            self._playing = status.playing
            self._play.setText(words.PAUSE if status.playing else words.PLAY)
            self._play.setToolTip(f"{self._play.text()} (K)")
            self._play.set_icon_name("pause" if status.playing else "play")
        if status.fault and status.fault != self._fault:
            self._fault = status.fault
            announce(self, status.fault, assertive=True)
        at = timeline.begins + timedelta(seconds=seconds)
        self._show_chips(f"{day(at)} {clock(at)}")

    def _show_chips(self, wall: str) -> None:
        chips = []
        if self._verification is not None and self._verification.seal in SEAL_CHIPS:
            shape, tone = SEAL_CHIPS[self._verification.seal]
            chips.append(Chip(self._verification.headline, shape=shape, tone=tone))
        if self._fault:
            chips.append(Chip(self._fault, shape=Shape.OVER, tone=Tone.DANGER, below=True))
        self._pictures[Party.VICTIM].set_chips(chips)
        self._pictures[Party.OFFICER].set_chips([Chip(wall, right=True)])
