from rvr_console.media.hand_over import SOUND_WAITS_NS, HandOver
from rvr_console.media.track_order import TapFrame
from rvr_console.wire import media_frames
from rvr_console.wire import media_messages as wire

VIDEO, AUDIO = ("victim", "video"), ("victim", "audio")


class Link:
    def __init__(self) -> None:
        self.stream = []
        self.room = True

    def send(self, message) -> None:
        self.stream.append(message)

    def send_frame(self, frame) -> bool:
        if self.room:
            self.stream.append(frame)
        return self.room

    def frames(self):
        return [item for item in self.stream if isinstance(item, media_frames.WireFrame)]


def frame(number, *, key=False, received_ns=None, size=1):
    received_ns = number * 40_000_000 if received_ns is None else received_ns
    return TapFrame(number, number * 3600, received_ns, key, 640, 480, b"f" * size)


def started():
    link, asked = Link(), []
    hand_over = HandOver(link, asked.append)
    hand_over.begin(7)
    return link, asked, hand_over


def test_nothing_passes_before_the_certificate_is_known() -> None:
    link, _asked, hand_over = started()
    hand_over.take(VIDEO, frame(1, key=True))
    assert not link.stream
    hand_over.trust()
    hand_over.take(VIDEO, frame(2))
    assert not link.stream, "a picture track starts with a key frame"
    hand_over.take(VIDEO, frame(3, key=True))
    (first,) = link.frames()
    assert (first.epoch, first.tap_sequence, first.key, first.width) == (7, 0, True, 640)
    hand_over.begin(8)
    hand_over.take(VIDEO, frame(1, key=True))
    assert len(link.frames()) == 1, "a new session is not trusted for the old one's sake"


def test_a_pause_closes_the_gate_and_is_in_the_stream_at_its_place() -> None:
    link, _asked, hand_over = started()
    hand_over.trust()
    for number in (1, 2):
        hand_over.take(VIDEO, frame(number, key=number == 1))
    hand_over.set_paused(on=True)
    for number in range(3, 50):
        hand_over.take(VIDEO, frame(number, key=True))
        hand_over.take(AUDIO, frame(number, key=True))
    hand_over.set_paused(on=True)
    kinds = [type(item).__name__ for item in link.stream]
    assert kinds == ["WireFrame", "WireFrame", "PauseState"]
    hand_over.set_paused(on=False)
    resumed_ns = link.stream[-1].at_ns
    hand_over.take(VIDEO, frame(50))
    hand_over.take(AUDIO, frame(50, key=True, received_ns=resumed_ns + 1))
    assert len(link.frames()) == 2, "what was encoded in the pause stays out"
    hand_over.take(VIDEO, frame(51, key=True))
    hand_over.take(AUDIO, frame(51, key=True, received_ns=resumed_ns + 2))
    assert len(link.frames()) == 4
    assert not [item for item in link.stream if isinstance(item, wire.Hole)], "the pause says it all"


def test_sound_without_a_picture_comes_back_too() -> None:
    link, _asked, hand_over = started()
    hand_over.trust()
    hand_over.set_paused(on=True)
    hand_over.set_paused(on=False)
    resumed_ns = link.stream[-1].at_ns
    hand_over.take(AUDIO, frame(1, key=True, received_ns=resumed_ns + SOUND_WAITS_NS + 1))
    assert len(link.frames()) == 1


def test_a_hole_is_told_and_a_key_frame_asked_for() -> None:
    link, asked, hand_over = started()
    hand_over.trust()
    for number in (1, 2, 3, *range(10, 30)):
        hand_over.take(VIDEO, frame(number, key=number == 1))
    (hole,) = [item for item in link.stream if isinstance(item, wire.Hole)]
    assert (hole.cause, hole.frames, hole.party, hole.epoch) == ("network_loss", 6, "victim", 7)
    assert asked == [VIDEO]


def test_after_an_overflow_the_number_shows_it_and_a_key_frame_is_asked_for() -> None:
    link, asked, hand_over = started()
    hand_over.trust()
    hand_over.take(VIDEO, frame(1, key=True))
    link.room = False
    hand_over.take(VIDEO, frame(2))
    link.room = True
    hand_over.take(VIDEO, frame(3))
    assert [f.tap_sequence for f in link.frames()] == [0, 2]
    assert asked == [VIDEO]
    assert (hand_over.received, hand_over.handed_on) == (3, 2)


def test_an_impossible_frame_is_refused() -> None:
    link, _asked, hand_over = started()
    hand_over.trust()
    hand_over.take(VIDEO, frame(1, key=True, size=wire.MAX_FRAME_BYTES + 1))
    assert link.stream[0].reason == "frame_too_large"
    assert not link.frames()


def test_the_screen_waits_for_its_own_key_frame_and_for_the_pause() -> None:
    link, _asked, hand_over = started()
    screen = ("victim", "screen")
    hand_over.trust()
    hand_over.take(VIDEO, frame(1, key=True))
    hand_over.take(screen, frame(1))
    assert [f.track for f in link.frames()] == ["video"]
    hand_over.take(screen, frame(2, key=True))
    hand_over.set_paused(on=True)
    hand_over.take(screen, frame(3))
    hand_over.set_paused(on=False)
    hand_over.take(VIDEO, frame(4, key=True))
    hand_over.take(screen, frame(4))
    hand_over.take(screen, frame(5, key=True))
    got = [(f.track, f.rtp_timestamp // 3600) for f in link.frames()]
    assert got == [("video", 1), ("screen", 2), ("video", 4), ("screen", 5)]
