"""The shared screen on the consultation page: asked for, large with the victim inset, named, and gone again."""

import pytest

from rvr_console.domain import call
from rvr_console.domain.call import Asked, Picture
from rvr_console.domain.recording import Party, TrackKind
from rvr_console.ui.consultation.live_picture import LivePicture

pytestmark = pytest.mark.usefixtures("dressed", "no_stray_widgets")
SIZES = {
    (Party.VICTIM, TrackKind.VIDEO): (320, 240, b"\x60\x80\x50\xff"),
    (Party.OFFICER, TrackKind.VIDEO): (320, 180, b"\x90\x60\x40\xff"),
    (Party.VICTIM, TrackKind.SCREEN): (640, 360, b"\xe0\xe0\xd8\xff"),
}


def live(rig) -> list[tuple]:
    """In the call, with pictures of everybody; returns which sizes the media side was told."""
    told = []

    def picture(party, after, kind=TrackKind.VIDEO) -> Picture | None:
        width, height, pixel = SIZES[party, kind]
        return None if after else Picture(party, 1, width, height, width * 4, pixel * (width * height))

    rig.until("live")
    rig.far.picture = picture
    rig.far.set_view_size = lambda *size: told.append(size)
    return told


def views(rig) -> dict[tuple, LivePicture]:
    return {(view._party, view._kind): view for view in rig.page.findChildren(LivePicture)}


def test_a_shared_screen_is_large_with_the_victim_in_its_corner(rig, spoken):
    told = live(rig)
    rig.click("Share")
    assert rig.far.done("ask") == [("ask", Asked.SHARE)]
    assert rig.sees("Asked for a shared screen")
    rig.say(call.VictimShare(on=True), call.AskedAnswer(Asked.SHARE, "done"))
    screen, victim = (views(rig)[Party.VICTIM, kind] for kind in (TrackKind.SCREEN, TrackKind.VIDEO))
    assert screen.isVisible()
    assert victim.isVisible()
    assert victim.parent() is screen
    assert victim.width() <= screen.width() // 3
    assert [size[3] for size in told if size[3] is TrackKind.SCREEN], "the screen's pictures are asked for"
    for view in (screen, victim):
        view.take_newest()
        assert view.picture_size().isValid()
    assert rig.sees("Screen shared")
    assert screen.accessibleName().startswith("Shared screen of ")
    assert "Screen shared" in screen.accessibleName()
    assert any("shares a screen" in words for words in spoken)
    rig.click("Stop share")
    assert rig.far.done("ask")[-1] == ("ask", Asked.STOP_SHARE)
    rig.say(call.VictimShare(on=False))
    assert not screen.isVisible()
    assert victim.isVisible()
    assert victim.parent() is not screen
    assert victim.width() > 400
    assert any("has ended" in words for words in spoken)


def test_a_drop_in_a_share_says_so_in_full_size(rig):
    live(rig)
    rig.say(call.VictimShare(on=True))
    rig.drop()
    screen, victim = (views(rig)[Party.VICTIM, kind] for kind in (TrackKind.SCREEN, TrackKind.VIDEO))
    assert not screen.isVisible()
    assert victim.width() > 400
    assert not rig.named("Stop share").isEnabled()


def test_what_came_of_the_other_camera_is_told(rig):
    live(rig)
    rig.click("Flip")
    assert rig.far.done("ask") == [("ask", Asked.OTHER_CAMERA)]
    for result, words in (("done", "Camera turned round"), ("unable", "there is no other")):
        rig.say(call.AskedAnswer(Asked.OTHER_CAMERA, result))
        assert rig.sees(words)


class Numbered:
    """Pictures as the media process numbers them."""

    def __init__(self) -> None:
        self.number = 0

    def set_view_size(self, *_asked) -> None:
        pass

    def picture(self, party, after, kind=TrackKind.VIDEO):
        if self.number <= after:
            return None
        return Picture(party, self.number, 2, 2, 8, bytes(16))


def test_the_pictures_of_the_next_call_are_taken_although_their_numbers_begin_anew(qtbot):
    source = Numbered()
    view = LivePicture(Party.OFFICER, "You", source)
    qtbot.addWidget(view)
    view.show()
    source.number = 25_000
    view.take_newest()
    assert view._sequence == 25_000
    view.hide()
    source.number = 7
    view.show()
    view.take_newest()
    assert view._sequence == 7
    source.number = 3
    view.go()  # the media process was started again in the call
    view.take_newest()
    assert view._sequence == 3
