import pytest

from rvr_console.media import track_order
from rvr_console.media.track_order import HoleFound, TapFrame, TrackOrder, unwrapped

MS = 1_000_000
BASE_NS = 5_000 * MS


def picture(number, *, order=True, late_ms=0, key=False, rtp_first=0):
    """Picture `number` of 25 a second; it arrives `late_ms` after its time."""
    return TapFrame(
        order=number if order else None,
        rtp_timestamp=(rtp_first + number * 3600) % 2**32,
        received_ns=BASE_NS + (number * 40 + late_ms) * MS,
        key=key,
        width=0,
        height=0,
        data=bytes([number % 256]),
    )


def sound(number):
    return TapFrame((65_530 + number) % 65_536, number * 960, BASE_NS + number * 20 * MS, True, 0, 0, b"s")


def run(order, frames):
    out = [item for frame in frames for item in order.push(frame)]
    return out + order.flush()


def numbers(out):
    return [item.rtp_timestamp // 3600 for item in out if isinstance(item, TapFrame)]


def holes(out):
    return [item for item in out if isinstance(item, HoleFound)]


@pytest.mark.parametrize("order", [True, False], ids=["frame ids", "RTP time only"])
def test_late_frames_take_their_place_and_repeats_go(order) -> None:
    arriving = [picture(n, order=order) for n in (*range(10), 11, 12)]
    arriving += [picture(10, order=order, late_ms=110), picture(12, order=order), picture(13, order=order)]
    track = TrackOrder(track_order.RECEIVED_VIDEO)
    out = run(track, arriving)
    assert numbers(out) == list(range(14))
    assert not holes(out)
    assert track.repeats == 1


def test_lost_frames_are_a_hole_at_their_place_in_time_although_the_next_came_late() -> None:
    frames = [picture(n) for n in range(20)] + [
        picture(n, late_ms=3000 if n == 50 else 0) for n in range(50, 70)
    ]
    out = run(TrackOrder(track_order.RECEIVED_VIDEO), frames)
    (hole,) = holes(out)
    assert (hole.cause, hole.frames) == ("network_loss", 30)
    assert hole.start_ns == BASE_NS + 20 * 40 * MS
    assert hole.end_ns == BASE_NS + 50 * 40 * MS
    assert numbers(out) == [*range(20), *range(50, 70)]


def test_a_sender_that_skips_pictures_is_no_loss_when_ids_tell() -> None:
    frames = [picture(n) for n in range(10)]
    skipping = [
        TapFrame(10 + i, (10 + i * 5) * 3600, BASE_NS + (10 + i * 5) * 40 * MS, False, 0, 0, b"x")
        for i in range(5)
    ]
    assert not holes(run(TrackOrder(track_order.RECEIVED_VIDEO), frames + skipping))


def test_a_long_silence_without_loss_is_a_hole_of_unknown_cause() -> None:
    silent = TapFrame(10, 60 * 3600, BASE_NS + 60 * 40 * MS, True, 0, 0, b"x")
    (hole,) = holes(run(TrackOrder(track_order.RECEIVED_VIDEO), [*(picture(n) for n in range(10)), silent]))
    assert hole.cause == "unknown"
    (hole,) = holes(
        run(TrackOrder(track_order.RECEIVED_VIDEO), [picture(n, order=False) for n in (*range(10), 18, 19)])
    )
    assert (hole.cause, hole.end_ns - hole.start_ns) == ("unknown", 8 * 40 * MS)


def test_waiting_ends_after_the_patience_and_what_comes_later_is_left_out_once() -> None:
    track = TrackOrder(track_order.RECEIVED_VIDEO)
    out = [item for n in (*range(5), *range(6, 30)) for item in track.push(picture(n))]
    assert len(holes(out)) == 1
    assert numbers(out)[-1] == 29
    assert track.push(picture(5, late_ms=2000)) == []


def test_unnumbered_frame_too_late_for_its_place_is_stated() -> None:
    track = TrackOrder(track_order.RECEIVED_VIDEO)
    run(track, [picture(n, order=False) for n in range(10)])
    (hole,) = track.push(picture(4, order=False, late_ms=900))
    assert (hole.cause, hole.start_ns, hole.end_ns) == (
        "network_loss",
        BASE_NS + 160 * MS,
        BASE_NS + 200 * MS,
    )


def test_sound_numbers_and_times_wrap() -> None:
    out = run(TrackOrder(track_order.RECEIVED_AUDIO), [sound(n) for n in range(20) if n != 8])
    (hole,) = holes(out)
    assert (hole.end_ns - hole.start_ns, hole.frames) == (20 * MS, 1)
    assert len(out) == 20
    near_wrap = [picture(n, rtp_first=2**32 - 5 * 3600) for n in range(10)]
    assert not holes(run(TrackOrder(track_order.RECEIVED_VIDEO), near_wrap))
    assert unwrapped(3, 2**32 - 2, 32) == 2**32 + 3
    assert unwrapped(2**32 - 1, 2**32 + 3, 32) == 2**32 - 1


def test_a_new_encoder_that_starts_its_ids_again_goes_on() -> None:
    again = [
        TapFrame(n, (20 + n) * 3600, BASE_NS + (20 + n) * 40 * MS, n == 1, 0, 0, b"y") for n in range(1, 6)
    ]
    out = run(TrackOrder(track_order.RECEIVED_VIDEO), [picture(n) for n in range(10, 20)] + again)
    assert len(numbers(out)) == 15


def test_a_track_that_we_switched_off_has_the_cause_we_gave() -> None:
    track = TrackOrder(track_order.SENT_VIDEO)
    run(track, [picture(n) for n in range(5)])
    track.expect_silence("camera_off")
    resumed = TapFrame(5, 80 * 3600, BASE_NS + 3200 * MS, True, 0, 0, b"z")
    assert holes(track.push(resumed))[0].cause == "camera_off"
    track.restart()
    assert not holes(track.push(picture(200)))


def test_never_more_than_the_bound_waits() -> None:
    track = TrackOrder(track_order.OrderRules(90_000, 0, 10**18, 10**18))
    out = [item for n in (0, *range(2, 200)) for item in track.push(picture(n))]
    assert len(out) > 70
    assert len(track.flush()) <= track_order.MAX_WAITING + 1


@pytest.mark.parametrize("order", [True, False], ids=["frame ids", "RTP time only"])
def test_a_still_screen_is_no_hole_but_a_missing_number_is(order) -> None:
    """One picture, then nothing for 40 s of RTP time, then the next: a screen on which nothing moved."""
    first, moved = picture(1, order=order, key=True), picture(1000, order=order)
    moved = moved if not order else TapFrame(2, *[getattr(moved, name) for name in TapFrame.__slots__[1:]])
    out = run(TrackOrder(track_order.RECEIVED_SCREEN), [first, moved])
    assert holes(out) == []
    assert len(out) == 2
    lost = run(TrackOrder(track_order.RECEIVED_SCREEN), [picture(1, key=True), picture(4)])
    assert [(hole.cause, hole.frames) for hole in holes(lost)] == [("network_loss", 2)]
