"""What the officer wishes of picture and sound, kept so that a media process started anew has it too; and the pictures shown."""

from collections.abc import Callable

from rvr_console.domain.call import Picture
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.video.frame_slot import FrameSlot, PictureFrame
from rvr_console.video.media_link import MediaLink


class CallWishes:
    """The part of CallMedia that outlives a media process."""

    def __init__(self) -> None:
        self._link: MediaLink | None = None
        self._slots: dict[tuple[Party, TrackKind], FrameSlot] = {}
        self._wishes: dict[str, Callable[[MediaLink], object]] = {}

    def _wish_again(self, link: MediaLink) -> None:
        for wish in self._wishes.values():
            wish(link)

    def _wish(self, name: str, wish: Callable[[MediaLink], object]) -> None:
        self._wishes[name] = wish
        if self._link is not None:
            wish(self._link)

    def set_muted(self, muted: bool) -> None:
        self._wish("muted", lambda link: link.set_muted(muted))

    def set_camera(self, on: bool) -> None:
        self._wish("camera", lambda link: link.set_camera(on))

    def set_paused(self, on: bool) -> None:
        self._wish("paused", lambda link: link.set_paused(on))

    def set_view_size(self, party: Party, width: int, height: int, kind: TrackKind) -> None:
        self._wish(
            f"view-{party.value}-{kind.value}", lambda link: link.set_view_size(party, width, height, kind)
        )

    def _open_picture(self, of: tuple[Party, TrackKind], name: str) -> None:
        self._slots[of] = FrameSlot(name)

    def _close_pictures(self) -> None:
        for slot in self._slots.values():
            slot.close()
        self._slots.clear()

    def picture(self, party: Party, after: int, kind: TrackKind) -> Picture | None:
        slot = self._slots.get((party, kind))
        frame = slot.latest(after) if slot is not None else None
        if frame is None:
            return None
        return Picture(party, frame.sequence, frame.width, frame.height, frame.stride, frame.data)

    def show_whole(self, party: Party, kind: TrackKind, *, on: bool) -> None:
        """While on, pictures of the track come as received. A media process started anew begins with off."""
        if self._link is not None:
            self._link.show_whole(party, kind, on=on)

    def whole_picture(self, party: Party, kind: TrackKind) -> PictureFrame | None:
        """The newest picture if it is one as received."""
        slot = self._slots.get((party, kind))
        frame = slot.latest(0) if slot is not None else None
        return frame if frame is not None and frame.whole else None
