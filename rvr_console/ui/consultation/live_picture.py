"""A party's newest picture, taken 30 times a second while it is in sight."""

from typing import Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.ui.widgets.video_view import VideoView

PICTURE_MS = 33


class Pictures(Protocol):
    """Where pictures come from. `picture` gives the newest if it is newer than `after`."""

    def set_view_size(
        self, party: Party, width: int, height: int, kind: TrackKind = TrackKind.VIDEO
    ) -> None: ...
    def picture(self, party: Party, after: int, kind: TrackKind = TrackKind.VIDEO) -> Picture | None: ...


class LivePicture(VideoView):
    """Tells the media side the size it is wanted in; asks for nothing while hidden."""

    def __init__(
        self,
        party: Party,
        name: str,
        pictures: Pictures,
        *,
        label: str = "",
        frame_border: bool = False,
        kind: TrackKind = TrackKind.VIDEO,
    ) -> None:
        super().__init__(name, label=label, frame_border=frame_border)
        self._party, self._kind = party, kind
        self._pictures = pictures
        self._sequence = 0
        self._frozen = False
        self._timer = QTimer(self)
        self._timer.setInterval(PICTURE_MS)
        self._timer.timeout.connect(self.take_newest)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._sequence = 0  # another call may have begun meanwhile, and its numbers with it
        self.tell_size()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.isVisible():
            self.tell_size()

    def tell_size(self) -> None:
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        self._pictures.set_view_size(self._party, width, height, self._kind)

    def take_newest(self) -> None:
        if self._frozen:
            return
        picture = self._pictures.picture(self._party, self._sequence, self._kind)
        if picture is not None:
            self._sequence = picture.sequence
            self.set_frame(picture.data, picture.width, picture.height, picture.stride)

    def go(self) -> None:
        """Take pictures from now on; the media process may be a new one: it is told the size again, and numbers anew."""
        self._frozen, self._sequence = False, 0
        if self.isVisible():
            self.tell_size()

    def forget(self, note: str) -> None:
        """No picture any more until `go`; numbers start anew with the next media process."""
        self._frozen = True
        self._sequence = 0
        self.clear(note)
