"""A film or sound that is open: its picture, play and pause, the place in it. Newest picture only, 30 times a second, while it is seen."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rvr_console.domain.film import FilmStatus, OpenFilm
from rvr_console.ui.evidence import words
from rvr_console.ui.theme import Size, Space, Weight
from rvr_console.ui.widgets.announce import announce
from rvr_console.ui.widgets.button import Button
from rvr_console.ui.widgets.figures import percent, running
from rvr_console.ui.widgets.level_slider import SeekSlider
from rvr_console.ui.widgets.shapes import Shape
from rvr_console.ui.widgets.tag import Tone
from rvr_console.ui.widgets.text import Text, plane
from rvr_console.ui.widgets.video_view import Chip, VideoView

PICTURE_MS = 33
JUMP_S = 5.0


class FilmPane(QWidget):
    """close_button: closes what is open; its act is the page's. Leaving the page pauses."""

    def __init__(self) -> None:
        super().__init__()
        self._film: OpenFilm | None = None
        self._sequence, self._told, self._playing, self._slow = 0, "", False, False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.picture = VideoView(words.NO_PICTURE)
        column.addWidget(self.picture, 1)
        column.addWidget(self._make_controls())
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_MS)
        self._timer.timeout.connect(self.take)
        for keys, act in (
            ("J", lambda: self._jump(-JUMP_S)),
            ("K", self._toggle),
            ("L", lambda: self._jump(JUMP_S)),
            (",", lambda: self._step(-1)),
            (".", lambda: self._step(1)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _make_controls(self) -> QWidget:
        pane = plane("surface")
        row = QHBoxLayout(pane)
        row.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        row.setSpacing(Space.S)
        self._play = Button(words.PLAY, icon="play")
        self._play.setToolTip(words.PLAY_KEYS)
        self._play.clicked.connect(self._toggle)
        self._place = SeekSlider()
        self._place.setAccessibleName(words.PLACE)
        self._place.moved.connect(self._seek)
        self._time = Text("", Size.BODY, Weight.BOLD)
        self._length = Text("", Size.BODY, ink="ink2")
        self.close_button = Button(words.CLOSE)
        self.close_button.setAccessibleName(words.CLOSE_NAME)
        row.addWidget(self._play)
        row.addWidget(self._place, 1)
        row.addWidget(self._time)
        row.addWidget(self._length)
        row.addWidget(self.close_button)
        return pane

    def show_film(self, film: OpenFilm | None, name: str) -> None:
        """None ends it: nothing of its picture stays."""
        self.picture.set_name(name)
        if film is self._film:
            return
        self._film, self._sequence, self._told, self._slow = film, 0, "", False
        self.picture.clear(words.OPENING if film is not None else "")
        self.picture.set_chips([])
        if film is None:
            self._timer.stop()
        else:
            self._timer.start()
            self.take()

    def take(self) -> None:
        """The newest picture, the place and how it goes."""
        film = self._film
        if film is None or not self.isVisible():
            return
        status, picture = film.status(), film.picture(self._sequence)
        self._slow = self._slow or status.checked < 1
        if picture is not None:
            self._sequence = picture.sequence
            self.picture.set_frame(picture.pixels, picture.width, picture.height, 4 * picture.width)
        elif not self._sequence or status.fault:
            note = _note(status)
            if note != self._told:
                self._told = note
                self.picture.clear(note)
                if status.checked >= 1 or status.fault:
                    announce(self, note, assertive=bool(status.fault))
        self._show_status(status)

    def _show_status(self, status: FilmStatus) -> None:
        self._place.set_place(status.position, status.length)
        self._time.setText(running(status.position))
        self._length.setText(words.TIME_OF.format(length=running(status.length)))
        works = not (status.opening or status.fault)
        for control in (self._play, self._place):
            control.setEnabled(works)
        if status.playing is not self._playing:
            self._playing = status.playing
            self._play.setText(words.PAUSE if status.playing else words.PLAY)
            self._play.set_icon_name("pause" if status.playing else "play")
        seeking = status.seeking and self._sequence and not status.fault
        chips = [Chip(words.SEEKING)] if seeking else []
        if not status.fault and self._slow:
            chips.append(self._check_chip(status))
        self.picture.set_chips(chips)

    def _check_chip(self, status: FilmStatus) -> Chip:
        """How far the check of the whole file is; said only of a film for which it took a while."""
        if status.checked < 1:
            return Chip(words.FILM_CHECKING.format(part=percent(status.checked)), right=True)
        return Chip(words.FILM_CHECKED, shape=Shape.DONE, tone=Tone.OK, right=True)

    def hideEvent(self, event: QHideEvent) -> None:
        if self._film is not None:
            self._film.pause()
        super().hideEvent(event)

    def _toggle(self) -> None:
        if self._film is not None and self._film.status().playing:
            self._film.pause()
        elif self._film is not None:
            self._film.play()

    def _jump(self, seconds: float) -> None:
        if self._film is not None:
            self._film.seek(self._film.status().position + seconds)

    def _step(self, pictures: int) -> None:
        if self._film is not None:
            self._film.step(pictures)

    def _seek(self, seconds: float) -> None:
        if self._film is not None:
            self._film.seek(seconds)


def _note(status: FilmStatus) -> str:
    """What stands where no picture is."""
    if status.fault:
        return status.fault
    if (status.opening or status.seeking) and status.checked < 1:
        return words.FILM_OPENING.format(part=percent(status.checked))
    if status.opening or status.seeking:
        return words.OPENING
    return words.NO_PICTURE if status.has_picture else words.SOUND_ONLY
