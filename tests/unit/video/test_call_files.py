"""What the officer asked for reaches a page that was away when it was asked."""

from rvr_console.video.call_files import CallFiles
from rvr_console.video.signalling_events import DeviceAdmitted, Message
from rvr_console.wire.file_signals import FileOffer


class Door:
    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def want(self, what: str, words: str) -> None:
        self.asked.append((what, words))

    def page_here(self, _device: str) -> None: ...

    def page_said(self, _signal: object) -> None: ...


def admitted() -> DeviceAdmitted:
    return DeviceAdmitted(
        device_key_id="aa", words=("a", "b", "c", "d"), rejoined=True, connection="1", session="s"
    )


def offered() -> Message:
    offer = FileOffer.model_construct(id="0" * 32, name="photo.jpg", size=1)
    return Message(connection="1", device_key_id="aa", session="s", live=True, signal=offer)


def test_a_page_that_is_back_is_asked_again_until_it_offers_something() -> None:
    door = Door()
    files = CallFiles(door)
    files.take(admitted())
    assert door.asked == []
    files.want("photo", "")
    files.take(admitted())
    assert door.asked == [("photo", ""), ("photo", "")]
    files.take(offered())
    files.take(admitted())
    assert len(door.asked) == 2
