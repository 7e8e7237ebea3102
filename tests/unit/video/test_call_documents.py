"""Pages offered to the device that is live: what another device read or signed is not said to it, and an end is never missed."""

from rvr_console.domain.call import DocumentSaid, ShownDocument
from rvr_console.video.call_documents import CallDocuments
from rvr_console.video.signalling_events import DeviceAdmitted, Message
from rvr_console.wire import document_signals as wire

DOCUMENT = ShownDocument("c" * 32, 1, b"%PDF", "a" * 64, 2, "declaring", (0, 1), "phone", "It is true.")
WORDS = ("one", "two", "three", "four")


class Room:
    def __init__(self) -> None:
        self.sent: list[object] = []
        self.reports: list[object] = []
        self.documents = CallDocuments(self.sent.append, self.reports.append, lambda: (1, 7))

    def admit(self, device: str) -> list[object]:
        """What the device is sent when it is let in."""
        del self.sent[:]
        self.documents.take(DeviceAdmitted("1", device, "s", WORDS, True))
        return list(self.sent)


def test_the_same_phone_goes_on_where_it_was() -> None:
    room = Room()
    room.admit("phone")
    room.documents.show(DOCUMENT)
    offer, declaration = room.admit("phone")
    assert (offer.stage, offer.read, declaration.text) == ("declaring", [0, 1], "It is true.")


def test_another_device_begins_with_the_first_page() -> None:
    """Were it told that the pages are read, it would say so of itself, and they would count as read there."""
    room = Room()
    room.admit("phone")
    room.documents.show(DOCUMENT)
    (offer,) = room.admit("tablet")
    assert (offer.stage, offer.read) == ("reading", [])


def test_an_end_that_came_while_the_line_was_down_is_told_when_the_page_is_back() -> None:
    room = Room()
    room.admit("phone")
    room.documents.show(DOCUMENT)
    room.documents.end(DOCUMENT.id, "stopped")
    (ended,) = room.admit("phone")
    assert (ended.id, ended.how) == (DOCUMENT.id, "stopped")
    room.documents.show(DOCUMENT)
    assert not [one for one in room.admit("phone") if isinstance(one, wire.DocumentEnded)]


def test_only_the_live_devices_words_are_passed_on() -> None:
    room = Room()
    for live in (False, True):
        room.documents.take(
            Message("1", "phone", "s", live, wire.DocumentShown(id=DOCUMENT.id, sha256="a" * 64))
        )
    (said,) = room.reports
    assert isinstance(said, DocumentSaid)
    assert (said.act.device, said.place) == ("phone", (1, 7))


def test_what_is_not_seen_or_reorders_a_name_is_left_out() -> None:
    room = Room()
    typed = wire.DocumentSigned(
        id=DOCUMENT.id, sha256="a" * 64, how="typed", name=" \u202eeloC\u202c\x00\tHannah\u2066 \x1b[31m"
    )
    room.documents.take(Message("1", "phone", "s", True, typed))
    wish = wire.DocumentChange(id=DOCUMENT.id, words="the \u202edoor\nwas\x00 blue")
    room.documents.take(Message("1", "phone", "s", True, wish))
    assert [room.reports[0].act.signature.name, room.reports[1].act.words] == [
        "eloC Hannah [31m",
        "the door was blue",
    ]
